#include "wire/agent_pairing.hpp"

#include <cstdint>

namespace skranke::wire {

std::string meeting_message(const Meeting& meeting) {
  std::string message = "skranke meeting 1\n";   // all parts but the last have their fixed length, so no two meetings read alike
  for (const std::string_view part : {meeting.daemon_key, meeting.agent_key, meeting.agent_nonce, meeting.daemon_nonce, meeting.agent}) message += part;
  return message;
}

std::string meeting_code(std::string_view sha256) {
  std::uint64_t number = 0;
  for (const char c : sha256.substr(0, 8)) number = (number << 8U) | static_cast<unsigned char>(c);
  const std::string digits = std::to_string(number % 1'000'000);
  return std::string(6 - digits.size(), '0') + digits;
}

std::string channel_message(std::string_view channel) { return "skranke agent\n" + std::string{channel}; }

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text.push_back(digits[static_cast<unsigned char>(c) >> 4U]);
    text.push_back(digits[static_cast<unsigned char>(c) & 0xFU]);
  }
  return text;
}

std::optional<std::string> from_hex(std::string_view text, std::size_t bytes) {
  if (text.size() != 2 * bytes) return std::nullopt;
  std::string out;
  unsigned value = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool digit = c >= '0' && c <= '9', letter = c >= 'a' && c <= 'f';
    if (!digit && !letter) return std::nullopt;
    value = (value << 4U) | static_cast<unsigned>(digit ? c - '0' : c - 'a' + 10);
    if (i % 2 == 1) out.push_back(static_cast<char>(value & 0xFFU));
  }
  return out;
}

}  // namespace skranke::wire
