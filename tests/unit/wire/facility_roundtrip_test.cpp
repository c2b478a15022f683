// read(write(f)) == f, for facilities nobody thought of.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "wire/facility_file.hpp"

namespace skranke::core {

bool operator==(const Facility& a, const Facility& b) {
  return a.site == b.site && a.authorities == b.authorities && a.services == b.services && a.opening == b.opening &&
         a.closures == b.closures && a.desks == b.desks && a.boards == b.boards && a.kiosks == b.kiosks &&
         a.printers == b.printers && a.priorities == b.priorities && a.rules == b.rules &&
         a.room == b.room && a.alarms == b.alarms &&
         a.break_reasons == b.break_reasons;
}

}  // namespace skranke::core

namespace skranke::wire {
namespace {

using namespace core;
using rc::gen::inRange;

int any(int from, int to) { return *inRange(from, to + 1); }
bool chance() { return *rc::gen::arbitrary<bool>(); }

std::string any_words() {
  static const std::vector<std::string> pieces{"Pas",     " ",    "æøå", "\"", "\\",   "'",      "#", "[x]",
                                               "паспорт", "جواز", "=",   "{}", "🙂", "\u007f", "…", "a.b"};
  std::string made = "x";
  for (int left = any(0, 6); left > 0; --left) {
    const std::string& piece = pieces[static_cast<std::size_t>(any(0, static_cast<int>(pieces.size()) - 1))];
    if (piece != "\u007f") made += piece;  // the delete character is a control character and refused
  }
  return made;
}

Text any_text() {
  Text text{{{"da", any_words()}}};
  if (chance()) text.by_language.emplace_back("en", any_words());
  if (chance()) text.by_language.emplace_back("uk", any_words());
  return text;
}
Text maybe_text() { return chance() ? any_text() : Text{}; }

std::optional<int> any_quota() { return chance() ? std::optional{any(1, 100'000)} : std::nullopt; }
std::string numbered(const char* word, std::size_t number) { return word + std::to_string(number); }

/// Spans that do not overlap: each has its own hours.
std::vector<WeeklySpan> any_hours() {
  std::vector<WeeklySpan> spans;
  for (int hour = any(0, 5); hour < 24 && spans.size() < 4; hour += any(3, 8)) {
    const int to = std::min(1440, hour * 60 + any(1, 180));
    spans.push_back({static_cast<std::uint8_t>(any(1, 127)), Minutes{hour * 60}, Minutes{to}});
  }
  return spans;
}

template <class IdType>
std::vector<IdType> some_of(const char* word, std::size_t count) {
  std::vector<IdType> some;
  for (std::size_t number = 0; number < count; ++number)
    if (chance()) some.emplace_back(numbered(word, number));
  return some;
}

std::size_t count_of(int most) { return static_cast<std::size_t>(any(1, most)); }

Service any_service(std::size_t number, std::size_t authorities) {
  static constexpr std::string_view letters = "ACJKPTY";
  Service service;
  service.id = ServiceId{numbered("service", number)};
  service.name = any_text();
  service.authority =
      AuthorityId{numbered("authority", static_cast<std::size_t>(any(0, static_cast<int>(authorities) - 1)))};
  service.letter = letters[static_cast<std::size_t>(any(0, 6))];
  service.expected = Minutes{any(1, 480)};
  service.mode = static_cast<Mode>(any(0, 2));
  service.after = some_of<ServiceId>("service", number);  // only earlier ones: no loops
  service.slot = Minutes{any(1, 480)};
  if (chance()) service.enrolment = "passport";
  if (chance()) service.message_name = any_text();
  service.daily_quota = any_quota();
  service.queue_max = any(1, 5000);
  service.target_wait = Minutes{any(1, 480)};
  if (chance()) service.booked_target = Minutes{any(1, 480)};
  if (chance()) service.walk_in_target = Minutes{any(1, 480)};
  for (auto& mode : service.mode_on)
    if (chance()) mode = static_cast<Mode>(any(0, 2));
  if (chance()) service.from = Day{std::chrono::year{2026} / any(1, 12) / 7};
  if (chance()) service.until = Day{std::chrono::year{2027} / any(1, 12) / 7};
  if (chance()) service.alarm_wait = Minutes{any(1, 1440)};
  service.extra_person = Minutes{any(0, 240)};
  service.book.share_percent = any(0, 100);
  service.book.acute_per_day = any(0, 1000);
  service.book.horizon_days = any(0, 400);
  service.book.lead = Minutes{any(0, 20'160)};
  if (chance()) service.book.slots_per_day = any(0, 5000);
  if (chance()) {
    service.book.release_from = std::chrono::hours{any(0, 23)};
    service.book.release_to = std::chrono::hours{any(static_cast<int>(service.book.release_from.count()) + 1, 24)};
    service.book.release_days_before = any(0, 30);
    service.book.overbook_percent = any(0, 50);
    service.book.overbook_max = any(0, 100);
    service.book.overbook_after = any(10, 300);
  }
  if (chance()) service.skill = "fingerprint";
  return service;
}

void add_things_that_serve(Facility& f, std::size_t services) {
  for (std::size_t number = 0, count = count_of(3); number < count; ++number) {
    std::vector<ServiceId> served = some_of<ServiceId>("service", services);
    if (served.empty()) served.emplace_back("service0");
    Desk& desk = f.desks.emplace_back();
    desk.id = DeskId{numbered("desk", number)};
    desk.name = any_text();
    desk.zone = numbered("zone", number % 2);
    desk.services = served;
    if (chance()) desk.hours = {{0b0011111, Minutes{540}, Minutes{900}}};
    if (chance()) desk.breaks = {{0b1111111, Minutes{720}, Minutes{750}}};
    if (chance()) f.desks.back().languages = {"da", "en"};
    if (chance()) f.desks.back().skills = {"fingerprint", "notary"};
    if (chance()) f.desks.back().pools = {"left"};
    f.desks.back().arrow = static_cast<Arrow>(any(0, 8));
  }
  for (std::size_t number = 0, count = count_of(3); number < count; ++number) {
    Board board{BoardId{numbered("board", number)},
                maybe_text(),
                {},
                {},
                {},
                any(20, 1200) / 4.0,
                any(5, 1000) / 10.0,
                any(0, 100)};
    if (chance()) board.zones = {"zone0"};
    if (chance()) board.languages = {"en", "da"};
    if (chance()) board.notices.push_back({any_text(), maybe_text()});
    if (chance()) board.speaker = chance();
    if (chance() && !f.desks.empty()) board.arrows = {{f.desks.front().id, static_cast<Arrow>(any(1, 8))}};
    board.night_after = Minutes{any(0, 720)};
    f.boards.push_back(board);
  }
  for (std::size_t number = 0, count = count_of(3); number < count; ++number)
    f.printers.push_back({PrinterId{numbered("printer", number)}, maybe_text(), chance() ? "cups" : "preview",
                          "queue " + any_words(), chance() ? "/dev/lp" : "", chance(), any(40, 216), chance(),
                          PrinterId{number > 0 && chance() ? "printer0" : ""}});
  for (std::size_t number = 0, count = count_of(3); number < count; ++number)
    f.kiosks.push_back({KioskId{numbered("kiosk", number)},
                        maybe_text(),
                        some_of<ServiceId>("service", services),
                        {},
                        PrinterId{chance() ? "printer0" : ""},
                        Minutes{any(0, 720)}});
}

Facility any_facility() {
  Facility f;
  f.site.id = "site";
  f.site.name = any_words();
  f.site.business_day_starts = Minutes{any(0, 1439)};
  if (chance()) f.site.public_url = "https://skranke.example/";
  f.site.ticket_footer = maybe_text();
  f.site.where = maybe_text();
  const std::size_t authorities = count_of(3), services = count_of(6);
  for (std::size_t number = 0; number < authorities; ++number)
    f.authorities.push_back(
        {AuthorityId{numbered("authority", number)}, any_text(), any_hours(), any_quota(), any_quota(), maybe_text()});
  for (std::size_t number = 0; number < services; ++number) f.services.push_back(any_service(number, authorities));
  f.opening = any_hours();
  for (int number = any(0, 3); number > 0; --number) {
    Closure closure{Day{std::chrono::days{20'000 + number}}, std::nullopt, maybe_text()};
    if (chance()) closure.open = {Minutes{any(0, 700)}, Minutes{any(701, 1440)}};
    f.closures.push_back(closure);
  }
  add_things_that_serve(f, services);
  if (chance()) f.priorities.push_back({PriorityId{"old"}, any_text(), Minutes{any(0, 480)}});
  f.rules = {chance() ? "fifo" : "skranke",
             std::chrono::seconds{any(0, 600)},
             any(0, 20),
             std::chrono::seconds{any(0, 60)},
             chance(),
             Minutes{any(1, 480)},
             std::chrono::seconds{any(10, 7200)},
             {chance(), Minutes{any(0, 480)}, Minutes{any(0, 240)}},
             chance()};
  f.rules.language_must = chance();
  f.sound = {chance(), chance(), any(1, 3), {}, {}};
  if (chance()) f.sound.quiet = {{Minutes{any(0, 700)}, Minutes{any(701, 1440)}}, {Minutes{any(701, 1440)}, Minutes{any(0, 700)}}};
  if (chance()) f.sound.volume = {{{Minutes{any(0, 700)}, Minutes{any(701, 1440)}}, any(0, 100)}};
  if (chance()) f.speakers.push_back({"line", maybe_text(), {"zone0"}, any(0, 100)});
  f.rules.prefer = Minutes{any(0, 480)};
  f.rules.missed_return = static_cast<MissedReturn>(any(0, 2));
  f.rules.missed_within = Minutes{any(0, 1440)};
  f.rules.more_time = Minutes{any(0, 120)};
  f.rules.more_times_max = any(0, 10);
  f.rules.page_hours = any(0, 24);
  f.rules.back_notice = std::chrono::seconds{any(0, 7200)};
  f.rules.no_show_after = std::chrono::seconds{any(0, 3600)};
  if (chance()) f.break_reasons = {{"lunch", any_text()}, {"meeting", any_text()}};
  f.site.holidays = {chance(), chance(), chance(), chance(), chance()};
  f.booking = {Minutes{any(0, 1440)}, Minutes{any(0, 480)}, Minutes{any(1, 120)}, any(1, 100)};
  if (chance() && !f.services.empty()) f.equipment.push_back({EquipmentId{"camera"}, {f.services.front().id}, any(0, 200)});
  if (chance()) f.room = {any(0, 400), chance(), {}};
  if (chance() && !f.desks.empty()) f.room.zones.push_back({f.desks.front().zone, any(1, 50)});
  if (chance())
    f.alarms = {Minutes{any(0, 1440)}, any(0, 5000),       Minutes{any(0, 1440)}, Minutes{any(0, 1440)},
                Minutes{any(0, 1440)}, Minutes{any(0, 480)}, Minutes{any(0, 480)},  Minutes{any(0, 480)}};
  return f;
}

void expect_same(const Facility& facility, const FacilityResult& read, const std::string& text) {
  if (!read) RC_FAIL(to_line(read.error().front(), "en") + "\n" + text);
  if (!(read->facility == facility)) RC_FAIL("differs after\n" + text);
}

RC_GTEST_PROP(FacilityRoundTrip, WhatIsWrittenIsReadBackEqual, ()) {
  const Facility facility = any_facility();
  const std::string toml = write_facility_toml(facility), json = write_facility_json(facility);
  expect_same(facility, read_facility_toml(toml, "x.toml"), toml);
  expect_same(facility, read_facility_json(json, "x.json"), json);
}

RC_GTEST_PROP(FacilityRoundTrip, ACutOrChangedFileNeverBreaksTheReader, ()) {
  std::string toml = write_facility_toml(any_facility());
  for (int left = any(1, 4); left > 0 && !toml.empty(); --left) {
    const auto at = static_cast<std::size_t>(any(0, static_cast<int>(toml.size()) - 1));
    if (chance())
      toml.erase(at, static_cast<std::size_t>(any(1, 20)));
    else
      toml[at] = static_cast<char>(any(0, 255));
  }
  const FacilityResult read = read_facility_toml(toml, "x.toml");
  RC_ASSERT(read.has_value() || !read.error().empty());
  if (!read) return;
  const FacilityResult again = read_facility_toml(write_facility_toml(read->facility), "y.toml");
  RC_ASSERT(again.has_value());
  RC_ASSERT(again->facility == read->facility);
}

}  // namespace
}  // namespace skranke::wire
