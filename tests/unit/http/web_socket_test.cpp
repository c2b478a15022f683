#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/unit/http/support.hpp"

namespace skranke::http::test {
namespace {

using namespace std::chrono_literals;
using FrameSeen = std::pair<int, std::string>;

Bytes text(std::string words) { return std::make_shared<const std::string>(std::move(words)); }

/// Past the handshake and the snapshot.
Client board(Fixture& fixture, std::string_view topics, int receive_buffer = 0) {
  Client client = fixture.client(receive_buffer);
  EXPECT_EQ(client.ask(handshake(topics)).status, 101);
  EXPECT_EQ(client.frame(), (FrameSeen{1, "snapshot"}));
  return client;
}

TEST(WebSocket, HandshakeSnapshotChange) {
  Fixture fixture;
  Client client = fixture.client();
  const Answer answer = client.ask(handshake("board:hall,queue", "Origin: http://localhost\r\n"));
  EXPECT_EQ(answer.status, 101);
  EXPECT_EQ(answer.header("Sec-WebSocket-Accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(client.frame(), (FrameSeen{1, "snapshot"}));
  fixture.on_io([&] {
    EXPECT_TRUE(fixture.hub.has_subscribers("queue"));
    EXPECT_FALSE(fixture.hub.has_subscribers("devices"));
    fixture.hub.publish("devices", text("not for us"));
    fixture.hub.publish("board:hall", text("change 1"));
    fixture.hub.publish("queue", text("change 2"));
    fixture.hub.ping(text("ping"));
  });
  EXPECT_EQ(client.frame().second, "change 1");
  EXPECT_EQ(client.frame().second, "change 2");
  EXPECT_EQ(client.frame().second, "ping");
}

TEST(WebSocket, WhatIsNoHandshakeIsAnAnswer) {
  Options options;
  options.limits.topics = 3;
  Fixture fixture{options};
  Client client = fixture.client();
  const Answer plain = client.ask(get("/api/v1/events?topics=queue"));
  EXPECT_EQ(plain.status, 426);
  EXPECT_EQ(plain.header("Upgrade"), "websocket");
  const std::string upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
  const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  EXPECT_EQ(client.ask(get("/api/v1/events", upgrade + key + "Sec-WebSocket-Version: 8\r\n")).status, 426);
  EXPECT_EQ(
      client.ask(get("/api/v1/events", upgrade + "Sec-WebSocket-Key: short\r\nSec-WebSocket-Version: 13\r\n")).status,
      400);
  EXPECT_EQ(client.ask(handshake("forbidden")).status, 403) << "the application's own refusal";
  EXPECT_EQ(client.ask(handshake("a,b,c,d")).status, 400) << "too many topics";
  for (const char* origin : {"http://evil.example", "null", "https://localhost:81", "http://localhost.evil"})
    EXPECT_EQ(client.ask(handshake("queue", fmt::format("Origin: {}\r\n", origin))).status, 403) << origin;
  EXPECT_EQ(client.ask(get("/hot")).status, 200) << "still an HTTP connection";
  EXPECT_EQ(fixture.on_io([&] { return fixture.hub.size(); }), 0U);
}

TEST(WebSocket, TheSnapshotWaitsForItsCommitAndNoChangeIsLost) {
  Fixture fixture;
  Client client = fixture.client();
  ASSERT_TRUE(client.send(handshake("queue&after=7")));
  ASSERT_TRUE(fixture.eventually([&] { return fixture.app.waits.size() == 1; }));
  fixture.on_io([&] {
    fixture.hub.publish("queue", text("seven"), 7);
    fixture.hub.publish("queue", text("eight"), 8);
    fixture.hub.publish("queue", text("nine"), 9);
  });
  char byte;
  EXPECT_EQ(::recv(client.fd(), &byte, 1, MSG_DONTWAIT), -1) << "nothing before the commit";
  fixture.on_io([&] { fixture.app.commit(7); });
  EXPECT_EQ(client.read().status, 101);
  EXPECT_EQ(client.frame().second, "snapshot");
  EXPECT_EQ(client.frame().second, "nine") << "the newest only, and not what the snapshot holds";
  fixture.on_io([&] { fixture.hub.publish("queue", text("ten"), 10); });
  EXPECT_EQ(client.frame().second, "ten");
}

TEST(WebSocket, AFailedCommitIsAnOrdinaryAnswer) {
  Fixture fixture;
  Client client = fixture.client();
  ASSERT_TRUE(client.send(handshake("queue&after=7")));
  ASSERT_TRUE(fixture.eventually([&] { return fixture.app.waits.size() == 1; }));
  fixture.on_io([&] { fixture.app.commit(7, Commit::storage_full); });
  EXPECT_EQ(client.read().status, 507);
  EXPECT_EQ(client.ask(get("/hot")).status, 200);
  EXPECT_EQ(fixture.on_io([&] { return fixture.hub.size() + fixture.app.gone.size(); }), 0U);
}

TEST(WebSocket, TheClientIsHeard) {
  Fixture fixture;
  Client client = fixture.client();
  ASSERT_TRUE(client.send(handshake("queue") + masked(0x81, "early")));  // in one packet with the handshake
  EXPECT_EQ(client.read().status, 101);
  EXPECT_EQ(client.frame().second, "snapshot");
  ASSERT_TRUE(client.send(masked(0x01, "al") + masked(0x89, "you?") + masked(0x80, "ive")));
  EXPECT_EQ(client.frame(), (FrameSeen{10, "you?"}));
  ASSERT_TRUE(fixture.eventually([&] { return fixture.app.messages.size() == 2; }));
  fixture.on_io([&] {
    EXPECT_EQ(fixture.app.messages, (std::vector<std::string>{"1:early", "1:alive"}));
    EXPECT_EQ(fixture.hub.find(1)->name, "test");
  });
}

TEST(WebSocket, MistakesCloseWithTheirCode) {
  struct Case {
    std::string bytes;
    std::string code;
  };
  for (const auto& [bytes, code] :
       {Case{"\x81\x01x", "\x03\xea"}, Case{masked(0x82, "x"), "\x03\xeb"}, Case{masked(0x81, "\xff"), "\x03\xef"},
        Case{masked(0x81, std::string(4097, 'x')), "\x03\xf1"}, Case{masked(0x81, "throw"), "\x03\xf3"},
        Case{masked(0x88, "\x03\xe8"), "\x03\xe8"}}) {
    Fixture fixture{quick()};
    Client client = board(fixture, "queue");
    ASSERT_TRUE(client.send(bytes));
    EXPECT_EQ(client.frame(), (FrameSeen{8, code}));
    client.send(masked(0x88, code));
    EXPECT_TRUE(client.closed());
    EXPECT_TRUE(fixture.eventually(
        [&] { return fixture.app.gone.size() == 1 && fixture.server->counters().open_connections == 0; }));
    EXPECT_EQ(fixture.on_io([&] { return fixture.hub.size(); }), 0U);
  }
}

TEST(WebSocket, AClientThatIsGoneIsForgotten) {
  Fixture fixture;
  { Client client = board(fixture, "queue"); }
  EXPECT_TRUE(fixture.eventually([&] { return fixture.hub.size() == 0 && fixture.app.gone.size() == 1; }));
  EXPECT_EQ(fixture.on_io([&] { return fixture.server->counters().open_web_sockets; }), 0U);
}

/// A reader that stops, and then goes on: it must get the newest of each topic, soon, and never a backlog.
TEST(WebSocket, ASlowReaderGetsTheNewestState) {
  Fixture fixture;
  Client slow = board(fixture, "queue,board:hall", 4096);
  Client quick_one = board(fixture, "queue");
  constexpr int changes = 2000;
  const std::string padding(1000, '.');
  for (int i = 1; i <= changes; ++i) {
    fixture.on_io([&] {
      fixture.hub.publish("queue", text(fmt::format("queue {}{}", i, padding)));
      fixture.hub.publish("board:hall", text(fmt::format("board {}{}", i, padding)));
    });
    ASSERT_EQ(quick_one.frame().second, fmt::format("queue {}{}", i, padding)) << "a slow one must not slow the others";
  }
  EXPECT_GT(fixture.on_io([&] { return fixture.server->counters().frames_overtaken; }), 1000U);
  const auto number = [](const std::string& words) { return std::stoi(words.substr(6)); };
  int queue = 0;
  int hall = 0;
  int frames = 0;
  while (queue < changes || hall < changes) {
    const auto [opcode, words] = slow.frame();
    ASSERT_EQ(opcode, 1);
    ++frames;
    int& last = words.starts_with("queue") ? queue : hall;
    ASSERT_GT(number(words), last) << "never an older state after a newer one";
    last = number(words);
  }
  EXPECT_LT(frames, changes / 2) << "what was overtaken must not have been sent";
  fixture.on_io([&] { fixture.hub.publish("queue", text("queue 9999")); });
  EXPECT_EQ(slow.frame().second, "queue 9999");
}

TEST(WebSocket, AReaderThatTakesNothingIsDropped) {
  Fixture fixture{quick()};
  Client stuck = board(fixture, "queue", 4096);
  Client well = board(fixture, "queue");
  const Bytes large = text(std::string(100'000, 'x'));
  for (int i = 0; i < 50; ++i) {
    fixture.on_io([&] { fixture.hub.publish("queue", large); });
    ASSERT_EQ(well.frame().second.size(), large->size());
  }
  EXPECT_TRUE(fixture.eventually([&] { return fixture.app.gone.size() == 1; }));
  EXPECT_EQ(fixture.on_io([&] { return fixture.server->counters().timed_out; }), 1U);
  EXPECT_EQ(fixture.on_io([&] { return fixture.hub.size(); }), 1U);
  fixture.on_io([&] { fixture.hub.publish("queue", text("still here")); });
  EXPECT_EQ(well.frame().second, "still here");
}

TEST(WebSocket, ASilentOneIsNotTimedOut) {
  Fixture fixture{quick()};
  Client client = board(fixture, "queue");
  EXPECT_EQ(fixture.client().read().status, 0)
      << "an idle HTTP connection is closed meanwhile, twice the deadline passes";
  EXPECT_EQ(fixture.client().read().status, 0);
  fixture.on_io([&] { fixture.hub.publish("queue", text("hello")); });
  EXPECT_EQ(client.frame().second, "hello");
}

TEST(WebSocket, AThousandBoardsHearOneChange) {
  Fixture fixture;
  std::vector<Client> clients;
  for (int i = 0; i < 1000; ++i) clients.push_back(board(fixture, "board:hall"));
  EXPECT_EQ(fixture.on_io([&] { return fixture.hub.subscribers("board:hall"); }), 1000U);
  fixture.on_io([&] { fixture.hub.publish("board:hall", text("A12")); });
  for (Client& client : clients) ASSERT_EQ(client.frame().second, "A12");
}

}  // namespace
}  // namespace skranke::http::test
