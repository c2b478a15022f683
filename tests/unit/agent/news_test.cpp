#include <gtest/gtest.h>

#include "agent/news.hpp"

namespace skranke::agent {
namespace {

using namespace std::chrono_literals;

constexpr Instant here = core::Instant{1'795'420'123'000ms};

TEST(News, ABoardFrameWithTheDaemonsClock) {
  const auto news = read_news(R"({"type":"change","topic":"board:hall","seq":9,"data":{"board":"hall","at":"2026-11-23T09:05:30+01:00","evacuation":false,
    "calls":[{"number":"A12","desk":"desk-3","desk_name":"Desk 3","attempt":2,"called_at":"2026-11-23T09:05:20+01:00"}]}})", here);
  ASSERT_TRUE(news);
  ASSERT_EQ(news->boards.size(), 1U);
  ASSERT_EQ(news->boards[0].calls.size(), 1U);
  EXPECT_EQ(news->boards[0].calls[0], (display::Call{"A12", core::DeskId{"desk-3"}, "3", 2, here - 10s}));
}

TEST(News, ASnapshotHoldsSeveralTopics) {
  const auto news = read_news(R"({"type":"snapshot","topics":{"board:hall":{"board":"hall","at":"2026-11-23T09:05:30+01:00","evacuation":{"since":"x"},"calls":[]},
    "desk:desk-1":{"state":"open","visit":{"visit":"v7","state":"called","attempt":2},"waiting":[{},{}]},"desk:desk-2":{"state":"on_break"}}})", here);
  ASSERT_TRUE(news);
  ASSERT_EQ(news->boards.size(), 1U);
  EXPECT_TRUE(news->boards[0].evacuation);
  ASSERT_EQ(news->desks.size(), 2U);
  EXPECT_TRUE(news->desks[0].second.open && news->desks[0].second.called && !news->desks[0].second.serving);
  EXPECT_EQ(news->desks[0].second.call, "v7 2");
  EXPECT_EQ(news->desks[1].second.call, "");
  EXPECT_FALSE(news->tower);
  EXPECT_EQ(news->desks[0].second.waiting, 2U);
  EXPECT_TRUE(news->desks[1].second.on_break && !news->desks[1].second.open);
}

TEST(News, WhatATowerTells) {
  const auto news = read_news(R"({"type":"change","topic":"tower","data":{"evacuation":false,"too_long":true,"help":true,"device_fault":false}})", here);
  ASSERT_TRUE(news && news->tower);
  EXPECT_TRUE(news->tower->too_long && news->tower->help && !news->tower->evacuation && !news->tower->device_fault);
}

TEST(News, AHeartbeatIsASignOfLife) { EXPECT_TRUE(read_news(R"({"type":"ping","seq":1,"at":"x"})", here)); }

TEST(News, NonsenseIsNothing) {
  for (const auto* text : {"", "{", "[]", "1", "{\"x\":1}", "{\"type\":5}"}) EXPECT_FALSE(read_news(text, here)) << text;
  EXPECT_FALSE(read_news(std::string((1 << 20) + 1, ' '), here));
  const auto odd = read_news(R"({"type":"change","topic":"board:hall","data":{"board":7,"calls":[1,{},{"number":"A1","called_at":"yesterday"}],"at":[]}})", here);
  ASSERT_TRUE(odd);
  EXPECT_TRUE(odd->boards.at(0).calls.empty());
}

TEST(News, TimesOnTheWire) {
  EXPECT_EQ(parse_time("1970-01-01T00:00:00Z"), Instant{});
  EXPECT_EQ(parse_time("1970-01-01T01:00:01.250+01:00"), Instant{1s});
  EXPECT_EQ(parse_time("2026-11-23T09:05:00+01:00"), parse_time("2026-11-23T03:05:00-05:00"));
  for (const auto* text : {"", "2026-11-23", "2026-13-23T09:05:00Z", "2026-11-23T24:05:00Z", "2026-11-23T09:05:00", "2026-11-23T09:05:00+1:00", "2026-11-23T09:05:00 +01:00",
                           "2026-02-30T09:05:00Z", "2026-11-23T09:05:00+01:00x"})
    EXPECT_FALSE(parse_time(text)) << text;
}

TEST(News, TheMarkOfADesk) {
  EXPECT_EQ(desk_mark("desk-3"), "3");
  EXPECT_EQ(desk_mark("desk-12"), "12");
  EXPECT_EQ(desk_mark("reception"), "");
}

}  // namespace
}  // namespace skranke::agent
