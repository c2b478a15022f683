// Who sounds for a zone, and how loud when.
#include "wire/facility_sound.hpp"

#include <gtest/gtest.h>

#include "core/sound.hpp"
#include "wire/facility_file.hpp"

namespace skranke::wire {
namespace {

using namespace std::chrono_literals;
using core::SoundOutput;

std::string site_with(std::string_view rest) {
  return std::string{R"([site]
id = "x"
name = "X"
time_zone = "Europe/Copenhagen"
[[authority]]
id = "a"
name = "A"
[[service]]
id = "s"
name = "S"
authority = "a"
letter = "A"
expected_minutes = 5
[[opening]]
days = ["mon-fri"]
from = "09:00"
to = "15:00"
[[desk]]
id = "d1"
name = "Desk 1"
zone = "hall"
services = ["s"]
[[desk]]
id = "d2"
name = "Desk 2"
zone = "upstairs"
services = ["s"]
)"}.append(rest);
}

core::Facility read(std::string_view rest) {
  auto reading = read_facility_toml(site_with(rest), "x.toml");
  EXPECT_TRUE(reading) << (reading ? std::string{} : to_line(reading.error().front(), "en"));
  return reading ? reading->facility : core::Facility{};
}

std::string said_by(const core::Facility& facility, std::string_view zone) { return core::output_for(facility, zone).id; }

/// Wall-clock time of Monday 23 November 2026.
core::Instant clock(std::chrono::minutes minutes) { return core::Instant{1'795'388'400'000ms} + minutes; }

TEST(SoundOutputs, TheBoardThatSaysSoElseTheNearestElseTheFirst) {
  const auto unsaid = read("[[board]]\nid = \"all\"\n[[board]]\nid = \"up\"\nzones = [\"upstairs\"]\n[[board]]\nid = \"up2\"\nzones = [\"upstairs\"]\n");
  EXPECT_EQ(said_by(unsaid, "hall"), "all");
  EXPECT_EQ(said_by(unsaid, "upstairs"), "up") << "the board that stands there before the one that shows everything";
  const auto said = read("[[board]]\nid = \"up\"\nzones = [\"upstairs\"]\n[[board]]\nid = \"up2\"\nzones = [\"upstairs\"]\nspeaker = true\n[[board]]\nid = \"hall\"\nzones = [\"hall\"]\nspeaker = false\n");
  EXPECT_EQ(said_by(said, "upstairs"), "up2");
  EXPECT_EQ(core::output_for(said, "hall").kind, SoundOutput::Kind::none);
}

TEST(SoundOutputs, ALoudspeakerOfABoxSilencesTheBoards) {
  const auto facility = read("[[board]]\nid = \"hall\"\nspeaker = true\n[[speaker]]\nid = \"line\"\nzones = [\"hall\"]\nvolume = 80\n");
  EXPECT_EQ(core::output_for(facility, "hall"), (SoundOutput{SoundOutput::Kind::speaker, "line", 80}));
  EXPECT_EQ(said_by(facility, "upstairs"), "hall");
}

TEST(SoundOutputs, VolumeByHourAndQuiet) {
  const auto facility = read("[[board]]\nid = \"hall\"\nchime_volume = 80\n[sound]\nquiet = [\"20:00-07:00\", \"12:00-12:30\"]\n[[sound.volume]]\nfrom = \"07:00\"\nto = \"10:00\"\npercent = 50\n");
  const SoundOutput output = core::output_for(facility, "hall");
  EXPECT_EQ(core::volume_at(facility, output, clock(8h)), 40);
  EXPECT_EQ(core::volume_at(facility, output, clock(10h)), 80);
  EXPECT_EQ(core::volume_at(facility, output, clock(12h + 29min)), 0);
  EXPECT_EQ(core::volume_at(facility, output, clock(12h + 30min)), 80);
  EXPECT_EQ(core::volume_at(facility, output, clock(23h)), 0);
  EXPECT_EQ(core::volume_at(facility, output, clock(6h + 59min)), 0) << "past midnight";
}

TEST(SoundOutputs, MistakesAreTold) {
  const auto warned = [](std::string_view rest, std::string_view reason) {
    const auto reading = read_facility_toml(site_with(rest), "x.toml");
    if (!reading) return false;
    for (const Finding& finding : reading->warnings)
      if (finding.reason == reason) return true;
    return false;
  };
  EXPECT_TRUE(warned("[[board]]\nid = \"a\"\nzones = [\"hall\"]\nspeaker = true\n[[board]]\nid = \"b\"\nzones = [\"hall\"]\nspeaker = true\n", "two_speakers"));
  EXPECT_TRUE(warned("[[board]]\nid = \"a\"\nspeaker = false\n", "zone_silent"));
  EXPECT_FALSE(warned("[[board]]\nid = \"a\"\n", "zone_silent"));
  for (const std::string_view wrong : {"[sound]\nquiet = [\"20-07\"]\n", "[sound]\nquiet = [\"09:00-09:00\"]\n", "[sound]\ntimes = 4\n", "[[sound.volume]]\nfrom = \"07:00\"\npercent = 5\n",
                                       "[[board]]\nid = \"a\"\narrows = { d9 = \"left\" }\n", "[[board]]\nid = \"a\"\narrows = { d1 = \"north\" }\n",
                                       "[[board]]\nid = \"a\"\n[[speaker]]\nid = \"a\"\n"})
    EXPECT_FALSE(read_facility_toml(site_with(wrong), "x.toml")) << wrong;
}

TEST(Night, DarkAnHourAfterClosingUntilAnHourBeforeOpening) {
  const auto facility = read("[[board]]\nid = \"hall\"\n");
  const core::Board& board = facility.boards.front();
  EXPECT_FALSE(core::is_night(facility, board.night_after, clock(15h + 59min)));
  EXPECT_TRUE(core::is_night(facility, board.night_after, clock(16h)));
  EXPECT_TRUE(core::is_night(facility, board.night_after, clock(24h + 7h + 59min)));
  EXPECT_FALSE(core::is_night(facility, board.night_after, clock(24h + 8h)));
  auto always = board;
  always.night_after = core::Minutes{0};
  EXPECT_FALSE(core::is_night(facility, always.night_after, clock(3h)));
}

TEST(Arrows, TheBoardsOwnBeforeTheDesks) {
  const auto facility = read("[[desk]]\nid = \"d3\"\nname = \"Desk 3\"\nservices = [\"s\"]\narrow = \"right\"\n[[board]]\nid = \"a\"\narrows = { d1 = \"up_left\" }\n");
  EXPECT_EQ(word(core::arrow_to(facility.boards[0], facility.desks[0])), "up_left");
  EXPECT_EQ(word(core::arrow_to(facility.boards[0], facility.desks[2])), "right");
  EXPECT_EQ(word(core::arrow_to(facility.boards[0], facility.desks[1])), "");
}

}  // namespace
}  // namespace skranke::wire
