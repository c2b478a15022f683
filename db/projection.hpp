#pragma once
// The room as plain tables that any SQL tool reads: what folding the journal up to the watermark gives. Derivable, so never flushed for
// its own sake; the watermark changes in the same transaction as the rows.
#include <optional>
#include <unordered_set>
#include <vector>

#include "db/sqlite.hpp"

namespace skranke::db {

/// A version of the facility that was in force: where its text stands in the journal, and who applied it when.
struct AppliedFacility {
  std::uint64_t version = 0, seq = 0;
  std::int64_t at_ms = 0;
  std::string actor;
};

/// What changed since the tables were written.
struct Changes {
  bool all = false;                              ///< everything may have: a new day, or tables that were emptied
  std::unordered_set<core::Serial> visits;
  std::unordered_set<core::BookingId> bookings;
  std::vector<AppliedFacility> facilities;
  [[nodiscard]] bool empty() const { return !all && visits.empty() && bookings.empty() && facilities.empty(); }
  void clear() { all = false, visits.clear(), bookings.clear(), facilities.clear(); }
  void note(const core::Event& event, std::uint64_t seq, std::string_view actor);
};

class Projection {
 public:
  [[nodiscard]] static Result<Projection> make(Connection& connection);

  /// Writes the changed rows and the watermark into the open transaction. `saved` must be called once it is committed.
  [[nodiscard]] Result<void> write(const core::State& state, const Changes& changes, std::uint64_t watermark);
  /// The tables now say what `state` says.
  void saved(const core::State& state) { desks_ = state.desks, last_serial_ = state.last_serial; }

 private:
  [[nodiscard]] Result<void> write_visits(const core::State& state, const Changes& changes);
  [[nodiscard]] Result<void> write_visit(const core::Visit& visit);
  [[nodiscard]] Result<void> write_step(core::Serial serial, std::size_t index, const core::Step& step);
  [[nodiscard]] Result<void> write_bookings(const core::State& state, const Changes& changes);
  [[nodiscard]] Result<void> write_booking(const core::Booking& booking);
  [[nodiscard]] Result<void> write_desks(const core::State& state, bool all);
  [[nodiscard]] Result<void> write_desk(const core::DeskStatus& desk, std::size_t position);
  [[nodiscard]] Result<void> write_room(const core::State& state);
  [[nodiscard]] Result<void> write_tallies(const core::State& state);

  Connection* connection_ = nullptr;
  std::vector<core::DeskStatus> desks_;   ///< as last written: few, so they are compared instead of noted
  core::Serial last_serial_ = 0;          ///< as last written: a later visit has no rows yet that would have to go
  Statement visit_, step_, steps_beyond_, done_none_, done_, desk_, desk_services_none_, desk_service_, tallies_none_, tally_, room_, facility_,
      watermark_, booking_, booking_count_;
};

struct Loaded {
  core::State state;
  std::uint64_t watermark = 0;
  std::uint64_t facility_seq = 0;   ///< of the last FacilityApplied up to the watermark; 0 = none
};
/// Reads the tables back. Nothing = they hold no usable room (never written, or rows are missing or make no sense): fold the journal
/// instead. `why` then says so, empty when they were simply never written.
[[nodiscard]] Result<std::optional<Loaded>> load_projection(Connection& connection, std::string* why);

}  // namespace skranke::db
