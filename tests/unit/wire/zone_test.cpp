#include "wire/zone.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "wire/posix_rule.hpp"

namespace skranke::wire {
namespace {

core::Instant at(std::string_view text) {
  const auto instant = parse_rfc3339(text);
  EXPECT_TRUE(instant) << text;
  return instant.value_or(core::Instant{});
}

core::LocalTime local(int year, unsigned month, unsigned day, int hour, int minute) {
  const std::chrono::local_days date{std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day}};
  return date + std::chrono::hours{hour} + std::chrono::minutes{minute};
}

core::Zone copenhagen() {
  auto zone = load_zone("Europe/Copenhagen");
  EXPECT_TRUE(zone);
  return zone.value_or(core::Zone{});
}

TEST(Zone, SpringNightSkipsAnHour) {
  const core::Zone zone = copenhagen();
  EXPECT_EQ(core::to_rfc3339(zone, at("2026-03-29T00:59:59Z")), "2026-03-29T01:59:59+01:00");
  EXPECT_EQ(core::to_rfc3339(zone, at("2026-03-29T01:00:00Z")), "2026-03-29T03:00:00+02:00");
  EXPECT_EQ(zone.to_utc(local(2026, 3, 29, 2, 30)), at("2026-03-29T01:00:00Z"));  // does not exist: the jump itself
}

TEST(Zone, AutumnNightHasAnHourTwice) {
  const core::Zone zone = copenhagen();
  EXPECT_EQ(core::to_rfc3339(zone, at("2026-10-25T00:30:00Z")), "2026-10-25T02:30:00+02:00");
  EXPECT_EQ(core::to_rfc3339(zone, at("2026-10-25T01:30:00Z")), "2026-10-25T02:30:00+01:00");
  EXPECT_EQ(zone.to_utc(local(2026, 10, 25, 2, 30)), at("2026-10-25T00:30:00Z"));
}

TEST(Zone, LeapDayAndMidsummer) {
  const core::Zone zone = copenhagen();
  EXPECT_EQ(core::to_rfc3339(zone, at("2028-02-29T12:00:00Z")), "2028-02-29T13:00:00+01:00");
  EXPECT_EQ(core::to_rfc3339(zone, at("2000-07-01T12:00:00Z")), "2000-07-01T14:00:00+02:00");
  EXPECT_FALSE(parse_rfc3339("2027-02-29T12:00:00Z"));
}

TEST(Zone, SummerTimeGoesOnAfterTheTableEnds) {
  const core::Zone zone = copenhagen();
  EXPECT_EQ(core::to_rfc3339(zone, at("2040-07-01T12:00:00Z")), "2040-07-01T14:00:00+02:00");
  EXPECT_EQ(core::to_rfc3339(zone, at("2040-12-01T12:00:00Z")), "2040-12-01T13:00:00+01:00");
  // The last Sundays of March and October 2099 are the 29th and the 25th.
  EXPECT_EQ(zone.offset_at(at("2099-03-29T00:59:59Z")), std::chrono::hours{1});
  EXPECT_EQ(zone.offset_at(at("2099-03-29T01:00:00Z")), std::chrono::hours{2});
  EXPECT_EQ(zone.offset_at(at("2099-10-25T01:00:00Z")), std::chrono::hours{1});
}

TEST(Zone, OtherZonesAndTheirRules) {
  EXPECT_EQ(load_zone("UTC")->offset_at(at("2026-07-01T12:00:00Z")), std::chrono::hours{0});
  EXPECT_EQ(load_zone("Asia/Kolkata")->offset_at(at("2050-07-01T12:00:00Z")), std::chrono::minutes{330});
  EXPECT_EQ(load_zone("America/New_York")->offset_at(at("2050-07-01T12:00:00Z")), std::chrono::hours{-4});
  EXPECT_EQ(load_zone("Europe/Dublin")->offset_at(at("2050-01-01T12:00:00Z")), std::chrono::hours{0});
  EXPECT_EQ(load_zone("Australia/Sydney")->offset_at(at("2050-01-01T12:00:00Z")), std::chrono::hours{11});
  EXPECT_EQ(load_zone("America/Nuuk")->offset_at(at("2050-07-01T12:00:00Z")), std::chrono::hours{-1});
}

TEST(Zone, UnknownNamesAreRefused) {
  for (const char* name : {"", "Europe/Kopenhagen", "../../etc/passwd", "/etc/localtime", "localtime",
                           "europe/copenhagen", "Europe/Copenhagen\n", "CET-1CEST"})
    EXPECT_FALSE(load_zone(name)) << name;
  EXPECT_FALSE(load_zone(std::string(10'000, 'x')));
}

TEST(Zone, PosixRulesAreReadStrictly) {
  const auto rule = parse_posix_rule("<-02>2<-01>,M3.5.0/-1,M10.5.0/0");
  ASSERT_TRUE(rule);
  EXPECT_EQ(rule->standard, std::chrono::hours{-2});
  EXPECT_EQ(rule->summer, std::chrono::hours{-1});
  EXPECT_EQ(rule->to_summer.time, std::chrono::hours{-1});
  for (const char* text : {"", "UTC0", "<+0530>-5:30", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
                           "CET-1CEST,M3.5.0", "CET-1CEST,J60,J300", "CET-1CEST,M3.5.0,M10.5.0/3x", "<CET-1"})
    EXPECT_FALSE(parse_posix_rule(text)) << text;
}

TEST(Rfc3339, KnownInstants) {
  EXPECT_EQ(core::millis(at("1970-01-01T00:00:00Z")), 0);
  EXPECT_EQ(core::millis(at("2026-11-23T09:05:00+01:00")), 1795421100000);
  EXPECT_EQ(core::millis(at("2026-11-23t08:05:00.25z")), 1795421100250);
  EXPECT_EQ(core::millis(at("2026-11-23T08:05:00.123456789-00:00")), 1795421100123);
  EXPECT_EQ(core::millis(at("2026-11-23T02:35:00-05:30")), 1795421100000);
}

TEST(Rfc3339, EverythingElseIsRefused) {
  for (const char* text :
       {"", "2026-11-23", "2026-11-23T09:05:00", "2026-11-23 09:05:00Z", "2026-11-23T09:05Z", "2026-11-23T24:00:00Z",
        "2026-11-23T09:60:00Z", "2026-11-23T23:59:60Z", "2026-13-01T00:00:00Z", "2026-11-31T00:00:00Z",
        "2026-11-23T09:05:00.Z", "2026-11-23T09:05:00.1234567890Z", "2026-11-23T09:05:00+24:00",
        "2026-11-23T09:05:00+01:60", "2026-11-23T09:05:00+0100", "2026-11-23T09:05:00Zx", "+026-11-23T09:05:00Z"})
    EXPECT_FALSE(parse_rfc3339(text)) << text;
}

}  // namespace
}  // namespace skranke::wire
