// What everybody in the room may see: boards, kiosks, services, refusals. Numbers only, never persons.
#include <algorithm>

#include "core/admission.hpp"
#include "core/sound.hpp"
#include "wire/events.hpp"
#include "wire/facility_sound.hpp"
#include "wire/views_parts.hpp"

namespace skranke::wire {
using namespace core;

namespace {

void names_field(JsonWriter& w, std::string_view name, const Text& text) {
  w.key(name).object();
  for (const auto& [language, words] : text.by_language) w.field(language, words);
  w.end_object();
}

void texts_field(JsonWriter& w, std::string_view name, const std::vector<std::string>& texts) {
  w.key(name).list();
  for (const std::string& text : texts) w.value(text);
  w.end_list();
}

std::string_view kind_word(Alternative::Kind kind) {
  switch (kind) {
    case Alternative::Kind::opens: return "opens";
    case Alternative::Kind::place: return "place";
    case Alternative::Kind::standby: return "standby";
    case Alternative::Kind::booking: return "booking";
    case Alternative::Kind::host: return "host";
    case Alternative::Kind::outside: return "outside";
  }
  return {};
}

std::string alternative_text(const View& view, const Alternative& alternative) {
  const std::string key = std::string{"alternative."}.append(kind_word(alternative.kind));
  if (alternative.kind == Alternative::Kind::place) return alternative.text.get(view.language);
  if (!alternative.at) return view.catalogue.format(view.language, key, {});
  if (alternative.kind == Alternative::Kind::booking)
    return view.catalogue.format(view.language, "alternative.slot",
                                 {{"date", view.catalogue.date_text(view.language, view.facility.zone, *alternative.at)},
                                  {"time", to_clock(view.facility.zone, *alternative.at)}});
  return view.catalogue.format(view.language, key,
                               {{"date", view.catalogue.date_text(view.language, view.facility.zone, *alternative.at)},
                                {"time", to_clock(view.facility.zone, *alternative.at)}});
}

void alternatives(const View& view, JsonWriter& w, const std::vector<Alternative>& list) {
  w.list();
  for (const Alternative& alternative : list) {
    w.object().field("kind", kind_word(alternative.kind));
    if (alternative.at) w.field("at", view.time(*alternative.at));
    w.field("service", alternative.service.str()).field("text", alternative_text(view, alternative)).end_object();
  }
  w.end_list();
}

bool any_desk_open(const View& view, const ServiceId& service) {
  return std::any_of(view.state.desks.begin(), view.state.desks.end(), [&](const DeskStatus& desk) {
    const Desk* described = view.facility.find(desk.id);
    return desk.phase != DeskPhase::closed && described != nullptr &&
           std::find(described->services.begin(), described->services.end(), service) != described->services.end();
  });
}

Estimate wait_of_newcomer(const View& view, const ServiceId& service) {
  if (view.careful) return foretold(view.state, view.facility, service, newcomer_rank(view.now), view.now);
  const auto known = view.foresight == nullptr ? std::nullopt : view.foresight->newcomer(service, view.now);
  return known ? *known : outlook(view.state, view.facility, service, newcomer_rank(view.now), view.now).estimate;
}

void service_object(const View& view, JsonWriter& w, const Service& service, Channel channel) {
  const auto refusal = why_not(view.state, view.facility, service, channel, view.now);
  const Authority* authority = view.facility.find(service.authority);
  w.object().field("id", service.id.str()).field("name", service.name.get(view.language));
  names_field(w, "names", service.name);
  w.field("letter", std::string_view{&service.letter, 1}).field("authority", service.authority.str());
  if (authority != nullptr) w.field("authority_name", authority->name.get(view.language));
  w.field("mode", word(service.mode)).field("open", !refusal);
  if (!service.self_service.empty()) names_field(w, "self_service", service.self_service);
  if (refusal) {
    w.field("reason", word(refusal->reason));
    w.field("reason_text", view.catalogue.format(view.language, std::string{"problem."}.append(word(refusal->reason)), {}));
    w.key("alternatives");
    alternatives(view, w, refusal->alternatives);
  }
  w.field("desk_open", any_desk_open(view, service.id));
  w.field("waiting", view.state.queue(service.id).size());
  w.field("target_wait_s", std::chrono::seconds{service.target_wait}.count());
  estimate_field(w, wait_of_newcomer(view, service.id));
  w.end_object();
}

bool in_zones(const Board& board, const std::string& zone) {
  return board.zones.empty() || std::find(board.zones.begin(), board.zones.end(), zone) != board.zones.end();
}

/// A call stays on the board while the visit is at the desk or until the board's time for it is over.
bool is_shown(const View& view, const Board& board, const BoardCall& call) {
  const Desk* desk = view.facility.find(call.desk);
  const Visit* visit = view.state.find(call.serial);
  if (desk == nullptr || visit == nullptr || !in_zones(board, desk->zone)) return false;
  const bool back_in_queue = visit->state == VisitState::waiting || visit->state == VisitState::parked || visit->state == VisitState::left;
  const bool at_desk = visit->state == VisitState::called || visit->state == VisitState::serving;
  return !back_in_queue && (at_desk || call.at + view.facility.rules.board_call > view.now);
}

inline constexpr std::size_t board_rows_max = 12;

void calls_field(const View& view, JsonWriter& w, const Board& board) {
  std::size_t rows = 0;
  w.key("calls").list();
  for (const BoardCall& call : view.state.calls) {
    if (rows == board_rows_max || !is_shown(view, board, call)) continue;
    ++rows;
    const Desk& desk = *view.facility.find(call.desk);
    w.object().field("number", to_string(call.number)).field("desk", call.desk.str()).field("desk_name", desk_name(view, call.desk, view.language));
    names_field(w, "desk_names", desk.name);
    w.field_unless_empty("zone", desk.zone).field_unless_empty("arrow", word(core::arrow_to(board, desk)));
    w.field("attempt", call.attempt).field("called_at", view.time(call.at)).end_object();
  }
  w.end_list();
}

/// Services that some desk of the board's zones serves.
std::vector<const Service*> services_in(const View& view, const Board& board) {
  std::vector<const Service*> result;
  for (const Service& service : view.facility.services) {
    const bool here = std::any_of(view.facility.desks.begin(), view.facility.desks.end(), [&](const Desk& desk) {
      return in_zones(board, desk.zone) && std::find(desk.services.begin(), desk.services.end(), service.id) != desk.services.end();
    });
    if (here) result.push_back(&service);
  }
  return result;
}

void queues_field(const View& view, JsonWriter& w, const Board& board) {
  w.key("queues").list();
  for (const Service* service : services_in(view, board)) {
    const auto refusal = why_not(view.state, view.facility, *service, Channel::kiosk, view.now);
    w.object().field("service", service->id.str()).field("name", service->name.get(view.language));
    names_field(w, "names", service->name);
    w.field("waiting", view.state.queue(service->id).size()).field("open", !refusal);
    if (refusal) w.field("reason", word(refusal->reason));
    estimate_field(w, wait_of_newcomer(view, service->id));
    w.end_object();
  }
  w.end_list();
}

/// Why the doors are closed today, where there is a reason beside the hour; a holiday in each of these languages that has a name for it.
Text closed_because(const View& view, Day day, const std::vector<std::string>& languages) {
  for (const Closure& closure : view.facility.closures)
    if (closure.date == day) return closure.reason;
  Text names;
  const auto holiday = holiday_on(view.facility.site.holidays, day);
  if (!holiday) return names;
  const std::string key = std::string{"holiday."}.append(word(*holiday));
  for (const std::string& language : languages)
    if (view.catalogue.has(language, key)) names.by_language.emplace_back(language, view.catalogue.format(language, key, {}));
  if (names.empty()) names.by_language.emplace_back(view.language, view.catalogue.format(view.language, key, {}));
  return names;
}

/// Services of this board whose last tickets are going: names in the order of the file, in one language.
std::string last_tickets(const View& view, const Board& board, std::string_view language) {
  const auto notice = view.facility.rules.last_ticket.notice;
  std::string names;
  for (const Service* service : services_in(view, board)) {
    if (notice.count() == 0 || view.facility.opening.empty() || why_not(view.state, view.facility, *service, Channel::kiosk, view.now)) continue;
    const auto left = open_time_left(service_hours(view.facility, *service, local_day(view.facility, view.now)), view.now);
    const auto margin = view.facility.rules.last_ticket.by_work ? margin_before_closing(view.state, view.facility, *service, view.now) : left;
    if (margin <= notice) names.append(names.empty() ? "" : ", ").append(service->name.get(language));
  }
  return names;
}

/// A notice of the house itself beside those of the site: `title` and `text` give it in one language.
template <class Title, class Text>
void own_notice(const View& view, JsonWriter& w, const Board& board, const Title& title, const Text& text) {
  const auto& languages = board.languages.empty() ? view.facility.site.languages : board.languages;
  const auto in_all = [&](std::string_view name, const auto& words) {
    w.key(name).object();
    for (const std::string& language : languages) w.field(language, words(language));
    w.end_object();
  };
  w.object();
  in_all("titles", title);
  in_all("texts", text);
  w.field("title", title(view.language)).field("text", text(view.language)).end_object();
}

void last_ticket_notice(const View& view, JsonWriter& w, const Board& board) {
  if (last_tickets(view, board, view.language).empty()) return;
  own_notice(view, w, board, [&](std::string_view language) { return view.catalogue.format(language, "board.last_tickets", {}); },
             [&](std::string_view language) { return view.catalogue.format(language, "board.last_tickets_for", {{"services", last_tickets(view, board, language)}}); });
}

/// Whoever sees a later number called first is told why, while somebody with a booked time waits here.
void booked_notice(const View& view, JsonWriter& w, const Board& board) {
  const auto has_a_time = [&](const QueueEntry& entry) {
    const Visit* visit = view.state.find(entry.serial);
    return visit != nullptr && !visit->booking.empty();
  };
  const auto services = services_in(view, board);
  const bool somebody = std::any_of(services.begin(), services.end(), [&](const Service* service) {
    const auto& queue = view.state.queue(service->id);
    return std::any_of(queue.begin(), queue.end(), has_a_time);
  });
  if (!somebody) return;
  own_notice(view, w, board, [&](std::string_view language) { return view.catalogue.format(language, "board.booked", {}); },
             [&](std::string_view language) { return view.catalogue.format(language, "board.booked_why", {}); });
}

/// The next opening of the doors, for a dark board that somebody stands before.
std::optional<Instant> opens_next(const View& view) {
  const Day today = local_day(view.facility, view.now);
  for (int days = 0; days <= 14; ++days)
    for (const OpenSpan& span : site_hours(view.facility, today + std::chrono::days{days}))
      if (span.from > view.now) return span.from;
  return std::nullopt;
}

/// Dark while nobody comes and nobody is here.
void night_field(const View& view, JsonWriter& w, Minutes night_after) {
  const bool somebody = std::any_of(view.state.visits.begin(), view.state.visits.end(), [](const auto& entry) { return entry.second.is_live(); });
  if (somebody || view.state.room.evacuated || !is_night(view.facility, night_after, view.now)) return;
  w.key("night").object();
  if (const auto opens = opens_next(view)) w.field("opens_at", view.time(*opens));
  w.end_object();
}

}  // namespace

void services_view(const View& view, Channel channel, std::string& out) {
  JsonWriter w{out};
  w.list();
  for (const Service& service : view.facility.services) service_object(view, w, service, channel);
  w.end_list();
}

void kiosk_view(const View& view, const Kiosk& kiosk, const PaperHealth* printer, std::string& out) {
  const Day today = std::chrono::floor<std::chrono::days>(view.facility.zone.to_local(view.now));
  JsonWriter w{out};
  w.object().field("id", kiosk.id.str()).field("name", kiosk.name.get(view.language)).field("site", view.facility.site.name);
  const std::vector<std::string>& languages = kiosk.languages.empty() ? view.facility.site.languages : kiosk.languages;
  texts_field(w, "languages", languages);
  w.key("services").list();
  for (const Service& service : view.facility.services)
    if (service.offered_on(today) && (kiosk.services.empty() || std::find(kiosk.services.begin(), kiosk.services.end(), service.id) != kiosk.services.end()))
      service_object(view, w, service, Channel::kiosk);
  w.end_list();
  if (printer != nullptr) {
    w.key("printer").object().field("id", printer->id).field("state", printer->state);
    w.field_unless_empty("reason", printer->reason).field("words", printer->words).end_object();
  }
  const bool open = is_open(site_hours(view.facility, today), view.now);
  w.field("paper", printer != nullptr).field("open", open);
  if (const Text why = open ? Text{} : closed_because(view, today, languages); !why.get(view.language).empty()) {
    w.field("closed_because", why.get(view.language));
    names_field(w, "closed_because_names", why);
  }
  w.field("evacuation", view.state.room.evacuated);
  w.field("mode", view.state.room.mode == RoomMode::paper_roll ? "paper_roll" : "normal");
  back_field(view, w);
  night_field(view, w, kiosk.night_after);
  w.field("at", view.time(view.now));
  w.end_object();
}

void board_view(const View& view, const Board& board, std::uint64_t seq, std::string& out, std::string_view sound, std::string_view media) {
  JsonWriter w{out};
  w.object().field("board", board.id.str()).field("seq", seq).field("at", view.time(view.now)).field("site", view.facility.site.name);
  texts_field(w, "languages", board.languages.empty() ? view.facility.site.languages : board.languages);
  w.field("evacuation", view.state.room.evacuated);
  if (view.state.room.evacuated) w.field("evacuation_kind", view.state.room.evacuation_kind);
  back_field(view, w);
  calls_field(view, w, board);
  queues_field(view, w, board);
  w.key("notices").list();
  for (const Notice& notice : board.notices) {
    w.object();
    names_field(w, "titles", notice.title);
    names_field(w, "texts", notice.text);
    w.field("title", notice.title.get(view.language)).field("text", notice.text.get(view.language)).end_object();
  }
  last_ticket_notice(view, w, board);
  booked_notice(view, w, board);
  w.end_list();
  w.key("screen").object().field("inches", board.screen_inches).field("farthest_m", board.farthest_m).end_object();
  w.key("chime").object().field("volume", board.chime_volume).end_object();
  night_field(view, w, board.night_after);
  if (!sound.empty()) w.raw_field("sound", sound);
  if (!media.empty()) w.raw_field("media", media);
  w.end_object();
}

int status_of(Reject reason) {
  switch (reason) {
    case Reject::unknown_desk:
    case Reject::unknown_schedule:
    case Reject::unknown_booking:
    case Reject::unknown_visit: return 404;
    case Reject::unknown_service:
    case Reject::unknown_priority:
    case Reject::unknown_printer:
    case Reject::not_bookable:
    case Reject::not_by_telephone:
    case Reject::wrong_content: return 422;
    case Reject::closed:
    case Reject::authority_absent:
    case Reject::quota_full:
    case Reject::booking_required:
    case Reject::queue_full:
    case Reject::numbers_exhausted:
    case Reject::id_taken:
    case Reject::desk_closed:
    case Reject::desk_on_break:
    case Reject::desk_busy:
    case Reject::desk_idle:
    case Reject::wrong_state:
    case Reject::wrong_desk:
    case Reject::recall_too_soon:
    case Reject::recall_limit:
    case Reject::nothing_to_undo:
    case Reject::undo_conflict:
    case Reject::call_not_allowed:
    case Reject::not_offered:
    case Reject::last_ticket:
    case Reject::crowd_full:
    case Reject::schedule_full:
    case Reject::return_not_allowed:
    case Reject::return_too_late:
    case Reject::in_use:
    case Reject::slot_taken:
    case Reject::outside_hours:
    case Reject::too_early:
    case Reject::too_late:
    case Reject::duplicate_booking:
    case Reject::evacuation:
    case Reject::number_taken:
    case Reject::not_on_roll:
    case Reject::no_more_time:
    case Reject::waiting_list_full:
    case Reject::offer_over:
    case Reject::handover_seen: return 409;
  }
  return 500;
}

void problem_json(const Catalogue& catalogue, std::string_view language, int status, std::string_view reason, std::string_view field,
                  std::string_view alternatives_json, std::string_view detail, std::string& out) {
  const std::string sentence =
      !detail.empty() ? std::string{detail} : catalogue.format(language, std::string{"problem."}.append(reason), {{"field", std::string{field}}});
  JsonWriter w{out};
  w.object().field("type", std::string{"/problems/"}.append(reason)).field("title", reason).field("status", status).field("detail", sentence);
  w.field_unless_empty("field", field);
  if (!alternatives_json.empty()) w.raw_field("alternatives", alternatives_json);
  w.end_object();
}

void refusal_view(const View& view, const Refusal& refusal, std::string& out) {
  std::string list;
  if (counts_as_refused(refusal.reason) || !refusal.alternatives.empty()) {
    JsonWriter w{list};
    alternatives(view, w, refusal.alternatives);
  }
  problem_json(view.catalogue, view.language, status_of(refusal.reason), word(refusal.reason), refusal.field, list, {}, out);
}

}  // namespace skranke::wire
