#include "daemon/http/hub.hpp"

#include <gtest/gtest.h>

namespace skranke::http {
namespace {

struct Notebook final : Watcher {
  void offer(std::uint32_t slot, const Frame& frame) override { notes.emplace_back(slot, frame->substr(2)); }
  std::uint64_t seen_seq() const override { return seen; }
  void dismiss() override { dismissed = true; }
  bool dismissed = false;
  std::vector<std::pair<std::uint32_t, std::string>> notes;
  std::uint64_t seen = 0;
};

Bytes text(const char* words) { return std::make_shared<const std::string>(words); }

TEST(Hub, AChangeGoesToItsTopicOnly) {
  Hub hub;
  Notebook a, b;
  (void)hub.add(a, {"queue", "board:hall", "queue"}, "a", "::1");
  (void)hub.add(b, {"board:hall"}, "b", "::1");
  hub.publish("queue", text("q"));
  hub.publish("board:hall", text("h"));
  hub.publish("nobody", text("n"));
  ASSERT_EQ(a.notes.size(), 2U) << "a topic named twice counts once";
  ASSERT_EQ(b.notes.size(), 1U);
  EXPECT_EQ(b.notes[0].second, "h");
  EXPECT_NE(a.notes[0].first, a.notes[1].first) << "topics have slots of their own";
}

TEST(Hub, WhoseAccessWasTakenBackIsDismissed) {
  Hub hub;
  Notebook gone, good, nobody;
  (void)hub.add(gone, {"queue"}, "", "::1", "token-1");
  (void)hub.add(good, {"queue"}, "", "::1", "token-2");
  (void)hub.add(nobody, {"queue"}, "", "::1");
  hub.dismiss([](std::string_view credential) { return credential == "token-2"; });
  EXPECT_TRUE(gone.dismissed);
  EXPECT_FALSE(good.dismissed);
  EXPECT_FALSE(nobody.dismissed) << "a citizen's page came in without any";
}

TEST(Hub, CountsAndForgets) {
  Hub hub;
  Notebook a, b;
  const ConnectionId first = hub.add(a, {"queue"}, "kiosk", "10.0.0.7");
  const ConnectionId second = hub.add(b, {"queue", "devices"}, "desk", "10.0.0.8");
  EXPECT_NE(first, second);
  EXPECT_EQ(hub.subscribers("queue"), 2U);
  EXPECT_TRUE(hub.has_subscribers("devices"));
  ASSERT_NE(hub.find(first), nullptr);
  EXPECT_EQ(hub.find(first)->name, "kiosk");
  EXPECT_EQ(hub.find(first)->remote, "10.0.0.7");
  hub.remove(first);
  hub.remove(first);
  EXPECT_EQ(hub.find(first), nullptr);
  EXPECT_EQ(hub.subscribers("queue"), 1U);
  hub.publish("queue", text("q"));
  EXPECT_TRUE(a.notes.empty());
  EXPECT_EQ(b.notes.size(), 1U);
  hub.remove(second);
  EXPECT_FALSE(hub.has_subscribers("devices"));
  EXPECT_EQ(hub.size(), 0U);
}

TEST(Hub, PingsReachAllInTheirOwnSlot) {
  Hub hub;
  Notebook a, b;
  (void)hub.add(a, {}, "", "");
  (void)hub.add(b, {"queue"}, "", "");
  hub.ping(text("p"));
  ASSERT_EQ(a.notes.size(), 1U);
  EXPECT_EQ(b.notes[0].first, Hub::ping_slot);
}

TEST(Hub, WhatTheSnapshotHoldsIsNotSentAgain) {
  Hub hub;
  Notebook a;
  a.seen = 7;
  (void)hub.add(a, {"queue"}, "", "");
  hub.publish("queue", text("old"), 7);
  hub.publish("queue", text("new"), 8);
  hub.publish("queue", text("without"));
  ASSERT_EQ(a.notes.size(), 2U);
  EXPECT_EQ(a.notes[0].second, "new");
}

}  // namespace
}  // namespace skranke::http
