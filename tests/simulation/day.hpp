#pragma once
// One random centre, lived through for some days: arrivals, desks, breaks, no-shows, transfers, undo, citizens who
// leave, clocks that jump, facilities that change, boxes that restart.
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "core/command.hpp"
#include "room_checks.hpp"
#include "witness.hpp"

namespace skranke::test {

struct Tally {
  std::uint64_t days = 0, commands = 0, refused = 0, events = 0, taken = 0, called = 0, finished = 0, undone = 0,
                restarts = 0, changes = 0, evacuations = 0, booked = 0, nights = 0, turned_away = 0, calls_in_order = 0, quotas_watched = 0;
};

class Centre {
 public:
  Centre(std::uint64_t seed, Tally& tally);
  /// Lives through one day; empty, or what went wrong and when.
  std::string live_a_day();

 private:
  core::Facility random_facility();
  std::string minute(core::Instant until);
  std::string arrivals();
  std::string desk_acts(const core::Desk& desk);
  std::string at_busy_desk(const core::DeskStatus& desk);
  std::string bookings();
  std::string citizen_acts();
  std::string anybody_acts();
  std::string host_acts();
  std::string house_acts();
  std::string mishap();
  std::string restart();
  std::string change_facility();
  std::string wish(const core::Command& command);
  std::string note(const core::Event& event);
  std::string note_evacuation(const core::Event& event);
  [[nodiscard]] std::map<core::ServiceId, std::vector<core::Serial>> lines() const;
  std::string settle();
  core::Command random_transfer(const core::DeskId& desk);

  std::uint64_t below(std::uint64_t count) { return random_() % count; }
  bool chance(std::uint64_t percent) { return below(100) < percent; }
  core::ServiceId any_service() { return facility_.services[below(facility_.services.size())].id; }

  std::mt19937_64 random_;
  Tally& tally_;
  core::Facility facility_, spare_;  ///< in use, and the one it may change to
  core::State state_;
  core::Instant now_{};
  Ledger ledger_;
  Witness witness_;
  bool night_ = false;       ///< the first day begins before midnight
  std::uint64_t arrivals_ = 0;
  int scripted_ = 0;         ///< wishes of a script so far: their names must not come twice
  std::uint64_t busy_ = 30;  ///< arrivals a hundred minutes
  std::map<core::Serial, core::Number> issued_today_;
  std::map<core::ServiceId, std::vector<core::Serial>> frozen_lines_;   ///< every service's queue as it stood when the house was left
  std::map<core::DeskId, core::Instant> last_next_;
};

}  // namespace skranke::test
