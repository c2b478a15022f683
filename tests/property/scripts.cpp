#include "scripts.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace skranke::test {

using namespace core;
using std::chrono::milliseconds;

namespace {

std::optional<int> quota(Bytes& bytes) {
  return bytes.one_in(4) ? std::optional<int>{static_cast<int>(bytes.below(6))} : std::nullopt;
}

Service service_from(Bytes& bytes, std::size_t index) {
  constexpr std::string_view letters = "AACJKPTY";
  Service service;
  service.id = ServiceId{fmt::format("s{}", index)};
  service.authority = AuthorityId{bytes.below(3) == 2 ? "guest" : "home"};
  service.letter = letters[bytes.below(letters.size())];
  service.mode = static_cast<Mode>(bytes.one_in(6) ? 2 : bytes.below(2));
  service.daily_quota = quota(bytes);
  if (bytes.one_in(8)) service.queue_max = static_cast<int>(bytes.below(4));
  if (bytes.one_in(5)) service.mode_on[bytes.below(7)] = static_cast<Mode>(bytes.below(3));
  const Day monday{std::chrono::year{2026} / 11 / 23};
  if (bytes.one_in(8)) service.from = monday + std::chrono::days{bytes.below(9)};
  if (bytes.one_in(8)) service.until = monday + std::chrono::days{bytes.below(40)};
  for (std::size_t earlier = 0; earlier < index; ++earlier)  // only earlier ones: the order has no loops
    if (bytes.one_in(4)) service.after.push_back(ServiceId{fmt::format("s{}", earlier)});
  return service;
}

void book_rules(Bytes& bytes, Service& service) {
  if (bytes.one_in(2)) service.slot = Minutes{5 * (1 + static_cast<int>(bytes.below(8)))};
  if (bytes.one_in(4)) service.book.share_percent = 25 * static_cast<int>(bytes.below(4));
  if (bytes.one_in(5)) service.book.slots_per_day = static_cast<int>(bytes.below(5));
  if (bytes.one_in(5)) {
    ServiceBooking& book = service.book;
    book.acute_per_day = static_cast<int>(bytes.below(bytes.one_in(2) ? 200 : 8));
    if (bytes.one_in(2)) {
      book.release_from = std::chrono::hours{bytes.below(12)};
      book.release_to = book.release_from + std::chrono::hours{1 + bytes.below(13)};
      book.release_days_before = static_cast<int>(bytes.below(3));
      if (bytes.one_in(2)) book.slots_per_day = book.acute_per_day + static_cast<int>(bytes.below(3));
    }
  }
  if (bytes.one_in(2)) {
    service.book.overbook_percent = 20 * (1 + static_cast<int>(bytes.below(5)));
    service.book.overbook_max = 1 + static_cast<int>(bytes.below(3));
    service.book.overbook_after = 1 + static_cast<int>(bytes.below(2));
  }
  if (bytes.one_in(4)) service.book.horizon_days = static_cast<int>(bytes.below(4));
  if (bytes.one_in(4)) service.book.lead = Minutes{15 * static_cast<int>(bytes.below(5))};
  if (bytes.one_in(3)) service.extra_person = Minutes{static_cast<int>(bytes.below(20))};
}

WeeklySpan span_from(Bytes& bytes) {
  const auto from = Minutes{60 * static_cast<int>(bytes.below(12))};
  return {static_cast<std::uint8_t>(127 - bytes.below(64)), from,
          from + Minutes{30 * static_cast<int>(bytes.below(24))}, static_cast<int>(bytes.one_in(3) ? 1 + bytes.below(4) : 0)};
}

std::string visit_name(std::size_t index) { return fmt::format("v{}", index); }

constexpr std::array<std::string_view, 2> languages{"da", "en"}, skills{"prints", "notary"}, pools{"left", "right"}, clerks{"anna", "bo"};

template <std::size_t Count>
std::vector<std::string> some_of(Bytes& bytes, const std::array<std::string_view, Count>& words) {
  std::vector<std::string> chosen;
  for (const std::string_view word : words)
    if (bytes.one_in(2)) chosen.emplace_back(word);
  return chosen;
}

/// Who can do what, and the rules about it. No bytes: everybody can do everything.
void add_people(Bytes& bytes, Facility& facility) {
  for (Service& service : facility.services)
    if (bytes.one_in(8)) service.skill = skills[bytes.below(2)];
  const bool some_languages = bytes.one_in(3);
  for (Desk& desk : facility.desks) {
    if (some_languages) desk.languages = some_of(bytes, languages);
    desk.skills = some_of(bytes, skills);
    desk.pools = some_of(bytes, pools);
    if (bytes.one_in(5)) desk.hours = {span_from(bytes)};
    if (bytes.one_in(5)) desk.breaks = {span_from(bytes)};
  }
  Rules& rules = facility.rules;
  rules.language_must = bytes.one_in(3);
  rules.prefer = Minutes{static_cast<int>(bytes.below(10))};
  rules.missed_return = static_cast<MissedReturn>(bytes.one_in(2) ? 1 + bytes.below(2) : 0);
  if (bytes.one_in(2)) rules.missed_within = Minutes{1};
  rules.standby_hold = Minutes{static_cast<int>(bytes.below(3) * 10)};
  if (bytes.one_in(3)) rules.no_show_after = std::chrono::seconds{60};
  if (bytes.one_in(4)) rules.more_time = Minutes{static_cast<int>(bytes.below(3) * 5)};
  if (bytes.one_in(3)) facility.break_reasons = {{"coffee", {}}, {"lunch", {}}};
}

}  // namespace

