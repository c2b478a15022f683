// skranke-simulation: random centres for thousands of days. SKRANKE_SIM_DAYS (default 10000) and SKRANKE_SIM_SEED
// (default: of the day, printed) choose them. The same seed gives the same days.
#include <chrono>
#include <cstdlib>

#include <fmt/format.h>

#include "day.hpp"

namespace {

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

constexpr std::uint64_t days_per_centre = 4;

}  // namespace

int main() {
  using Clock = std::chrono::steady_clock;
  const auto days = setting("SKRANKE_SIM_DAYS", 10'000);
  const auto seed =
      setting("SKRANKE_SIM_SEED",
              static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count() / 1'000'000'000));
  fmt::print("seed {} (SKRANKE_SIM_SEED={} for the same days)\n", seed, seed);
  const auto begin = Clock::now();
  skranke::test::Tally tally;
  for (std::uint64_t centre = 0; tally.days < days; ++centre) {
    skranke::test::Centre room{seed + centre, tally};
    for (std::uint64_t day = 0; day < days_per_centre; ++day) {
      const std::string wrong = room.live_a_day();
      if (wrong.empty()) continue;
      fmt::print("centre {} day {}: {}\nSKRANKE_SIM_SEED={} SKRANKE_SIM_DAYS={} shows it alone\n", centre, day, wrong,
                 seed + centre, day + 1);
      return 1;
    }
  }
  const auto taken_s = std::chrono::duration<double>(Clock::now() - begin).count();
  fmt::print(
      "{} days, {} commands ({} refused), {} events, {} tickets, {} calls, {} finished, {} taken back, {} restarts, {} "
      "facility changes: {:.1f} s\n",
      tally.days, tally.commands, tally.refused, tally.events, tally.taken, tally.called, tally.finished, tally.undone,
      tally.restarts, tally.changes, taken_s);
  fmt::print("{} bookings kept, {} nights of the clock and turns of year, {} evacuations, {} sent away with a reason, {} calls held against the order, {} places against quotas\n",
             tally.booked, tally.nights, tally.evacuations, tally.turned_away, tally.calls_in_order, tally.quotas_watched);
  if (tally.days >= 400 && (tally.booked == 0 || tally.nights == 0 || tally.evacuations == 0 || tally.turned_away == 0 || tally.calls_in_order == 0)) {
    fmt::print("something never happened: this proves too little\n");
    return 1;
  }
  if (tally.called < tally.days || tally.undone < tally.days / 10 || tally.restarts == 0 || tally.changes == 0) {
    fmt::print("too little happened for this to prove anything\n");
    return 1;
  }
  return 0;
}
