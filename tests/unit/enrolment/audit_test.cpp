#include "enrolment/audit.hpp"

#include <gtest/gtest.h>

namespace skranke::enrolment {
namespace {

const std::string moment = "2026-11-28T09:30:00Z";

std::string three_lines() {
  AuditTrail trail;
  std::string file;
  for (const Note& note : {Note{"started", {{"clerk", "person-3"}, {"desk", "desk-4"}}},
                           Note{"asked", {{"finger", "left_index"}}}, Note{"cancelled", {}}})
    file += trail.append("E-1", moment, note).value();
  return file;
}
std::string why(const std::string& file) {
  const auto trail = AuditTrail::read(file);
  return trail ? "whole" : trail.error().text();
}

TEST(Audit, LinesHangTogetherAndGoOn) {
  const std::string file = three_lines();
  AuditTrail trail = AuditTrail::read(file).value();
  EXPECT_EQ(trail.count(), 3U);
  const std::string next = trail.append("E-2", moment, {"started", {}}).value();
  EXPECT_EQ(why(file + next), "whole");
  EXPECT_EQ(AuditTrail::read("")->count(), 0U);
}

TEST(Audit, EveryChangedByteAndEveryMissingLineIsSeen) {
  const std::string file = three_lines();
  for (std::size_t at = 0; at < file.size(); ++at) {
    std::string changed = file;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_NE(why(changed), "whole") << at;
  }
  const std::size_t first = file.find('\n') + 1, second = file.find('\n', first) + 1;
  EXPECT_EQ(why(file.substr(first)), "line 1: changed, or one before it is missing");
  EXPECT_EQ(why(file.substr(0, first) + file.substr(second)), "line 2: changed, or one before it is missing");
  EXPECT_EQ(why(file.substr(first, second - first) + file.substr(0, first)),
            "line 1: changed, or one before it is missing");
  EXPECT_EQ(why(file.substr(0, file.size() - 1)), "line 3: not whole: the power went while it was written");
  // Lines cut off the end leave a whole trail: who kept the head elsewhere sees that it is another.
  EXPECT_EQ(why(file.substr(0, second)), "whole");
  EXPECT_NE(AuditTrail::read(file.substr(0, second))->head(), AuditTrail::read(file)->head());
}

TEST(Audit, WhatCouldBeASampleIsRefused) {
  AuditTrail trail;
  const auto refused = [&](const Note& note) {
    const auto line = trail.append("E-1", moment, note);
    return line ? std::string{"taken"} : line.error().text();
  };
  EXPECT_EQ(refused({"captured", {{"pixels", std::string(101, 'x')}}}),
            "captured.pixels: not 1 to 100 bytes of plain text");
  EXPECT_EQ(refused({"captured", {{"pixels", std::string("a\0b", 3)}}}),
            "captured.pixels: not 1 to 100 bytes of plain text");
  EXPECT_EQ(refused({"captured", {{"what", "x"}}}), "captured: a fact without a name of its own");
  EXPECT_EQ(refused({"Captured it", {}}), "what: not a short name");
  std::vector<std::pair<std::string, std::string>> many;
  for (int i = 0; i < 13; ++i) many.emplace_back("fact" + std::to_string(i), "x");
  EXPECT_EQ(refused({"captured", many}), "captured: more than 12 facts");
  EXPECT_EQ(trail.count(), 0U);  // what is refused leaves no gap
  EXPECT_EQ(refused({"captured", {{"score", "71"}}}), "taken");
}

}  // namespace
}  // namespace skranke::enrolment