Facility facility_from(const std::vector<std::uint8_t>& site) {
  Bytes bytes{site};
  Facility facility;
  facility.site.id = "site";
  facility.site.business_day_starts = Minutes{30 * static_cast<int>(bytes.below(20))};
  facility.authorities.resize(2);
  facility.authorities[0].id = AuthorityId{"home"};
  facility.authorities[1].id = AuthorityId{"guest"};
  const std::size_t services = 1 + bytes.below(6), desks = 1 + bytes.below(4);
  for (std::size_t i = 0; i < services; ++i) facility.services.push_back(service_from(bytes, i));
  for (std::size_t i = 0; i < desks; ++i) {
    Desk desk;
    desk.id = DeskId{fmt::format("d{}", i)};
    desk.zone = bytes.one_in(3) ? "quiet" : "hall";
    for (const Service& service : facility.services)
      if (!bytes.one_in(3)) desk.services.push_back(service.id);
    facility.desks.push_back(std::move(desk));
  }
  Authority& guest = facility.authorities[1];
  guest.weekly_quota = quota(bytes);
  guest.daily_quota = quota(bytes);
  if (bytes.one_in(4)) guest.present = {span_from(bytes), span_from(bytes)};
  if (bytes.one_in(4)) facility.opening = {span_from(bytes), span_from(bytes)};
  facility.site.holidays = {bytes.one_in(3), bytes.one_in(6), bytes.one_in(6), bytes.one_in(6), bytes.one_in(6)};
  if (bytes.one_in(5)) facility.room.crowd_max = 1 + static_cast<int>(bytes.below(20));
  if (bytes.one_in(5)) facility.room.zones.push_back({"quiet", 1 + static_cast<int>(bytes.below(9))});
  facility.room.wait_outside = !bytes.one_in(3);
  facility.rules.night_ends_visits = !bytes.one_in(3);
  facility.priorities.push_back({PriorityId{"early"}, {}, Minutes{30}});
  facility.printers.resize(1);
  facility.printers[0].id = PrinterId{"printer"};
  constexpr std::array<std::string_view, 4> policies{"longest_wait", "longest_wait", "fifo", "booked_first"};   // skranke has properties of its own
  facility.rules.policy = policies[bytes.below(4)];
  facility.rules.recalls_max = 3 - static_cast<int>(bytes.below(4));
  facility.rules.call_named = !bytes.one_in(4);
  for (Service& service : facility.services) book_rules(bytes, service);
  BookingRules& booking = facility.booking;
  if (bytes.one_in(3)) booking.offer = Minutes{5 + static_cast<int>(bytes.below(200))};
  if (bytes.one_in(3)) booking.offer_notice = Minutes{static_cast<int>(bytes.below(90))};
  if (bytes.one_in(3)) booking.offers_max = 1 + static_cast<int>(bytes.below(4));
  if (bytes.one_in(4)) booking.waiting_list_max = static_cast<int>(bytes.below(4));
  if (bytes.one_in(3)) {
    Equipment shared{EquipmentId{"camera"}, {facility.services.front().id, facility.services.back().id}, 1};
    if (services == 1) shared.services.pop_back();
    facility.equipment.push_back(std::move(shared));
  }
  add_people(bytes, facility);
  for (Service& service : facility.services) service.telephone = !bytes.one_in(4);
  return facility;
}

