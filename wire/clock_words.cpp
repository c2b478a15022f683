#include "wire/clock_words.hpp"

#include <array>
#include <charconv>

#include <fmt/format.h>

#include "wire/digits.hpp"

namespace skranke::wire {
namespace {

constexpr std::array<std::string_view, 7> day_words{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

std::optional<unsigned> day_index(std::string_view word) {
  for (unsigned index = 0; index < day_words.size(); ++index)
    if (day_words[index] == word) return index;
  return std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// One word or one range of words, as bits.
std::optional<unsigned> day_bits(std::string_view words) {
  const std::size_t dash = words.find('-');
  const auto first = day_index(trimmed(words.substr(0, dash)));
  const auto last = dash == std::string_view::npos ? first : day_index(trimmed(words.substr(dash + 1)));
  if (!first || !last || *last < *first) return std::nullopt;
  unsigned bits = 0;
  for (unsigned day = *first; day <= *last; ++day) bits |= 1U << day;
  return bits;
}

}  // namespace

std::optional<core::Minutes> parse_clock(std::string_view text) {
  Digits at{text};
  const int hour = at.number(2), minute = at.literal(':').number(2);
  if (!at.all_read() || minute > 59 || hour * 60 + minute > 1440) return std::nullopt;
  return core::Minutes{hour * 60 + minute};
}

std::optional<std::uint8_t> parse_weekdays(std::string_view text) {
  if (text.size() > 64) return std::nullopt;
  unsigned bits = 0;
  while (true) {
    const std::size_t comma = text.find(',');
    const auto some = day_bits(trimmed(text.substr(0, comma)));
    if (!some || (bits & *some) != 0) return std::nullopt;
    bits |= *some;
    if (comma == std::string_view::npos) return static_cast<std::uint8_t>(bits);
    text.remove_prefix(comma + 1);
  }
}

std::optional<core::WeeklySpan> parse_weekly_span(std::string_view text) {
  text = trimmed(text);
  const std::size_t space = text.find_last_of(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const auto days = parse_weekdays(trimmed(text.substr(0, space)));
  const std::string_view hours = text.substr(space + 1);
  const std::size_t dash = hours.find('-');
  if (!days || dash == std::string_view::npos) return std::nullopt;
  const auto from = parse_clock(hours.substr(0, dash)), to = parse_clock(hours.substr(dash + 1));
  if (!from || !to || *to <= *from) return std::nullopt;
  return core::WeeklySpan{*days, *from, *to};
}

std::optional<core::WeeklySpan> parse_presence(std::string_view text) {
  constexpr std::string_view word = " quota ";
  const std::size_t at = text.find(word);
  auto span = parse_weekly_span(text.substr(0, at));
  if (!span || at == std::string_view::npos) return span;
  const std::string_view digits = trimmed(text.substr(at + word.size()));
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), span->quota);
  const bool read = error == std::errc{} && end == digits.data() + digits.size() && span->quota >= 1 && span->quota <= 100'000;
  return read ? span : std::nullopt;
}

std::optional<core::Day> parse_date(std::string_view text) {
  Digits at{text};
  const int year = at.number(4), month = at.literal('-').number(2), day = at.literal('-').number(2);
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!at.all_read() || !date.ok() || year < 2000 || year > 2100) return std::nullopt;
  return core::Day{date};
}

std::string clock_text(core::Minutes minutes) {
  return fmt::format("{:02}:{:02}", minutes.count() / 60, minutes.count() % 60);
}

std::vector<std::string> weekday_words(std::uint8_t days) {
  std::vector<std::string> words;
  for (unsigned index = 0; index < day_words.size(); ++index)
    if ((days >> index & 1U) != 0) words.emplace_back(day_words[index]);
  return words;
}

std::string weekly_span_text(const core::WeeklySpan& span) {
  const std::string quota = span.quota == 0 ? std::string{} : fmt::format(" quota {}", span.quota);
  return fmt::format("{} {}-{}{}", fmt::join(weekday_words(span.days), ","), clock_text(span.from), clock_text(span.to), quota);
}

}  // namespace skranke::wire
