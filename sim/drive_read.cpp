#include "sim/drive_read.hpp"

#include <fmt/format.h>

#include "wire/events.hpp"

namespace skranke::sim {

core::DeskId desk_in(Line& line) { return core::DeskId{line->required_text("desk", id_rule)}; }
core::VisitId visit_in(Line& line, std::string_view key) { return core::VisitId{line->required_text(key, id_rule)}; }
std::string token_of(const core::VisitId& visit) { return "token-" + visit.str(); }

void missing(Line& line, std::string_view key) {
  line->error(key, "missing", {fmt::format("\"{}\" mangler.", key), fmt::format("\"{}\" is missing.", key)});
}

std::vector<core::ServiceId> services_in(Line& line, std::string_view key, std::size_t count_max) {
  const auto texts = line->texts(key, {.count_max = count_max, .each = id_rule, .distinct = false});   // the room says which is there twice
  return {texts.begin(), texts.end()};
}

std::vector<core::ServiceId> required_services_in(Line& line, std::string_view key) {
  if (!line->has(key)) missing(line, key);
  const auto texts = line->texts(key, {.count_min = 1, .count_max = 8, .each = id_rule, .distinct = false});
  return {texts.begin(), texts.end()};
}

std::optional<std::vector<core::Need>> needs_in(Line& line) {
  if (!line->has("needs")) return std::nullopt;
  std::vector<core::Need> needs;
  const auto words = line->texts("needs", {.count_max = 6, .each = {.max = 20}});
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (const auto need = wire::from_word<core::Need>(words[i]))
      needs.push_back(*need);
    else
      line->error(fmt::format("needs[{}]", i), "not_one_of", {"Behovet findes ikke.", "There is no such need."});
  }
  return needs;
}

std::optional<core::Number> number_in(Line& line, std::string_view key) {
  const auto typed = line->text(key, {.max = 16});
  if (!typed) return std::nullopt;
  const auto number = core::parse_typed_number(*typed);
  if (!number) line->error(key, "wrong_characters", {"Det er ikke et nummer som A 12.", "This is not a number like A 12."});
  return number;
}

core::Place place_in(Line& line) {
  const auto place = line->one_of("place", place_words);
  return place ? *wire::from_word<core::Place>(*place) : core::Place::keep;
}

core::ChangeServices change_in(Line& line) {
  core::ChangeServices wish;
  wish.add = services_in(line, "add", 8);
  wish.remove = services_in(line, "remove", 8);
  wish.change_to = core::ServiceId{line->text("change_to", id_rule).value_or("")};
  return wish;
}

}  // namespace skranke::sim