Facility smaller(const Facility& facility) {
  Facility less = facility;
  if (less.services.size() > 1) {
    const ServiceId gone = less.services.back().id;
    less.services.pop_back();
    for (Desk& desk : less.desks) std::erase(desk.services, gone);
  }
  if (less.desks.size() > 1) less.desks.pop_back();
  return less;
}

ApplyFacility apply_command(const Facility& facility, std::uint64_t version) {
  ApplyFacility apply;
  apply.version = version;
  apply.toml = "# version " + std::to_string(version);
  for (const Service& service : facility.services) apply.services.push_back(service.id);
  for (const Desk& desk : facility.desks) apply.desks.push_back(desk.id);
  return apply;
}

void Script::move_clock() {
  const std::size_t pace = bytes_.next();
  if (pace < 100)
    now_ += milliseconds{static_cast<std::int64_t>(pace) * 100};
  else if (pace < 200)
    now_ += std::chrono::seconds{static_cast<std::int64_t>(pace) - 90};
  else if (pace < 240)
    now_ += Minutes{static_cast<int>(pace) - 198};
  else if (pace < 246)
    now_ += std::chrono::hours{pace - 238};
  else if (pace < 249)
    now_ += std::chrono::days{1};
  else if (pace < 250)
    now_ += std::chrono::days{8};
  else if (pace < 253)
    now_ -= std::chrono::seconds{static_cast<std::int64_t>(pace) - 248};
  else
    now_ -= std::chrono::hours{(pace - 252) * 9};
}

DeskId Script::desk() {
  const std::size_t chosen = bytes_.below(facility_.desks.size() + (bytes_.one_in(40) ? 1 : 0));
  return chosen < facility_.desks.size() ? facility_.desks[chosen].id : DeskId{"nowhere"};
}

ServiceId Script::service() {
  const std::size_t chosen = bytes_.below(facility_.services.size() + (bytes_.one_in(40) ? 1 : 0));
  return chosen < facility_.services.size() ? facility_.services[chosen].id : ServiceId{"nothing"};
}

/// Mostly somebody who is there, now and then somebody who never was or is gone.
VisitId Script::visit(const State& state) {
  const std::size_t chosen = bytes_.next();
  if (taken_ == 0 || chosen == 255) return VisitId{"stranger"};
  if (state.visits.empty()) return VisitId{visit_name(chosen % static_cast<std::size_t>(taken_))};
  std::vector<Serial> there;
  for (const auto& [serial, visit] : state.visits) there.push_back(serial);
  std::sort(there.begin(), there.end());
  return state.find(there[there.size() - 1 - chosen % there.size()])->id;
}

Command Script::take() {
  TakeTicket wish;
  const std::size_t turn = bytes_.next();
  wish.id = VisitId{visit_name(turn == 255 ? 0U : static_cast<std::size_t>(taken_++))};
  wish.token = "token-" + wish.id.str();
  const std::size_t wanted = turn % 4 == 3 ? 1 + bytes_.below(4) : 1;
  for (std::size_t i = 0; i < wanted; ++i) wish.services.push_back(service());
  if (turn == 250) wish.services.clear();
  if (turn % 5 == 4) wish.priority = PriorityId{turn % 50 == 49 ? "nonsense" : "early"};
  if (turn % 7 == 6) wish.printer = PrinterId{turn % 70 == 69 ? "nonsense" : "printer"};
  wish.channel = static_cast<Channel>(turn % 6);
  wish.standby = turn % 3 == 2;
  wish.outside = turn % 4 == 1;
  if (bytes_.one_in(12)) wish.helped = static_cast<Outcome>(bytes_.below(5));
  wish.language = turn % 2 == 0 ? "da" : "";
  wish.party = static_cast<std::uint16_t>(1 + turn % 5);
  if (turn % 6 == 5) wish.language = "en";
  if (bytes_.one_in(6)) {
    wish.callback = true;
    if (!bytes_.one_in(5)) {
      wish.channel = Channel::phone;
      wish.printer = {};
      wish.helped = {};
    }
  }
  if (turn % 8 == 7) wish.needs = {Need::interpreter, Need::hearing, Need::hearing};
  return wish;
}

