#include "wire/table_reader.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "wire/utf8.hpp"

namespace skranke::wire {
namespace {

Message kind_in_words(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::null: return {"ingenting", "nothing"};
    case Node::Kind::boolean: return {"true/false", "true/false"};
    case Node::Kind::integer: return {"et helt tal", "a whole number"};
    case Node::Kind::real: return {"et decimaltal", "a decimal number"};
    case Node::Kind::text: return {"en tekst", "a text"};
    case Node::Kind::date: return {"en dato", "a date"};
    case Node::Kind::time: return {"et klokkeslæt", "a time of day"};
    case Node::Kind::list: return {"en liste", "a list"};
    case Node::Kind::table: return {"en tabel", "a table"};
    case Node::Kind::other: return {"noget andet", "something else"};
  }
  return {};
}

void find_wrong_type(const Node& node, const std::string& path, std::string_view wanted_da, std::string_view wanted_en,
                     Findings& findings) {
  const Message is = kind_in_words(node.kind);
  findings.error(&node, path, "wrong_type",
                 {fmt::format("Her skal stå {}; der står {}.", wanted_da, is.da),
                  fmt::format("This must be {}; it is {}.", wanted_en, is.en)});
}

bool has_control(std::string_view text, bool lines) {
  return std::any_of(text.begin(), text.end(), [&](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == 0x7f || (byte < 0x20 && !(lines && (c == '\n' || c == '\t' || c == '\r')));
  });
}

}  // namespace

bool is_slug(std::string_view text) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !text.empty() && text.size() <= 64 && plain(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return plain(c) || c == '-' || c == '_'; });
}

std::optional<std::string> check_text(const Node& node, const std::string& path, TextRule rule, Findings& findings) {
  if (node.kind != Node::Kind::text) {
    find_wrong_type(node, path, "en tekst", "a text", findings);
    return std::nullopt;
  }
  const std::size_t length = utf8_count(node.text);
  if (length < rule.min && length == 0) {
    findings.error(&node, path, "too_short", {"Her mangler teksten.", "The text is empty."});
  } else if (length < rule.min) {
    findings.error(&node, path, "too_short",
                   {fmt::format("Teksten skal have mindst {} tegn.", rule.min),
                    fmt::format("The text must have at least {} characters.", rule.min)});
  } else if (length > rule.max) {
    findings.error(&node, path, "too_long",
                   {fmt::format("Teksten har {} tegn; der er plads til {}.", length, rule.max),
                    fmt::format("The text has {} characters; there is room for {}.", length, rule.max)});
  } else if (has_control(node.text, rule.lines)) {
    findings.error(&node, path, "wrong_characters",
                   {"Teksten har et usynligt styretegn.", "The text holds an invisible control character."});
  } else if (!is_utf8(node.text)) {
    findings.error(&node, path, "wrong_characters", {"Teksten er ikke UTF-8.", "The text is not UTF-8."});
  } else {
    return node.text;
  }
  return std::nullopt;
}

std::optional<std::string> check_slug(const Node& node, const std::string& path, Findings& findings) {
  if (node.kind == Node::Kind::text && is_slug(node.text)) return node.text;
  if (node.kind != Node::Kind::text) {
    find_wrong_type(node, path, "et id i anførselstegn", "an id in quotes", findings);
    return std::nullopt;
  }
  findings.error(&node, path, "wrong_id",
                 {fmt::format("{} kan ikke være et id: brug små bogstaver a–z, tal og bindestreg, højst 64 tegn.",
                              quoted(node.text)),
                  fmt::format("{} cannot be an id: use small letters a–z, digits and hyphens, at most 64 characters.",
                              quoted(node.text))});
  return std::nullopt;
}

TableReader::TableReader(const Node& table, std::string path, Findings& findings)
    : table_{&table}, path_{std::move(path)}, findings_{&findings} {
  if (table.kind != Node::Kind::table) find_wrong_type(table, path_, "en tabel", "a table", findings);
}

const Node* TableReader::value(std::string_view key) {
  known_.push_back(key);
  const Node* node = table_->find(key);
  return node == nullptr || node->kind == Node::Kind::null ? nullptr : node;
}

bool TableReader::has(std::string_view key) const {
  const Node* node = table_->find(key);
  return node != nullptr && node->kind != Node::Kind::null;
}

