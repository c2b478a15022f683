// How tickets look and the house's own sentences: read, refused, written back, and what stands for them in a catalogue.
#include "wire/facility_texts.hpp"

#include <gtest/gtest.h>

#include "wire/facility_file.hpp"

namespace skranke::wire {
namespace {

using core::TicketPart;

std::string site_with(std::string_view rest) {
  return std::string{R"([site]
id = "x"
name = "X"
[[authority]]
id = "a"
name = "A"
[[service]]
id = "s"
name = "S"
authority = "a"
letter = "A"
expected_minutes = 5
[[desk]]
id = "d1"
name = "Desk 1"
services = ["s"]
)"} + std::string{rest};
}

core::Facility facility(std::string_view rest) {
  auto reading = read_facility_toml(site_with(rest), "site.toml");
  EXPECT_TRUE(reading) << (reading ? "" : to_line(reading.error().front(), "en"));
  return reading ? std::move(reading->facility) : core::Facility{};
}

/// The first fault, as field and reason.
std::string fault(std::string_view rest) {
  const auto reading = read_facility_toml(site_with(rest), "site.toml");
  if (reading) return "none";
  for (const Finding& finding : reading.error())
    if (finding.severity == Severity::error) return finding.field + " " + std::string{finding.reason};
  return "no error";
}

TEST(TicketOfASite, IsReadAndWrittenBack) {
  EXPECT_EQ(facility("").ticket, core::TicketLayout{});
  const core::Facility own = facility("[ticket]\nparts = [\"number\", \"code\", \"service\"]\nnumber_percent = 60\ntext_percent = 120\n");
  EXPECT_EQ(own.ticket.parts, (std::vector{TicketPart::number, TicketPart::code, TicketPart::service}));
  EXPECT_EQ(own.ticket.number_percent, 60);
  EXPECT_EQ(own.ticket.text_percent, 120);
  const auto again = read_facility_toml(write_facility_toml(own), "again");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->facility.ticket, own.ticket);
}

TEST(TicketOfASite, NeedsTheNumberAndNothingStrange) {
  EXPECT_EQ(fault("[ticket]\nparts = [\"site\", \"code\"]\n"), "ticket.parts wrong_content");
  EXPECT_EQ(fault("[ticket]\nparts = [\"number\", \"logo\"]\n"), "ticket.parts wrong_content");
  EXPECT_NE(fault("[ticket]\nparts = [\"number\", \"number\"]\n"), "none");
  EXPECT_NE(fault("[ticket]\nnumber_percent = 10\n"), "none");
  EXPECT_NE(fault("[ticket]\ntext_percent = 300\n"), "none");
  EXPECT_NE(fault("[ticket]\ncolour = \"red\"\n"), "none");
}

constexpr std::string_view own_words = "[texts.da]\n\"ticket.where\" = \"Sæt dig ned\"\n\"ticket.ahead\" = \"{n, plural, one{1 før} other{# før}}\"\n[texts.so]\n\"ticket.where\" = \"Fadhiiso\"\n";

TEST(OwnTexts, AreReadAndWrittenBackInBothForms) {
  const core::Facility own = facility(own_words);
  EXPECT_EQ(own.texts.at("da").at("ticket.where"), "Sæt dig ned");
  EXPECT_EQ(own.texts.at("so").size(), 1U);
  const auto toml = read_facility_toml(write_facility_toml(own), "again"), json = read_facility_json(write_facility_json(own), "again");
  ASSERT_TRUE(toml && json);
  EXPECT_EQ(toml->facility.texts, own.texts);
  EXPECT_EQ(json->facility.texts, own.texts);
}

TEST(OwnTexts, WhatIsNoPatternIsRefusedAtItsPlace) {
  EXPECT_TRUE(fault("[texts.da]\n\"ticket.where\" = \"Sæt {dig\"\n").ends_with("wrong_pattern"));
  EXPECT_TRUE(fault("[texts.da]\n\"Ticket Where\" = \"x\"\n").ends_with("wrong_content"));
  EXPECT_NE(fault("[texts]\nda = 7\n"), "none");
  EXPECT_NE(fault("[texts.da]\n\"ticket.where\" = 7\n"), "none");
  EXPECT_NE(fault("[texts.da]\n\"ticket.where\" = \"" + std::string(own_text_length_max + 1, 'x') + "\"\n"), "none");
  std::string many = "[texts.da]\n";
  for (std::size_t n = 0; n <= own_texts_max; ++n) many += "\"a.k" + std::to_string(n) + "\" = \"x\"\n";
  EXPECT_EQ(fault(many), "texts.da out_of_range");
}

Catalogue small() {
  auto made = Catalogue::from_texts({{"da", R"({"ticket": {"where": "Vent", "ahead": "{n} foran", "reprint": "Genudskrift"}})"}, {"en", R"({"ticket": {"where": "Wait", "ahead": "{n} ahead"}})"}});
  EXPECT_TRUE(made);
  return made ? std::move(*made) : Catalogue{};
}

TEST(OwnTexts, StandInsteadOfTheProgramsAndFallBackAsTheyDo) {
  const Catalogue catalogue = small();
  const core::OwnTexts own = facility(own_words).texts;
  const Catalogue draft = catalogue.with_own(own);
  EXPECT_EQ(draft.format("da", "ticket.where"), "Sæt dig ned");
  EXPECT_EQ(draft.format("da", "ticket.ahead", {{"n", 2}}), "2 før");
  EXPECT_EQ(draft.format("so", "ticket.where"), "Fadhiiso") << "a language without a catalogue";
  EXPECT_EQ(draft.format("so", "ticket.ahead", {{"n", 1}}), "1 før") << "falls back to the house's Danish";
  EXPECT_EQ(draft.format("en", "ticket.where"), "Wait");
  EXPECT_EQ(draft.format("en", "ticket.reprint"), "Genudskrift");
  EXPECT_EQ(catalogue.format("da", "ticket.where"), "Vent") << "a draft changes nothing";
  catalogue.use_own(own);
  EXPECT_EQ(catalogue.format("da", "ticket.where"), "Sæt dig ned");
  catalogue.use_own({});
  EXPECT_EQ(catalogue.format("da", "ticket.where"), "Vent");
}

TEST(OwnTexts, UnknownKeysAndOtherNamesAreToldAndNotRefused) {
  const Catalogue catalogue = small();
  EXPECT_TRUE(odd_texts({{"da", {{"ticket.ahead", "{n, plural, one{1} other{#}} før"}}}}, catalogue).empty());
  const auto odd = odd_texts({{"da", {{"ticket.ahead", "Mange foran"}, {"ticket.wehre", "Sid"}}}, {"de", {{"ticket.where", "{name}, warten"}}}}, catalogue);
  ASSERT_EQ(odd.size(), 3U);
  EXPECT_EQ(odd[0].field + " " + std::string{odd[0].reason}, "texts.da.ticket.ahead other_names");
  EXPECT_EQ(odd[1].field + " " + std::string{odd[1].reason}, "texts.da.ticket.wehre unknown_text");
  EXPECT_EQ(odd[2].field + " " + std::string{odd[2].reason}, "texts.de.ticket.where other_names");
  for (const Finding& finding : odd) EXPECT_EQ(finding.severity, Severity::warning);
}

TEST(OwnTexts, NamesOfAPattern) {
  EXPECT_EQ(names_in("{from}–{to} min"), (std::vector<std::string>{"from", "to"}));
  EXPECT_EQ(names_in("{n, plural, =0{none of {all}} other{#}}"), (std::vector<std::string>{"all", "n"}));
  EXPECT_TRUE(names_in("plain").empty());
  EXPECT_FALSE(is_pattern("{n, plural, one{1}"));
  EXPECT_TRUE(is_pattern("{n, plural, one{1} other{#}}"));
}

}  // namespace
}  // namespace skranke::wire
