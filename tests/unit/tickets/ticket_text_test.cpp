// The words of a ticket in every language of the house, drawn with the fonts of this machine: no letter is missing, and what the site wants stands there.
#include "daemon/ticket_text.hpp"

#include <gtest/gtest.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <set>

#include "embed/catalogues.hpp"
#include "printer/layout.hpp"

// Fontconfig keeps its cache to the process's end in places that the leak checker cannot see.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libfontconfig\n"; }

namespace skranke::daemon {
namespace {

wire::Catalogue catalogues() {
  std::vector<std::pair<std::string, std::string>> texts;
  for (const embed::File& file : embed::catalogues()) texts.emplace_back(file.path.substr(0, file.path.find('.')), std::string{file.bytes});
  return *wire::Catalogue::from_texts(texts);
}

core::Facility site() {
  core::Facility facility;
  facility.site.name = "Borgerservice Nordhavn";
  core::Service service;
  service.id = core::ServiceId{"pas"};
  service.name = {{{"da", "Pas"}, {"so", "Baasaboor"}}};
  facility.services.push_back(service);
  return facility;
}

TicketFacts facts(const std::string& language) {
  TicketFacts facts;
  facts.language = language;
  facts.number = {'A', 47};
  facts.services = {core::ServiceId{"pas"}};
  core::Outlook outlook;
  outlook.position = 4;
  outlook.estimate = {std::chrono::minutes{20}, std::chrono::minutes{25}, std::chrono::minutes{30}};
  facts.outlook = outlook;
  facts.url = "http://koe.example/t/7QK2M9XWPA4D";
  facts.again = true;
  return facts;
}

/// Every letter and mark that a language's catalogue uses, in lines that fit a ticket.
std::vector<std::string> letters_of(const wire::Catalogue& catalogue, const std::string& language) {
  std::set<UChar32> letters;
  for (const auto& [key, pattern] : catalogue.sentences(language)) {
    const auto text = icu::UnicodeString::fromUTF8({pattern.data(), static_cast<std::int32_t>(pattern.size())});
    for (std::int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1)) letters.insert(text.char32At(at));
  }
  std::vector<std::string> lines(1);
  std::size_t in_line = 0;
  for (const UChar32 letter : letters) {
    if (u_isspace(letter) != 0) continue;
    if (++in_line % 40 == 0) lines.emplace_back();
    std::string bytes;
    lines.back() += icu::UnicodeString{letter}.toUTF8String(bytes) + " ";
  }
  return lines;
}

class TicketIn : public testing::TestWithParam<std::string> {};

TEST_P(TicketIn, SaysAllOfItInThatLanguageWithNoLetterMissing) {
  const wire::Catalogue catalogue = catalogues();
  const printer::TicketText text = ticket_text(catalogue, site(), facts(GetParam()));
  for (const char* key : {"your_number", "wait_label", "where", "follow", "reprint"}) EXPECT_TRUE(catalogue.has(GetParam(), std::string{"ticket."} + key)) << key;
  EXPECT_EQ(text.right_to_left, GetParam() == "ar" || GetParam() == "fa");
  EXPECT_NE(text.wait.find("20"), std::string::npos) << text.wait << ": digits are the same for everybody";
  EXPECT_NE(text.ahead.find('3'), std::string::npos) << text.ahead;
  for (const int width : {58, 80}) EXPECT_EQ(printer::lay_out(text, printer::paper_of(width)).unknown_glyphs, 0) << "install fonts-noto-core";
}

TEST_P(TicketIn, EveryLetterOfTheCatalogueCanBePrinted) {
  const auto lines = letters_of(catalogues(), GetParam());
  EXPECT_GE(lines.size(), 2U);
  for (const std::string& line : lines) {
    printer::TicketText text;
    text.number = "A 1";
    text.where = line;
    text.language = GetParam();
    EXPECT_EQ(printer::lay_out(text, printer::paper_of(80)).unknown_glyphs, 0) << line;
  }
}

INSTANTIATE_TEST_SUITE_P(EveryCatalogue, TicketIn, testing::ValuesIn(catalogues().languages()), [](const auto& test) { return test.param; });

TEST(TicketText, AMissingLetterWouldBeSeen) {
  wire::Catalogue strange = catalogues().with_own({{"da", {{"ticket.where", "\U000F1234"}}}});
  EXPECT_GT(printer::lay_out(ticket_text(strange, site(), facts("da")), printer::paper_of(80)).unknown_glyphs, 0);
}

TEST(TicketText, ABookedTimeHasItsCodeItsTimeAndEveryPart) {
  core::Facility facility = site();
  facility.ticket.parts = {core::TicketPart::number};
  core::Booking booking;
  booking.id = core::BookingId{"7k2mxw4q"};
  booking.language = "en";
  booking.parts.push_back({core::ServiceId{"pas"}, {}, {}});
  const printer::TicketText text = booking_text(catalogues(), facility, booking, "http://koe.example/book/7k2mxw4q");
  EXPECT_EQ(text.number, "7K2M XW4Q");
  EXPECT_EQ(text.service, "Pas");
  EXPECT_NE(text.wait.find("1970"), std::string::npos) << text.wait;
  EXPECT_EQ(text.layout.parts, core::TicketLayout{}.parts) << "the date is what it is about";
  const printer::Ticket ticket = printer::lay_out(text, printer::paper_of(58));
  EXPECT_GT(ticket.qr.width, 0);
  EXPECT_GT(ticket.number.height, 20);
  EXPECT_EQ(ticket.unknown_glyphs, 0);
}

TEST(TicketText, FollowsTheSitesWordsAndLayout) {
  core::Facility facility = site();
  facility.ticket.parts = {core::TicketPart::number};
  const auto catalogue = catalogues().with_own({{"so", {{"ticket.your_number", "Lambar"}}}});
  const printer::TicketText text = ticket_text(catalogue, facility, facts("so"));
  EXPECT_EQ(text.your_number, "Lambar");
  EXPECT_EQ(text.service, "Baasaboor");
  EXPECT_EQ(text.layout, facility.ticket);
  EXPECT_EQ(ticket_text(catalogue, facility, facts("fa")).service, "Pas") << "a name that lacks falls back";
  TicketFacts called = facts("da");
  called.outlook.reset();
  called.again = false;
  EXPECT_TRUE(ticket_text(catalogue, facility, called).wait.empty());
  EXPECT_TRUE(ticket_text(catalogue, facility, called).reprint.empty());
}

}  // namespace
}  // namespace skranke::daemon
