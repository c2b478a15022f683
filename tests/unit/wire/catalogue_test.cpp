#include "wire/catalogue.hpp"

#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include "wire/zone.hpp"

namespace skranke::wire {
namespace {

const std::string danish =
    R"({"ticket":{"ahead":"{count, plural, =0 {Du er den næste} one {# foran dig} other {# foran dig}}","title":"Din billet"},
  "greet":"Hej {name}","quote":"Tryk på 'Næste'","big":"{n, number}","only_da":"kun dansk"})";
const std::string english =
    R"({"ticket":{"ahead":"{count, plural, =0 {You are next} one {# party ahead} other {# parties ahead}}","title":"Your ticket"},"only_en":"only English"})";
const std::string arabic = R"({"big":"{n, number}","count":"{n, plural, other {#}}"})";

Catalogue small() {
  auto made = Catalogue::from_texts({{"da", danish}, {"en", english}, {"ar", arabic}});
  EXPECT_TRUE(made) << made.error();
  return made ? *std::move(made) : Catalogue{};
}

TEST(Catalogue, PluralsAndNames) {
  const Catalogue catalogue = small();
  EXPECT_EQ(catalogue.format("da", "ticket.title"), "Din billet");
  EXPECT_EQ(catalogue.format("da", "ticket.ahead", {{"count", 0}}), "Du er den næste");
  EXPECT_EQ(catalogue.format("en", "ticket.ahead", {{"count", 1}}), "1 party ahead");
  EXPECT_EQ(catalogue.format("en", "ticket.ahead", {{"count", std::size_t{7}}}), "7 parties ahead");
  EXPECT_EQ(catalogue.format("da", "greet", {{"name", std::string{"{x} 'y'"}}}), "Hej {x} 'y'");
  EXPECT_EQ(catalogue.format("da", "quote"), "Tryk på 'Næste'");
  EXPECT_EQ(catalogue.missing_count(), 0U);
}

TEST(Catalogue, MissingKeysFallBackAndAreCounted) {
  const Catalogue catalogue = small();
  EXPECT_EQ(catalogue.format("en", "only_da"), "kun dansk");
  EXPECT_EQ(catalogue.format("da", "only_en"), "only English");
  EXPECT_EQ(catalogue.format("de", "ticket.title"), "Din billet");
  EXPECT_EQ(catalogue.format("da", "no.such"), "no.such");
  EXPECT_EQ(catalogue.format("", ""), "");
  EXPECT_EQ(catalogue.missing_count(), 5U);
  EXPECT_TRUE(catalogue.has("da", "only_da"));
  EXPECT_FALSE(catalogue.has("en", "only_da"));
  EXPECT_FALSE(catalogue.has("da", "ticket"));
}

TEST(Catalogue, AMissingArgumentShowsItsName) {
  const Catalogue catalogue = small();
  EXPECT_EQ(catalogue.format("da", "greet"), "Hej {name}");
  EXPECT_NE(catalogue.format("da", "ticket.ahead", {{"count", "many"}}),
            "");  // a text where a number is meant: odd, but no crash
}

TEST(Catalogue, DigitsAreLatinInEveryLanguage) {
  const Catalogue catalogue = small();
  EXPECT_EQ(catalogue.format("da", "big", {{"n", 1234567}}), "1.234.567");
  EXPECT_EQ(catalogue.format("ar", "count", {{"n", 42}}), "42");
  for (const char c : catalogue.format("ar", "big", {{"n", 1234}})) EXPECT_LT(static_cast<unsigned char>(c), 0x80);
}

TEST(Catalogue, DatesInWords) {
  const Catalogue catalogue = small();
  const core::Zone zone = *load_zone("Europe/Copenhagen");
  const core::Instant late = *parse_rfc3339("2026-11-22T23:30:00Z");  // already Monday in Denmark
  const core::Instant noon = *parse_rfc3339("2026-11-22T12:00:00+01:00");
  EXPECT_EQ(catalogue.date_text("da", zone, noon), "søndag 22. november 2026");
  EXPECT_EQ(catalogue.date_text("da", zone, late), "mandag 23. november 2026");
  EXPECT_EQ(catalogue.date_text("en", zone, noon), "Sunday 22 November 2026");
  EXPECT_EQ(catalogue.date_text("xx", zone, noon), "søndag 22. november 2026");
  EXPECT_NE(catalogue.date_text("ar", zone, noon).find("2026"), std::string::npos);
  EXPECT_EQ(Catalogue{}.date_text("da", zone, noon), "2026-11-22");
}

TEST(Catalogue, WhatIsWrongIsSaid) {
  const auto error_of = [](const char* json) { return Catalogue::from_texts({{"da", json}}).error(); };
  EXPECT_NE(error_of(R"({"a":{"b":7}})").find("a.b"), std::string::npos);
  EXPECT_NE(error_of(R"({"a":"{n, plural, one {x}"})").find(": a is not a valid pattern"), std::string::npos);
  EXPECT_NE(error_of(R"({"a":"x","a":"y"})").find("da.json"), std::string::npos);
  EXPECT_NE(error_of("[]").find("not an object"), std::string::npos);
  EXPECT_FALSE(Catalogue::from_directory("/does/not/exist"));
}

TEST(Catalogue, ReadsADirectory) {
  const std::filesystem::path folder = std::filesystem::path{testing::TempDir()} / "skranke-catalogue-test";
  std::filesystem::create_directories(folder);
  std::ofstream{folder / "da.json"} << danish;
  std::ofstream{folder / "en.json"} << english;
  std::ofstream{folder / "README.md"} << "not a catalogue";
  const auto catalogue = Catalogue::from_directory(folder.string());
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(catalogue) << catalogue.error();
  EXPECT_EQ(catalogue->languages(), (std::vector<std::string>{"da", "en"}));
}

TEST(Catalogue, TheHousesOwnCataloguesAreSound) {
  const auto own = Catalogue::from_directory(SKRANKE_EXAMPLES "/../catalogues");
  ASSERT_TRUE(own) << own.error();
  ASSERT_EQ(own->languages(), (std::vector<std::string>{"ar", "da", "de", "en", "fa", "pl", "ro", "so", "ti", "tr", "uk"}));
  for (const char* key : {"problem.closed", "problem.malformed"})
    for (const char* language : {"da", "en"}) EXPECT_TRUE(own->has(language, key)) << language << ' ' << key;
}

TEST(Catalogue, CountsAsEachLanguageDoesAndAlwaysInLatinFigures) {
  const auto own = Catalogue::from_directory(SKRANKE_EXAMPLES "/../catalogues");
  ASSERT_TRUE(own) << own.error();
  const auto ahead = [&](const char* language, int n) { return own->format(language, "ticket.ahead", {{"n", n}}); };
  EXPECT_EQ(ahead("de", 0), "Niemand vor Ihnen");
  EXPECT_EQ(ahead("de", 1), "1 Person vor Ihnen");
  EXPECT_EQ(ahead("de", 12), "12 Personen vor Ihnen");
  EXPECT_EQ(ahead("pl", 2), "Przed tobą 2 osoby");
  EXPECT_EQ(ahead("pl", 5), "Przed tobą 5 osób");
  EXPECT_EQ(ahead("uk", 21), "Перед вами 21 особа");
  EXPECT_EQ(ahead("uk", 12), "Перед вами 12 осіб");
  EXPECT_EQ(ahead("ro", 1), "O persoană în față");
  EXPECT_EQ(ahead("ro", 3), "3 persoane în față");
  EXPECT_EQ(ahead("ro", 20), "20 de persoane în față");
  EXPECT_EQ(ahead("tr", 2), "Önünüzde 2 kişi var");
  EXPECT_EQ(ahead("so", 0), "Cidna kaama horrayso");
  EXPECT_NE(ahead("fa", 12).find("12"), std::string::npos) << ahead("fa", 12);
  EXPECT_NE(ahead("ti", 12).find("12"), std::string::npos) << ahead("ti", 12);
  EXPECT_EQ(ahead("ar", 2), "شخصان أمامك");
  EXPECT_NE(ahead("ar", 11).find("11"), std::string::npos) << ahead("ar", 11);
}

TEST(Catalogue, ManyThreadsReadAtOnce) {
  const Catalogue catalogue = small();
  std::atomic<int> wrong{0};
  std::vector<std::jthread> readers;
  for (int reader = 0; reader < 4; ++reader)
    readers.emplace_back([&] {
      for (int count = 2; count < 500; ++count)
        if (catalogue.format("en", "ticket.ahead", {{"count", count}}) != std::to_string(count) + " parties ahead")
          ++wrong;
    });
  readers.clear();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace skranke::wire
