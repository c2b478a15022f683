// The waiting list for places: who is on it, what they are offered, and when a wish is over.
#include <algorithm>
#include <map>

#include "core/calendar.hpp"
#include "core/decide.hpp"

namespace skranke::core {
namespace {

using tl::unexpected;

constexpr int offers_at_once = 16;               ///< in one tick; the next follows at once
constexpr Minutes sought_again{15};              ///< places that become free by the clock alone: of the day, of a quota
constexpr Minutes day_length{24 * 60};

Day day_of(const Facility& facility, Instant at) { return std::chrono::floor<std::chrono::days>(facility.zone.to_local(at)); }

/// Reads the calendar once for all who want the same, until a place is given away.
class PlaceSearch {
 public:
  PlaceSearch(const State& state, const Facility& facility, Instant now) : state_{state}, facility_{facility}, now_{now}, kept_until_{offer_ends(facility, now)} {}

  [[nodiscard]] Instant kept_until() const { return kept_until_; }

  /// The first that suits, which leaves its holder time to answer and to come.
  std::optional<Instant> first_for(const Booking& who) {
    const PlaceWish& wish = *who.wish;
    for (const FreeSlot& slot : slots(who)) {
      const Day day = day_of(facility_, slot.start);
      if (day > wish.last) break;
      const auto clock = facility_.zone.to_local(slot.start) - LocalTime{day};
      const bool suits = day >= wish.first && clock >= wish.from && clock < wish.to && slot.start >= kept_until_ && slot.start >= now_ + facility_.booking.offer_notice;
      if (suits && std::find(wish.passed.begin(), wish.passed.end(), slot.start) == wish.passed.end()) return slot.start;
    }
    return std::nullopt;
  }
  void forget() { read_.clear(); }

 private:
  const std::vector<FreeSlot>& slots(const Booking& who) {
    SlotQuery query{{}, who.party, {}};
    for (const BookingPart& part : who.parts) query.services.push_back(part.service);
    const auto [entry, fresh] = read_.try_emplace({query.services, query.party});
    if (fresh) entry->second = free_slots(state_, facility_, query, day_of(facility_, now_), horizon_max, now_);
    return entry->second;
  }

