#pragma once
// May somebody join now? Hours, quotas, queues, the crowd and the last ticket; and what a citizen can do instead. `why_not` (core/command.hpp) is
// the way in for all who only want to know.
#include "core/command.hpp"

namespace skranke::core {

/// Those who take a ticket for somebody else: they see the room and the person, so the last ticket and the crowd do not bind them.
[[nodiscard]] inline bool staff_channel(Channel channel) { return channel == Channel::host || channel == Channel::phone; }

/// Of the weekdays' own quotas: the sum of the day's presences, none when one of them has no limit.
[[nodiscard]] std::optional<int> quota_on(const Authority& authority, Day day);

/// Persons in the room: waiting, called or served, parties in full; who waits outside or is put aside does not count. `zone` empty = the whole room.
[[nodiscard]] int persons_in(const State& state, const Facility& facility, std::string_view zone);
/// Would `party` more persons for this service be too many for the room or their zone?
[[nodiscard]] bool crowded(const State& state, const Facility& facility, const ServiceId& service, std::uint16_t party);

/// How much more than its own work a newcomer for `service` has time for today: open time left and overtime, less the expected wait and the
/// service itself. Negative = it would end too late.
[[nodiscard]] std::chrono::milliseconds margin_before_closing(const State& state, const Facility& facility, const Service& service, Instant now);

/// When somebody can be rung who asks for it now, while nobody is here for all of these services: the next time in which there is. Nothing while it
/// is a matter of waiting, and where no such time comes.
[[nodiscard]] std::optional<OpenSpan> rung_in(const Facility& facility, const std::vector<ServiceId>& services, Instant now);

/// May somebody be written down who is to be rung in the next opening? It counts in the quotas of the day on which it is asked; the queue of that
/// morning has its bound, too.
[[nodiscard]] std::optional<Refusal> why_not_rung(const State& state, const Facility& facility, const Service& service, Instant now);

/// Those who still wait or are put aside when the business day ends outside opening hours: they cannot be in the room any more. In order of arrival.
[[nodiscard]] std::vector<Serial> unserved_at(const State& state, const Facility& facility, Day new_day, Instant now);

}  // namespace skranke::core