Command Script::visit_wish(std::size_t kind, const State& state) {
  switch (kind) {
    case 0: return LeaveQueue{visit(state)};
    case 1: return ReturnVisit{visit(state)};
    case 2: return PrintTicket{visit(state), PrinterId{bytes_.one_in(10) ? "nonsense" : "printer"}};
    default: {
      if (bytes_.one_in(4)) return TellEstimate{visit(state)};
      if (bytes_.one_in(20)) return ForetellStep{visit(state), static_cast<std::uint8_t>(bytes_.one_in(2) ? 1 : 250), {}};
      if (bytes_.one_in(3)) return AskMoreTime{visit(state)};
      if (bytes_.one_in(20)) return NoteMessage{"b1", "booked", "sms", 1, bytes_.one_in(2) ? "refused" : ""};
      ReportPaper report;
      report.visit = visit(state);
      const Visit* known = state.find(report.visit);
      report.copy = known == nullptr || bytes_.one_in(8) ? 7 : known->paper.copy;
      report.paper.state = static_cast<PaperState>(1 + bytes_.below(5));
      return report;
    }
  }
}

Command Script::transfer() {
  Transfer wish;
  wish.desk = desk();
  const std::size_t way = bytes_.below(16);
  if (way % 4 != 0) wish.to_service = service();
  if (way % 4 == 0 || way % 4 == 3) wish.to_desk = desk();
  if (way == 15) wish.to_service = ServiceId{}, wish.to_desk = DeskId{};
  wish.place = static_cast<Place>(bytes_.below(3));
  if (!bytes_.one_in(2)) return wish;
  const std::size_t more = bytes_.next();
  if (more % 4 == 1) wish.to_pool = more % 32 == 1 ? "nowhere" : std::string{pools[more / 4 % 2]};
  if (more % 4 == 2) wish.to_clerk = clerks[more / 4 % 2];
  if (more % 3 == 1) wish.soft = true;
  if (more % 6 == 4) wish.soft_for = Minutes{static_cast<int>(more % 7) - 1};
  if (more % 5 == 3) wish.after = Minutes{static_cast<int>(more % 30)};
  return wish;
}

Command Script::desk_wish(std::size_t kind, const State& state) {
  switch (kind) {
    case 0: return Recall{desk()};
    case 1: return StartService{desk()};
    case 2:
    case 3: {
      FinishService wish{desk(), static_cast<Outcome>(bytes_.below(5)), {}};
      if (bytes_.one_in(6)) wish.done.push_back({service(), 2});
      return wish;
    }
    case 4: return NoShow{desk()};
    case 5: {
      Park wish{desk(), std::nullopt};
      if (bytes_.one_in(3)) wish.place = "photo booth";
      if (bytes_.one_in(2)) wish.duration = Minutes{static_cast<int>(bytes_.next()) - 1};
      return wish;
    }
    case 6:
    case 7: return transfer();
    case 8:
    case 9:
    case 10: return Undo{desk()};
    case 11: return CallVisit{desk(), visit(state)};
    case 12: return PauseDesk{desk(), bytes_.one_in(8) ? "a walk" : "coffee"};
    case 13: return ResumeDesk{desk()};
    case 14: return CloseDesk{desk()};
    default: return CallNext{desk()};
  }
}

