#include "wire/facility_file.hpp"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "wire/document.hpp"

namespace skranke::wire {
namespace {

// Everything a small site needs; tests replace or append a line.
constexpr std::string_view small_site = R"([site]
id = "nord"
name = "Nord"
languages = ["da", "en"]

[[authority]]
id = "kommune"
name = { da = "Kommunen", en = "The municipality" }

[[service]]
id = "pas"
name = { da = "Pas", en = "Passport" }
authority = "kommune"
letter = "A"

[[desk]]
id = "desk-1"
name = "Skranke 1"
zone = "hall"
services = ["pas"]
)";

std::string replaced(std::string_view text, std::string_view what, std::string_view by) {
  std::string made{text};
  const std::size_t at = made.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return at == std::string::npos ? made : made.replace(at, what.size(), by);
}

std::string small_site_and(std::string_view more) { return std::string{small_site} + std::string{more}; }

std::vector<Finding> findings_of(std::string_view toml) {
  FacilityResult result = read_facility_toml(toml, "site.toml");
  return result ? result->warnings : result.error();
}

std::string told(const std::vector<Finding>& findings) {
  std::string lines;
  for (const Finding& finding : findings) lines += to_line(finding, "en") + " (" + std::string{finding.reason} + ")\n";
  return lines;
}

const Finding* find(const std::vector<Finding>& findings, std::string_view field, std::string_view reason) {
  for (const Finding& finding : findings)
    if (finding.field == field && finding.reason == reason) return &finding;
  return nullptr;
}

void expect_only(std::string_view toml, Severity severity, std::string_view field, std::string_view reason) {
  const std::vector<Finding> findings = findings_of(toml);
  const Finding* found = find(findings, field, reason);
  ASSERT_NE(found, nullptr) << "wanted " << field << " " << reason << ", told:\n" << told(findings);
  EXPECT_EQ(found->severity, severity) << told(findings);
  EXPECT_EQ(findings.size(), 1U) << told(findings);
  EXPECT_FALSE(found->message.da.empty());
  EXPECT_NE(found->message.da, found->message.en);
  EXPECT_EQ(read_facility_toml(toml, "site.toml").has_value(), severity == Severity::warning);
}
void expect_error(std::string_view toml, std::string_view field, std::string_view reason) {
  expect_only(toml, Severity::error, field, reason);
}
void expect_warning(std::string_view toml, std::string_view field, std::string_view reason) {
  expect_only(toml, Severity::warning, field, reason);
}

std::string file_text(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

TEST(FacilityFile, ASmallSiteIsReadWithoutARemark) {
  const FacilityResult result = read_facility_toml(small_site, "site.toml");
  ASSERT_TRUE(result) << told(result.error());
  EXPECT_EQ(told(result->warnings), "");
  const core::Facility& facility = result->facility;
  EXPECT_EQ(facility.site.id, "nord");
  EXPECT_EQ(facility.zone.name(), "Europe/Copenhagen");
  EXPECT_EQ(facility.services.at(0).letter, 'A');
  EXPECT_EQ(facility.services.at(0).name.get("en"), "Passport");
  EXPECT_EQ(facility.desks.at(0).name.get("da"), "Skranke 1");
  EXPECT_EQ(facility.desks.at(0).services, std::vector{core::ServiceId{"pas"}});
}

TEST(FacilityFile, EveryKeyReachesTheFacility) {
  const FacilityResult result = read_facility_toml(R"(
site = { id = "s", name = "S", time_zone = "Europe/Berlin", languages = ["en"], business_day_starts = "03:30", public_url = "https://s.example", ticket_footer = "Bye", where = "Wait" }
[[authority]]
id = "a"
name = "A"
present = ["wed 10:00-15:00", "mon,thu 09:00-24:00"]
weekly_quota = 24
daily_quota = 5
address = "Street 1"
[[service]]
id = "x"
name = "X"
authority = "a"
letter = "K"
expected_minutes = 7
mode = "booking"
after = ["y"]
slot_minutes = 20
enrolment = "passport"
daily_quota = 60
queue_max = 40
target_wait_minutes = 9
[[service]]
id = "y"
name = "Y"
authority = "a"
letter = "K"
[[opening]]
days = ["mon-thu", "sat"]
from = "08:00"
to = "24:00"
[[closure]]
date = 2026-12-24
[[closure]]
date = "2026-12-31"
from = "09:00"
to = "12:00"
reason = "New Year"
[[desk]]
id = "d"
name = "D"
zone = "z"
services = ["x", "y"]
[[board]]
id = "b"
name = "B"
zones = ["z"]
languages = ["en", "da"]
screen_inches = 32
farthest_m = 4.5
chime_volume = 0
speaker = false
night_after_minutes = 15
arrows = { d = "up_left" }
[[board.notice]]
title = "T"
text = "Line one\nline two"
[[speaker]]
id = "line"
name = "L"
zones = ["z"]
volume = 30
[sound]
speech = false
second_language = false
times = 2
quiet = ["20:00-07:00"]
[[sound.volume]]
from = "07:00"
to = "09:00"
percent = 50
[[kiosk]]
id = "k"
name = "K"
services = ["x"]
languages = ["en"]
printer = "p"
[[printer]]
id = "p"
name = "P"
kind = "escpos"
queue = "q"
device = "/dev/usb/lp0"
raw = true
width_mm = 58
cut = false
fallback = "q"
[[printer]]
id = "q"
kind = "preview"
[[priority]]
id = "elderly"
name = "Elderly"
head_start_minutes = 12
[rules]
policy = "fifo"
recall_after_s = 11
recalls_max = 4
undo_within_s = 9
call_named = false
park_minutes = 13
board_call_s = 120
back_notice_s = 300
)",
                                                   "s.toml");
  ASSERT_TRUE(result) << told(result.error());
  const core::Facility& f = result->facility;
  using std::chrono::minutes, std::chrono::seconds;
  EXPECT_EQ(f.site.business_day_starts, minutes{210});
  EXPECT_EQ(f.site.where.get("en"), "Wait");
  EXPECT_EQ(f.zone.name(), "Europe/Berlin");
  EXPECT_EQ(f.authorities[0].present, (std::vector<core::WeeklySpan>{{0b100, minutes{600}, minutes{900}},
                                                                     {0b1001, minutes{540}, minutes{1440}}}));
  EXPECT_EQ(f.authorities[0].weekly_quota, 24);
  EXPECT_EQ(f.authorities[0].daily_quota, 5);
  EXPECT_EQ(f.authorities[0].address.get("en"), "Street 1");
  const core::Service& x = f.services[0];
  EXPECT_EQ(std::tuple(x.letter, x.expected, x.mode, x.slot, x.enrolment, x.daily_quota, x.queue_max, x.target_wait),
            std::tuple('K', minutes{7}, core::Mode::booking, minutes{20}, std::string{"passport"}, std::optional{60},
                       40, minutes{9}));
  EXPECT_EQ(x.after, std::vector{core::ServiceId{"y"}});
  EXPECT_EQ(f.opening, (std::vector<core::WeeklySpan>{{0b0101111, minutes{480}, minutes{1440}}}));
  ASSERT_EQ(f.closures.size(), 2U);
  EXPECT_EQ(core::to_string(f.closures[0].date), "2026-12-24");
  EXPECT_FALSE(f.closures[0].open);
  EXPECT_EQ(f.closures[1].open, std::pair(minutes{540}, minutes{720}));
  EXPECT_EQ(f.boards[0].notices.at(0).text.get("en"), "Line one\nline two");
  EXPECT_EQ(std::tuple(f.boards[0].screen_inches, f.boards[0].farthest_m, f.boards[0].chime_volume),
            std::tuple(32.0, 4.5, 0));
  EXPECT_EQ(f.boards[0].speaker, false);
  EXPECT_EQ(f.boards[0].night_after, minutes{15});
  EXPECT_EQ(f.boards[0].arrows, (std::vector<std::pair<core::DeskId, core::Arrow>>{{core::DeskId{"d"}, core::Arrow::up_left}}));
  EXPECT_EQ(f.speakers, (std::vector<core::Speaker>{{"line", f.speakers.at(0).name, {"z"}, 30}}));
  EXPECT_EQ(f.sound, (core::SoundRules{false, false, 2, {{minutes{1200}, minutes{420}}}, {{{minutes{420}, minutes{540}}, 50}}}));
  EXPECT_EQ(f.kiosks[0].printer, core::PrinterId{"p"});
  const core::PrinterConfig& p = f.printers[0];
  EXPECT_EQ(std::tuple(p.kind, p.queue, p.device, p.raw, p.width_mm, p.cut, p.fallback.str()),
            std::tuple(std::string{"escpos"}, std::string{"q"}, std::string{"/dev/usb/lp0"}, true, 58, false,
                       std::string{"q"}));
  EXPECT_EQ(f.priorities[0].head_start, minutes{12});
  core::Rules rules{"fifo", seconds{11}, 4, seconds{9}, false, minutes{13}, seconds{120}};
  rules.back_notice = seconds{300};
  EXPECT_EQ(f.rules, rules);
}

TEST(FacilityFile, WithoutKioskOrBoardThereIsAHall) {
  const auto plain = read_facility_toml(small_site, "");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->facility.kiosks.at(0).id.str(), "hall");
  EXPECT_TRUE(plain->facility.kiosks[0].services.empty());
  EXPECT_TRUE(plain->facility.kiosks[0].printer.empty());
  EXPECT_EQ(plain->facility.boards.at(0).id.str(), "hall");
  const auto one_printer = read_facility_toml(small_site_and("[[printer]]\nid = \"p\"\n"), "");
  ASSERT_TRUE(one_printer);
  EXPECT_EQ(one_printer->facility.kiosks.at(0).printer.str(), "p");
  const auto two_printers =
      read_facility_toml(small_site_and("[[printer]]\nid = \"p\"\n[[printer]]\nid = \"q\"\n"), "");
  ASSERT_TRUE(two_printers);
  EXPECT_TRUE(two_printers->facility.kiosks.at(0).printer.empty());
}

