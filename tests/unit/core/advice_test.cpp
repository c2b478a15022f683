// Which free times are advised: hours with less to do than others of the day.
#include "core/evolve.hpp"
#include "core/forecast/advice.hpp"
#include "room.hpp"

namespace skranke::test {
namespace {

using namespace core;
using namespace std::chrono_literals;

class Advice : public Room {
 public:
  /// Ten walk-ins an hour from nine to noon, four from noon to three, by the clock of the site.
  void seen(double days) {
    const auto shift = static_cast<std::size_t>(std::chrono::floor<std::chrono::hours>(facility.zone.offset_at(now)).count());
    state.learned.hours.days = days;
    for (std::size_t hour = 9; hour < 15; ++hour) state.learned.hours.usual[hour - shift] = hour < 12 ? 10 : 4;
    state.learned.walk_ins = {{ServiceId{"pas"}, 42.0}};
  }
  [[nodiscard]] std::vector<FreeSlot> day() const {
    std::vector<FreeSlot> slots;
    const Instant nine = now + std::chrono::hours{24};   // it is nine now
    for (int hour = 0; hour < 6; ++hour) slots.push_back({nine + std::chrono::hours{hour}, 1});
    return slots;
  }
};

TEST_F(Advice, HoursInWhichFewWalkInsComeAreAdvised) {
  seen(10);
  EXPECT_EQ(advised(state, facility, day(), now), (std::vector{false, false, false, true, true, true}));
}

TEST_F(Advice, NothingIsAdvisedBeforeTheHouseKnowsItself) {
  seen(4);
  EXPECT_EQ(advised(state, facility, day(), now), std::vector(6, false));
}

TEST_F(Advice, BookingsFillAnHour) {
  seen(10);
  for (int i = 0; i < 12; ++i) {
    BookingMade made;
    made.booking = BookingId{"0000000" + std::string(1, static_cast<char>('a' + i))};
    const Instant one = now + 24h + 4h;
    made.parts = {{ServiceId{"pas"}, one, one + 12min}};
    evolve(state, Event{now, made});
  }
  EXPECT_EQ(advised(state, facility, day(), now), (std::vector{false, false, false, true, false, true})) << "one o'clock is full of bookings now";
}

TEST_F(Advice, EachDayStandsForItself) {
  seen(10);
  auto slots = day();
  for (const FreeSlot& slot : day()) slots.push_back({slot.start + 24h, 1});
  EXPECT_EQ(advised(state, facility, slots, now), (std::vector{false, false, false, true, true, true, false, false, false, true, true, true}));
}

TEST(QuietHours, NoneWhereAllAreAlike) {
  EXPECT_EQ(quiet_hours(std::vector{5.0, 5.0, 5.0}), std::vector(3, false));
  EXPECT_EQ(quiet_hours(std::vector{0.0, 5.0, 9.0}), (std::vector{false, true, false})) << "hours in which nobody ever comes do not count";
}

}  // namespace
}  // namespace skranke::test
