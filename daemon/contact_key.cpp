#include "daemon/contact_key.hpp"

#include "system/whole_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

namespace skranke::daemon {
namespace {

constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, mac_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t tag_bytes = 16;
constexpr char purpose[crypto_kdf_CONTEXTBYTES + 1] = "contacts";   // part of the format: another word opens nothing

using Bytes = std::array<unsigned char, ContactKey::bytes>;

const unsigned char* raw(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* raw(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

tl::expected<Bytes, std::string> read_key(const std::string& path, int file) {
  Bytes master{};
  unsigned char more = 0;
  const bool whole = ::read(file, master.data(), master.size()) == static_cast<ssize_t>(master.size()) && ::read(file, &more, 1) == 0;
  ::close(file);
  if (!whole) return tl::unexpected{path + ": is not a key of 32 bytes; put the right one back, or move it away and a new one is made"};
  return master;
}

tl::expected<Bytes, std::string> master_key(const std::string& directory) {
  if (const char* credentials = std::getenv("CREDENTIALS_DIRECTORY")) {
    const std::string path = std::string{credentials} + "/contacts.key";
    if (const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC); file >= 0) return read_key(path, file);
  }
  const std::string path = directory + "/contacts.key";
  if (const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC); file >= 0) {
    static_cast<void>(::fchmod(file, S_IRUSR | S_IWUSR));   // a copy that was put back with a wider mode
    return read_key(path, file);
  }
  if (errno != ENOENT) return tl::unexpected{path + ": cannot be read"};
  Bytes master{};
  randombytes_buf(master.data(), master.size());
  // A key that is lost in a power cut would take rows with it that were answered for.
  if (!write_whole_file(path, {reinterpret_cast<const char*>(master.data()), master.size()}, S_IRUSR | S_IWUSR)) return tl::unexpected{path + ": cannot be made"};
  return master;
}

}  // namespace

ContactKey::ContactKey(const Bytes& master) {
  crypto_kdf_derive_from_key(sealing_.data(), sealing_.size(), 1, purpose, master.data());
  crypto_kdf_derive_from_key(tagging_.data(), tagging_.size(), 2, purpose, master.data());
}

tl::expected<ContactKey, std::string> ContactKey::load(const std::string& directory) {
  static_assert(bytes == crypto_kdf_KEYBYTES && bytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
  if (sodium_init() < 0) return tl::unexpected{std::string{"the system gives no randomness"}};
  auto master = master_key(directory);
  if (!master) return tl::unexpected{master.error()};
  ContactKey key{*master};
  sodium_memzero(master->data(), master->size());
  return key;
}

std::string ContactKey::seal(std::string_view plain, std::string_view label) const {
  std::string sealed(nonce_bytes + plain.size() + mac_bytes, '\0');
  randombytes_buf(sealed.data(), nonce_bytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(raw(sealed) + nonce_bytes, nullptr, raw(plain), plain.size(), raw(label), label.size(), nullptr, raw(sealed),
                                             sealing_.data());
  return sealed;
}

std::optional<std::string> ContactKey::open(std::string_view sealed, std::string_view label) const {
  if (sealed.size() < nonce_bytes + mac_bytes) return std::nullopt;
  std::string plain(sealed.size() - nonce_bytes - mac_bytes, '\0');
  const bool ours = crypto_aead_xchacha20poly1305_ietf_decrypt(raw(plain), nullptr, nullptr, raw(sealed) + nonce_bytes, sealed.size() - nonce_bytes, raw(label),
                                                               label.size(), raw(sealed), sealing_.data()) == 0;
  if (!ours) return std::nullopt;
  return plain;
}

std::string ContactKey::tag(std::string_view text) const {
  std::string tag(tag_bytes, '\0');
  crypto_generichash(raw(tag), tag.size(), raw(text), text.size(), tagging_.data(), tagging_.size());
  return tag;
}

}  // namespace skranke::daemon
