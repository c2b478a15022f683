#pragma once
// What a box and its daemon must say alike when they meet: the bytes whose hash becomes the six digits, and what a box signs afterwards. No cryptography here:
// each end hashes and signs with the library that it has.
#include <optional>
#include <string>
#include <string_view>

namespace skranke::wire {

/// The box commits to its nonce before it hears the daemon's, so nobody between the two can choose his own until digits agree: he has one guess in a million.
struct Meeting {
  std::string_view daemon_key;     ///< SHA-256 of the public key in the daemon's certificate: as the daemon has it, and as the box saw it
  std::string_view agent_key;      ///< Ed25519, 32 bytes
  std::string_view agent_nonce;    ///< 32 bytes; the box sent its SHA-256 first
  std::string_view daemon_nonce;   ///< 32 bytes
  std::string_view agent;          ///< its id
};
/// To be hashed with SHA-256.
[[nodiscard]] std::string meeting_message(const Meeting& meeting);
/// Six digits out of that hash.
[[nodiscard]] std::string meeting_code(std::string_view sha256);

/// `Authorization: Agent-Key KEY.SIGNATURE`, both in hex: the signature is over this, with what only the two ends of the TLS connection know.
inline constexpr std::string_view agent_scheme = "Agent-Key ";
[[nodiscard]] std::string channel_message(std::string_view channel);

inline constexpr std::size_t key_bytes = 32, signature_bytes = 64, nonce_bytes = 32, channel_bytes = 32;

[[nodiscard]] std::string to_hex(std::string_view bytes);
/// Exactly `bytes` bytes in small letters, else nothing.
[[nodiscard]] std::optional<std::string> from_hex(std::string_view text, std::size_t bytes);

}  // namespace skranke::wire
