#include "daemon/auth/secret.hpp"

#include <algorithm>

#include <sodium.h>

namespace skranke::auth {
namespace {

constexpr std::string_view base32 = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::size_t token_length = 52;

}  // namespace

bool start_cryptography() { return sodium_init() >= 0; }

std::string new_token() {
  Digest bytes;
  randombytes_buf(bytes.data(), bytes.size());
  std::string token;
  token.reserve(token_length);
  unsigned window = 0, bits = 0;
  for (const unsigned char byte : bytes) {
    window = (window << 8U) | byte;
    for (bits += 8; bits >= 5; bits -= 5) token.push_back(base32[window >> (bits - 5) & 31U]);
  }
  token.push_back(base32[window << (5 - bits) & 31U]);  // 256 bits leave one over
  sodium_memzero(bytes.data(), bytes.size());
  return token;
}

bool is_token(std::string_view text) {
  return text.size() == token_length &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7'); });
}

Digest digest_of(std::string_view token) {
  Digest digest;
  crypto_generichash(digest.data(), digest.size(), reinterpret_cast<const unsigned char*>(token.data()), token.size(),
                     nullptr, 0);
  return digest;
}

Digest digest_of_key(std::string_view public_key) { return digest_of("public key: " + std::string{public_key}); }

bool is_signed(std::string_view message, std::string_view signature, std::string_view public_key) {
  const auto bytes = [](std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); };
  return signature.size() == crypto_sign_BYTES && public_key.size() == crypto_sign_PUBLICKEYBYTES &&
         crypto_sign_verify_detached(bytes(signature), bytes(message), message.size(), bytes(public_key)) == 0;
}

bool equal(const Digest& a, const Digest& b) { return sodium_memcmp(a.data(), b.data(), a.size()) == 0; }

std::optional<std::string> hash_password(std::string_view password, PasswordCost cost) {
  if (password.size() < password_min || password.size() > password_max) return std::nullopt;
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  const int failed = crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), cost.operations,
                                           cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13);
  if (failed != 0) return std::nullopt;
  return std::string{hash.data()};
}

bool verify_password(std::string_view password, const std::string& hash) {
  if (password.size() > password_max || hash.size() >= crypto_pwhash_STRBYTES || !hash.starts_with("$argon2id$"))
    return false;
  std::array<char, crypto_pwhash_STRBYTES> padded{};
  std::copy(hash.begin(), hash.end(), padded.begin());
  return crypto_pwhash_str_verify(padded.data(), password.data(), password.size()) == 0;
}

std::string decoy_hash(PasswordCost cost) { return hash_password(new_token(), cost).value_or(""); }

}  // namespace skranke::auth
