// What the journal says is what happened: any fact written and read again is the same fact, down to the last field;
// what was never written by us is refused with a sentence, whatever bytes it is made of.
#include <tuple>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <boost/json.hpp>

#include "core/command.hpp"
#include "wire/events.hpp"

namespace skranke::core {

// Every field by name, so that one that the codec forgets is missed here.
inline auto fields(const DayStarted& e) { return std::tie(e.day, e.new_week); }
inline auto fields(const FacilityApplied& e) { return std::tie(e.version, e.toml, e.scheduled); }
inline auto fields(const FacilityScheduled& e) { return std::tie(e.id, e.from, e.toml); }
inline auto fields(const FacilityUnscheduled& e) { return std::tie(e.id); }
inline auto fields(const VisitUnserved& e) { return std::tie(e.serial, e.services, e.channel); }
inline auto fields(const VisitsRefused& e) { return std::tie(e.refusals); }
inline auto fields(const StepPlan& e) { return std::tie(e.service, e.authority, e.after); }
inline bool operator==(const StepPlan& a, const StepPlan& b) { return fields(a) == fields(b); }
inline auto fields(const VisitTaken& e) {
  return std::tie(e.serial, e.id, e.token, e.number, e.day, e.steps, e.language, e.channel, e.party, e.priority,
                  e.head_start, e.booked_for, e.printer, e.needs, e.standby, e.outside, e.helped, e.booking, e.anchor,
                  e.callback);
}
inline auto fields(const VisitCalled& e) { return std::tie(e.serial, e.desk, e.step, e.why, e.runner_up, e.passed); }
inline auto fields(const VisitRecalled& e) { return std::tie(e.serial, e.desk); }
inline auto fields(const ServiceStarted& e) { return std::tie(e.serial, e.desk, e.from); }
inline auto fields(const ServiceFinished& e) { return std::tie(e.serial, e.desk, e.outcome, e.done); }
inline auto fields(const VisitMissed& e) { return std::tie(e.serial, e.desk); }
inline auto fields(const VisitParked& e) { return std::tie(e.serial, e.desk, e.until, e.place); }
inline auto fields(const VisitUnparked& e) { return std::tie(e.serial); }
inline auto fields(const VisitTransferred& e) {
  return std::tie(e.serial, e.desk, e.to_service, e.to_desk, e.place, e.to_clerk, e.to_pool, e.prefer_desk,
                  e.prefer_clerk, e.prefer_until, e.until);
}
inline auto fields(const VisitLeft& e) { return std::tie(e.serial, e.reason); }
inline auto fields(const VisitReturned& e) { return std::tie(e.serial, e.to_end); }
inline auto fields(const DeskOpened& e) {
  return std::tie(e.desk, e.clerk, e.services, e.languages, e.skills, e.auto_next, e.rest);
}
inline auto fields(const DeskPaused& e) { return std::tie(e.desk, e.reason); }
inline auto fields(const DeskResumed& e) { return std::tie(e.desk); }
inline auto fields(const DeskClosed& e) { return std::tie(e.desk); }
inline auto fields(const ActionUndone& e) {
  return std::tie(e.desk, e.action, e.restored, e.desk_visit, e.served_today, e.service_ms_today, e.taken, e.back);
}
inline auto fields(const EstimateTold& e) { return std::tie(e.serial, e.told); }
inline auto fields(const PaperChanged& e) { return std::tie(e.serial, e.paper); }
inline auto fields(const BookingMade& e) {
  return std::tie(e.booking, e.parts, e.held_until, e.party, e.language, e.channel, e.needs, e.overbooked);
}
inline auto fields(const BookingConfirmed& e) { return std::tie(e.booking); }
inline auto fields(const BookingMoved& e) { return std::tie(e.booking, e.parts, e.party, e.overbooked); }
inline auto fields(const BookingCancelled& e) { return std::tie(e.booking, e.expired); }
inline auto fields(const BookingCheckedIn& e) { return std::tie(e.booking, e.visit, e.arrival); }
inline auto fields(const BookingMissed& e) { return std::tie(e.booking); }
inline auto fields(const PlaceWished& e) { return std::tie(e.booking, e.parts, e.wish, e.party, e.language, e.channel, e.needs); }
inline auto fields(const PlaceOffered& e) { return std::tie(e.booking, e.parts, e.until, e.overbooked); }
inline auto fields(const OfferEnded& e) { return std::tie(e.booking, e.declined); }
inline auto fields(const PlacesSought& e) { return std::tie(e.again); }
inline auto fields(const VisitContinued& e) { return std::tie(e.serial, e.desk, e.step); }
inline auto fields(const ServicesChanged& e) { return std::tie(e.serial, e.desk, e.steps, e.dropped, e.changed, e.taken, e.back); }
inline auto fields(const VisitMoved& e) { return std::tie(e.serial, e.from, e.desk); }
inline auto fields(const DeskIdled& e) { return std::tie(e.desk, e.reason); }
inline auto fields(const ButtonPressed& e) { return std::tie(e.desk, e.pressed); }
inline auto fields(const HelpChanged& e) { return std::tie(e.desk, e.kind, e.to, e.since, e.by); }
inline auto fields(const VisitEdited& e) {
  return std::tie(e.serial, e.language, e.party, e.priority, e.head_start, e.needs);
}
inline auto fields(const VisitRedirected& e) {
  return std::tie(e.serial, e.step, e.to_service, e.to_desk, e.place, e.reason);
}
inline auto fields(const VisitsMerged& e) {
  return std::tie(e.serial, e.into, e.steps, e.party, e.priority, e.head_start, e.anchor, e.front);
}
inline auto fields(const VisitSplit& e) { return std::tie(e.serial, e.steps, e.party, e.made); }
inline auto fields(const RoomModeChanged& e) { return std::tie(e.mode, e.rolls); }
inline auto fields(const EvacuationStarted& e) { return std::tie(e.kind); }
inline auto fields(const EvacuationEnded&) { return std::tuple<>{}; }
inline auto fields(const MoreTimeGiven& e) { return std::tie(e.serial, e.until, e.times); }
inline auto fields(const MessageSent& e) { return std::tie(e.subject, e.kind, e.channel, e.attempt); }
inline auto fields(const MessageFailed& e) { return std::tie(e.subject, e.kind, e.channel, e.attempt, e.reason, e.last); }
inline auto fields(const PlacesReleased& e) { return std::tie(e.service, e.day); }
inline auto fields(const HandoverSeen& e) { return std::tie(e.until); }
inline auto fields(const StepForetold& e) { return std::tie(e.serial, e.step, e.told); }
inline auto fields(const BookingForetold& e) { return std::tie(e.booking, e.told); }

}  // namespace skranke::core

