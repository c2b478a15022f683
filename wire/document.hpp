#pragma once
// A TOML or JSON text as one kind of tree, each value with the place it stands at, so that one reader serves both.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "wire/finding.hpp"

namespace skranke::wire {

struct Node {
  enum class Kind : std::uint8_t { null, boolean, integer, real, text, date, time, list, table, other };
  Kind kind = Kind::null;
  bool boolean = false;
  std::int64_t integer = 0;
  double real = 0;
  std::string key;          ///< name of this value within its table; empty in lists and at the top
  std::string text;         ///< of text; of date "2026-12-24" and time "09:05" (TOML writes them without quotes)
  std::vector<Node> items;  ///< of list and table, in the order of the text; keys of a table are distinct
  std::uint32_t line = 0;   ///< from 1; 0 = not known
  std::uint32_t column = 0;

  /// Value of `name` in a table; null when there is none.
  [[nodiscard]] const Node* find(std::string_view name) const;
};

struct DocumentLimits {
  std::size_t bytes_max = 512 * 1024;
  std::size_t depth_max = 16;
  std::size_t nodes_max = 50'000;
};

/// The error's reason is "malformed" or "too_large". Strict: no comments, no trailing commas, valid UTF-8, no key twice
/// in a table.
[[nodiscard]] tl::expected<Node, Finding> parse_json(std::string_view text, const DocumentLimits& limits,
                                                     std::string_view file = {});
[[nodiscard]] tl::expected<Node, Finding> parse_toml(std::string_view text, const DocumentLimits& limits,
                                                     std::string_view file = {});

/// Writes a tree back: JSON in one line or indented by two spaces; TOML with tables for tables and arrays of tables for
/// lists of tables (in lists of anything else, and in tables of plain texts, tables are written inline). Null values
/// are left out.
[[nodiscard]] std::string write_json(const Node& document, bool indented);
[[nodiscard]] std::string write_toml(const Node& document);

}  // namespace skranke::wire