TEST(FacilityFile, OneThatWasInForceIsUsedWhateverIsCheckedToday) {
  const std::string text = small_site_and("[[board]]\nid = \"attic\"\nzones = [\"attic\"]\n");
  EXPECT_FALSE(read_facility_toml(text, "site.toml"));
  const auto reading = read_facility_in_force(text, "journal");
  ASSERT_TRUE(reading);
  EXPECT_EQ(reading->facility.boards.at(0).zones, std::vector<std::string>{"attic"});
  EXPECT_TRUE(std::any_of(reading->warnings.begin(), reading->warnings.end(), [](const Finding& one) { return one.severity == Severity::error; })) << "it is told";
  EXPECT_FALSE(read_facility_in_force("[site\n", "journal")) << "nobody can tell what it says";
  EXPECT_FALSE(read_facility_in_force("[[service]]\nid = 7\n", "journal"));
}

TEST(FacilityFile, EverythingWrongIsToldAtOnceAndInOrder) {
  const std::string text = R"([site]
id = "Nord Havn"
time_zone = "Europe/Kopenhagen"
[[authority]]
id = "kommune"
name = "K"
weekly_quota = 0
[[service]]
id = "pas"
name = "Pas"
authority = "komune"
letter = "O"
expected_minutes = "12"
mode = "walkin"
[[service]]
id = "pas"
name = "Pas"
authority = "kommune"
letter = "A"
after = ["cpr"]
[[desk]]
id = "d1"
name = "D"
services = []
colour = "red"
)";
  const std::vector<Finding> findings = findings_of(text);
  const std::vector<std::tuple<std::string_view, std::string_view, unsigned>> wanted{
      {"site.id", "wrong_id", 2},
      {"site.time_zone", "unknown_zone", 3},
      {"authority[0].weekly_quota", "out_of_range", 7},
      {"service[0].authority", "unknown_reference", 11},
      {"service[0].letter", "wrong_letter", 12},
      {"service[0].expected_minutes", "wrong_type", 13},
      {"service[0].mode", "not_one_of", 14},
      {"service[1].id", "twice", 16},
      {"service[1].after[0]", "unknown_reference", 20},
      {"desk[0].services", "too_few", 24},
      {"desk[0].colour", "unknown_field", 25}};
  unsigned line_before = 0;
  for (const Finding& finding : findings) {
    EXPECT_GE(finding.line, line_before);
    line_before = finding.line;
  }
  for (const auto& [field, reason, line] : wanted) {
    const Finding* found = find(findings, field, reason);
    ASSERT_NE(found, nullptr) << field << ' ' << reason << '\n' << told(findings);
    EXPECT_EQ(found->line, line) << field;
    EXPECT_EQ(found->file, "site.toml");
  }
  EXPECT_NE(find(findings, "service[0].authority", "unknown_reference")->message.da.find("Mente du \"kommune\"?"),
            std::string::npos);
  EXPECT_NE(find(findings, "service[0].mode", "not_one_of")->message.en.find("Did you mean \"walk_in\"?"),
            std::string::npos);
}