  static constexpr int horizon_max = 400;        // days; the services' own horizons end it sooner
  const State& state_;
  const Facility& facility_;
  Instant now_, kept_until_;
  std::map<std::pair<std::vector<ServiceId>, std::uint16_t>, std::vector<FreeSlot>> read_;
};

bool is_over(const Facility& facility, const Booking& who, Instant now) {
  if (who.wish->last < day_of(facility, now)) return true;
  return std::any_of(who.parts.begin(), who.parts.end(), [&](const BookingPart& part) { return facility.find(part.service) == nullptr; });
}

std::optional<Refusal> wrong_wish(const Facility& facility, const WishPlace& wish, Instant now) {
  if (wish.last < day_of(facility, now) || wish.last < wish.first) return refuse(Reject::wrong_content, "last");
  if (wish.from < Minutes{0} || wish.to > day_length || wish.to <= wish.from) return refuse(Reject::wrong_content, "to");
  for (const ServiceId& id : wish.services) {
    const Service& service = *facility.find(id);
    const bool ever = service.mode != Mode::walk_in ||
                      std::any_of(service.mode_on.begin(), service.mode_on.end(), [](const auto& mode) { return mode && *mode != Mode::walk_in; });
    if (!ever) return refuse(Reject::not_bookable, "services");
  }
  return std::nullopt;
}

bool waits_already(const State& state, const WishPlace& wish) {
  return std::any_of(wish.same_holder.begin(), wish.same_holder.end(), [&](const BookingId& id) {
    const Booking* other = state.find(id);
    if (other == nullptr || (other->state != BookingState::waiting && !other->is_offer())) return false;
    return std::any_of(other->parts.begin(), other->parts.end(), [&](const BookingPart& part) {
      return std::find(wish.services.begin(), wish.services.end(), part.service) != wish.services.end();
    });
  });
}

}  // namespace

Instant offer_ends(const Facility& facility, Instant now) {
  const BookingRules& rules = facility.booking;
  auto left = std::chrono::milliseconds{rules.offer};
  Instant at = now;
  for (Day day = day_of(facility, now); left > std::chrono::milliseconds{0} && day <= day_of(facility, now) + std::chrono::days{3}; day += std::chrono::days{1}) {
    const Instant wakes = std::max(facility.zone.to_utc(day + rules.awake_from), now), sleeps = facility.zone.to_utc(day + rules.awake_to);
    if (sleeps <= wakes) continue;
    const auto used = std::min<std::chrono::milliseconds>(left, sleeps - wakes);
    left -= used;
    at = wakes + used;
  }
  return at;
}

Decision decide_booking(const State& state, const Facility& facility, const WishPlace& wish, Instant now) {
  if (auto wrong = wrong_services(facility, wish.services, wish.party)) return unexpected(std::move(*wrong));
  if (auto wrong = wrong_wish(facility, wish, now)) return unexpected(std::move(*wrong));
  if (wish.booking.empty() || state.find(wish.booking) != nullptr) return unexpected(refuse(Reject::id_taken, "id"));
  if (waits_already(state, wish)) return unexpected(refuse(Reject::duplicate_booking, "contact"));
  if (auto many = duplicate(state, facility, wish.same_holder, wish.booking, {})) return unexpected(std::move(*many));
  if (std::cmp_greater_equal(state.waiting_list.size(), facility.booking.waiting_list_max)) return unexpected(refuse(Reject::waiting_list_full));
  PlaceWished wished;
  wished.booking = wish.booking;
  const Instant dawn = facility.zone.to_utc(LocalTime{wish.first});
  for (const ServiceId& id : booking_order(facility, wish.services)) wished.parts.push_back({id, dawn, dawn});
  wished.wish = {wish.first, wish.last, wish.from, wish.to, now, 0, {}};
  wished.party = wish.party;
  wished.language = wish.language.empty() ? facility.site.languages.front() : wish.language;
  wished.channel = wish.channel;
  wished.needs = wish.needs;
  put_in_order(wished.needs);
  return facts(now, std::move(wished));
}

Decision decide_booking(const State& state, const Facility& facility, const DeclineOffer& wish, Instant now) {
  const Booking* booking = state.find(wish.booking);
  if (booking == nullptr) return unexpected(refuse(Reject::unknown_booking, "booking"));
  if (booking->state == BookingState::waiting) return std::vector<Event>{};   // said no in time or late: the same
  if (!booking->is_offer()) return unexpected(refuse(Reject::wrong_state, "booking"));
  if (booking->wish->offers >= facility.booking.offers_max) return facts(now, BookingCancelled{booking->id, true});
  return facts(now, OfferEnded{booking->id, true});
}

EventBody unanswered(const Facility& facility, const Booking& offer) {
  if (offer.wish->offers >= facility.booking.offers_max) return BookingCancelled{offer.id, true};
  return OfferEnded{offer.id, false};
}

std::vector<Event> offers(const State& state, const Facility& facility, Instant now) {
  std::vector<Event> events;
  if (state.places_due == Instant{} || state.places_due > now) return events;
  State after = state;   // each offer must know of the ones before it
  PlaceSearch places{after, facility, now};
  const auto happen = [&](EventBody body) {
    events.push_back({now, std::move(body)});
    evolve(after, events.back());
    places.forget();
  };
  int offered = 0;
  for (const auto& [since, id] : state.waiting_list) {
    const Booking& who = *state.find(id);
    if (is_over(facility, who, now)) {
      happen(BookingCancelled{id, true});
      continue;
    }
    const auto start = places.first_for(who);
    if (!start) continue;
    SlotQuery query{{}, who.party, {}};
    for (const BookingPart& part : who.parts) query.services.push_back(part.service);
    happen(PlaceOffered{id, parts_from(facility, query, *start), places.kept_until(), beyond_desks(after, facility, query, *start, now)});
    if (++offered == offers_at_once) break;
  }
  if (!after.waiting_list.empty()) events.push_back({now, PlacesSought{offered == offers_at_once ? now : now + sought_again}});
  return events;
}

}  // namespace skranke::core