namespace skranke::test {
namespace {

using namespace core;
using namespace rc;

Gen<std::string> text() {
  return gen::map(
      gen::container<std::vector<std::string>>(gen::element<std::string>(
          "a", "B", "7", " ", "\"", "\\", "/", "{", "}", "[", "]", ",", ":", "\n", "\r", "\t", std::string(1, '\0'),
          "\x01", "\x1f", "\x7f", "æ", "Å", "ø", "ß", "ع", "中", "😀", "\u2028", "\uFFFD", "\uFEFF", "null", "\\u0000")),
      [](const std::vector<std::string>& parts) {
        std::string all;
        for (const auto& part : parts) all += part;
        return all;
      });
}
template <class IdType>
Gen<IdType> id() {
  return gen::map(text(), [](std::string name) { return IdType{std::move(name)}; });
}
template <class Enum>
Gen<Enum> one_of(Enum last) {
  return gen::map(gen::inRange(0, static_cast<int>(last) + 1), [](int value) { return static_cast<Enum>(value); });
}
Gen<std::uint64_t> large() { return gen::resize(100, gen::arbitrary<std::uint64_t>()); }
Gen<std::uint32_t> count() { return gen::resize(100, gen::arbitrary<std::uint32_t>()); }
Gen<Instant> instant() {
  return gen::map(gen::resize(100, gen::arbitrary<std::int64_t>()),
                  [](std::int64_t at) { return from_millis(at / 4); });
}
Gen<Number> number() {
  return gen::map(gen::pair(gen::inRange(0, 26), gen::inRange<std::uint16_t>(1, 1000)), [](const auto& pair) {
    return Number{static_cast<char>('A' + pair.first), pair.second};
  });
}
Day a_day() { return Day{std::chrono::days{*gen::inRange(-20000, 60000)}}; }
std::vector<std::uint8_t> after(std::size_t steps) {
  return *gen::container<std::vector<std::uint8_t>>(gen::inRange<std::uint8_t>(0, static_cast<std::uint8_t>(steps)));
}
std::vector<ServiceDone> done() {
  return *gen::container<std::vector<ServiceDone>>(gen::build<ServiceDone>(
      gen::set(&ServiceDone::service, id<ServiceId>()), gen::set(&ServiceDone::quantity, count())));
}
std::optional<Instant> maybe_instant() {
  return *gen::arbitrary<bool>() ? std::optional<Instant>{*instant()} : std::nullopt;
}
std::optional<Callback> maybe_callback() {
  if (*gen::arbitrary<bool>()) return std::nullopt;
  return Callback{*instant(), *instant(), static_cast<std::uint8_t>(*gen::inRange(0, 256))};
}
template <class Enum>
std::vector<Enum> some_of(Enum last) {
  return *gen::container<std::vector<Enum>>(one_of(last));
}
std::vector<std::string> texts() { return *gen::container<std::vector<std::string>>(text()); }
Paper paper() { return {*one_of(PaperState::unknown), *id<PrinterId>(), *count(), *text(), *instant()}; }

Step step(std::size_t steps) {
  Step made;
  made.service = *id<ServiceId>();
  made.state = *one_of(StepState::skipped);
  made.after = after(steps);
  made.tied = *id<DeskId>();
  made.tied_clerk = *text();
  made.pool = *text();
  made.prefer_desk = *id<DeskId>();
  made.prefer_clerk = *text();
  made.prefer_until = *instant();
  made.desk = *id<DeskId>();
  made.attempts = *count();
  made.extra = *gen::arbitrary<bool>();
  for (Instant* at : {&made.called_at, &made.last_call_at, &made.started_at, &made.finished_at}) *at = *instant();
  made.why = *one_of(Why::roll);
  made.runner_up = *text();
  if (*gen::arbitrary<bool>()) made.outcome = *one_of(Outcome::left);
  made.done = done();
  return made;
}

Visit visit() {
  Visit made;
  made.serial = *large();
  made.id = *id<VisitId>();
  made.token = *text();
  made.number = *number();
  made.day = a_day();
  made.state = *one_of(VisitState::left);
  const auto steps = *gen::inRange<std::size_t>(1, 6);
  for (std::size_t i = 0; i < steps; ++i) made.steps.push_back(step(steps));
  made.current = static_cast<std::uint8_t>(*gen::inRange<std::size_t>(0, steps + 1));
  if (made.current == steps) made.current = no_step;
  made.created_at = *instant();
  made.anchor = *instant();
  made.front = *gen::arbitrary<bool>();
  made.ended_at = *instant();
  made.language = *text();
  made.channel = *one_of(Channel::integration);
  made.party = static_cast<std::uint16_t>(*gen::inRange(0, 65536));
  made.priority = *id<PriorityId>();
  made.head_start = std::chrono::seconds{*gen::inRange(-100000, 100000)};
  made.booked_for = maybe_instant();
  made.parked_until = *instant();
  if (*gen::arbitrary<bool>()) made.paper = paper();
  made.needs = some_of(Need::companion);
  made.standby = *gen::arbitrary<bool>();
  made.outside = *gen::arbitrary<bool>();
  made.booking = *id<BookingId>();
  made.parked_place = *text();
  made.more_times = static_cast<std::uint8_t>(*gen::inRange(0, 256));
  made.callback = maybe_callback();
  made.merged_into = *large();
  made.also = *gen::container<std::vector<Number>>(number());
  made.revision = *count();
  return made;
}

VisitTaken taken() {
  VisitTaken made;
  made.serial = *large();
  made.id = *id<VisitId>();
  made.token = *text();
  made.number = *number();
  made.day = a_day();
  const auto steps = *gen::inRange<std::size_t>(1, 9);
  for (std::size_t i = 0; i < steps; ++i) made.steps.push_back({*id<ServiceId>(), *id<AuthorityId>(), after(steps)});
  made.language = *text();
  made.channel = *one_of(Channel::integration);
  made.party = static_cast<std::uint16_t>(*gen::inRange(0, 65536));
  made.priority = *id<PriorityId>();
  made.head_start = std::chrono::seconds{*gen::inRange(0, 1000000)};
  made.booked_for = maybe_instant();
  made.printer = *id<PrinterId>();
  made.needs = some_of(Need::companion);
  made.standby = *gen::arbitrary<bool>();
  made.outside = *gen::arbitrary<bool>();
  if (*gen::arbitrary<bool>()) made.helped = *one_of(Outcome::left);
  made.booking = *id<BookingId>();
  made.anchor = maybe_instant();
  made.callback = maybe_callback();
  return made;
}

std::vector<BookingPart> booking_parts() {
  std::vector<BookingPart> parts;
  for (int left = *gen::inRange(1, 5); left > 0; --left) parts.push_back({*id<ServiceId>(), *instant(), *instant()});
  return parts;
}
std::uint16_t party() { return static_cast<std::uint16_t>(*gen::inRange(0, 65536)); }

PlaceWish place_wish() {
  PlaceWish made{a_day(), a_day(), Minutes{*gen::inRange(0, 1440)}, Minutes{*gen::inRange(1, 1441)}, *instant(), static_cast<std::uint8_t>(*gen::inRange(0, 256)), {}};
  for (auto passed = *gen::inRange(0, 4); passed > 0; --passed) made.passed.push_back(*instant());
  return made;
}

Booking booking() {
  Booking made;
  if (*gen::arbitrary<bool>()) made.wish = place_wish();
  made.parts = booking_parts();
  made.held_until = *instant();
  made.ended_at = *instant();
  made.party = party();
  made.arrival = *one_of(Arrival::late);
  made.needs = some_of(Need::companion);
  made.expired = *gen::arbitrary<bool>();
  return made;
}

VisitTransferred transferred() {
  VisitTransferred made{*large(), *id<DeskId>(), std::nullopt, *id<DeskId>(), *one_of(Place::end)};
  if (*gen::arbitrary<bool>()) made.to_service = StepPlan{*id<ServiceId>(), *id<AuthorityId>(), after(4)};
  made.to_clerk = *text();
  made.to_pool = *text();
  made.prefer_desk = *id<DeskId>();
  made.prefer_clerk = *text();
  made.prefer_until = *instant();
  made.until = *instant();
  return made;
}

DeskOpened opened() {
  return {*id<DeskId>(), *text(), *gen::container<std::vector<ServiceId>>(id<ServiceId>()), texts(), texts(),
          *gen::arbitrary<bool>(), std::chrono::seconds{*gen::inRange(0, 4000)}};
}

Places places() {
  return {*gen::container<std::vector<ServiceId>>(id<ServiceId>()), *gen::container<std::vector<AuthorityId>>(id<AuthorityId>())};
}

ServicesChanged services_changed() {
  ServicesChanged made{*large(), *id<DeskId>(), {}, after(5), static_cast<std::uint8_t>(*gen::inRange(0, 256)), {}, places()};
  if (*gen::arbitrary<bool>()) made.taken = places();
  for (int i = *gen::inRange(1, 5); i > 0; --i) made.steps.push_back({*id<ServiceId>(), *id<AuthorityId>(), after(1)});
  return made;
}

std::vector<RefusalTally> refusals() {
  return *gen::container<std::vector<RefusalTally>>(
      gen::build<RefusalTally>(gen::set(&RefusalTally::service, id<ServiceId>()), gen::set(&RefusalTally::reason, one_of(Reject::crowd_full)),
                               gen::set(&RefusalTally::channel, one_of(Channel::integration)), gen::set(&RefusalTally::count, count())));
}

Roll roll() {
  Roll made;
  made.letter = (*number()).letter;
  made.first = (*number()).digits;
  made.last = (*number()).digits;
  made.torn = static_cast<std::uint16_t>(*gen::inRange(0, 1000));
  made.service = *id<ServiceId>();
  made.open = *gen::arbitrary<bool>();
  made.opened_at = *instant();
  made.closed_at = *instant();
  return made;
}
std::vector<Roll> rolls() {
  std::vector<Roll> some;
  for (auto count = *gen::inRange(0, 4); count > 0; --count) some.push_back(roll());
  return some;
}
std::chrono::seconds head_start() { return std::chrono::seconds{*gen::inRange(0, 1000000)}; }

VisitRedirected redirected() {
  VisitRedirected made{*large(), static_cast<std::uint8_t>(*gen::inRange(0, 256)), std::nullopt, *id<DeskId>(), *one_of(Place::end), *text()};
  if (*gen::arbitrary<bool>()) made.to_service = StepPlan{*id<ServiceId>(), *id<AuthorityId>(), after(4)};
  return made;
}
VisitsMerged merged() {
  VisitsMerged made{*large(), *large(), {}, party(), *id<PriorityId>(), head_start(), *instant(), *gen::arbitrary<bool>()};
  for (auto count = *gen::inRange(0, 4); count > 0; --count) made.steps.push_back(step(4));
  return made;
}

/// What hosts do, and the room as a whole; by name, so that other facts may stand before them.
std::optional<EventBody> of_host(std::size_t kind) {
  const auto is = [&](const EventBody& example) { return example.index() == kind; };
  if (is(VisitEdited{})) return VisitEdited{*large(), *text(), party(), *id<PriorityId>(), head_start(), some_of(Need::companion)};
  if (is(VisitRedirected{})) return redirected();
  if (is(VisitsMerged{})) return merged();
  if (is(VisitSplit{})) return VisitSplit{*large(), after(9), party(), visit()};
  if (is(RoomModeChanged{})) return RoomModeChanged{*one_of(RoomMode::paper_roll), rolls()};
  if (is(EvacuationStarted{})) return EvacuationStarted{*text()};
  if (is(EvacuationEnded{})) return EvacuationEnded{};
  if (is(MoreTimeGiven{})) return MoreTimeGiven{*large(), *instant(), static_cast<std::uint8_t>(*gen::inRange(0, 256))};
  if (is(MessageSent{})) return MessageSent{*text(), *text(), *text(), static_cast<std::uint16_t>(*gen::inRange(0, 65536))};
  if (is(MessageFailed{}))
    return MessageFailed{*text(), *text(), *text(), static_cast<std::uint16_t>(*gen::inRange(0, 65536)), *text(), *gen::arbitrary<bool>()};
  if (is(PlaceWished{}))
    return PlaceWished{*id<BookingId>(), booking_parts(), place_wish(), party(), *text(), *one_of(Channel::integration), some_of(Need::companion)};
  if (is(PlaceOffered{})) return PlaceOffered{*id<BookingId>(), booking_parts(), *instant(), *gen::arbitrary<bool>()};
  if (is(OfferEnded{})) return OfferEnded{*id<BookingId>(), *gen::arbitrary<bool>()};
  if (is(PlacesSought{})) return PlacesSought{*instant()};
  if (is(PlacesReleased{})) return PlacesReleased{*id<ServiceId>(), a_day()};
  if (is(HandoverSeen{})) return HandoverSeen{*instant()};
  const auto told = [] { return Told{*instant(), *gen::inRange(0, 9999), *gen::inRange(0, 9999), *gen::inRange(0, 99999)}; };
  if (is(StepForetold{})) return StepForetold{*large(), static_cast<std::uint8_t>(*gen::inRange(0, 256)), told()};
  if (is(BookingForetold{})) return BookingForetold{*id<BookingId>(), told()};
  return std::nullopt;
}

EventBody body(std::size_t kind) {
  if (auto made = of_host(kind)) return *made;
  switch (kind) {
    case 0: return DayStarted{a_day(), *gen::arbitrary<bool>()};
    case 1: return FacilityApplied{*large(), *text(), *text()};
    case 2: return taken();
    case 3:
      return VisitCalled{*large(), *id<DeskId>(), static_cast<std::uint8_t>(*gen::inRange(0, 256)),
                         *one_of(Why::roll), *text(), *gen::container<std::vector<Serial>>(large())};
    case 4: return VisitRecalled{*large(), *id<DeskId>()};
    case 5: return ServiceStarted{*large(), *id<DeskId>(), *instant()};
    case 6: return ServiceFinished{*large(), *id<DeskId>(), *one_of(Outcome::left), done()};
    case 7: return VisitMissed{*large(), *id<DeskId>()};
    case 8: return VisitParked{*large(), *id<DeskId>(), *instant(), *text()};
    case 9: return VisitUnparked{*large()};
    case 10: return transferred();
    case 11: return VisitLeft{*large(), *text()};
    case 12: return VisitReturned{*large(), *gen::arbitrary<bool>()};
    case 13: return opened();
    case 14: return DeskPaused{*id<DeskId>(), *text()};
    case 15: return DeskResumed{*id<DeskId>()};
    case 16: return DeskClosed{*id<DeskId>()};
    case 17:
      return ActionUndone{*id<DeskId>(),     *one_of(DeskAction::services), visit(), *large(), *count(),
                          millis(*instant()), places(), places()};
    case 18: return PaperChanged{*large(), paper()};
    case 19: return FacilityScheduled{*text(), *instant(), *text()};
    case 20: return FacilityUnscheduled{*text()};
    case 21: return VisitUnserved{*large(), *gen::container<std::vector<ServiceId>>(id<ServiceId>()), *one_of(Channel::integration)};
    case 22: return VisitsRefused{refusals()};
    case 23:
      return BookingMade{*id<BookingId>(), booking_parts(), maybe_instant(), party(), *text(), *one_of(Channel::integration),
                         some_of(Need::companion), *gen::arbitrary<bool>()};
    case 24: return BookingConfirmed{*id<BookingId>()};
    case 25: return BookingMoved{*id<BookingId>(), booking_parts(), party(), *gen::arbitrary<bool>()};
    case 26: return BookingCancelled{*id<BookingId>(), *gen::arbitrary<bool>()};
    case 27: return BookingCheckedIn{*id<BookingId>(), *id<VisitId>(), *one_of(Arrival::late)};
    case 28: return BookingMissed{*id<BookingId>()};
    case 29: return VisitContinued{*large(), *id<DeskId>(), static_cast<std::uint8_t>(*gen::inRange(0, 256))};
    case 30: return services_changed();
    case 31: return VisitMoved{*large(), *id<DeskId>(), *id<DeskId>()};
    case 32: return DeskIdled{*id<DeskId>(), *text()};
    case 33: return ButtonPressed{*id<DeskId>(), *instant()};
    case 34: return HelpChanged{*id<DeskId>(), *one_of(HelpKind::emergency), *id<DeskId>(), *instant(), *text()};
    default: return EstimateTold{*large(), {*instant(), *gen::inRange(0, 9999), *gen::inRange(0, 9999), *gen::inRange(0, 99999)}};
  }
}

bool same_body(const EventBody& a, const EventBody& b) {
  if (a.index() != b.index()) return false;
  return std::visit([&](const auto& one) { return fields(one) == fields(std::get<std::decay_t<decltype(one)>>(b)); },
                    a);
}

Event any_event() { return {*instant(), body(*gen::inRange<std::size_t>(0, std::variant_size_v<EventBody>))}; }

std::string encoded(const Event& event) {
  std::string payload;
  wire::encode_event(event, payload);
  return payload;
}

RC_GTEST_PROP(Codec, GivesBackEveryFieldOfEveryFact, ()) {
  for (std::size_t kind = 0; kind < std::variant_size_v<EventBody>; ++kind) {
    const Event event{*instant(), body(kind)};
    const auto read = wire::decode_event(wire::event_type(event), event.at, encoded(event));
    if (!read) RC_FAIL(read.error() + ": " + encoded(event));
    RC_ASSERT(read->at == event.at);
    RC_ASSERT(same_body(event.body, read->body));
  }
}

RC_GTEST_PROP(Codec, GivesBackEveryFieldOfAVisit, ()) {
  const Visit before = visit();
  std::string written;
  wire::encode_visit(before, written);
  const auto read = wire::decode_visit(written);
  RC_ASSERT(read.has_value());
  RC_ASSERT(*read == before);
}

DeskStatus desk() {
  DeskStatus made;
  made.languages = texts();
  made.skills = texts();
  made.auto_next = *gen::arbitrary<bool>();
  made.rest = std::chrono::seconds{*gen::inRange(0, 4000)};
  made.idle = *text();
  made.help_by = *text();
  made.help = *one_of(HelpKind::emergency);
  made.help_to = *id<DeskId>();
  for (Instant* at : {&made.free_since, &made.pressed_at, &made.help_since}) *at = *instant();
  return made;
}

/// The small fields stand in the tables as text: what is written is read, and nothing else is touched.
template <class Thing>
Thing through_more(const Thing& thing, Thing rest) {
  const auto read = wire::decode_more(wire::encode_more(thing), rest);
  if (!read) RC_FAIL(read.error());
  return rest;
}

RC_GTEST_PROP(Codec, GivesBackEverySmallField, ()) {
  const Visit before = visit();
  Visit plain = before;
  plain.needs.clear();
  plain.standby = plain.outside = false;
  plain.parked_place.clear();
  plain.callback.reset();
  plain.merged_into = 0;
  plain.more_times = 0;
  plain.also.clear();
  RC_ASSERT(through_more(before, plain) == before);
  const Step one = step(3);
  Step plain_step = one;
  plain_step.tied_clerk.clear();
  plain_step.pool.clear();
  plain_step.prefer_desk = DeskId{};
  plain_step.prefer_clerk.clear();
  plain_step.prefer_until = Instant{};
  plain_step.extra = false;
  RC_ASSERT(through_more(one, plain_step) == one);
  const DeskStatus status = desk();
  RC_ASSERT(same_desk(through_more(status, DeskStatus{}), status));
  State room;
  room.room = {*one_of(RoomMode::paper_roll), *instant(), rolls(), *gen::arbitrary<bool>(), *instant(), *text(), *instant(), *instant(), {}, *one_of(BackFrom::paper_roll), *instant()};
  for (int i = *gen::inRange(0, 4); i > 0; --i) room.room.frozen_before.push_back({*instant(), *instant()});
  RC_ASSERT(through_more(room, State{}).room == room.room);
}

TEST(Codec, WritesNothingForWhatIsUsual) {
  EXPECT_EQ(wire::encode_more(Visit{}), "{}");
  EXPECT_EQ(wire::encode_more(Step{}), "{}");
  EXPECT_EQ(wire::encode_more(DeskStatus{}), "{}");
  EXPECT_EQ(wire::encode_more(State{}), "{}");
  Visit visit;
  EXPECT_FALSE(wire::decode_more("[]", visit));
  EXPECT_FALSE(wire::decode_more(R"({"needs":["rest"]})", visit));
}

RC_GTEST_PROP(Codec, GivesBackEveryFieldOfABookingThatHasNoColumn, ()) {
  const Booking before = booking();
  Booking read;
  RC_ASSERT(wire::decode_booking(wire::encode_booking(before), read).has_value());
  RC_ASSERT(read == before);
}

RC_GTEST_PROP(Codec, WritesOneLineOfValidJson, ()) {
  const std::string payload = encoded(any_event());
  RC_ASSERT(payload.find('\n') == std::string::npos);
  boost::json::error_code error;
  RC_ASSERT(boost::json::parse(payload, error).is_object());
}

RC_GTEST_PROP(Codec, IgnoresWhatANewerVersionAdded, ()) {
  const Event event = any_event();
  auto json = boost::json::parse(encoded(event)).as_object();
  json["x_added_later"] = boost::json::parse(R"({"deep":[1,2,null]})");
  if (auto* restored = json.if_contains("restored")) restored->as_object()["x_added_later"] = "too";
  const auto read = wire::decode_event(wire::event_type(event), event.at, boost::json::serialize(json));
  RC_ASSERT(read.has_value());
  RC_ASSERT(same_body(event.body, read->body));
}

RC_GTEST_PROP(Codec, RefusesAMemberOfTheWrongType, ()) {
  const Event event = any_event();
  auto json = boost::json::parse(encoded(event)).as_object();
  RC_PRE(!json.empty());
  const boost::json::value list = boost::json::parse("[1.5,null]"), number = boost::json::parse("7");
  const auto at = *gen::inRange<std::size_t>(0, json.size());
  boost::json::value& member = (json.begin() + static_cast<std::ptrdiff_t>(at))->value();
  const bool deeper = *gen::arbitrary<bool>();
  if (member.is_object() && deeper)  // one level down as well
    member.as_object().begin()->value() = list;
  else
    member = member.is_array() ? number : list;
  RC_ASSERT(!wire::decode_event(wire::event_type(event), event.at, boost::json::serialize(json)).has_value());
}

RC_GTEST_PROP(Codec, RefusesNumbersThatDoNotFit, ()) {
  const auto value =
      *gen::element<std::string>("-1", "1.5", "18446744073709551616", "1e300", "\"7\"", "true", "null", "[]");
  RC_ASSERT(!wire::decode_event("visit_left", {}, "{\"serial\":" + value + "}").has_value());
  RC_ASSERT(
      !wire::decode_event("day_started", {}, "{\"day\":" + (value == "-1" ? "99999999999" : value) + "}").has_value());
}

RC_GTEST_PROP(Codec, NeverThrowsOnAnyBytes, (const std::string& noise)) {
  const Event event = any_event();
  std::string damaged = encoded(event);
  const auto cut = *gen::inRange<std::size_t>(0, damaged.size() + 1);
  for (const std::string& bytes :
       {noise, damaged.substr(0, cut), damaged.substr(cut), damaged.substr(0, cut) + noise + damaged.substr(cut)}) {
    static_cast<void>(wire::decode_event(wire::event_type(event), event.at, bytes));
    static_cast<void>(wire::decode_event(noise, event.at, bytes));
    static_cast<void>(wire::decode_visit(bytes));
  }
  RC_ASSERT(!wire::decode_event(wire::event_type(event), event.at, damaged.substr(0, std::min(cut, damaged.size() - 1)))
                 .has_value());
}

}  // namespace
}  // namespace skranke::test

int main(int argument_count, char** words) {
  ::setenv("RC_PARAMS", "max_success=500", 0);
  testing::InitGoogleTest(&argument_count, words);
  return RUN_ALL_TESTS();
}
