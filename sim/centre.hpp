#pragma once
// Lives planned days with the unchanged core: what citizens and clerks do comes from the plan, who is called comes from the core, which never
// learns a service time before it is over.
#include <functional>
#include <optional>
#include <queue>
#include <vector>

#include "core/command.hpp"
#include "core/estimate.hpp"
#include "sim/day_plan.hpp"

namespace skranke::sim {

/// What became of one visit. Times in seconds since the epoch; nothing = did not happen.
struct VisitRecord {
  std::size_t service = 0;
  bool booked = false;
  double booked_for_s = 0;               ///< of a booked one
  double arrived_s = 0;
  std::optional<double> called_s, started_s, finished_s, left_s;
  std::size_t desk = 0;                  ///< when called
  core::Why why{};
  std::optional<core::Estimate> told;    ///< at arrival, where the day is lived with estimates
};

struct DeskRecord {
  double open_s = 0, busy_s = 0;         ///< open without breaks; from call to finish
  double closed_s = 0;                   ///< when it went home
};

struct DayRecord {
  double opens_s = 0, closes_s = 0;
  std::optional<double> shock_s;         ///< when the scenario's shock came, on a day that had one
  std::vector<VisitRecord> visits;       ///< who arrived, in order of arrival
  std::vector<DeskRecord> desks;
  std::uint64_t commands = 0;
};

/// What other eyes than the record's may want to see: called with the state right after each arrival, before anybody is called for it.
using Witness = std::function<void(const core::State&, const core::Facility&, core::Serial, core::Instant)>;

enum class Estimates : std::uint8_t { none, told, bound };

/// One site day after day. Not safe from several threads.
class Centre {
 public:
  /// Asked for at every arrival: nothing, the core's estimate, or the best that could be told (sim/bound.hpp).
  Centre(const Scenario& scenario, const core::Facility& site, Estimates estimates);

  [[nodiscard]] DayRecord live(const DayPlan& plan, std::uint64_t day);
  void watch(Witness witness) { witness_ = std::move(witness); }

 private:
  enum class Kind : std::uint8_t { opens, arrives, starts, finishes, pauses, resumes, lost, gives_up };
  struct Happening {
    core::Instant at;
    std::uint64_t order;
    Kind kind;
    std::size_t index;                   ///< of the visit or desk
    bool operator>(const Happening& other) const { return at != other.at ? at > other.at : order > other.order; }
  };
  struct DeskLife {
    std::size_t visit = 0;
    core::Instant since{};               ///< idle, paused or busy since
    bool busy = false, open = false, paused = false, break_due = false, lost = false;
  };

  void make_bookings(const DayPlan& plan);
  [[nodiscard]] core::BookingId booking_of(std::size_t visit) const;
  void plan_happenings(const DayPlan& plan);
  void happen(const Happening& happening);
  void arrive(std::size_t visit);
  void start(std::size_t desk);
  void finish(std::size_t desk);
  void free_desk(std::size_t desk);
  void call_idle_desks();
  [[nodiscard]] core::Instant back_at(std::size_t desk) const;
  bool call(std::size_t desk);
  void close_up();
  void obey(const core::Command& command);
  [[nodiscard]] core::Instant minute(double at_min) const;
  void schedule(core::Instant at, Kind kind, std::size_t index) { agenda_.push({at, ++order_, kind, index}); }

  const Scenario& scenario_;
  core::Facility site_;
  Estimates estimates_;
  Witness witness_;
  core::State state_;
  core::Instant now_{}, opens_{};
  std::uint64_t order_ = 0, next_id_ = 0, day_ = 0;
  const DayPlan* plan_ = nullptr;
  DayRecord record_;
  std::vector<core::VisitId> ids_;             ///< of the day's planned visits
  std::vector<std::size_t> records_;           ///< where each planned visit is recorded
  core::Serial first_serial_ = 0;              ///< of the day; arrivals count up from it
  std::vector<std::size_t> by_arrival_;        ///< serial - first_serial_ → planned visit
  std::vector<DeskLife> desks_;
  std::priority_queue<Happening, std::vector<Happening>, std::greater<>> agenda_;
};

[[nodiscard]] constexpr double seconds_of(core::Instant at) { return static_cast<double>(at.time_since_epoch().count()) / 1000.0; }

}  // namespace skranke::sim
