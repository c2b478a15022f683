#include <gtest/gtest.h>

#include "tests/unit/http/support.hpp"

namespace skranke::http::test {
namespace {

using namespace std::chrono_literals;

struct Stopped {
  explicit Stopped(Fixture& on) : fixture{on} {
    fixture.on_io([this] { fixture.server->stop([this] { done = true; }); });
  }
  bool yet() {
    return fixture.on_io([this] { return done; });
  }
  bool soon() {
    return fixture.eventually([this] { return done; });
  }
  Fixture& fixture;
  bool done = false;
};

TEST(Stop, WithoutConnectionsAtOnce) {
  Fixture fixture;
  EXPECT_TRUE(Stopped{fixture}.soon());
}

TEST(Stop, RunningRepliesFinishIdleOnesClose) {
  Fixture fixture;
  Client idle = fixture.client();
  EXPECT_EQ(idle.ask(get("/hot")).status, 200);
  Client waits = fixture.client();
  ASSERT_TRUE(waits.send(get("/wait?seq=1")));
  ASSERT_TRUE(fixture.eventually([&] { return fixture.app.waits.size() == 1; }));
  Stopped stopped{fixture};
  EXPECT_TRUE(idle.closed());
  EXPECT_FALSE(stopped.yet()) << "a reply is still under way";
  EXPECT_EQ(Client{fixture.port}.fd(), -1) << "nobody is let in";
  fixture.on_io([&] { fixture.app.commit(1); });
  const Answer answer = waits.read();
  EXPECT_EQ(answer.body, "1");
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_TRUE(waits.closed());
  EXPECT_TRUE(stopped.soon());
}

TEST(Stop, IsNotHeldUpByAReplyThatNeverComes) {
  Fixture fixture{quick()};
  Client waits = fixture.client();
  ASSERT_TRUE(waits.send(get("/wait?seq=1")));
  ASSERT_TRUE(fixture.eventually([&] { return fixture.app.waits.size() == 1; }));
  Stopped stopped{fixture};
  EXPECT_TRUE(stopped.soon());
  EXPECT_EQ(waits.read().status, 0);
  fixture.on_io([&] { fixture.app.commit(1, Commit::stopping); });
}

TEST(Stop, WebSocketsHear1001) {
  Fixture fixture;
  Client board = fixture.client();
  EXPECT_EQ(board.ask(handshake("board:hall")).status, 101);
  EXPECT_EQ(board.frame().second, "snapshot");
  Stopped stopped{fixture};
  EXPECT_EQ(board.frame(), (std::pair<int, std::string>{8, "\x03\xe9"}));
  ASSERT_TRUE(board.send(masked(0x88, "\x03\xe9")));
  EXPECT_TRUE(board.closed());
  EXPECT_TRUE(stopped.soon());
  EXPECT_EQ(fixture.on_io([&] { return fixture.app.gone.size(); }), 1U);
}

TEST(Stop, AWebSocketThatDoesNotAnswerIsCutOff) {
  Fixture fixture{quick()};
  Client board = fixture.client();
  EXPECT_EQ(board.ask(handshake("board:hall")).status, 101);
  Stopped stopped{fixture};
  EXPECT_TRUE(stopped.soon());
}

}  // namespace
}  // namespace skranke::http::test
