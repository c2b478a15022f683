#include "daemon/messages/outbox.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "daemon/messages/gateway_channel.hpp"
#include "daemon/messages/mail_channel.hpp"
#include "daemon/messages/message_words.hpp"
#include "wire/views_booking.hpp"

namespace skranke::daemon {

using core::Booking;
using core::BookingId;
using core::BookingState;
using Fate = Outcome::Fate;

namespace {

constexpr unsigned look_every_s = 5, remind_every_s = 60;
constexpr std::chrono::seconds first_pause{10};
constexpr std::chrono::minutes quiet_again{5}, back_off_max{5};
constexpr int refusals_told = 5;   ///< so many in a row are no longer the receivers' fault
constexpr std::size_t recovered_max = 1'000;
const core::Text sms_name{{{"da", "SMS"}, {"en", "Text messages"}}}, mail_name{{{"da", "E-mail"}, {"en", "E-mail"}}}, push_name{{{"da", "Beskeder til browsere"}, {"en", "Messages to browsers"}}};

struct Shown { std::string_view kind; const core::Text& name; };
Shown shown_as(std::string_view channel) {
  if (channel == "sms") return {"sms", sms_name};
  return channel == "push" ? Shown{"push", push_name} : Shown{"mail", mail_name};
}

/// What ends a message without being sent, and is no fault.
constexpr std::string_view closed = "closed", late = "late", gone = "gone", no_contact = "no_contact";

std::chrono::seconds pause_after(int failures) { return first_pause * (1 << std::min(failures - 1, 12)); }

}  // namespace

Outbox::Outbox(MessageStore store, Wiring wiring) : store_{std::move(store)}, wiring_{std::move(wiring)}, spool_{wiring_.settings.sms_spool} {
  open_lines();
  if (!lines_.empty()) wiring_.engine.listen([this](const core::Event& event, std::uint64_t seq) { on_event(event, seq); });
}

/// What comes back while the daemon ends is put down without a fact: the journal is closed. What could not be sent is sent after the next start.
Outbox::~Outbox() {
  *alive_ = false;
  for (Line& line : lines_) {
    const auto outcome = line.courier->finish();
    if (!outcome || !line.on_its_way) continue;
    const bool again = outcome->fate == Fate::down || outcome->fate == Fate::later;
    mark(*line.on_its_way, outcome->fate == Fate::sent ? "sent" : again ? "waiting" : outcome->fate == Fate::refused ? "failed" : "unknown");
  }
}

void Outbox::open_lines() {
  const config::Messages& settings = wiring_.settings;
  const auto add = [&](std::string channel, std::unique_ptr<Channel> way) {
    lines_.push_back({std::move(channel), std::make_unique<Courier>(wiring_.io, std::move(way))});
  };
  if (!settings.sms_spool.empty()) add("sms", std::make_unique<SpoolChannel>(settings.sms_spool));
  else if (!settings.gateway.url.empty()) add("sms", std::make_unique<GatewayChannel>(settings.gateway));
  if (!settings.mail.server.empty()) add("email", std::make_unique<MailChannel>(settings.mail));
  if (wiring_.push_key != nullptr) add("push", std::make_unique<PushChannel>(settings.push, *wiring_.push_key));
}

bool Outbox::has_sms() const { return std::any_of(lines_.begin(), lines_.end(), [](const Line& line) { return line.channel == "sms"; }); }
bool Outbox::has_mail() const { return std::any_of(lines_.begin(), lines_.end(), [](const Line& line) { return line.channel == "email"; }); }

/// Nobody is told before the disk has it.
void Outbox::on_event(const core::Event& event, std::uint64_t seq) {
  std::optional<std::pair<BookingId, MessageKind>> told;
  if (const auto* made = std::get_if<core::BookingMade>(&event.body); made != nullptr && !made->held_until) told = {made->booking, MessageKind::booked};
  if (const auto* confirmed = std::get_if<core::BookingConfirmed>(&event.body)) told = {confirmed->booking, MessageKind::booked};
  if (const auto* moved = std::get_if<core::BookingMoved>(&event.body)) told = {moved->booking, MessageKind::moved};
  if (const auto* offered = std::get_if<core::PlaceOffered>(&event.body)) told = {offered->booking, MessageKind::place_offered};
  if (const auto* cancelled = std::get_if<core::BookingCancelled>(&event.body); cancelled != nullptr && !cancelled->expired)
    say_cancelled(cancelled->booking, seq);
  if (!told) return;
  wiring_.engine.when_durable(seq, [this, alive = alive_, what = *told](http::Commit how) {
    if (!*alive || how != http::Commit::durable) return;
    const Booking* booking = wiring_.engine.state().find(what.first);
    if (booking == nullptr) return;
    Notice notice{what.first.str(), what.second, booking->start(), booking->language};
    if (booking->is_offer()) notice.until = booking->held_until;
    tell(notice);
  });
}

/// The contact goes with the booking: erasing comes first. What is needed to say so stays in memory for an hour.
void Outbox::say_cancelled(const BookingId& id, std::uint64_t seq) {
  const Booking* booking = wiring_.engine.state().find(id);
  const auto contact = wiring_.contacts.of(id);
  if (booking == nullptr || !booking->has_time() || !contact || booking->start() < wiring_.engine.now()) return;
  const Notice notice{id.str(), MessageKind::cancelled, booking->start(), booking->language};
  wiring_.engine.when_durable(seq, [this, alive = alive_, notice, contact = *contact](http::Commit how) {
    if (!*alive || how != http::Commit::durable || parting_.size() >= parting_max) return;
    parting_.insert_or_assign(notice.subject, Parting{contact, wiring_.engine.now() + parting_for});
    enqueue(notice, contact);
  });
}

void Outbox::tell(const Notice& notice) {
  if (const auto contact = contact_of(notice)) enqueue(notice, *contact);
}

void Outbox::enqueue(const Notice& notice, const Contact& contact) {
  // What is looked for again and again is given once; a booking that is moved back to where it was is a new fact.
  const bool once = notice.kind == MessageKind::reminder || notice.kind == MessageKind::soon || notice.kind == MessageKind::place_offered;
  for (const Line& line : lines_) {
    const Row row{notice, line.channel, 0};
    if (address(line, contact).empty() || (once && store_.known(row))) continue;
    if (store_.full()) return wiring_.log("outbox.db: takes no more messages");
    if (notice.kind == MessageKind::cancelled) ++parting_[notice.subject].open;
    mark(row, "waiting", wiring_.engine.now());
  }
}

/// Whoever booked less than that time before was just told.
void Outbox::remind() {
  const core::Instant now = wiring_.engine.now();
  const auto before = std::chrono::hours{wiring_.settings.reminder_hours};
  const core::State& state = wiring_.engine.state();
  auth::Transaction all = store_.together();
  for (auto at = state.bookings_by_start.lower_bound({now, {}}); at != state.bookings_by_start.end() && at->first <= now + before; ++at) {
    const Booking* booking = state.find(at->second);
    if (booking != nullptr && booking->state == BookingState::booked && booking->made_at + before < booking->start())
      tell({at->second.str(), MessageKind::reminder, booking->start(), booking->language});
  }
  if (!all.commit()) wiring_.log("outbox.db: cannot be written");
}

/// Those in front of a queue, once each; whoever was given more time is told again when it is their turn anew.
void Outbox::look_for_soon() {
  const core::State& state = wiring_.engine.state();
  if (state.day != told_on_) told_soon_.clear();
  told_on_ = state.day;
  for (const auto& [service, queue] : state.queues) {
    const std::size_t near = std::min(queue.size(), static_cast<std::size_t>(wiring_.settings.soon_ahead) + 1);
    for (std::size_t at = 0; at < near; ++at) {
      const core::Visit* visit = state.find(queue[at].serial);
      const std::pair key{visit->serial, visit->more_times};
      if (visit->callback || told_soon_.count(key) != 0) continue;   // a desk rings them anyway
      const Notice notice{visit->id.str(), MessageKind::soon, visit->created_at + std::chrono::milliseconds{visit->more_times}, visit->language};
      const auto contact = contact_of(notice);
      if (!contact) continue;   // may be left any moment
      told_soon_.insert(key);
      enqueue(notice, *contact);
    }
  }
}

/// What was on its way when the power went: perhaps it went, so it is not sent again.
void Outbox::recover() {
  for (const Row& row : store_.in_state("sending", recovered_max)) {
    mark(row, "unknown");
    note(row, "power_cut", true);
  }
}

void Outbox::look(Line& line) {
  std::map<std::string, std::string> details;
  for (const auto& [state, count] : store_.counts(line.channel)) details.emplace("messages_" + state, fmt::format("{}", count));
  std::string reason = line.reason;
  if (line.channel == "sms" && !wiring_.settings.sms_spool.empty()) {
    const SmsSpool::Look seen = spool_.look(wiring_.engine.now());
    details.emplace("waiting", fmt::format("{}", seen.waiting));
    reason = seen.health == SmsSpool::Health::missing ? "spool_missing" : seen.health == SmsSpool::Health::stuck ? "spool_stuck" : "";
    if (reason.empty()) line.reason.clear();
  }
  if (line.failures > 0) details.emplace("again_at", core::to_rfc3339(wiring_.engine.facility().zone, line.until));
  const bool waits = reason == "spool_stuck" || reason == "gateway_busy" || line.failures == 0;
  const DeviceState state = reason.empty() ? DeviceState::ready : waits && reason != "spool_missing" ? DeviceState::warning : DeviceState::failed;
  const Shown shown = shown_as(line.channel);
  if (wiring_.devices.set(shown.kind, shown.kind, shown.name, state, reason, wiring_.engine.now(), std::move(details)) &&
      wiring_.changed)
    wiring_.changed();
}

void Outbox::tick() {
  if (lines_.empty()) return;
  const core::Instant now = wiring_.engine.now();
  if (seconds_ == 0) recover();
  if (seconds_ % look_every_s == 0)
    for (Line& line : lines_) look(line);
  if (seconds_ % remind_every_s == 0) {
    if (wiring_.settings.reminder_hours > 0) remind();
    store_.forget_before(now - MessageStore::kept);
    std::erase_if(parting_, [&](const auto& one) { return one.second.until < now; });
  }
  ++seconds_;
  look_for_soon();
  for (Line& line : lines_)
    if (!line.courier->busy() && line.until <= now) send_next(line);
}

std::optional<Contact> Outbox::contact_of(const Notice& notice) const {
  if (notice.kind == MessageKind::cancelled) {
    const auto parting = parting_.find(notice.subject);
    return parting == parting_.end() ? std::nullopt : std::optional{parting->second.contact};
  }
  if (auto own = wiring_.contacts.of(BookingId{notice.subject})) return own;
  // Who came with a booking may have left a contact with it.
  const core::Visit* visit = notice.kind == MessageKind::soon ? wiring_.engine.state().find(core::VisitId{notice.subject}) : nullptr;
  return visit == nullptr || visit->booking.empty() ? std::nullopt : wiring_.contacts.of(visit->booking);
}

std::string Outbox::address(const Line& line, const Contact& contact) {
  if (line.channel == "sms") return SmsSpool::can_reach(contact.phone) ? contact.phone : std::string{};
  if (line.channel == "push") return contact.push;
  return is_mail_address(contact.email) ? contact.email : std::string{};
}

std::string_view Outbox::booking_obstacle(const Notice& notice) const {
  const Booking* booking = wiring_.engine.state().find(BookingId{notice.subject});
  if (booking == nullptr || booking->state != BookingState::booked || booking->start() != notice.start) return gone;
  const core::Facility& facility = wiring_.engine.facility();
  return core::site_hours(facility, core::local_day(facility, booking->start())).empty() ? closed : std::string_view{};
}

/// Why it is not sent at all; looked at when it goes, since a day can be closed and a booking moved after it was written down.
std::string_view Outbox::obstacle(const Notice& notice) const {
  const core::Instant now = wiring_.engine.now();
  switch (notice.kind) {
    case MessageKind::booked:
    case MessageKind::moved:
    case MessageKind::reminder:
      if (const std::string_view why = booking_obstacle(notice); !why.empty()) return why;
      return notice.start <= now ? late : std::string_view{};
    case MessageKind::cancelled:
      return notice.start <= now ? late : std::string_view{};
    case MessageKind::soon: {
      const core::Visit* visit = wiring_.engine.state().find(core::VisitId{notice.subject});
      return visit == nullptr || visit->state != core::VisitState::waiting ? gone : std::string_view{};
    }
    case MessageKind::place_offered: {
      const Booking* offer = wiring_.engine.state().find(BookingId{notice.subject});
      if (offer == nullptr || !offer->is_offer() || offer->start() != notice.start) return gone;   // answered, or with somebody else by now
      const core::Facility& facility = wiring_.engine.facility();
      if (core::site_hours(facility, core::local_day(facility, notice.start)).empty()) return closed;
      return std::min(notice.until == core::Instant{} ? notice.start : notice.until, notice.start) <= now ? late : std::string_view{};
    }
  }
  return {};
}

/// Who waits in the house asked to be told, at whatever hour the house is open.
bool Outbox::is_quiet(MessageKind kind) const {
  if (kind == MessageKind::soon) return false;
  const auto& [from, to] = std::pair{wiring_.settings.quiet_from, wiring_.settings.quiet_to};
  const auto local = wiring_.engine.facility().zone.to_local(wiring_.engine.now());
  const int hour = static_cast<int>(std::chrono::floor<std::chrono::hours>(local - std::chrono::floor<std::chrono::days>(local)).count());
  return from < to ? hour >= from && hour < to : from > to && (hour >= from || hour < to);
}

Parcel Outbox::parcel_of(const Line& line, const Row& row, std::string to) const {
  const Notice& notice = row.notice;
  const core::State& state = wiring_.engine.state();
  Told told{state.find(BookingId{notice.subject}), state.find(core::VisitId{notice.subject}), {}};
  std::string language = notice.language.empty() && told.booking != nullptr ? told.booking->language : notice.language;
  if (told.visit != nullptr) told.page = wiring_.visit_page(*told.visit);
  else told.page = wiring_.booking_page(BookingId{notice.code.empty() ? notice.subject : notice.code});
  const wire::View view{state, wiring_.engine.facility(), wiring_.catalogue, language, wiring_.engine.now()};
  Parcel parcel;
  parcel.id = fmt::format("{}-{}-{}", notice.subject, word(notice.kind), row.start_ms() / 1000);
  parcel.to = std::move(to);
  parcel.language = language;
  parcel.at = std::chrono::floor<std::chrono::seconds>(wiring_.engine.now());
  if (line.channel == "sms") {
    parcel.text = message_text(view, notice, told);
    return parcel;
  }
  parcel.title = message_title(view, notice);
  if (line.channel == "push") {
    parcel.text = push_text(view, notice, told);
    parcel.page = told.page;
    return parcel;
  }
  parcel.text = mail_text(view, notice, told);
  const bool dated = notice.kind == MessageKind::booked || notice.kind == MessageKind::moved || notice.kind == MessageKind::cancelled;
  if (dated && told.booking != nullptr)
    parcel.calendar = wire::booking_icalendar(view, *told.booking, told.page, {mailbox_from(wiring_.settings.mail.from).address, parcel.to});
  return parcel;
}

void Outbox::send_next(Line& line) {
  const core::Instant now = wiring_.engine.now();
  const auto found = store_.due(line.channel, now);
  if (!found) return;
  Row row = *found;
  if (const std::string_view why = obstacle(row.notice); !why.empty()) return mark(row, why);
  const auto contact = contact_of(row.notice);
  const std::string to = contact ? address(line, *contact) : std::string{};
  if (to.empty()) return mark(row, no_contact);
  if (is_quiet(row.notice.kind)) return mark(row, "waiting", now + quiet_again);
  ++row.attempts;
  if (!store_.put(row, "sending", {}, now)) return wiring_.log("outbox.db: cannot be written");
  line.on_its_way = row;
  line.courier->carry(parcel_of(line, row, to), [this, &line, row](const Outcome& outcome) { settle(line, row, outcome); });
}

void Outbox::settle(Line& line, Row row, const Outcome& outcome) {
  line.on_its_way.reset();
  if (outcome.fate != Fate::down) line.failures = 0;
  line.refusals = outcome.fate == Fate::refused ? line.refusals + 1 : 0;
  line.reason = line.refusals >= refusals_told ? outcome.reason : std::string{};
  switch (outcome.fate) {
    case Fate::sent:
      mark(row, "sent");
      note(row, {}, true);
      break;
    case Fate::refused:
      mark(row, "failed");
      note(row, outcome.reason, true);
      if (outcome.reason == "push_gone") forget_browser(row);
      break;
    case Fate::unknown:
      mark(row, "unknown");
      note(row, outcome.reason, true);
      break;
    case Fate::later: put_off(line, row, outcome); break;
    case Fate::down: stand_back(line, row, outcome); break;
  }
  look(line);
}

/// One message that has to wait; the others go on.
void Outbox::put_off(Line& line, const Row& row, const Outcome& outcome) {
  const bool last = row.attempts >= attempts_max;
  note(row, outcome.reason, last);
  if (!last) return mark(row, "waiting", wiring_.engine.now() + std::max(outcome.wait, pause_after(row.attempts)));
  mark(row, "failed");
  wiring_.log(fmt::format("{}: message {} given up after {} attempts", line.channel, word(row.notice.kind), row.attempts));
}

/// The channel itself does not work: no message is to blame, and none is tried before its time.
void Outbox::stand_back(Line& line, const Row& row, const Outcome& outcome) {
  ++line.failures;
  line.reason = outcome.reason;
  line.until = wiring_.engine.now() + std::max(outcome.wait, std::min(pause_after(line.failures), std::chrono::seconds{back_off_max}));
  note(row, outcome.reason, false);
  Row again = row;
  --again.attempts;
  mark(again, "waiting", line.until);
}

/// Its push service says that nobody reads there any more.
void Outbox::forget_browser(const Row& row) {
  const BookingId id{row.notice.subject};
  const auto contact = wiring_.contacts.of(id);
  const auto until = wiring_.contacts.erased_at(id);
  if (!contact || !until) return;
  const Contact rest{contact->email, contact->phone};
  if (rest.empty() ? !wiring_.contacts.erase(id) : !wiring_.contacts.put(id, rest, *until)) wiring_.log("contacts.db: cannot be written");
}

void Outbox::note(const Row& row, std::string_view failed, bool last) {
  if (wiring_.engine.intake() != Intake::ready) return;   // a full disk takes no more facts; outbox.db knows
  core::NoteMessage fact{row.notice.subject, std::string{word(row.notice.kind)}, row.channel, static_cast<std::uint16_t>(row.attempts), std::string{failed}, last && !failed.empty()};
  static_cast<void>(wiring_.engine.execute(fact, {"messages", {}, 0}));
}

void Outbox::mark(const Row& row, std::string_view state, core::Instant due) {
  if (!store_.put(row, state, due, wiring_.engine.now())) wiring_.log("outbox.db: cannot be written");
  if (row.notice.kind != MessageKind::cancelled || state == "waiting") return;
  const auto parting = parting_.find(row.notice.subject);
  if (parting != parting_.end() && --parting->second.open <= 0) parting_.erase(parting);
}

}  // namespace skranke::daemon
