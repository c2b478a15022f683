#include <algorithm>
#include <array>
#include <limits>

#include <fmt/format.h>

#include "wire/clock_words.hpp"
#include "wire/facility_booking.hpp"
#include "wire/facility_draft.hpp"
#include "wire/facility_file.hpp"
#include "wire/facility_rules.hpp"
#include "wire/facility_sound.hpp"
#include "wire/facility_texts.hpp"
#include "wire/facility_values.hpp"
#include "wire/zone.hpp"

namespace skranke::wire {
namespace {

using core::Facility, core::Minutes, core::Text, core::WeeklySpan;

constexpr std::size_t things_max = 200;

int whole(TableReader& table, std::string_view key, int fallback, int min, int max) {
  return static_cast<int>(table.integer(key, min, max).value_or(fallback));
}

Minutes minutes(TableReader& table, std::string_view key, Minutes fallback, int min, int max) {
  return Minutes{table.integer(key, min, max).value_or(fallback.count())};
}

std::chrono::seconds duration_s(TableReader& table, std::string_view key, std::chrono::seconds fallback, int min,
                                int max) {
  return std::chrono::seconds{table.integer(key, min, max).value_or(fallback.count())};
}

void refer(FacilityDraft& draft, TableReader& table, std::string_view key, Thing wanted, Thing owner,
           std::string_view owner_id) {
  const Node* node = table.node().find(key);
  if (node == nullptr) return;
  const auto add = [&](const Node& item, std::string path) {
    if (item.kind == Node::Kind::text)
      draft.references.push_back({wanted, item.text, owner, std::string{owner_id}, {&item, std::move(path)}});
  };
  if (node->kind != Node::Kind::list) return add(*node, table.path(key));
  for (std::size_t index = 0; index < std::min(node->items.size(), things_max); ++index)
    add(node->items[index], table.findings().element(table.path(key), index));
}

template <class IdType>
std::vector<IdType> as_ids(const std::vector<std::string>& texts) {
  std::vector<IdType> ids;
  ids.reserve(texts.size());
  for (const std::string& text : texts) ids.emplace_back(text);
  return ids;
}

/// The id of a thing, which no other of its kind may have.
template <class Things>
auto read_id(TableReader& table, const Things& before, Thing thing) {
  using IdType = decltype(Things::value_type::id);
  IdType id{table.required_slug("id")};
  const bool taken = std::any_of(before.begin(), before.end(), [&](const auto& other) { return other.id == id; });
  if (taken && !id.empty())
    table.error("id", "twice",
                {fmt::format("{} {} findes allerede i filen.", in_words(thing).da, quoted(id.str())),
                 fmt::format("{} {} is in the file already.", in_words(thing).en, quoted(id.str()))});
  return id;
}

// ---- the sections
// ------------------------------------------------------------------------------------------------------------------------

void read_zone_name(TableReader& table, Facility& facility) {
  facility.site.time_zone = table.text("time_zone", {.max = 64}).value_or(facility.site.time_zone);
  if (auto zone = load_zone(facility.site.time_zone)) {
    facility.zone = *std::move(zone);
    return;
  }
  table.error("time_zone", "unknown_zone",
              {fmt::format("Tidszonen {} findes ikke; i Danmark skrives \"Europe/Copenhagen\".",
                           quoted(facility.site.time_zone)),
               fmt::format("There is no time zone {}; in Denmark write \"Europe/Copenhagen\".",
                           quoted(facility.site.time_zone))});
}

void read_site(TableReader& table, Facility& facility) {
  core::Site& site = facility.site;
  if (auto languages = read_languages(table, "languages"); !languages.empty()) site.languages = std::move(languages);
  site.id = table.required_slug("id");
  site.name = table.text("name").value_or(site.id);
  read_zone_name(table, facility);
  site.business_day_starts = read_clock(table, "business_day_starts").value_or(site.business_day_starts);
  if (site.business_day_starts >= Minutes{1440})
    table.error("business_day_starts", "out_of_range",
                {"Døgnet skal begynde før 24:00.", "The day must begin before 24:00."});
  site.public_url = table.text("public_url", {.min = 0, .max = 300}).value_or("");
  if (!site.public_url.empty() && !site.public_url.starts_with("https://") && !site.public_url.starts_with("http://"))
    table.error(
        "public_url", "wrong_url",
        {"Adressen skal begynde med https:// eller http://.", "The address must begin with https:// or http://."});
  site.ticket_footer = read_words(table, "ticket_footer", site);
  site.where = read_words(table, "where", site);
  read_holidays(table, site.holidays);
  table.done();
}

void read_authority(TableReader& table, FacilityDraft& draft) {
  core::Authority authority;
  const core::Site& site = draft.facility.site;
  authority.id = read_id(table, draft.facility.authorities, Thing::authority);
  authority.name = read_name(table, authority.id.str(), site);
  std::vector<Spot>& spots = draft.present.emplace_back();
  const std::vector<std::string> present = table.texts("present", {.count_max = 50, .distinct = false});
  const Node* list = table.node().find("present");
  for (std::size_t index = 0; index < present.size() && present.size() == list->items.size(); ++index) {
    Spot spot{&list->items[index], table.findings().element(table.path("present"), index)};
    if (const auto span = parse_presence(present[index])) {
      authority.present.push_back(*span);
      spots.push_back(std::move(spot));
      continue;
    }
    table.findings().error(
        spot.node, spot.path, "wrong_time",
        {fmt::format("{} kan ikke læses; skriv f.eks. \"wed 10:00-15:00\" eller \"wed 10:00-15:00 quota 17\" (mon tue wed thu fri sat sun).",
                     quoted(present[index])),
         fmt::format("{} cannot be read; write e.g. \"wed 10:00-15:00\" or \"wed 10:00-15:00 quota 17\" (mon tue wed thu fri sat sun).",
                     quoted(present[index]))});
  }
  authority.weekly_quota = read_quota(table, "weekly_quota");
  authority.daily_quota = read_quota(table, "daily_quota");
  authority.address = read_words(table, "address", site);
  table.done();
  draft.authorities.push_back({&table.node(), table.path()});
  draft.facility.authorities.push_back(std::move(authority));
}

char read_letter(TableReader& table) {
  const Node* node = table.value("letter");
  if (node == nullptr) return 0;
  const std::string_view text = node->kind == Node::Kind::text ? std::string_view{node->text} : std::string_view{};
  if (text.size() != 1 || text[0] < 'A' || text[0] > 'Z') {
    table.error(
        "letter", "wrong_letter",
        {"Billetbogstavet skal være ét stort bogstav A–Z.", "The ticket letter must be one capital letter A–Z."});
    return 0;
  }
  if (std::string_view{"HINOQSXZMW"}.find(text[0]) == std::string_view::npos) return text[0];
  table.error("letter", "wrong_letter",
              {fmt::format("{} ligner et andet tegn, når billetten vendes. Vælg et af A C J K P T Y.", text),
               fmt::format("{} reads as another sign when the ticket is turned. Choose one of A C J K P T Y.", text)});
  return 0;
}

void read_service(TableReader& table, FacilityDraft& draft) {
  static constexpr std::array<std::string_view, 3> modes{"walk_in", "mixed", "booking"};
  core::Service service;
  service.id = read_id(table, draft.facility.services, Thing::service);
  service.name = read_name(table, service.id.str(), draft.facility.site);
  service.authority = core::AuthorityId{table.slug("authority").value_or("")};
  refer(draft, table, "authority", Thing::authority, Thing::service, service.id.str());
  draft.letters_asked.push_back(read_letter(table));
  service.expected = minutes(table, "expected_minutes", service.expected, 1, 480);
  const std::string mode = table.one_of("mode", modes).value_or("walk_in");
  service.mode = static_cast<core::Mode>(std::find(modes.begin(), modes.end(), mode) - modes.begin());
  service.after = as_ids<core::ServiceId>(table.slugs("after"));
  refer(draft, table, "after", Thing::service, Thing::service, service.id.str());
  service.slot = minutes(table, "slot_minutes", service.slot, 1, 480);
  service.enrolment = table.slug("enrolment").value_or("");
  service.message_name = read_words(table, "message_name", draft.facility.site);
  service.daily_quota = read_quota(table, "daily_quota");
  service.queue_max = whole(table, "queue_max", service.queue_max, 1, 5000);
  service.target_wait = minutes(table, "target_wait_minutes", service.target_wait, 1, 480);
  if (table.has("booked_target_minutes")) service.booked_target = minutes(table, "booked_target_minutes", Minutes{8}, 1, 480);
  if (table.has("walk_in_target_minutes")) service.walk_in_target = minutes(table, "walk_in_target_minutes", Minutes{40}, 1, 480);
  read_service_calendar(table, service);
  read_service_booking(table, service);
  service.extra_person = minutes(table, "extra_person_minutes", service.extra_person, 0, 240);
  service.skill = table.slug("skill").value_or("");
  service.contact_centre = table.flag("contact_centre").value_or(service.contact_centre);
  service.telephone = table.flag("telephone").value_or(service.telephone);
  service.self_service = read_words(table, "self_service", draft.facility.site);
  table.done();
  draft.services.push_back({&table.node(), table.path()});
  draft.facility.services.push_back(std::move(service));
}

/// "mon", "mon-fri" …; what is no day, or one twice, is told.
std::uint8_t read_weekdays(TableReader& table) {
  std::uint8_t all = 0;
  for (const std::string& word : table.texts("days", {.count_min = 1, .count_max = 7, .distinct = false})) {
    const auto days = parse_weekdays(word);
    if (days && (all & *days) == 0) {
      all = static_cast<std::uint8_t>(all | *days);
      continue;
    }
    table.error("days", "wrong_day",
                {fmt::format("{} er ikke en ny ugedag; skriv mon tue wed thu fri sat sun.", quoted(word)),
                 fmt::format("{} is not a further weekday; write mon tue wed thu fri sat sun.", quoted(word))});
  }
  return all;
}

/// Of a desk; without "days" on every day.
std::vector<WeeklySpan> read_desk_times(TableReader& table, std::string_view key) {
  constexpr std::uint8_t every_day = 0x7f;
  std::vector<WeeklySpan> spans;
  for (TableReader& each : table.tables(key, 14)) {
    const std::uint8_t days = each.has("days") ? read_weekdays(each) : every_day;
    if (!each.has("days")) (void)each.value("days");
    const auto hours = read_hours(each);
    each.done();
    if (hours && days != 0) spans.push_back({days, hours->first, hours->second});
  }
  return spans;
}

void read_opening(TableReader& table, FacilityDraft& draft) {
  WeeklySpan span;
  if (!table.has("days")) table.error("days", "missing", {"\"days\" mangler.", "\"days\" is missing."});
  span.days = read_weekdays(table);
  const auto hours = read_hours(table);
  if (hours) span.from = hours->first, span.to = hours->second;
  const auto lunch = hours ? read_lunch(table, span) : std::nullopt;
  if (!hours && table.has("lunch")) (void)table.value("lunch");
  table.done();
  if (!hours || span.days == 0) return;
  const auto add = [&](core::Minutes from, core::Minutes to) {
    draft.opening.push_back({&table.node(), table.path()});
    draft.facility.opening.push_back({span.days, from, to});
  };
  if (lunch) add(span.from, lunch->from), add(lunch->to, span.to);
  else add(span.from, span.to);
}

void read_closure(TableReader& table, FacilityDraft& draft) {
  core::Closure closure;
  const Node* node = table.value("date");
  const bool written = node != nullptr && (node->kind == Node::Kind::text || node->kind == Node::Kind::date);
  const auto date = written ? parse_date(node->text) : std::nullopt;
  if (!date)
    table.error("date", node == nullptr ? "missing" : "wrong_date",
                {"Her skal stå en dato som \"2026-12-24\".", "This must be a date like \"2026-12-24\"."});
  if (table.has("from") || table.has("to")) closure.open = read_hours(table);
  closure.reason = read_words(table, "reason", draft.facility.site);
  table.done();
  if (!date) return;
  closure.date = *date;
  draft.closures.push_back({&table.node(), table.path()});
  draft.facility.closures.push_back(std::move(closure));
}

void read_desk(TableReader& table, FacilityDraft& draft) {
  core::Desk desk;
  desk.id = read_id(table, draft.facility.desks, Thing::desk);
  desk.name = read_name(table, desk.id.str(), draft.facility.site);
  desk.zone = table.slug("zone").value_or("hall");
  desk.services = as_ids<core::ServiceId>(table.required_slugs("services"));
  refer(draft, table, "services", Thing::service, Thing::desk, desk.id.str());
  desk.languages = read_languages(table, "languages");
  desk.skills = table.slugs("skills", {.count_max = 50});
  desk.pools = table.slugs("pools", {.count_max = 50});
  desk.arrow = read_arrow(table, "arrow");
  desk.hours = read_desk_times(table, "hours");
  desk.breaks = read_desk_times(table, "breaks");
  table.done();
  draft.desks.push_back({&table.node(), table.path()});
  draft.facility.desks.push_back(std::move(desk));
}

void read_board(TableReader& table, FacilityDraft& draft) {
  core::Board board;
  const core::Site& site = draft.facility.site;
  board.id = read_id(table, draft.facility.boards, Thing::board);
  board.name = read_words(table, "name", site);
  board.zones = table.slugs("zones");
  refer(draft, table, "zones", Thing::zone, Thing::board, board.id.str());
  board.languages = read_languages(table, "languages");
  board.screen_inches = table.number("screen_inches", 5, 300).value_or(board.screen_inches);
  board.farthest_m = table.number("farthest_m", 0.5, 100).value_or(board.farthest_m);
  board.chime_volume = whole(table, "chime_volume", board.chime_volume, 0, 100);
  read_board_sound(table, draft, board);
  for (TableReader& notice : table.tables("notice", 20)) {
    core::Notice read{read_words(notice, "title", site),
                      read_words(notice, "text", site, {.max = 1000, .lines = true})};
    if (read.title.empty() && read.text.empty())
      notice.error(
          "text", "missing",
          {"Opslaget har hverken \"title\" eller \"text\".", "The notice has neither \"title\" nor \"text\"."});
    notice.done();
    board.notices.push_back(std::move(read));
  }
  table.done();
  draft.boards.push_back({&table.node(), table.path()});
  draft.facility.boards.push_back(std::move(board));
}

void read_kiosk(TableReader& table, FacilityDraft& draft) {
  core::Kiosk kiosk;
  kiosk.id = read_id(table, draft.facility.kiosks, Thing::kiosk);
  kiosk.name = read_words(table, "name", draft.facility.site);
  kiosk.services = as_ids<core::ServiceId>(table.slugs("services"));
  refer(draft, table, "services", Thing::service, Thing::kiosk, kiosk.id.str());
  kiosk.languages = read_languages(table, "languages");
  kiosk.printer = core::PrinterId{table.slug("printer").value_or("")};
  refer(draft, table, "printer", Thing::printer, Thing::kiosk, kiosk.id.str());
  table.done();
  draft.kiosks.push_back({&table.node(), table.path()});
  draft.facility.kiosks.push_back(std::move(kiosk));
}

/// What an address may say behind its "?": "baud=9600", "cut=full", "after=1d6505" (a presenter's bytes, at most 64 of them).
bool device_options_are_sound(std::string_view device) {
  constexpr std::size_t digits_max = 128;
  for (std::size_t at = device.find('?'); at != std::string_view::npos;) {
    const std::size_t end = device.find('&', at + 1);
    const std::string_view option = device.substr(at + 1, end == std::string_view::npos ? end : end - at - 1);
    const std::string_view value = option.substr(std::min(option.find('=') + 1, option.size()));
    if (option.starts_with("cut=") && value != "full" && value != "partial") return false;
    const bool hex = value.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos && value.size() % 2 == 0 && value.size() <= digits_max;
    if (option.starts_with("after=") && !hex) return false;
    at = end;
  }
  return true;
}

void read_printer(TableReader& table, FacilityDraft& draft) {
  static constexpr std::array<std::string_view, 3> kinds{"cups", "escpos", "preview"};
  core::PrinterConfig printer;
  printer.id = read_id(table, draft.facility.printers, Thing::printer);
  printer.name = read_words(table, "name", draft.facility.site);
  printer.kind = table.one_of("kind", kinds).value_or(printer.kind);
  printer.queue = table.text("queue", {.max = 127}).value_or("");
  printer.device = table.text("device", {.max = 255}).value_or("");
  if (!device_options_are_sound(printer.device))
    table.error("device", "wrong_content",
                {"Efter \"?\": \"cut\" er \"full\" eller \"partial\", \"after\" er to hextal for hver byte, højst 64.",
                 "Behind \"?\": \"cut\" is \"full\" or \"partial\", \"after\" is two hexadecimal digits for each byte, at most 64."});
  printer.raw = table.flag("raw").value_or(printer.raw);
  printer.width_mm = whole(table, "width_mm", printer.width_mm, 40, 216);
  printer.cut = table.flag("cut").value_or(printer.cut);
  printer.fallback = core::PrinterId{table.slug("fallback").value_or("")};
  refer(draft, table, "fallback", Thing::printer, Thing::printer, printer.id.str());
  if (printer.kind == "cups" && printer.queue.empty())
    table.error("queue", "missing",
                {"En printer med kind = \"cups\" skal have navnet på sin CUPS-kø i \"queue\".",
                 "A printer with kind = \"cups\" needs the name of its CUPS queue in \"queue\"."});
  if (printer.kind == "escpos" && printer.device.empty() && printer.queue.empty())
    table.error("device", "missing",
                {"En printer med kind = \"escpos\" skal have \"device\" eller \"queue\".",
                 "A printer with kind = \"escpos\" needs \"device\" or \"queue\"."});
  table.done();
  draft.printers.push_back({&table.node(), table.path()});
  draft.facility.printers.push_back(std::move(printer));
}

void read_priority(TableReader& table, FacilityDraft& draft) {
  core::Priority priority;
  priority.id = read_id(table, draft.facility.priorities, Thing::priority);
  priority.name = read_name(table, priority.id.str(), draft.facility.site);
  priority.head_start = minutes(table, "head_start_minutes", priority.head_start, 0, 480);
  table.done();
  draft.facility.priorities.push_back(std::move(priority));
}

void read_equipment(TableReader& table, FacilityDraft& draft) {
  core::Equipment equipment;
  equipment.id = read_id(table, draft.facility.equipment, Thing::equipment);
  equipment.services = as_ids<core::ServiceId>(table.required_slugs("services"));
  refer(draft, table, "services", Thing::service, Thing::equipment, equipment.id.str());
  equipment.count = whole(table, "count", equipment.count, 0, 200);
  table.done();
  draft.facility.equipment.push_back(std::move(equipment));
}

void read_break_reason(TableReader& table, FacilityDraft& draft) {
  core::BreakReason reason;
  reason.id = table.required_slug("id");
  const auto& before = draft.facility.break_reasons;
  if (std::any_of(before.begin(), before.end(), [&](const auto& other) { return other.id == reason.id; }))
    table.error("id", "twice",
                {fmt::format("Pauseårsagen {} findes allerede i filen.", quoted(reason.id)),
                 fmt::format("The break reason {} is in the file already.", quoted(reason.id))});
  reason.name = read_name(table, reason.id, draft.facility.site);
  table.done();
  draft.facility.break_reasons.push_back(std::move(reason));
}

void read_rules(TableReader& table, core::Rules& rules) {
  static constexpr std::array<std::string_view, 4> policies{"fifo", "booked_first", "longest_wait", "skranke"};
  rules.policy = table.one_of("policy", policies).value_or(rules.policy);
  rules.booked_target = minutes(table, "booked_target_minutes", rules.booked_target, 1, 480);
  rules.walk_in_target = minutes(table, "walk_in_target_minutes", rules.walk_in_target, 1, 480);
  rules.recall_after = duration_s(table, "recall_after_s", rules.recall_after, 0, 600);
  rules.recalls_max = whole(table, "recalls_max", rules.recalls_max, 0, 20);
  rules.undo_within = duration_s(table, "undo_within_s", rules.undo_within, 0, 60);
  rules.call_named = table.flag("call_named").value_or(rules.call_named);
  rules.park = minutes(table, "park_minutes", rules.park, 1, 480);
  rules.more_time = minutes(table, "more_time_minutes", rules.more_time, 0, 120);
  rules.page_hours = whole(table, "page_hours", rules.page_hours, 0, 24);
  rules.more_times_max = whole(table, "more_times_max", rules.more_times_max, 0, 10);
  rules.board_call = duration_s(table, "board_call_s", rules.board_call, 10, 7200);
  rules.callback_again = minutes(table, "callback_again_minutes", rules.callback_again, 1, 480);
  rules.back_notice = duration_s(table, "back_notice_s", rules.back_notice, 0, 7200);
  read_last_ticket(table, rules);
  static constexpr std::array<std::string_view, 3> returns{"keep", "end", "none"};
  const std::string missed = table.one_of("missed_return", returns).value_or("keep");
  rules.missed_return = static_cast<core::MissedReturn>(std::find(returns.begin(), returns.end(), missed) - returns.begin());
  rules.missed_within = minutes(table, "missed_within_minutes", rules.missed_within, 0, 1440);
  rules.no_show_after = duration_s(table, "no_show_after_s", rules.no_show_after, 0, 3600);
  rules.prefer = minutes(table, "prefer_minutes", rules.prefer, 0, 480);
  rules.standby_hold = minutes(table, "standby_hold_minutes", rules.standby_hold, 0, 120);
  rules.language_must = table.flag("language_must").value_or(rules.language_must);
  table.done();
}

template <class Read>
void read_each(TableReader& root, std::string_view key, FacilityDraft& draft, Read read) {
  for (TableReader& table : root.tables(key, things_max))
    if (table.node().kind == Node::Kind::table) read(table, draft);
}

/// `accepted_before`: it was in force already. What is wrong with it by today's checks is told, and does not keep the house shut.
FacilityResult read_document(const tl::expected<Node, Finding>& document, std::string_view file_name, PathStyle style, bool accepted_before = false) {
  if (!document) return tl::unexpected{std::vector{document.error()}};
  Findings findings{std::string{file_name}, style};
  FacilityDraft draft = read_facility_document(*document, findings);
  const bool unreadable = findings.has_error();
  check_facility(draft, findings);
  explain_facility(draft, findings);
  settle_letters(draft, findings);
  if (unreadable || (findings.has_error() && !accepted_before)) return tl::unexpected{findings.take()};
  return FacilityReading{std::move(draft.facility), findings.take()};
}

}  // namespace

Message in_words(Thing thing) {
  switch (thing) {
    case Thing::authority: return {"Myndigheden", "The authority"};
    case Thing::service: return {"Ydelsen", "The service"};
    case Thing::desk: return {"Skranken", "The desk"};
    case Thing::board: return {"Tavlen", "The board"};
    case Thing::kiosk: return {"Standeren", "The kiosk"};
    case Thing::printer: return {"Printeren", "The printer"};
    case Thing::priority: return {"Prioriteten", "The priority"};
    case Thing::zone: return {"Zonen", "The zone"};
    case Thing::equipment: return {"Udstyret", "The equipment"};
  }
  return {};
}

FacilityDraft read_facility_document(const Node& document, Findings& findings) {
  FacilityDraft draft;
  TableReader root{document, "", findings};
  if (document.kind != Node::Kind::table) return draft;
  // The site comes first wherever it stands: its languages say what a plain name means.
  if (auto site = root.table("site"))
    read_site(*site, draft.facility), draft.site = &site->node();
  else if (!root.has("site"))
    root.error("site", "missing", {"[site] mangler.", "[site] is missing."});
  read_each(root, "authority", draft, read_authority);
  read_each(root, "service", draft, read_service);
  read_each(root, "opening", draft, read_opening);
  read_each(root, "closure", draft, read_closure);
  read_each(root, "desk", draft, read_desk);
  read_each(root, "board", draft, read_board);
  read_each(root, "speaker", draft, read_speaker);
  read_each(root, "kiosk", draft, read_kiosk);
  read_each(root, "printer", draft, read_printer);
  read_each(root, "priority", draft, read_priority);
  read_each(root, "equipment", draft, read_equipment);
  if (auto booking = root.table("booking")) read_booking_rules(*booking, draft.facility.booking);
  read_each(root, "break_reason", draft, read_break_reason);
  if (auto rules = root.table("rules")) read_rules(*rules, draft.facility.rules);
  if (auto room = root.table("room")) read_room(*room, draft);
  if (auto alarms = root.table("alarms")) read_alarms(*alarms, draft.facility.alarms);
  if (auto sound = root.table("sound")) read_sound(*sound, draft.facility.sound);
  if (auto ticket = root.table("ticket")) read_ticket(*ticket, draft.facility.ticket);
  if (auto texts = root.table("texts")) read_texts(*texts, draft.facility.texts);
  root.done();
  return draft;
}

FacilityResult read_facility_toml(std::string_view text, std::string_view file_name) {
  return read_document(parse_toml(text, {}, file_name), file_name, PathStyle::dotted);
}

FacilityResult read_facility_in_force(std::string_view toml, std::string_view name) {
  return read_document(parse_toml(toml, {}, name), name, PathStyle::dotted, true);
}

FacilityResult read_facility_json(std::string_view text, std::string_view file_name) {
  return read_document(parse_json(text, {}, file_name), file_name, PathStyle::pointer);
}

}  // namespace skranke::wire
