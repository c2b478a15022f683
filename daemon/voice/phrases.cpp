#include "daemon/voice/phrases.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace skranke::daemon {

using std::chrono::milliseconds;

namespace {

// What stands for a slot while a pattern is taken apart: control characters, which no sentence holds.
constexpr char number_slot = '\x01', desk_slot = '\x02';

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view edges = " .,:;";
  const std::size_t from = text.find_first_not_of(edges);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(edges) - from + 1);
}

/// Cuts at slots and pauses; each piece is plain text, one slot, or "|".
std::vector<std::string> pieces_of(const std::string& pattern) {
  std::vector<std::string> pieces;
  std::string plain;
  const auto end_plain = [&] {
    if (const std::string_view text = trimmed(plain); !text.empty()) pieces.emplace_back(text);
    plain.clear();
  };
  for (const char c : pattern) {
    if (c != number_slot && c != desk_slot && c != '|') {
      plain += c;
      continue;
    }
    end_plain();
    pieces.emplace_back(1, c);
  }
  end_plain();
  return pieces;
}

std::string figure_in(std::string_view name) {
  const std::size_t end = name.find_last_of("0123456789");
  if (end == std::string_view::npos || end + 1 != name.size()) return {};
  const std::size_t before = name.find_last_not_of("0123456789");
  return std::string{name.substr(before == std::string_view::npos ? 0 : before + 1)};
}

void add_languages(std::vector<std::string>& into, const std::vector<std::string>& more) {
  for (const std::string& language : more)
    if (std::find(into.begin(), into.end(), language) == into.end()) into.push_back(language);
}

}  // namespace

bool Phrases::speaks(std::string_view language) const { return catalogue_.has(language, "voice.call"); }

std::vector<std::string> Phrases::languages(const core::Facility& facility) const {
  std::vector<std::string> all;
  add_languages(all, facility.site.languages);
  for (const core::Board& board : facility.boards) add_languages(all, board.languages);
  for (const core::Kiosk& kiosk : facility.kiosks) add_languages(all, kiosk.languages);
  std::erase_if(all, [&](const std::string& language) { return !speaks(language); });
  if (all.size() > languages_max) all.resize(languages_max);
  return all;
}

void Phrases::say(std::vector<Spoken>& into, std::string_view language, std::string_view text, milliseconds pause) const {
  if (!text.empty()) into.push_back({{std::string{language}, std::string{text}}, pause});
}

/// A letter, then up to three digits: whole hundreds and what is left, as the language joins them.
void Phrases::say_number(std::vector<Spoken>& into, std::string_view language, core::Number number, milliseconds pause) const {
  say(into, language, catalogue_.format(language, std::string{"voice.letter."} + number.letter, {}), pause);
  const int hundreds = number.digits / 100 * 100, rest = number.digits % 100;
  if (hundreds == 0 || rest == 0) return say(into, language, std::to_string(number.digits), within);
  const std::string joined = catalogue_.format(language, "voice.hundreds", {{"hundreds", std::string(1, number_slot)}, {"rest", std::string(1, desk_slot)}});
  for (const std::string& piece : pieces_of(joined)) {
    if (piece.front() == number_slot) say(into, language, std::to_string(hundreds), within);
    else if (piece.front() == desk_slot) say(into, language, std::to_string(rest), within);
    else say(into, language, piece, within);
  }
}

std::string Phrases::desk_name(std::string_view language, const core::Desk& desk) const {
  for (const auto& [named_in, name] : desk.name.by_language)
    if (named_in == language) return name;
  for (const auto& [named_in, name] : desk.name.by_language)
    if (const std::string figure = figure_in(name); !figure.empty()) return catalogue_.format(language, "voice.desk", {{"figure", figure}});
  return {};
}

std::vector<Spoken> Phrases::call(std::string_view language, const display::CallAloud& call, const core::Facility& facility) const {
  std::vector<Spoken> said;
  milliseconds pause = between;
  if (call.attempt > 1) say(said, language, catalogue_.format(language, call.attempt == 2 ? "voice.again.2" : "voice.again.more", {}), pause);
  const core::Desk* desk = facility.find(call.desk);
  const std::string pattern = catalogue_.format(language, "voice.call", {{"number", std::string(1, number_slot)}, {"desk", std::string(1, desk_slot)}});
  for (const std::string& piece : pieces_of(pattern)) {
    if (piece == "|") {
      pause = between;
      continue;
    }
    if (piece.front() == number_slot) say_number(said, language, call.number, pause);
    else if (piece.front() == desk_slot) say(said, language, desk == nullptr ? std::string{} : desk_name(language, *desk), pause);
    else say(said, language, piece, pause);
    pause = within;
  }
  return said;
}

std::vector<Spoken> Phrases::number(std::string_view language, core::Number number) const {
  std::vector<Spoken> said;
  say_number(said, language, number, before_next);
  return said;
}

std::vector<Spoken> Phrases::test(std::string_view language) const {
  std::vector<Spoken> said;
  say(said, language, catalogue_.format(language, "voice.test", {}), between);
  return said;
}

std::vector<Fragment> Phrases::needed(const core::Facility& facility) const {
  std::set<Fragment> all;
  const auto take = [&](const std::vector<Spoken>& said) {
    for (const Spoken& each : said) all.insert(each.fragment);
  };
  std::vector<Fragment> in_order;
  for (const std::string& language : languages(facility)) {
    for (const core::Desk& desk : facility.desks)
      for (const std::uint32_t attempt : {1U, 2U, 3U}) take(call(language, {0, {'A', 1}, desk.id, attempt, {}, {}}, facility));
    for (const char letter : core::unmistakable_letters) take(number(language, {letter, 1}));
    for (std::uint16_t digits = 1; digits < 100; ++digits) take(number(language, {'A', digits}));
    for (std::uint16_t hundreds = 100; hundreds < 1000; hundreds = static_cast<std::uint16_t>(hundreds + 100)) {
      take(number(language, {'A', hundreds}));
      take(number(language, {'A', static_cast<std::uint16_t>(hundreds + 1)}));
    }
    take(test(language));
    in_order.insert(in_order.end(), all.begin(), all.end());   // the site's first language is ready first
    all.clear();
  }
  return in_order;
}

}  // namespace skranke::daemon
