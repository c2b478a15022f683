// Sentences in pieces, in the order of each language.
#include "daemon/voice/phrases.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "embed/catalogues.hpp"

namespace skranke::daemon {
namespace {

wire::Catalogue catalogues() {
  std::vector<std::pair<std::string, std::string>> texts;
  for (const embed::File& file : embed::catalogues()) texts.emplace_back(file.path.substr(0, file.path.find('.')), std::string{file.bytes});
  return *wire::Catalogue::from_texts(texts);
}

class Said : public testing::Test {
 protected:
  Said() {
    facility_.site.languages = {"da", "en", "de", "pl", "uk", "ar", "fa", "ro", "so", "ti", "tr"};
    core::Desk desk;
    desk.id = core::DeskId{"d3"};
    desk.name = {{{"da", "Skranke 3"}, {"en", "Desk 3"}}};
    facility_.desks.push_back(desk);
    desk.id = core::DeskId{"info"};
    desk.name = {{{"da", "Informationen"}}};
    facility_.desks.push_back(desk);
  }
  std::string words(std::string_view language, core::Number number, const char* desk = "d3", std::uint32_t attempt = 1) const {
    std::string all;
    for (const Spoken& each : phrases_.call(language, {1, number, core::DeskId{desk}, attempt, {}, {}}, facility_)) {
      EXPECT_EQ(each.fragment.language, language);
      all += (all.empty() ? "" : each.pause == Phrases::between ? " | " : " ") + each.fragment.text;
    }
    return all;
  }
  wire::Catalogue catalogue_ = catalogues();
  Phrases phrases_{catalogue_};
  core::Facility facility_;
};

TEST_F(Said, InTheOrderOfEachLanguage) {
  EXPECT_EQ(words("da", {'A', 42}), "Nummer A 42 | Gå til Skranke 3");
  EXPECT_EQ(words("en", {'K', 7}), "Number K 7 | Please go to Desk 3");
  EXPECT_EQ(words("de", {'K', 7}), "Nummer K 7 | Schalter 3") << "no name in German: the language's own word with the figure";
  EXPECT_EQ(words("uk", {'J', 7}), "Номер джей 7 | віконце 3") << "a Latin letter is spelt, so that the voice does not change its language";
  EXPECT_EQ(words("ar", {'P', 7}).find('P'), std::string::npos);
}

TEST_F(Said, HundredsAsTheLanguageJoinsThem) {
  EXPECT_EQ(words("da", {'A', 253}), "Nummer A 200 og 53 | Gå til Skranke 3");
  EXPECT_EQ(words("en", {'A', 101}), "Number A 100 and 1 | Please go to Desk 3");
  EXPECT_EQ(words("de", {'A', 999}), "Nummer A 900 99 | Schalter 3");
  EXPECT_EQ(words("da", {'A', 300}), "Nummer A 300 | Gå til Skranke 3");
}

TEST_F(Said, ARecallSaysSoFirst) {
  EXPECT_EQ(words("da", {'A', 1}, "d3", 2), "Andet kald | Nummer A 1 | Gå til Skranke 3");
  EXPECT_EQ(words("en", {'A', 1}, "d3", 3), "Calling again | Number A 1 | Please go to Desk 3");
}

TEST_F(Said, ADeskWithoutFigureAndNameKeepsTheNumber) {
  EXPECT_EQ(words("da", {'A', 1}, "info"), "Nummer A 1 | Gå til Informationen");
  EXPECT_EQ(words("de", {'A', 1}, "info"), "Nummer A 1");
}

/// D10: every letter with every number at every desk, called as often as one likes, in every language, out of what is made ahead.
TEST_F(Said, EveryCallIsMadeOfWhatIsReady) {
  const auto ahead = phrases_.needed(facility_);
  const std::set<Fragment> ready{ahead.begin(), ahead.end()};
  EXPECT_EQ(ready.size(), ahead.size()) << "each once";
  EXPECT_LT(ahead.size(), 11U * 160U);
  for (const std::string& language : phrases_.languages(facility_)) {
    std::size_t lacking = 0;
    for (const char letter : core::unmistakable_letters)
      for (std::uint16_t digits = 1; digits <= core::digits_max; ++digits)
        for (const core::Desk& desk : facility_.desks)
          for (const std::uint32_t attempt : {1U, 2U, 9U})
            for (const Spoken& each : phrases_.call(language, {1, {letter, digits}, desk.id, attempt, {}, {}}, facility_)) lacking += ready.contains(each.fragment) ? 0 : 1;
    EXPECT_EQ(lacking, 0U) << language;
  }
}

TEST_F(Said, OnlyLanguagesWithAGrammarOfTheirOwn) {
  facility_.site.languages = {"da", "xx"};
  core::Kiosk kiosk;
  kiosk.languages = {"en", "uk"};
  facility_.kiosks.push_back(kiosk);
  EXPECT_EQ(phrases_.languages(facility_), (std::vector<std::string>{"da", "en", "uk"}));
}

}  // namespace
}  // namespace skranke::daemon
