#pragma once
// Random sites and random wishes out of plain bytes, so that a failing script shrinks to the few bytes that matter.
#include <cstdint>
#include <string>
#include <vector>

#include "core/command.hpp"

namespace skranke::test {

/// Reads bytes one after the other; nought for ever after the last.
class Bytes {
 public:
  explicit Bytes(const std::vector<std::uint8_t>& bytes) : bytes_{bytes} {}
  std::uint8_t next() { return at_ < bytes_.size() ? bytes_[at_++] : std::uint8_t{0}; }
  /// 0 … count - 1
  std::size_t below(std::size_t count) { return next() % count; }
  bool one_in(std::size_t count) { return below(count) == count - 1; }
  [[nodiscard]] bool spent() const { return at_ >= bytes_.size(); }

 private:
  const std::vector<std::uint8_t>& bytes_;
  std::size_t at_ = 0;
};

/// A small site in UTC: one to six services (some after others, some by booking, some with quotas), up to four desks,
/// two authorities, now and then with opening hours. No bytes give the plainest site there is: one service, one desk,
/// always open.
[[nodiscard]] core::Facility facility_from(const std::vector<std::uint8_t>& bytes);

/// The same site without its last service and last desk, where it has more than one.
[[nodiscard]] core::Facility smaller(const core::Facility& facility);

[[nodiscard]] core::ApplyFacility apply_command(const core::Facility& facility, std::uint64_t version);

/// The next wish of a script and the time at which it is made. Time mostly creeps, sometimes leaps (an hour, a day, a
/// week), sometimes goes back.
class Script {
 public:
  Script(const std::vector<std::uint8_t>& bytes, const core::Facility& facility) : bytes_{bytes}, facility_{facility} {}
  [[nodiscard]] bool over() const { return bytes_.spent(); }
  [[nodiscard]] core::Instant now() const { return now_; }
  /// For a room in which time has passed already: from then on, with names from `first` on.
  void begin(core::Instant now, int first) {
    now_ = now;
    taken_ = booked_ = first;
  }
  /// Moves the clock and makes a wish; `state` only tells which visits there are to name.
  core::Command next(const core::State& state);

 private:
  void move_clock();
  core::DeskId desk();
  core::ServiceId service();
  core::VisitId visit(const core::State& state);
  core::Command take();
  core::Command visit_wish(std::size_t kind, const core::State& state);
  core::Command desk_wish(std::size_t kind, const core::State& state);
  core::Command transfer();
  core::Command room_wish(const core::State& state);
  core::BookingId booking(const core::State& state);
  core::Instant start();
  core::Command book(const core::State& state);
  core::Command release();
  core::Command booking_wish(std::size_t kind, const core::State& state);
  core::Command list_wish(const core::State& state);
  core::Command session();
  core::Command change_of_services(const core::State& state);
  core::Command later_wish(std::size_t kind, const core::State& state);
  core::Command host_wish(const core::State& state);
  core::Command house_wish(std::size_t kind, const core::State& state);
  core::Number number(const core::State& state);

  Bytes bytes_;
  const core::Facility& facility_;
  core::Instant now_ = core::from_millis(1'795'424'400'000);  // Monday 23 November 2026, 09:00 UTC
  int taken_ = 0, booked_ = 0;
};

/// In words for a failure message: what was wished.
[[nodiscard]] std::string describe(const core::Command& command);

}  // namespace skranke::test
