#pragma once
// The chain of hashes: each event's hash covers the one before it and all of its own fields, so a row that was removed, altered,
// inserted or moved shows. SHA-256 over a fixed layout (docs/journal.md), so anyone can recompute it.
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_st;
struct evp_md_ctx_st;

namespace skranke::db {

using Hash = std::array<unsigned char, 32>;
[[nodiscard]] inline std::string_view bytes_of(const Hash& hash) { return {reinterpret_cast<const char*>(hash.data()), hash.size()}; }

/// One event as it stands in the journal. Views: they live as long as the statement or buffer they came from.
struct Row {
  std::uint64_t seq = 0, epoch = 0;
  std::int64_t at_ms = 0;
  std::string_view type, actor, payload, key;
  bool answered = false;   ///< the three below are set
  std::uint64_t request = 0;
  std::int64_t status = 0;
  std::string_view answer;
};

class Chain {
 public:
  Chain();
  ~Chain();
  Chain(const Chain&) = delete;
  Chain& operator=(const Chain&) = delete;

  /// The hash of `row` when `previous` is the hash before it (all zero before the first).
  [[nodiscard]] Hash next(const Hash& previous, const Row& row);

 private:
  std::string layout_;   ///< reused: one allocation for the life of the chain
  evp_md_st* digest_;
  evp_md_ctx_st* context_;
};

/// SHA-256 of `bytes` as lower-case hex.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace skranke::db
