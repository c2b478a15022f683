#include "display/face.hpp"

#include <algorithm>

namespace skranke::display {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds dash_moves_every{500};

const Call* call_for(const Sign& sign, const Heard& heard, Instant now) {
  const auto found = std::find_if(heard.calls.begin(), heard.calls.end(), [&](const Call& call) { return sign.above.empty() || call.desk == sign.above; });
  if (found == heard.calls.end() || now - found->called_at >= sign.shown_for) return nullptr;
  return &*found;
}

/// Which half of its period something is in that blinks since `from`: lit first, and on all signs that show it together. A clock behind the daemon's: lit.
bool first_half(Instant from, Instant now, milliseconds half) { return now < from || (now - from) / half % 2 == 0; }

/// A dash that wanders says "I am alive, but I do not know": no number, and not the steady dash of a free desk.
std::string wandering_dash(std::size_t width, Instant now) {
  const auto step = static_cast<std::size_t>(now.time_since_epoch() / dash_moves_every) % width;
  return std::string(step, ' ') + '-' + std::string(width - step - 1, ' ');
}

bool is_stale(const Sign& sign, const Heard& heard, Instant now) { return !heard.ever || now - heard.at >= sign.stale_after; }

Instant next_half(Instant from, Instant now, milliseconds half) { return now < from ? from + half : from + ((now - from) / half + 1) * half; }

}  // namespace

Face face(const Sign& sign, const Heard& heard, Instant started, Instant now) {
  if (now - started < sign.lamp_test) return {Showing::lamp_test, std::string(sign.number_digits, '8'), std::string(sign.desk_digits, '8'), true, true};
  if (is_stale(sign, heard, now)) return {Showing::stale, wandering_dash(sign.number_digits, now), {}, true, false};
  if (heard.evacuation)   // no words on digits: every dash blinks, and no number draws anybody to a desk
    return {Showing::evacuation, std::string(sign.number_digits, '-'), std::string(sign.desk_digits, '-'), first_half(Instant{}, now, sign.blink_half), false};
  const Call* call = call_for(sign, heard, now);
  if (call == nullptr) return {Showing::free, "-", {}, true, false};
  const bool blinks = now - call->called_at < sign.blink_for;
  return {Showing::number, call->number, call->desk_mark, !blinks || first_half(call->called_at, now, sign.blink_half), false};
}

Instant next_change(const Sign& sign, const Heard& heard, Instant started, Instant now) {
  if (now - started < sign.lamp_test) return started + sign.lamp_test;
  if (is_stale(sign, heard, now)) return next_half(Instant{}, now, dash_moves_every);
  Instant next = heard.at + sign.stale_after;
  if (heard.evacuation) return std::min(next, next_half(Instant{}, now, sign.blink_half));
  if (const Call* call = call_for(sign, heard, now)) {
    next = std::min<Instant>(next, call->called_at + sign.shown_for);
    if (now - call->called_at < sign.blink_for) next = std::min({next, next_half(call->called_at, now, sign.blink_half), Instant{call->called_at + sign.blink_for}});
  }
  return next;
}

int brightness(const DayPlan& plan, core::Minutes minute_of_day) {
  int percent = plan.from.empty() ? 100 : plan.from.back().second;   // before the first entry the evening's setting holds on
  for (const auto& [from, value] : plan.from)
    if (from <= minute_of_day) percent = value;
  return percent;
}

}  // namespace skranke::display