const Node* TableReader::require(std::string_view key) {
  const Node* node = value(key);
  if (node == nullptr)
    findings_->error(table_, path(key), "missing",
                     {fmt::format("{} mangler.", quoted(key)), fmt::format("{} is missing.", quoted(key))});
  return node;
}

void TableReader::wrong_type(std::string_view key, const Node& node, std::string_view wanted_da,
                             std::string_view wanted_en) {
  find_wrong_type(node, path(key), wanted_da, wanted_en, *findings_);
}

std::optional<std::string> TableReader::text(std::string_view key, TextRule rule) {
  const Node* node = value(key);
  return node == nullptr ? std::nullopt : check_text(*node, path(key), rule, *findings_);
}

std::string TableReader::required_text(std::string_view key, TextRule rule) {
  const Node* node = require(key);
  return node == nullptr ? std::string{} : check_text(*node, path(key), rule, *findings_).value_or("");
}

std::optional<std::string> TableReader::slug(std::string_view key) {
  const Node* node = value(key);
  return node == nullptr ? std::nullopt : check_slug(*node, path(key), *findings_);
}

std::string TableReader::required_slug(std::string_view key) {
  const Node* node = require(key);
  return node == nullptr ? std::string{} : check_slug(*node, path(key), *findings_).value_or("");
}

std::optional<std::int64_t> TableReader::integer(std::string_view key, std::int64_t min, std::int64_t max) {
  const Node* node = value(key);
  if (node == nullptr) return std::nullopt;
  if (node->kind == Node::Kind::integer && node->integer >= min && node->integer <= max) return node->integer;
  const std::string da = fmt::format("et helt tal fra {} til {}", min, max),
                    en = fmt::format("a whole number from {} to {}", min, max);
  if (node->kind != Node::Kind::integer) {
    wrong_type(key, *node, da, en);
  } else {
    findings_->error(node, path(key), "out_of_range",
                     {fmt::format("Her skal stå {}; der står {}.", da, node->integer),
                      fmt::format("This must be {}; it is {}.", en, node->integer)});
  }
  return std::nullopt;
}

std::int64_t TableReader::required_integer(std::string_view key, std::int64_t min, std::int64_t max) {
  if (!has(key)) return (void)require(key), min;
  return integer(key, min, max).value_or(min);
}

std::optional<double> TableReader::number(std::string_view key, double min, double max) {
  const Node* node = value(key);
  if (node == nullptr) return std::nullopt;
  const bool whole = node->kind == Node::Kind::integer;
  const double is = whole ? static_cast<double>(node->integer) : node->real;
  const std::string da = fmt::format("et tal fra {} til {}", min, max),
                    en = fmt::format("a number from {} to {}", min, max);
  if (!whole && node->kind != Node::Kind::real) {
    wrong_type(key, *node, da, en);
  } else if (!(is >= min && is <= max)) {  // NaN is in no range
    findings_->error(node, path(key), "out_of_range",
                     {fmt::format("Her skal stå {}.", da), fmt::format("This must be {}.", en)});
  } else {
    return is;
  }
  return std::nullopt;
}

std::optional<bool> TableReader::flag(std::string_view key) {
  const Node* node = value(key);
  if (node == nullptr) return std::nullopt;
  if (node->kind == Node::Kind::boolean) return node->boolean;
  wrong_type(key, *node, "true eller false", "true or false");
  return std::nullopt;
}

std::optional<std::string> TableReader::one_of(std::string_view key, std::span<const std::string_view> words) {
  const Node* node = value(key);
  if (node == nullptr) return std::nullopt;
  if (node->kind == Node::Kind::text && std::find(words.begin(), words.end(), node->text) != words.end())
    return node->text;
  const std::string choice = fmt::format("{}", fmt::join(words, ", "));
  if (node->kind != Node::Kind::text) {
    wrong_type(key, *node, fmt::format("en af: {}", choice), fmt::format("one of: {}", choice));
    return std::nullopt;
  }
  const Message hint = did_you_mean(node->text, {words.begin(), words.end()});
  findings_->error(node, path(key), "not_one_of",
                   {fmt::format("{} kendes ikke her; vælg mellem {}.{}", quoted(node->text), choice, hint.da),
                    fmt::format("{} is not known here; choose one of {}.{}", quoted(node->text), choice, hint.en)});
  return std::nullopt;
}

