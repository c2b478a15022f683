#include "wire/facility_values.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "wire/clock_words.hpp"

namespace skranke::wire {

using core::Minutes, core::Text;

namespace {

constexpr std::int64_t quota_max = 100'000;

bool is_language(std::string_view text) {
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return (text.size() == 2 || text.size() == 3) && std::all_of(text.begin(), text.end(), letter);
}

void find_wrong_language(const Node& node, const std::string& path, std::string_view word, Findings& findings) {
  findings.error(&node, path, "wrong_language",
                 {fmt::format("{} er ikke et sprog; skriv to eller tre små bogstaver, f.eks. \"da\".", quoted(word)),
                  fmt::format("{} is not a language; write two or three small letters, e.g. \"da\".", quoted(word))});
}

}  // namespace

std::vector<std::string> read_languages(TableReader& table, std::string_view key) {
  std::vector<std::string> languages = table.texts(key, {.count_min = 1, .count_max = 20, .each = {.max = 8}});
  const Node* list = table.node().find(key);
  for (std::size_t index = 0; list != nullptr && index < list->items.size(); ++index) {
    const Node& item = list->items[index];
    if (item.kind == Node::Kind::text && !is_language(item.text))
      find_wrong_language(item, table.findings().element(table.path(key), index), item.text, table.findings());
  }
  std::erase_if(languages, [](const std::string& language) { return !is_language(language); });
  return languages;
}

Text read_words(TableReader& table, std::string_view key, const core::Site& site, TextRule rule) {
  Text words;
  const Node* node = table.value(key);
  if (node == nullptr) return words;
  Findings& findings = table.findings();
  if (node->kind != Node::Kind::table) {
    if (auto text = check_text(*node, table.path(key), rule, findings))
      words.by_language.emplace_back(site.languages.front(), *std::move(text));
    return words;
  }
  if (node->items.size() > 40) {
    table.error(key, "too_many", {"Højst 40 sprog.", "At most 40 languages."});
    return words;
  }
  for (const Node& item : node->items) {
    const std::string path = findings.child(table.path(key), item.key);
    if (!is_language(item.key))
      find_wrong_language(item, path, item.key, findings);
    else if (auto text = check_text(item, path, rule, findings))
      words.by_language.emplace_back(item.key, *std::move(text));
  }
  return words;
}

Text read_name(TableReader& table, std::string_view id, const core::Site& site) {
  Text name = read_words(table, "name", site);
  const Node* node = table.node().find("name");
  const bool nothing_said = !table.has("name") || (node->kind == Node::Kind::table && node->items.empty());
  if (nothing_said) {
    table.warning("name", "missing",
                  {fmt::format("Navnet mangler; {} vises i stedet.", quoted(id)),
                   fmt::format("The name is missing; {} is shown instead.", quoted(id))});
    if (!id.empty()) name.by_language.emplace_back(site.languages.front(), id);
    return name;
  }
  std::vector<std::string_view> missing;
  for (const std::string& language : site.languages)
    if (std::none_of(name.by_language.begin(), name.by_language.end(),
                     [&](const auto& entry) { return entry.first == language; }))
      missing.push_back(language);
  // A plain text is a choice: the same name in every language.
  if (node->kind == Node::Kind::table && !missing.empty())
    table.warning("name", "language_missing",
                  {fmt::format("Navnet mangler på: {}.", fmt::join(missing, ", ")),
                   fmt::format("The name is missing in: {}.", fmt::join(missing, ", "))});
  return name;
}

std::optional<Minutes> read_clock(TableReader& table, std::string_view key) {
  const Node* node = table.value(key);
  if (node == nullptr) return std::nullopt;
  const bool written = node->kind == Node::Kind::text || node->kind == Node::Kind::time;
  if (const auto clock = written ? parse_clock(node->text) : std::nullopt) return clock;
  table.error(key, "wrong_time",
              {"Her skal stå et klokkeslæt som \"09:00\", fra 00:00 til 24:00.",
               "This must be a time of day like \"09:00\", from 00:00 to 24:00."});
  return std::nullopt;
}

std::optional<std::pair<Minutes, Minutes>> read_hours(TableReader& table) {
  for (const std::string_view key : {"from", "to"})
    if (!table.has(key))
      table.error(key, "missing",
                  {fmt::format("{} mangler.", quoted(key)), fmt::format("{} is missing.", quoted(key))});
  const auto from = read_clock(table, "from"), to = read_clock(table, "to");
  if (!from || !to) return std::nullopt;
  if (*from < *to) return std::pair{*from, *to};
  table.error("to", "out_of_range",
              {fmt::format("Det lukker ({}) ikke efter det åbner ({}). Åbent hen over midnat skrives som to tidsrum.",
                           clock_text(*to), clock_text(*from)),
               fmt::format("It closes ({}) no later than it opens ({}). Hours past midnight are written as two.",
                           clock_text(*to), clock_text(*from))});
  return std::nullopt;
}

std::optional<int> read_quota(TableReader& table, std::string_view key) {
  const Node* node = table.node().find(key);
  if (node != nullptr && node->kind == Node::Kind::integer && node->integer == 0) {
    (void)table.value(key);
    table.error(key, "out_of_range",
                {"0 betyder, at ingen kan få hjælp. Udelad nøglen, hvis der ingen grænse er.",
                 "0 means that nobody is helped. Leave the key out if there is no limit."});
    return std::nullopt;
  }
  const auto quota = table.integer(key, 1, quota_max);
  return quota ? std::optional<int>{static_cast<int>(*quota)} : std::nullopt;
}

}  // namespace skranke::wire
