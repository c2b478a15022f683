#pragma once
// Reads one table of a document field by field: type, length and range are checked, what is wrong is found, what nobody
// asked for is found too.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wire/document.hpp"

namespace skranke::wire {

/// Lengths in characters. Texts hold no control characters; `lines` allows line ends and tabs.
struct TextRule {
  std::size_t min = 1;
  std::size_t max = 200;
  bool lines = false;
};

struct ListRule {
  std::size_t count_min = 0;
  std::size_t count_max = 200;
  TextRule each{};
  bool distinct = true;
};

/// A view of one table; the node and the findings must outlive it. A field that is absent or null gives nothing; one
/// that is wrong gives nothing and a finding. The `required_` forms also find absence and give an empty value then, so
/// that reading goes on.
class TableReader {
 public:
  TableReader(const Node& table, std::string path, Findings& findings);

  [[nodiscard]] std::optional<std::string> text(std::string_view key, TextRule rule = {});
  [[nodiscard]] std::string required_text(std::string_view key, TextRule rule = {});
  /// Lower-case letters, digits, '-' and '_', beginning with a letter or digit, at most 64.
  [[nodiscard]] std::optional<std::string> slug(std::string_view key);
  [[nodiscard]] std::string required_slug(std::string_view key);
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key, std::int64_t min, std::int64_t max);
  [[nodiscard]] std::int64_t required_integer(std::string_view key, std::int64_t min, std::int64_t max);
  [[nodiscard]] std::optional<double> number(std::string_view key, double min, double max);
  [[nodiscard]] std::optional<bool> flag(std::string_view key);
  [[nodiscard]] std::optional<std::string> one_of(std::string_view key, std::span<const std::string_view> words);
  [[nodiscard]] std::vector<std::string> texts(std::string_view key, ListRule rule = {});
  [[nodiscard]] std::vector<std::string> slugs(std::string_view key, ListRule rule = {});
  [[nodiscard]] std::vector<std::string> required_slugs(std::string_view key, ListRule rule = {});
  [[nodiscard]] std::optional<TableReader> table(std::string_view key);
  [[nodiscard]] std::vector<TableReader> tables(std::string_view key, std::size_t count_max);
  /// The value as it stands, for types of the caller's own; null when absent.
  [[nodiscard]] const Node* value(std::string_view key);
  [[nodiscard]] bool has(std::string_view key) const;

  /// To be called last: finds every key that nobody asked for.
  void done();

  void error(std::string_view key, std::string_view reason, Message message);
  void warning(std::string_view key, std::string_view reason, Message message);
  [[nodiscard]] std::string path(std::string_view key) const { return findings_->child(path_, key); }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const Node& node() const { return *table_; }
  [[nodiscard]] Findings& findings() { return *findings_; }

 private:
  [[nodiscard]] const Node* require(std::string_view key);
  void wrong_type(std::string_view key, const Node& node, std::string_view wanted_da, std::string_view wanted_en);
  std::vector<std::string> list(std::string_view key, const ListRule& rule, bool as_slugs);

  const Node* table_;
  std::string path_;
  Findings* findings_;
  std::vector<std::string_view> known_;  // every key asked for, there or not: the candidates when a key is misspelt
};

/// Lower-case letters, digits, '-' and '_', beginning with a letter or digit, at most 64.
[[nodiscard]] bool is_slug(std::string_view text);

/// Checks one text value that is not a field of a table (an element of a list, a name in one language). Gives nothing
/// and a finding when wrong.
[[nodiscard]] std::optional<std::string> check_text(const Node& node, const std::string& path, TextRule rule,
                                                    Findings& findings);
[[nodiscard]] std::optional<std::string> check_slug(const Node& node, const std::string& path, Findings& findings);

}  // namespace skranke::wire
