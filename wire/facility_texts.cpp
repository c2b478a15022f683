#include "wire/facility_texts.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace skranke::wire {
namespace {

constexpr std::size_t odd_max = 100;

bool is_key(std::string_view key) {
  const auto may = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.'; };
  return !key.empty() && key.size() <= 120 && std::all_of(key.begin(), key.end(), may);
}

void read_language(TableReader& table, std::map<std::string, std::string, std::less<>>& texts) {
  for (const Node& item : table.node().items) {
    const auto pattern = table.text(item.key, {.max = own_text_length_max, .lines = true});
    if (!pattern) continue;
    if (!is_key(item.key))
      table.error(item.key, "wrong_content", {"Det er ikke navnet på en tekst.", "That is not the name of a text."});
    else if (!is_pattern(*pattern))
      table.error(item.key, "wrong_pattern", {"Krøllede parenteser skal passe sammen, f.eks. \"{n, plural, one{1 foran dig} other{# foran dig}}\".",
                                              "Braces must match, e.g. \"{n, plural, one{1 ahead of you} other{# ahead of you}}\"."});
    else
      texts.try_emplace(item.key, *pattern);
  }
  table.done();
}

}  // namespace

void read_ticket(TableReader& table, core::TicketLayout& layout) {
  if (table.has("parts")) {
    layout.parts.clear();
    for (const std::string& part : table.texts("parts", {.count_min = 1, .count_max = ticket_part_words.size()})) {
      const auto found = std::find(ticket_part_words.begin(), ticket_part_words.end(), part);
      if (found == ticket_part_words.end())
        table.error("parts", "wrong_content", {fmt::format("{} er ingen del af en billet; vælg blandt {}.", quoted(part), fmt::join(ticket_part_words, " ")),
                                               fmt::format("{} is no part of a ticket; choose among {}.", quoted(part), fmt::join(ticket_part_words, " "))});
      else
        layout.parts.push_back(static_cast<core::TicketPart>(found - ticket_part_words.begin()));
    }
    if (std::find(layout.parts.begin(), layout.parts.end(), core::TicketPart::number) == layout.parts.end())
      table.error("parts", "wrong_content", {"Nummeret skal stå på billetten.", "The number must be on the ticket."});
  }
  layout.number_percent = static_cast<int>(table.integer("number_percent", 40, 100).value_or(layout.number_percent));
  layout.text_percent = static_cast<int>(table.integer("text_percent", 80, 150).value_or(layout.text_percent));
  table.done();
}

void read_texts(TableReader& table, core::OwnTexts& texts) {
  std::size_t count = 0;
  for (const Node& item : table.node().items) {
    auto language = table.table(item.key);
    if (!language) continue;
    count += item.items.size();
    if (!is_slug(item.key) || item.key.size() > 12 || texts.size() >= own_languages_max || count > own_texts_max) {
      table.error(item.key, "out_of_range", {fmt::format("Højst {} sprog og {} egne tekster.", own_languages_max, own_texts_max),
                                             fmt::format("At most {} languages and {} texts of your own.", own_languages_max, own_texts_max)});
      continue;
    }
    read_language(*language, texts[item.key]);
    if (texts[item.key].empty()) texts.erase(item.key);
  }
  table.done();
}

std::vector<Finding> odd_texts(const core::OwnTexts& texts, const Catalogue& catalogue) {
  std::vector<Finding> odd;
  const auto note = [&](const std::string& language, const std::string& key, std::string_view reason, Message message) {
    if (odd.size() >= odd_max) return;
    Finding finding;
    finding.severity = Severity::warning;
    finding.field = fmt::format("texts.{}.{}", language, key);
    finding.reason = reason;
    finding.message = std::move(message);
    odd.push_back(std::move(finding));
  };
  const auto known = catalogue.sentences("da");
  for (const auto& [language, sentences] : texts)
    for (const auto& [key, pattern] : sentences) {
      const auto found = std::lower_bound(known.begin(), known.end(), key, [](const auto& each, const std::string& wanted) { return each.first < wanted; });
      if (found == known.end() || found->first != key) {
        note(language, key, "unknown_text", {fmt::format("Ingen side og ingen billet bruger teksten {}.", quoted(key)), fmt::format("No page and no ticket uses the text {}.", quoted(key))});
        continue;
      }
      const auto wanted = names_in(found->second), given = names_in(pattern);
      if (wanted == given) continue;
      note(language, key, "other_names", {fmt::format("Teksten {} har {{{}}}; den oprindelige har {{{}}}.", quoted(key), fmt::join(given, "} {"), fmt::join(wanted, "} {")),
                                          fmt::format("The text {} has {{{}}}; the original has {{{}}}.", quoted(key), fmt::join(given, "} {"), fmt::join(wanted, "} {"))});
    }
  return odd;
}

}  // namespace skranke::wire
