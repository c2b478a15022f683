#pragma once
// Who a box is to a daemon elsewhere: a key of its own, made here and never sent, and the key of the daemon it was paired with. Two files in one folder.
#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace skranke::agent {

class Identity {
 public:
  /// What is in the folder; a key is made where none is. The error is a sentence.
  [[nodiscard]] static tl::expected<Identity, std::string> load(const std::string& folder);
  /// A fresh key that no daemon knows yet; the one before is gone.
  [[nodiscard]] static tl::expected<Identity, std::string> make(const std::string& folder);

  [[nodiscard]] const std::string& public_key() const { return public_key_; }   ///< Ed25519, 32 bytes
  [[nodiscard]] std::string sign(std::string_view message) const;
  /// SHA-256 of the public key in the daemon's certificate; empty = not paired.
  [[nodiscard]] const std::string& daemon_key() const { return daemon_key_; }
  [[nodiscard]] tl::expected<void, std::string> pair_with(const std::string& daemon_key);

  struct Key;   ///< OpenSSL's

 private:
  Identity(std::string folder, std::shared_ptr<Key> key);
  std::string folder_, public_key_, daemon_key_;
  std::shared_ptr<Key> key_;
};

[[nodiscard]] std::string sha256(std::string_view bytes);
/// From the kernel.
[[nodiscard]] std::string random_bytes(std::size_t count);

}  // namespace skranke::agent
