#include "daemon/messages/web_push.hpp"

#include <cerrno>
#include <cstdio>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/kdf.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

namespace skranke::daemon {
namespace {

constexpr std::size_t public_size = 65, auth_size = 16, key_size = 16, nonce_size = 12, tag_size = 16, secret_size = 32, half_signature = 32;
constexpr std::size_t text_max = 3'000;          ///< services take records of 4,096 bytes
constexpr std::string_view record_size{"\0\0\x10\0", 4};
constexpr std::chrono::hours good_for{12};       ///< a day is the most

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

using Context = std::unique_ptr<EVP_PKEY_CTX, Closer<EVP_PKEY_CTX_free>>;

/// HKDF with SHA-256, both of its steps.
std::optional<std::string> derived(std::string_view salt, std::string_view secret, std::string_view info, std::size_t size) {
  const Context context{EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, nullptr)};
  std::string out(size, '\0');
  std::size_t got = size;
  const bool done = context != nullptr && EVP_PKEY_derive_init(context.get()) > 0 && EVP_PKEY_CTX_set_hkdf_md(context.get(), EVP_sha256()) > 0 &&
                    EVP_PKEY_CTX_set1_hkdf_salt(context.get(), bytes_of(salt), static_cast<int>(salt.size())) > 0 &&
                    EVP_PKEY_CTX_set1_hkdf_key(context.get(), bytes_of(secret), static_cast<int>(secret.size())) > 0 &&
                    EVP_PKEY_CTX_add1_hkdf_info(context.get(), bytes_of(info), static_cast<int>(info.size())) > 0 &&
                    EVP_PKEY_derive(context.get(), bytes_of(out), &got) > 0;
  return done && got == size ? std::optional{out} : std::nullopt;
}

std::optional<std::string> encrypted(std::string_view plain, std::string_view key, std::string_view nonce) {
  const std::unique_ptr<EVP_CIPHER_CTX, Closer<EVP_CIPHER_CTX_free>> context{EVP_CIPHER_CTX_new()};
  std::string out(plain.size() + tag_size, '\0');
  int size = 0, rest = 0;
  const bool done = context != nullptr && EVP_EncryptInit_ex(context.get(), EVP_aes_128_gcm(), nullptr, bytes_of(key), bytes_of(nonce)) > 0 &&
                    EVP_EncryptUpdate(context.get(), bytes_of(out), &size, bytes_of(plain), static_cast<int>(plain.size())) > 0 &&
                    EVP_EncryptFinal_ex(context.get(), bytes_of(out) + size, &rest) > 0 &&
                    EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, tag_size, bytes_of(out) + plain.size()) > 0;
  return done ? std::optional{out} : std::nullopt;
}

PushKey::Handle public_key(std::string_view bytes) {
  const std::unique_ptr<OSSL_PARAM_BLD, Closer<OSSL_PARAM_BLD_free>> builder{OSSL_PARAM_BLD_new()};
  if (builder == nullptr || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) <= 0 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, bytes.data(), bytes.size()) <= 0)
    return nullptr;
  const std::unique_ptr<OSSL_PARAM, Closer<OSSL_PARAM_free>> parameters{OSSL_PARAM_BLD_to_param(builder.get())};
  const Context context{EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr)};
  EVP_PKEY* key = nullptr;
  if (parameters == nullptr || context == nullptr || EVP_PKEY_fromdata_init(context.get()) <= 0 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) <= 0)
    return nullptr;
  return PushKey::Handle{key};
}

}  // namespace

