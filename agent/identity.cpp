#include "agent/identity.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include "system/whole_file.hpp"
#include "wire/agent_pairing.hpp"

namespace skranke::agent {

struct Identity::Key {
  EVP_PKEY* pkey = nullptr;
  ~Key() { EVP_PKEY_free(pkey); }
  Key() = default;
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;
};

namespace {

constexpr std::string_view key_file = "key.pem", daemon_file = "daemon.pin";

std::string place(const std::string& folder, std::string_view name) { return fmt::format("{}/{}", folder, name); }

std::string failed(const std::string& path) { return fmt::format("{}: {}", path, std::generic_category().message(errno)); }

/// For nobody else; a power cut leaves the old file or the new one.
tl::expected<void, std::string> write_file(const std::string& path, const std::string& text) {
  if (!write_whole_file(path, text, 0600)) return tl::unexpected{failed(path)};
  return {};
}

std::string pem_of(EVP_PKEY* key) {
  BIO* memory = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(memory, key, nullptr, nullptr, 0, nullptr, nullptr);
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory, &text);
  std::string pem{text, static_cast<std::size_t>(size)};
  BIO_free(memory);
  return pem;
}

}  // namespace

Identity::Identity(std::string folder, std::shared_ptr<Key> key) : folder_{std::move(folder)}, public_key_(wire::key_bytes, '\0'), key_{std::move(key)} {
  std::size_t size = public_key_.size();
  if (EVP_PKEY_get_raw_public_key(key_->pkey, reinterpret_cast<unsigned char*>(public_key_.data()), &size) != 1) throw std::runtime_error{"the box's key cannot be read"};
}

tl::expected<Identity, std::string> Identity::make(const std::string& folder) {
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);   // what is wrong with it is said when the file is written
  auto key = std::make_shared<Key>();
  key->pkey = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  if (key->pkey == nullptr) return tl::unexpected{std::string{"the system gives no randomness"}};
  ::unlink(place(folder, daemon_file).c_str());
  if (auto written = write_file(place(folder, key_file), pem_of(key->pkey)); !written) return tl::unexpected{written.error()};
  return Identity{folder, std::move(key)};
}

tl::expected<Identity, std::string> Identity::load(const std::string& folder) {
  const std::string path = place(folder, key_file);
  std::FILE* file = std::fopen(path.c_str(), "re");
  if (file == nullptr && errno == ENOENT) return make(folder);
  if (file == nullptr) return tl::unexpected{failed(path)};
  auto key = std::make_shared<Key>();
  key->pkey = PEM_read_PrivateKey(file, nullptr, nullptr, nullptr);
  std::fclose(file);
  if (key->pkey == nullptr || EVP_PKEY_is_a(key->pkey, "ED25519") != 1)
    return tl::unexpected{fmt::format("{}: not the key of a box; skranke-agent --pair makes a new one", path)};
  Identity identity{folder, std::move(key)};
  std::ifstream pin{place(folder, daemon_file)};
  std::string text;
  if (pin >> text) {
    const auto read = wire::from_hex(text, wire::key_bytes);
    if (!read) return tl::unexpected{fmt::format("{}: not the key of a daemon; skranke-agent --pair begins anew", place(folder, daemon_file))};
    identity.daemon_key_ = *read;
  }
  return identity;
}

std::string Identity::sign(std::string_view message) const {
  std::string signature(wire::signature_bytes, '\0');
  std::size_t size = signature.size();
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  const bool made = EVP_DigestSignInit(context, nullptr, nullptr, nullptr, key_->pkey) == 1 &&
                    EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &size, reinterpret_cast<const unsigned char*>(message.data()), message.size()) == 1;
  EVP_MD_CTX_free(context);
  return made ? signature : std::string{};
}

tl::expected<void, std::string> Identity::pair_with(const std::string& daemon_key) {
  if (auto written = write_file(place(folder_, daemon_file), wire::to_hex(daemon_key) + "\n"); !written) return written;
  daemon_key_ = daemon_key;
  return {};
}

std::string sha256(std::string_view bytes) {
  std::string digest(32, '\0');
  EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr, EVP_sha256(), nullptr);
  return digest;
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) throw std::runtime_error{"the system gives no randomness"};
  return bytes;
}

}  // namespace skranke::agent