TEST(FacilityFile, OneFaultOneFinding) {
  const auto with = [](std::string_view what, std::string_view by) { return replaced(small_site, what, by); };
  expect_error(with("id = \"nord\"\n", ""), "site.id", "missing");
  expect_error(with("[\"da\", \"en\"]", "[\"dansk\"]"), "site.languages[0]", "wrong_language");
  expect_error(with("services = [\"pas\"]", "services = [\"pas\", \"cpr\"]"), "desk[0].services[1]",
               "unknown_reference");
  expect_error(with("services = [\"pas\"]", "services = [\"pas\", \"pas\"]"), "desk[0].services[1]", "twice");
  expect_error(with("letter = \"A\"", "letter = \"a\""), "service[0].letter", "wrong_letter");
  expect_error(with("letter = \"A\"", "letter = \"AB\""), "service[0].letter", "wrong_letter");
  expect_error(with("letter = \"A\"", "letter = \"Æ\""), "service[0].letter", "wrong_letter");
  expect_error(with("letter = \"A\"", "letter = \"A\"\nexpected_minutes = 0"), "service[0].expected_minutes",
               "out_of_range");
  expect_error(with("letter = \"A\"", "letter = \"A\"\ndaily_quota = 0"), "service[0].daily_quota", "out_of_range");
  expect_error(with("letter = \"A\"", "letter = \"A\"\nqueue_max = 5001"), "service[0].queue_max", "out_of_range");
  expect_error(with("letter = \"A\"", "letter = \"A\"\nafter = [\"pas\"]"), "service[0].after", "loop");
  EXPECT_NE(find(findings_of(with("id = \"pas\"", "id = \"Pas\"")), "service[0].id", "wrong_id"), nullptr);
  expect_error(with("name = \"Nord\"", "name = \"" + std::string(201, 'x') + "\""), "site.name", "too_long");
  expect_error(with("name = \"Nord\"", "name = \"a\\u0007b\""), "site.name", "wrong_characters");
  expect_error(with("name = \"Nord\"", "name = \"\""), "site.name", "too_short");
  expect_error(with("name = \"Nord\"", "name = \"Nord\"\nbusiness_day_starts = \"24:00\""), "site.business_day_starts",
               "out_of_range");
  expect_error(with("name = \"Nord\"", "name = \"Nord\"\nbusiness_day_starts = \"4:00\""), "site.business_day_starts",
               "wrong_time");
  expect_error(with("name = \"Nord\"", "name = \"Nord\"\npublic_url = \"ftp://x\""), "site.public_url", "wrong_url");
  expect_error(small_site_and("[[opening]]\ndays = [\"mon\"]\nfrom = \"09:00\"\nto = \"09:00\"\n"), "opening[0].to",
               "out_of_range");
  expect_error(small_site_and("[[opening]]\ndays = [\"mon\"]\nfrom = \"09:00\"\n"), "opening[0].to", "missing");
  expect_error(small_site_and("[[opening]]\ndays = [\"monday\"]\nfrom = \"09:00\"\nto = \"10:00\"\n"),
               "opening[0].days", "wrong_day");
  expect_error(small_site_and("[[opening]]\ndays = [\"mon\"]\nfrom = \"09:00\"\nto = \"12:00\"\n[[opening]]\ndays = "
                              "[\"mon\", \"tue\"]\nfrom = \"11:59\"\nto = \"13:00\"\n"),
               "opening[1]", "overlap");
  expect_error(small_site_and("[[closure]]\ndate = \"2026-02-29\"\n"), "closure[0].date", "wrong_date");
  expect_error(small_site_and("[[closure]]\ndate = \"2026-12-24\"\n[[closure]]\ndate = 2026-12-24\n"), "closure[1]",
               "twice");
  expect_error(small_site_and("[[board]]\nid = \"b\"\nzones = [\"hal\"]\n"), "board[0].zones[0]", "unknown_reference");
  expect_error(small_site_and("[[board]]\nid = \"b\"\nchime_volume = 101\n"), "board[0].chime_volume", "out_of_range");
  expect_error(small_site_and("[[board]]\nid = \"b\"\nscreen_inches = nan\n"), "board[0].screen_inches",
               "out_of_range");
  expect_error(small_site_and("[[board]]\nid = \"b\"\n[[board.notice]]\ntitle = {}\n"), "board[0].notice[0].text",
               "missing");
  expect_error(small_site_and("[[kiosk]]\nid = \"k\"\nprinter = \"front\"\n"), "kiosk[0].printer", "unknown_reference");
  expect_error(small_site_and("[[printer]]\nid = \"p\"\nfallback = \"p\"\n"), "printer[0].fallback", "loop");
  expect_error(small_site_and("[[printer]]\nid = \"p\"\nkind = \"cups\"\n"), "printer[0].queue", "missing");
  for (const char* options : {"cut=through", "baud=9600&cut=", "after=1d6", "after=1d65zz", "cut=full&after=escape"})
    expect_error(small_site_and(std::string{"[[printer]]\nid = \"p\"\nkind = \"escpos\"\ndevice = \"/dev/usb/lp0?"} + options + "\"\n"),
                 "printer[0].device", "wrong_content");
  expect_error(small_site_and("[rules]\npolicy = \"random\"\n"), "rules.policy", "not_one_of");
  expect_error(small_site_and("[service_rules]\nx = 1\n"), "service_rules", "unknown_field");
  expect_error(replaced(small_site, "[[desk]]", "[desk]"), "desk", "wrong_type");
}

