#pragma once
// Tokens and passwords. A token is 256 random bits, so its plain hash is enough; a password is guessable, so its hash
// is made costly.
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace skranke::auth {

using Digest = std::array<unsigned char, 32>;

/// Must be called once before anything else here; false when the system gives no randomness.
[[nodiscard]] bool start_cryptography();

/// 52 characters a–z and 2–7.
[[nodiscard]] std::string new_token();
/// Has the form of a token; says nothing about whether it is known.
[[nodiscard]] bool is_token(std::string_view text);
/// BLAKE2b of the token.
[[nodiscard]] Digest digest_of(std::string_view token);
/// Of a public key that stands for a token: nothing that anybody can send as a token has this digest.
[[nodiscard]] Digest digest_of_key(std::string_view public_key);
/// Ed25519: 32 bytes of key, 64 of signature; anything else verifies nothing.
[[nodiscard]] bool is_signed(std::string_view message, std::string_view signature, std::string_view public_key);
/// Takes the same time wherever the two differ.
[[nodiscard]] bool equal(const Digest& a, const Digest& b);

/// How hard a password is to guess from its hash. The default takes a third of a second of one core and 64 MiB while it
/// runs.
struct PasswordCost {
  unsigned long long operations = 3;
  std::size_t memory_bytes = 64UL * 1024 * 1024;
};
inline constexpr std::size_t password_min = 10, password_max = 200;  // bytes

/// Argon2id in its usual text form. Blocks; pure, from any thread. Nothing when the password's length is out of bounds
/// or memory is short.
[[nodiscard]] std::optional<std::string> hash_password(std::string_view password, PasswordCost cost = {});
/// Blocks as long as hashing did. A hash that is no hash verifies nothing.
[[nodiscard]] bool verify_password(std::string_view password, const std::string& hash);
/// The hash of a password nobody knows: checked for users who do not exist, so that the time taken does not tell them
/// apart.
[[nodiscard]] std::string decoy_hash(PasswordCost cost = {});

}  // namespace skranke::auth
