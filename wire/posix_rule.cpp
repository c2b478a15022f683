#include "wire/posix_rule.hpp"

namespace skranke::wire {
namespace {

using std::chrono::seconds;

class RuleReader {
 public:
  explicit RuleReader(std::string_view text) : rest_{text} {}
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] bool is_next(char c) const { return rest_.starts_with(c); }
  bool skip(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char c) { failed_ = !skip(c) || failed_; }
  /// "CET" or "<+03>": only its end matters.
  void skip_name() {
    std::size_t length = 0;
    if (skip('<')) {
      length = rest_.find('>');
      if (length == std::string_view::npos) return void(failed_ = true);
      rest_.remove_prefix(length + 1);
      return;
    }
    while (length < rest_.size() && ((rest_[length] | 0x20) >= 'a' && (rest_[length] | 0x20) <= 'z')) ++length;
    if (length == 0) failed_ = true;
    rest_.remove_prefix(length);
  }
  int number() {
    int value = 0;
    std::size_t width = 0;
    for (; width < rest_.size() && width < 3 && rest_[width] >= '0' && rest_[width] <= '9'; ++width)
      value = value * 10 + (rest_[width] - '0');
    if (width == 0) failed_ = true;
    rest_.remove_prefix(width);
    return value;
  }
  /// "-3:30", "167", "+5:00:00".
  seconds time() {
    const bool minus = skip('-');
    if (!minus) skip('+');
    int total = number() * 3600;
    if (skip(':')) total += number() * 60;
    if (skip(':')) total += number();
    return seconds{minus ? -total : total};
  }
  YearlyChange change() {
    YearlyChange made;
    expect(',');
    expect('M');
    made.month = number();
    expect('.');
    made.week = number();
    expect('.');
    made.weekday = number();
    if (skip('/')) made.time = time();
    if (made.month < 1 || made.month > 12 || made.week < 1 || made.week > 5 || made.weekday > 6) failed_ = true;
    return made;
  }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

core::Instant instant_of(const YearlyChange& change, int year, seconds offset_before) {
  using namespace std::chrono;
  const std::chrono::weekday weekday{static_cast<unsigned>(change.weekday)};
  const auto month = std::chrono::year{year} / std::chrono::month{static_cast<unsigned>(change.month)};
  const local_days day = change.week == 5 ? local_days{month / weekday[last]}
                                          : local_days{month / weekday[static_cast<unsigned>(change.week)]};
  return core::Instant{day.time_since_epoch() + change.time - offset_before};
}

}  // namespace

std::pair<core::Zone::Transition, core::Zone::Transition> PosixRule::changes(int year) const {
  const core::Zone::Transition on{instant_of(to_summer, year, standard), summer};
  const core::Zone::Transition off{instant_of(to_standard, year, summer), standard};
  return on.from < off.from ? std::pair{on, off} : std::pair{off, on};
}

std::optional<PosixRule> parse_posix_rule(std::string_view text) {
  RuleReader reader{text};
  PosixRule rule;
  reader.skip_name();
  rule.standard = -reader.time();  // POSIX counts west of Greenwich
  reader.skip_name();
  rule.summer = reader.is_next(',') ? rule.standard + seconds{3600} : -reader.time();
  rule.to_summer = reader.change();
  rule.to_standard = reader.change();
  if (reader.failed() || !reader.at_end()) return std::nullopt;
  return rule;
}

}  // namespace skranke::wire