/// What is not about one person: time, plans, what was refused.
Command Script::room_wish(const State& state) {
  switch (bytes_.below(8)) {
    case 3: {
      NoteRefusals note;
      for (std::size_t rows = bytes_.below(4); rows > 0; --rows)
        note.refusals.push_back({service(), bytes_.one_in(8) ? Reject::in_use : Reject::closed, static_cast<Channel>(bytes_.below(6)),
                                 static_cast<std::uint32_t>(bytes_.below(5))});
      return note;
    }
    case 4:
    case 5:
    case 6:
    case 7: {
      const std::string plan = fmt::format("plan-{}", bytes_.below(40));
      if (bytes_.one_in(6)) return CancelFacility{state.scheduled.empty() || bytes_.one_in(4) ? plan : state.scheduled.back().id};
      return ScheduleFacility{plan, now_ + std::chrono::hours{bytes_.below(40)} - std::chrono::hours{1}, "# later"};
    }
    default: return Tick{};
  }
}

/// Mostly one that is there, now and then one that never was or is gone.
BookingId Script::booking(const State& state) {
  const std::size_t chosen = bytes_.next();
  if (booked_ == 0 || chosen == 255) return BookingId{"stranger"};
  if (state.bookings.empty()) return BookingId{fmt::format("b{}", chosen % static_cast<std::size_t>(booked_))};
  std::vector<BookingId> there;
  for (const auto& [id, one] : state.bookings) there.push_back(id);
  std::sort(there.begin(), there.end());
  return there[chosen % there.size()];
}