TEST(FacilityFile, OddThingsAreOnlyRemarks) {
  expect_warning(replaced(small_site, ", en = \"Passport\"", ""), "service[0].name", "language_missing");
  expect_warning(small_site_and("[[service]]\nid = \"cpr\"\nname = \"CPR\"\nauthority = \"kommune\"\nletter = \"K\"\n"),
                 "service[1]", "not_served");
  expect_warning(replaced(small_site, "letter = \"A\"\n", ""), "service[0].letter", "letter_given");
  expect_warning(replaced(small_site, "name = \"Skranke 1\"\n", ""), "desk[0].name", "missing");
  expect_warning(replaced(small_site, "{ da = \"Pas\", en = \"Passport\" }", "{ }"), "service[0].name", "missing");
  const std::string hours =
      "[[opening]]\ndays = [\"mon\", \"wed\"]\nfrom = \"09:00\"\nto = \"12:00\"\n[[opening]]\ndays = [\"wed\"]\nfrom = "
      "\"12:00\"\nto = \"15:00\"\n";
  const auto present = [&](std::string_view when) {
    return replaced(small_site, "name = { da = \"Kommunen\"",
                    "present = [\"" + std::string{when} + "\"]\nname = { da = \"Kommunen\"") +
           hours;
  };
  EXPECT_EQ(told(findings_of(present("wed 10:00-15:00"))), "");  // two opening spans that touch cover it together
  expect_warning(present("mon 10:00-12:01"), "authority[0].present[0]", "outside_opening");
  expect_warning(present("thu 10:00-12:00"), "authority[0].present", "never_present");
}

