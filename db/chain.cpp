#include "db/chain.hpp"

#include <openssl/evp.h>

#include <bit>
#include <cstring>
#include <new>

#include <fmt/format.h>

#include "core/check.hpp"

namespace skranke::db {
namespace {

static_assert(std::endian::native == std::endian::little, "the layout is little-endian");

template <class Number>
void put(std::string& out, Number value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof value);
}

void put_text(std::string& out, std::string_view text) {
  put(out, static_cast<std::uint32_t>(text.size()));
  out.append(text);
}

}  // namespace

Chain::Chain() : digest_{EVP_MD_fetch(nullptr, "SHA256", nullptr)}, context_{EVP_MD_CTX_new()} {
  if (digest_ == nullptr || context_ == nullptr) throw std::bad_alloc{};
  layout_.reserve(4096);
}

Chain::~Chain() {
  EVP_MD_CTX_free(context_);
  EVP_MD_free(digest_);
}

Hash Chain::next(const Hash& previous, const Row& row) {
  layout_.assign(bytes_of(previous));
  put(layout_, row.seq);
  put(layout_, row.epoch);
  put(layout_, row.at_ms);
  put_text(layout_, row.type);
  put_text(layout_, row.actor);
  put_text(layout_, row.payload);
  put_text(layout_, row.key);
  if (row.answered) {   // only then, so that rows from before answers were kept hash as they did
    put(layout_, row.request);
    put(layout_, row.status);
    put_text(layout_, row.answer);
  }
  Hash hash;
  const bool hashed = EVP_DigestInit_ex2(context_, digest_, nullptr) == 1 &&
                      EVP_DigestUpdate(context_, layout_.data(), layout_.size()) == 1 &&
                      EVP_DigestFinal_ex(context_, hash.data(), nullptr) == 1;
  SKRANKE_TRUTH(hashed);
  return hash;
}

std::string sha256_hex(std::string_view bytes) {
  unsigned char digest[32];
  SKRANKE_TRUTH(EVP_Digest(bytes.data(), bytes.size(), digest, nullptr, EVP_sha256(), nullptr) == 1);
  std::string hex;
  for (const unsigned char byte : digest) hex += fmt::format("{:02x}", byte);
  return hex;
}

}  // namespace skranke::db