/// Near quarters of an hour, so that bookings meet; sometimes an odd minute, sometimes days ahead, rarely long ago.
Instant Script::start() {
  const std::size_t way = bytes_.next();
  Instant at = std::chrono::ceil<Minutes>(now_);
  at = from_millis((millis(at) / 900'000 + 1) * 900'000) + Minutes{15} * static_cast<int>(way % 12);
  if (way >= 200) at += Minutes{5};
  if (way >= 230) at += std::chrono::days{way - 229};
  if (way == 255) at -= std::chrono::days{40};
  return at;
}

Command Script::book(const State& state) {
  CreateBooking wish;
  const std::size_t turn = bytes_.next();
  wish.booking = BookingId{fmt::format("b{}", turn == 255 ? 0 : booked_++)};
  const std::size_t wanted = turn % 4 == 3 ? 1 + bytes_.below(3) : 1;
  for (std::size_t i = 0; i < wanted; ++i) wish.services.push_back(service());
  if (turn == 250) wish.services.clear();
  wish.start = start();
  wish.party = static_cast<std::uint16_t>(turn % 7 == 6 ? turn % 4 : 1);
  wish.channel = static_cast<Channel>(turn % 6);
  wish.hold = turn % 5 == 4;
  // At the time of another, so that times run out.
  const Booking* there = turn % 2 == 0 ? state.find(booking(state)) : nullptr;
  const Service* known = there == nullptr ? nullptr : facility_.find(there->parts.front().service);
  if (known != nullptr && known->book.overbooks() && there->start() > now_) wish.services = {known->id}, wish.start = there->start();
  if (turn % 3 == 2)   // three citizens book again and again
    for (int other = booked_ - 4; other > 0 && other > booked_ - 16; other -= 3)
      wish.same_holder.push_back(BookingId{fmt::format("b{}", other)});
  return wish;
}

/// Onto the waiting list for places, an answer to an offer, and the clock at the end of one.
Command Script::list_wish(const State& state) {
  const std::size_t turn = bytes_.next();
  const Booking* offer = nullptr;
  for (const auto& [due, id] : state.bookings_due)
    if (state.find(id)->is_offer()) offer = state.find(id);
  if (offer != nullptr && turn % 2 == 0) {
    if (turn % 8 == 0) return DeclineOffer{offer->id};
    if (turn % 8 == 2) return ConfirmBooking{offer->id, {}};
    if (turn % 8 == 4) now_ = std::max(now_, offer->held_until);
    return Tick{};
  }
  if (turn % 16 == 1) return DeclineOffer{booking(state)};
  if (turn % 16 == 3) return ConfirmBooking{booking(state), {}};
  if (turn % 4 == 1) return Tick{};
  WishPlace wish;
  wish.booking = BookingId{fmt::format("b{}", turn == 255 ? 0 : booked_++)};
  wish.services.push_back(service());
  if (turn % 5 == 4) wish.services.push_back(service());
  wish.first = Day{std::chrono::floor<std::chrono::days>(now_.time_since_epoch())} + std::chrono::days{static_cast<int>(turn % 3)} - std::chrono::days{turn % 32 == 7 ? 2 : 0};
  wish.last = wish.first + std::chrono::days{static_cast<int>(turn % 3)} - std::chrono::days{turn % 32 == 11 ? 2 : 0};
  if (turn % 7 == 3) wish.from = Minutes{60 * static_cast<int>(bytes_.below(14))};
  if (turn % 7 == 5) wish.to = Minutes{60 * static_cast<int>(bytes_.below(26))};
  wish.party = static_cast<std::uint16_t>(turn % 9 == 8 ? turn % 4 : 1);
  if (turn % 3 == 2)
    for (int other = booked_ - 4; other > 0 && other > booked_ - 16; other -= 3) wish.same_holder.push_back(BookingId{fmt::format("b{}", other)});
  return wish;
}

/// Mostly what is kept back by lot, on or about the day on which it is given out.
Command Script::release() {
  ReleasePlaces wish{service(), {}};
  for (const Service& other : facility_.services)
    if (other.book.releases_by_lot() && !bytes_.one_in(4)) wish.service = other.id;
  const Service* known = facility_.find(wish.service);
  wish.day = Day{std::chrono::floor<std::chrono::days>(now_.time_since_epoch())} + std::chrono::days{known == nullptr ? 0 : known->book.release_days_before};
  if (bytes_.one_in(4)) wish.day += std::chrono::days{static_cast<int>(bytes_.below(4)) - 2};
  return wish;
}

Command Script::booking_wish(std::size_t kind, const State& state) {
  switch (kind) {
    case 0:
      if (bytes_.one_in(3)) return ForetellBooking{booking(state), {}};
      return ConfirmBooking{booking(state), {}};
    case 1: {
      MoveBooking wish{booking(state), start(), {}, std::nullopt, static_cast<Channel>(bytes_.below(6))};
      if (bytes_.one_in(3)) wish.services.push_back(service());
      if (bytes_.one_in(3)) wish.party = static_cast<std::uint16_t>(bytes_.below(4));
      return wish;
    }
    case 2:
      if (bytes_.one_in(3)) return release();
      return CancelBooking{booking(state)};
    case 3:
    case 4: {
      CheckIn wish;
      wish.booking = booking(state);
      const std::size_t turn = bytes_.next();
      wish.visit = VisitId{visit_name(turn == 255 ? 0U : static_cast<std::size_t>(taken_++))};
      wish.token = "token-" + wish.visit.str();
      if (turn % 8 == 7) wish.printer = PrinterId{turn % 32 == 31 ? "nonsense" : "printer"};
      // Straight to the time of the booking, a little before or after: people come when they are expected.
      const Booking* known = state.find(wish.booking);
      if (kind == 4 && known != nullptr && known->start() > now_ && known->start() < now_ + std::chrono::hours{30})
        now_ = known->start() + Minutes{static_cast<int>(turn % 60) - 42};
      return wish;
    }
    default: return book(state);
  }
}

Command Script::session() {
  OpenDesk wish;
  wish.desk = desk();
  wish.clerk = clerks[bytes_.one_in(4) ? 1 : 0];
  if (bytes_.one_in(5)) wish.services.push_back(service());
  if (bytes_.one_in(4)) wish.languages = some_of(bytes_, languages);
  if (bytes_.one_in(4)) wish.skills = some_of(bytes_, skills);
  wish.auto_next = bytes_.one_in(3);
  wish.rest = std::chrono::seconds{bytes_.one_in(20) ? 5000 : static_cast<int>(bytes_.below(3)) * 10};
  wish.unique = !bytes_.one_in(3);
  wish.move = !bytes_.one_in(3);
  return wish;
}

Command Script::change_of_services(const State& state) {
  ChangeServices wish;
  const std::size_t way = bytes_.next();
  if (way % 3 == 2)
    wish.visit = visit(state);
  else
    wish.desk = desk();
  if (way % 4 == 3) wish.change_to = service();
  if (way % 8 < 5) wish.add.push_back(service());
  if (way % 16 == 6) wish.add.push_back(service());
  if (way % 5 == 4) wish.remove.push_back(service());
  return wish;
}

/// Sessions, steps and help: what came after the first room.
Command Script::later_wish(std::size_t kind, const State& state) {
  switch (kind) {
    case 0:
    case 1:
    case 2: return change_of_services(state);
    case 3:
    case 4:
    case 5:
    case 6: return PressButton{desk(), static_cast<Press>(bytes_.one_in(3) ? 1 + bytes_.below(2) : 0)};
    case 7: return IdleDesk{desk(), bytes_.one_in(2) ? "letters" : ""};
    case 8: return CallHelp{desk(), static_cast<HelpKind>(bytes_.one_in(10) ? 0 : 1 + bytes_.below(2)), bytes_.one_in(3) ? desk() : DeskId{}};
    case 9: return AnswerHelp{desk(), std::string{clerks[bytes_.below(2)]}};
    case 10: return ClearHelp{desk()};
    case 11:
    case 12: {
      FinishService wish{desk(), static_cast<Outcome>(bytes_.below(5)), {}};
      wish.go_on = true;
      return wish;
    }
    case 13: {
      FinishService wish{desk(), Outcome::settled, {}};
      wish.step = static_cast<std::uint8_t>(bytes_.below(4));
      return wish;
    }
    default: return session();
  }
}

/// Somebody's number, one on a roll, or any.
Number Script::number(const State& state) {
  const std::size_t way = bytes_.below(3);
  const std::size_t chosen = bytes_.next();
  if (way == 0) {
    const Visit* held = state.find(visit(state));
    if (held != nullptr) return held->number;
  }
  if (way == 1 && !state.room.rolls.empty()) {
    const Roll& roll = state.room.rolls[chosen % state.room.rolls.size()];
    return {roll.letter, static_cast<std::uint16_t>(std::min<std::size_t>(roll.first + bytes_.below(12), digits_max))};
  }
  return {"ACJKPTYEQ"[chosen % 9], static_cast<std::uint16_t>(1 + bytes_.below(40))};
}

Command Script::house_wish(std::size_t kind, const State& state) {
  switch (kind) {
    case 0: {
      SetRoomMode wish{RoomMode::paper_roll, {}, {}};
      for (std::size_t i = bytes_.below(3); i > 0; --i) {
        RollWish roll{number(state), std::nullopt, {}};
        if (bytes_.one_in(2)) roll.last = static_cast<std::uint16_t>(bytes_.next() * 2);
        if (bytes_.one_in(2)) roll.service = service();
        wish.rolls.push_back(roll);
      }
      return wish;
    }
    case 1: {
      SetRoomMode wish{RoomMode::normal, {}, {}};
      if (bytes_.one_in(2)) wish.torn.push_back(number(state));
      return wish;
    }
    case 2: return Evacuate{true, "fire"};
    case 3: return Evacuate{false, {}};
    case 4:
    case 5: return CallNumber{desk(), number(state), bytes_.one_in(3) ? service() : ServiceId{}};
    case 7: {
      const std::chrono::minutes later{static_cast<int>(bytes_.below(4)) - 1};
      return SeeHandover{bytes_.one_in(9) ? Instant::max() - std::chrono::hours{24 * 365} : state.room.handed_over + later};
    }
    default: {
      TakeTicket wish;
      wish.id = VisitId{visit_name(static_cast<std::size_t>(taken_++))};
      wish.token = "token-" + wish.id.str();
      wish.services = {service()};
      wish.number = number(state);
      return wish;
    }
  }
}

Command Script::host_wish(const State& state) {
  if (state.room.evacuated && !bytes_.one_in(3)) return Evacuate{false, {}};
  const std::size_t kind = bytes_.below(17);
  switch (kind) {
    case 0: {
      EditVisit wish{visit(state)};
      if (bytes_.one_in(2)) wish.party = static_cast<std::uint16_t>(1 + bytes_.below(6));
      if (bytes_.one_in(3)) wish.language = bytes_.one_in(2) ? "en" : "da";
      if (bytes_.one_in(3)) wish.needs = {static_cast<Need>(bytes_.below(6))};
      if (bytes_.one_in(2)) wish.priority = PriorityId{bytes_.one_in(8) ? "nonsense" : bytes_.one_in(2) ? "early" : ""};
      return wish;
    }
    case 1:
    case 2: {
      MoveVisit wish{visit(state), {}, {}, {}, static_cast<Place>(bytes_.below(3)), "other"};
      const std::size_t way = bytes_.below(8);
      if (way % 4 == 1 || way % 4 == 3) wish.to_service = service();
      if (way % 4 >= 2) wish.to_desk = desk();
      if (way >= 6) wish.service = service();
      return wish;
    }
    case 3:
    case 4: return MergeVisits{visit(state), visit(state), bytes_.one_in(2)};
    case 5:
    case 6:
    case 7: {
      SplitVisit wish{visit(state), {}, static_cast<std::uint16_t>(1 + bytes_.below(3)), VisitId{visit_name(static_cast<std::size_t>(taken_++))}, {}, {}};
      wish.token = "token-" + wish.id.str();
      const Visit* from = state.find(wish.visit);
      for (std::size_t i = 1 + bytes_.below(2); i > 0; --i)
        wish.services.push_back(from == nullptr || bytes_.one_in(6) ? service() : from->steps[bytes_.below(from->steps.size())].service);
      if (bytes_.one_in(4)) wish.printer = PrinterId{bytes_.one_in(6) ? "nonsense" : "printer"};
      return wish;
    }
    case 8: return LeaveQueue{visit(state), "duplicate"};
    default: return house_wish(kind - 9, state);
  }
}

Command Script::next(const State& state) {
  move_clock();
  if (bytes_.one_in(state.room.evacuated ? 3 : 6)) return host_wish(state);
  const std::size_t kind = bytes_.below(84);
  if (kind >= 80) return list_wish(state);
  if (kind >= 76) return room_wish(state);
  if (kind >= 68) return booking_wish(kind - 68, state);
  if (kind >= 48) return later_wish(kind - 48, state);
  if (kind < 14) return take();
  if (kind < 18) {
    OpenDesk wish{desk(), "clerk", {}};
    if (bytes_.one_in(5)) wish.services.push_back(service());
    return wish;
  }
  if (kind < 22) return visit_wish(kind - 18, state);
  if (kind < 24) return room_wish(state);
  return desk_wish(kind - 24, state);
}

std::string describe(const Command& command) {
  constexpr std::array<std::string_view, std::variant_size_v<Command>> names{
      "take",  "leave",  "return",  "open", "pause",    "resume", "close", "next",  "call",     "recall",
      "start", "finish", "no-show", "park", "transfer", "undo",   "print", "paper", "facility", "tick",
      "plan", "cancel-plan", "refusals",
      "book",  "confirm", "move-booking", "cancel-booking", "check-in",
      "idle", "services", "button", "help", "answer", "clear", "tell",

      "call number", "edit", "move", "merge", "split", "room mode", "evacuate", "more time", "message", "wish", "decline", "handover", "foretell", "foretell booking", "release"};
  return std::visit(
      [&](const auto& wish) {
        std::string text{names[command.index()]};
        if constexpr (requires { wish.desk; }) text += " desk=" + wish.desk.str();
        if constexpr (requires { wish.visit; }) text += " visit=" + wish.visit.str();
        if constexpr (requires { wish.booking; }) text += " booking=" + wish.booking.str();
        if constexpr (requires { wish.start; }) text += " start=" + std::to_string(millis(wish.start));
        if constexpr (requires { wish.id; }) text += " id=" + wish.id.str();
        if constexpr (requires { wish.number.digits; }) text += " " + to_string(wish.number);
        if constexpr (requires { wish.into; }) text += " into=" + wish.into.str();
        if constexpr (requires { wish.active; }) text += wish.active ? " now" : " is over";
        if constexpr (requires { wish.rolls; })
          for (const RollWish& roll : wish.rolls)
            text += fmt::format(" {}-{} {}", roll.first ? to_string(*roll.first) : "?", roll.last.value_or(0), roll.service.str());
        if constexpr (requires { wish.to_service; }) text += " to=" + wish.to_service.str() + "/" + wish.to_desk.str();
        if constexpr (requires { wish.services; })
          for (const ServiceId& service : wish.services) text += " " + service.str();
        return text;
      },
      command);
}

}  // namespace skranke::test