TEST(FacilityFile, AuthorityIsUnderstoodWhenThereIsOnlyOne) {
  const auto only_one = read_facility_toml(replaced(small_site, "authority = \"kommune\"\n", ""), "");
  ASSERT_TRUE(only_one);
  EXPECT_EQ(only_one->facility.services[0].authority.str(), "kommune");
  expect_error(
      replaced(small_site, "authority = \"kommune\"\n", "") + "[[authority]]\nid = \"siri\"\nname = \"SIRI\"\n",
      "service[0].authority", "missing");
}

TEST(FacilityFile, ALoopIsToldOnceWithItsWay) {
  const auto service = [](std::string_view id, std::string_view after) {
    return "[[service]]\nid = \"" + std::string{id} +
           "\"\nname = \"x\"\nauthority = \"a\"\nletter = \"A\"\nafter = [\"" + std::string{after} + "\"]\n";
  };
  const std::string text = "[site]\nid = \"s\"\nname = \"S\"\n[[authority]]\nid = \"a\"\nname = \"A\"\n" +
                           service("one", "two") + service("two", "three") + service("three", "two") +
                           "[[desk]]\nid = \"d\"\nname = \"D\"\nservices = [\"one\", \"two\", \"three\"]\n";
  expect_error(text, "service[1].after", "loop");
  EXPECT_NE(findings_of(text).at(0).message.da.find("two → three → two"), std::string::npos);
}

