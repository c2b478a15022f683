#pragma once
// What a contact centre did while nobody was here: the log that is read in the morning. Folded from facts that stand in the journal with who did them.
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/facility.hpp"
#include "db/facts.hpp"
#include "db/store.hpp"

namespace skranke::daemon {

/// Before the id of whoever acts as a contact centre, in the journal: the role stays readable when the person or token is gone.
inline constexpr std::string_view centre_prefix = "contact_centre:";

enum class Done : std::uint8_t { booked, moved, cancelled, call_back };
[[nodiscard]] std::string_view word(Done done);

struct HandoverEntry {
  core::Instant at{};
  Done done{};
  std::string by;                            ///< "person-5"
  core::BookingId booking;                   ///< of what was booked, moved, cancelled
  std::vector<core::ServiceId> services;     ///< empty where the fact before it is older than what was read
  std::optional<core::Instant> start;        ///< booked for, or the begin of the window in which to ring
  std::string number;                        ///< of a telephone visit
};

/// Kinds of facts that the log is made of.
[[nodiscard]] std::span<const std::string_view> handover_facts();

/// The facilities that were in force, each until the next; so that hours of then are judged by, not those of today.
class HoursThen {
 public:
  /// The oldest first. Before the first one its own hours count: nothing older is known.
  HoursThen(std::shared_ptr<const core::Facility> now, const std::vector<db::FacilityVersion>& versions);
  [[nodiscard]] bool open_at(core::Instant at) const;

 private:
  std::vector<std::pair<core::Instant, std::shared_ptr<const core::Facility>>> from_;
};

/// Of what a contact centre did at a time when the site was closed, by the hours that held then; oldest first.
[[nodiscard]] std::vector<HandoverEntry> handover(const std::vector<db::Fact>& facts, const HoursThen& hours);

}  // namespace skranke::daemon