std::vector<std::string> TableReader::list(std::string_view key, const ListRule& rule, bool as_slugs) {
  const Node* node = value(key);
  std::vector<std::string> read;
  if (node == nullptr) return read;
  if (node->kind != Node::Kind::list) return wrong_type(key, *node, "en liste i [ ]", "a list in [ ]"), read;
  const std::size_t count = node->items.size();
  if (count < rule.count_min || count > rule.count_max) {
    findings_->error(
        node, path(key), count < rule.count_min ? "too_few" : "too_many",
        {fmt::format("Listen har {}; den skal have fra {} til {}.", count, rule.count_min, rule.count_max),
         fmt::format("The list has {}; it must have from {} to {}.", count, rule.count_min, rule.count_max)});
    return read;
  }
  for (std::size_t index = 0; index < count; ++index) {
    const Node& item = node->items[index];
    const auto place = [&] { return findings_->element(path(key), index); };   // made up only where something is wrong
    std::optional<std::string> text;
    if (!as_slugs)
      text = check_text(item, place(), rule.each, *findings_);
    else if (item.kind == Node::Kind::text && is_slug(item.text))
      text = item.text;
    else
      text = check_slug(item, place(), *findings_);
    if (!text) continue;
    if (rule.distinct && std::find(read.begin(), read.end(), *text) != read.end()) {
      findings_->error(&item, place(), "twice",
                       {fmt::format("{} står to gange i listen.", quoted(*text)),
                        fmt::format("{} stands twice in the list.", quoted(*text))});
      continue;
    }
    read.push_back(*std::move(text));
  }
  return read;
}

std::vector<std::string> TableReader::texts(std::string_view key, ListRule rule) { return list(key, rule, false); }
std::vector<std::string> TableReader::slugs(std::string_view key, ListRule rule) { return list(key, rule, true); }

std::vector<std::string> TableReader::required_slugs(std::string_view key, ListRule rule) {
  if (!has(key)) return (void)require(key), std::vector<std::string>{};
  return list(key, rule, true);
}

std::optional<TableReader> TableReader::table(std::string_view key) {
  const Node* node = value(key);
  if (node == nullptr) return std::nullopt;
  if (node->kind == Node::Kind::table) return TableReader{*node, path(key), *findings_};
  wrong_type(key, *node, fmt::format("en tabel (i TOML: [{}])", key), fmt::format("a table (in TOML: [{}])", key));
  return std::nullopt;
}

std::vector<TableReader> TableReader::tables(std::string_view key, std::size_t count_max) {
  std::vector<TableReader> read;
  const Node* node = value(key);
  if (node == nullptr) return read;
  if (node->kind != Node::Kind::list)
    return wrong_type(key, *node, fmt::format("en liste af tabeller (i TOML: [[{}]])", key),
                      fmt::format("a list of tables (in TOML: [[{}]])", key)),
           read;
  if (node->items.size() > count_max)
    findings_->error(node, path(key), "too_many",
                     {fmt::format("Der er {}; højst {} er tilladt.", node->items.size(), count_max),
                      fmt::format("There are {}; at most {} are allowed.", node->items.size(), count_max)});
  for (std::size_t index = 0; index < std::min(node->items.size(), count_max); ++index)
    read.emplace_back(node->items[index], findings_->element(path(key), index), *findings_);
  return read;
}

void TableReader::done() {
  if (table_->kind != Node::Kind::table) return;
  for (const Node& item : table_->items) {
    if (std::find(known_.begin(), known_.end(), item.key) != known_.end()) continue;
    const Message hint = did_you_mean(item.key, known_);
    findings_->error(&item, path(utf8_count(item.key) <= 64 ? item.key : item.key.substr(0, 0) + "…"), "unknown_field",
                     {fmt::format("{} kendes ikke her.{}", quoted(item.key), hint.da),
                      fmt::format("{} is not known here.{}", quoted(item.key), hint.en)});
  }
}

void TableReader::error(std::string_view key, std::string_view reason, Message message) {
  const Node* node = table_->find(key);
  findings_->error(node == nullptr ? table_ : node, key.empty() ? path_ : path(key), reason, std::move(message));
}

void TableReader::warning(std::string_view key, std::string_view reason, Message message) {
  const Node* node = table_->find(key);
  findings_->warning(node == nullptr ? table_ : node, key.empty() ? path_ : path(key), reason, std::move(message));
}

}  // namespace skranke::wire