std::string services_with(std::string_view letters) {
  std::string text = "[site]\nid = \"s\"\nname = \"S\"\n[[authority]]\nid = \"a\"\nname = \"A\"\n", all;
  for (std::size_t index = 0; index < letters.size(); ++index) {
    text += "[[service]]\nid = \"s" + std::to_string(index) + "\"\nname = \"x\"\nletter = \"" +
            std::string{letters[index]} + "\"\n";
    all += (index == 0 ? "\"s" : ", \"s") + std::to_string(index) + "\"";
  }
  return text + "[[desk]]\nid = \"d\"\nname = \"D\"\nservices = [" + all + "]\n";
}

std::string letters_of(std::string_view asked) {
  const FacilityResult result = read_facility_toml(services_with(asked), "");
  std::string given;
  if (!result) return told(result.error());
  for (const core::Service& service : result->facility.services) given += service.letter;
  return given;
}

TEST(FacilityFile, BlurredLettersAreReplacedByUnmistakableOnes) {
  EXPECT_EQ(letters_of("ACJKPTY"), "ACJKPTY");
  EXPECT_EQ(letters_of("B"), "A");
  EXPECT_EQ(letters_of("BA"), "CA");                  // A is asked for further down, so it is not free
  EXPECT_EQ(letters_of("BDB"), "ACA");                // who asks for the same gets the same
  EXPECT_EQ(letters_of("ACJKPTYB"), "ACJKPTYA");      // all taken: shared
  EXPECT_EQ(letters_of("AACCJKPTYB"), "AACCJKPTYJ");  // shared with the least used
  for (const char asked : std::string{"BDEFGLRUV"}) {
    const FacilityResult result = read_facility_toml(services_with({&asked, 1}), "");
    ASSERT_TRUE(result) << asked;
    ASSERT_EQ(result->warnings.size(), 1U) << asked;
    EXPECT_NE(result->warnings[0].message.en.find("get A instead"), std::string::npos)
        << result->warnings[0].message.en;
  }
  for (const char asked : std::string{"HINOQSXZMW"})
    expect_error(services_with({&asked, 1}), "service[0].letter", "wrong_letter");
}