std::string base64url(std::string_view bytes) {
  std::string out(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes_of(bytes), bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  out.pop_back();   // its zero
  return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string out(text.size(), '\0');
  std::size_t size = 0;
  if (sodium_base642bin(bytes_of(out), out.size(), text.data(), text.size(), nullptr, &size, nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0) return std::nullopt;
  out.resize(size);
  return out;
}

std::string PushSubscription::line() const { return fmt::format("{} {} {}", endpoint, base64url(p256dh), base64url(auth)); }

std::optional<PushSubscription> PushSubscription::from_line(std::string_view line) {
  const std::size_t first = line.find(' '), second = line.find(' ', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return std::nullopt;
  const auto key = from_base64url(line.substr(first + 1, second - first - 1)), secret = from_base64url(line.substr(second + 1));
  PushSubscription read{std::string{line.substr(0, first)}, key.value_or(""), secret.value_or("")};
  const bool whole = !push_origin(read.endpoint).host.empty() && read.p256dh.size() == public_size && read.p256dh.front() == '\4' && read.auth.size() == auth_size;
  return whole && public_key(read.p256dh) != nullptr ? std::optional{std::move(read)} : std::nullopt;
}

PushOrigin push_origin(std::string_view endpoint) {
  constexpr std::string_view scheme = "https://";
  if (!endpoint.starts_with(scheme) || endpoint.size() > 1000) return {};
  for (const char c : endpoint)
    if (c <= ' ' || c >= 0x7F || c == '\\' || c == '@') return {};
  const std::string_view host = endpoint.substr(scheme.size(), endpoint.find_first_of("/?#", scheme.size()) - scheme.size());
  return host.empty() ? PushOrigin{} : PushOrigin{std::string{host}, std::string{scheme} + std::string{host}};
}

std::optional<PushKey> PushKey::fresh() {
  EVP_PKEY* key = EVP_EC_gen("prime256v1");
  return key == nullptr ? std::nullopt : std::optional{PushKey{Handle{key}}};
}

tl::expected<PushKey, std::string> PushKey::load(const std::string& directory) {
  const std::string path = directory + "/push.key";
  const int there = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (there >= 0) {
    const std::unique_ptr<std::FILE, Closer<std::fclose>> file{::fdopen(there, "r")};
    EVP_PKEY* key = file == nullptr ? nullptr : PEM_read_PrivateKey(file.get(), nullptr, nullptr, nullptr);
    if (key == nullptr) return tl::unexpected{path + ": is no key; it is left as it is"};
    return PushKey{Handle{key}};
  }
  auto made = errno == ENOENT ? fresh() : std::nullopt;
  const int fresh_file = made ? ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR) : -1;
  if (fresh_file < 0) return tl::unexpected{path + ": cannot be made"};
  const std::unique_ptr<std::FILE, Closer<std::fclose>> file{::fdopen(fresh_file, "w")};
  const bool written = file != nullptr && PEM_write_PrivateKey(file.get(), made->key_.get(), nullptr, nullptr, 0, nullptr, nullptr) > 0 && std::fflush(file.get()) == 0 &&
                       ::fsync(::fileno(file.get())) == 0;
  if (!written) return tl::unexpected{path + ": cannot be written"};
  return std::move(*made);
}

std::string PushKey::public_bytes() const {
  std::string out(public_size, '\0');
  std::size_t size = 0;
  EVP_PKEY_get_octet_string_param(key_.get(), OSSL_PKEY_PARAM_PUB_KEY, bytes_of(out), out.size(), &size);
  out.resize(size);
  return out;
}

std::optional<std::string> PushKey::shared_with(std::string_view other) const {
  const Handle theirs = public_key(other);
  const Context context{EVP_PKEY_CTX_new(key_.get(), nullptr)};
  std::string out(secret_size, '\0');
  std::size_t size = out.size();
  const bool done = theirs != nullptr && context != nullptr && EVP_PKEY_derive_init(context.get()) > 0 && EVP_PKEY_derive_set_peer(context.get(), theirs.get()) > 0 &&
                    EVP_PKEY_derive(context.get(), bytes_of(out), &size) > 0;
  return done && size == secret_size ? std::optional{out} : std::nullopt;
}

std::optional<std::string> PushKey::sign(std::string_view text) const {
  const std::unique_ptr<EVP_MD_CTX, Closer<EVP_MD_CTX_free>> context{EVP_MD_CTX_new()};
  std::string der(200, '\0');
  std::size_t size = der.size();
  if (context == nullptr || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) <= 0 ||
      EVP_DigestSign(context.get(), bytes_of(der), &size, bytes_of(text), text.size()) <= 0)
    return std::nullopt;
  const unsigned char* at = bytes_of(std::string_view{der});
  const std::unique_ptr<ECDSA_SIG, Closer<ECDSA_SIG_free>> pair{d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size))};
  std::string out(2 * half_signature, '\0');
  const bool done = pair != nullptr && BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), bytes_of(out), half_signature) > 0 &&
                    BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), bytes_of(out) + half_signature, half_signature) > 0;
  return done ? std::optional{out} : std::nullopt;
}

std::optional<std::string> push_sealed(std::string_view text, const PushSubscription& to, const PushKey& fresh, std::string_view salt) {
  const auto shared = fresh.shared_with(to.p256dh);
  if (!shared || salt.size() != key_size || text.size() > text_max) return std::nullopt;
  const std::string ours = fresh.public_bytes();
  // RFC 8291: the browser's secret goes in first, with both public keys; then RFC 8188 takes over.
  const auto secret = derived(to.auth, *shared, std::string{"WebPush: info"} + '\0' + to.p256dh + ours, secret_size);
  if (!secret) return std::nullopt;
  const auto key = derived(salt, *secret, std::string_view{"Content-Encoding: aes128gcm\0", 28}, key_size);
  const auto nonce = derived(salt, *secret, std::string_view{"Content-Encoding: nonce\0", 24}, nonce_size);
  const auto record = key && nonce ? encrypted(std::string{text} + '\2', *key, *nonce) : std::nullopt;   // 2: the last record, no padding
  if (!record) return std::nullopt;
  return std::string{salt} + std::string{record_size} + static_cast<char>(ours.size()) + ours + *record;
}

std::optional<std::string> vapid_header(const PushKey& house, std::string_view origin, std::string_view contact, std::chrono::sys_seconds now) {
  const std::string claims = fmt::format(R"({{"aud":"{}","exp":{},"sub":"{}"}})", origin, (now + good_for).time_since_epoch().count(), contact);
  const std::string token = base64url(R"({"typ":"JWT","alg":"ES256"})") + "." + base64url(claims);
  const auto signature = house.sign(token);
  if (!signature) return std::nullopt;
  return fmt::format("vapid t={}.{}, k={}", token, base64url(*signature), base64url(house.public_bytes()));
}

}  // namespace skranke::daemon