TEST(FacilityFile, SizesAreBounded) {
  const std::string big(512 * 1024 + 1, '#');
  EXPECT_EQ(findings_of(big).at(0).reason, "too_large");
  std::string many{small_site};
  for (int index = 2; index <= 202; ++index)
    many += "[[desk]]\nid = \"desk-" + std::to_string(index) + "\"\nname = \"x\"\nservices = [\"pas\"]\n";
  EXPECT_NE(find(findings_of(many), "desk", "too_many"), nullptr);
  std::string faults{small_site};
  for (int index = 0; index < 500; ++index) faults += "[wrong" + std::to_string(index) + "]\n";
  const std::vector<Finding> bounded = findings_of(faults);
  EXPECT_EQ(bounded.size(), Findings::findings_max);
  EXPECT_EQ(bounded.back().reason, "more");
}

TEST(FacilityFile, WhatIsNoTomlSaysWhere) {
  const std::vector<Finding> broken = findings_of("[site]\nid = \n");
  ASSERT_EQ(broken.size(), 1U);
  EXPECT_EQ(broken[0].reason, "malformed");
  EXPECT_EQ(broken[0].line, 2U);
  EXPECT_EQ(findings_of("name = \"\xC3\x28\"").at(0).reason, "malformed");
  EXPECT_EQ(findings_of("").at(0).reason, "missing");
}

TEST(FacilityFile, NestingCannotExhaustTheStack) {
  std::string dotted = "a";
  for (int index = 0; index < 100'000; ++index) dotted += ".a";
  EXPECT_EQ(findings_of(dotted + " = 1").at(0).reason, "malformed");
  EXPECT_EQ(findings_of("[" + dotted + "]").at(0).reason, "malformed");
  EXPECT_EQ(findings_of("a = " + std::string(100'000, '[')).at(0).reason, "malformed");
  // Dots within strings and comments are just dots.
  EXPECT_EQ(told(findings_of(
                replaced(small_site, "\"Nord\"", "\"Nord" + std::string(60, '.') + "\" # " + std::string(60, '.')))),
            "");
}

TEST(FacilityFile, JsonIsTheSameShapeWithPointers) {
  const std::string json = R"({"site":{"id":"nord","name":"Nord"},
    "authority":[{"id":"kommune","name":"K"}],
    "service":[{"id":"pas","name":{"da":"Pas","en":"Passport"},"authority":"siri","letter":"A","x":null,
      "extra":1}],
    "desk":[{"id":"d","name":"D","services":["pas"]}]})";
  const FacilityResult result = read_facility_json(json, "body");
  ASSERT_FALSE(result);
  EXPECT_NE(find(result.error(), "/service/0/authority", "unknown_reference"), nullptr) << told(result.error());
  const Finding* extra = find(result.error(), "/service/0/extra", "unknown_field");
  ASSERT_NE(extra, nullptr) << told(result.error());
  EXPECT_EQ(extra->line, 4U);
}

TEST(FacilityFile, TheExampleIsReadWithoutARemarkAndKeepsItsPromises) {
  const FacilityResult result =
      read_facility_toml(file_text(SKRANKE_EXAMPLES "/borgerservice.toml"), "borgerservice.toml");
  ASSERT_TRUE(result) << told(result.error());
  EXPECT_EQ(told(result->warnings), "");
  const core::Facility& facility = result->facility;
  EXPECT_EQ(facility.authorities.size(), 3U);
  EXPECT_EQ(facility.desks.size(), 6U);
  EXPECT_TRUE(facility.opening.empty());
  for (const char* id : {"pas", "koerekort", "mitid", "laegeskift", "legitimationskort", "flytning", "vielse",
                         "indskudslaan", "digital-hjaelp"}) {
    const core::Service* service = facility.find(core::ServiceId{id});
    ASSERT_NE(service, nullptr) << id;
    EXPECT_EQ(service->authority.str(), "kommune");
    EXPECT_NE(service->mode, core::Mode::booking);
  }
  EXPECT_TRUE(facility.find(core::AuthorityId{"kommune"})->present.empty());
  EXPECT_EQ(facility.find(core::PrinterId{"front"})->fallback.str(), "preview");
  EXPECT_EQ(facility.find(core::PrinterId{"front"})->queue, "ticket");
}

}  // namespace
}  // namespace skranke::wire
