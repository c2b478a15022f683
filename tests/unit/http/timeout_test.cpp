#include <gtest/gtest.h>

#include "tests/unit/http/support.hpp"

namespace skranke::http::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

TEST(Timeout, AnIdleConnectionIsClosedWithoutAWord) {
  Fixture fixture{quick()};
  Client fresh = fixture.client();
  Client used = fixture.client();
  EXPECT_EQ(used.ask(get("/hot")).status, 200);
  EXPECT_EQ(fresh.read().status, 0);
  EXPECT_EQ(used.read().status, 0);
  EXPECT_TRUE(fixture.eventually([&] { return fixture.server->counters().open_connections == 0; }));
}

TEST(Timeout, AnIdleConnectionLivesLongerThanASlowHead) {
  Options options = quick();
  options.timeouts.idle = 20s;
  Fixture fixture{options};
  Client idle = fixture.client();
  EXPECT_EQ(idle.ask(get("/hot")).status, 200);
  Client slow = fixture.client();
  ASSERT_TRUE(slow.send("GET / HT"));
  EXPECT_EQ(slow.read().status, 408);
  EXPECT_EQ(idle.ask(get("/hot")).status, 200);
}

/// One byte at a time, for ever: the deadline is for the whole head, not for each byte.
TEST(Timeout, ASlowlorisGets408) {
  Fixture fixture{quick()};
  for (const std::string start :
       {"GET / HTTP/1.1\r\nHost: a\r\n", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n186A0\r\n"}) {
    const auto begun = Clock::now();   // before the server's own clock can begin
    Client client = fixture.client();
    ASSERT_TRUE(client.send(start));
    std::thread drip{[&] {
      while (Clock::now() - begun < 5s && client.send("x")) std::this_thread::sleep_for(10ms);
    }};
    const Answer answer = client.read();
    const auto took = Clock::now() - begun;
    EXPECT_EQ(answer.status, 408);
    EXPECT_EQ(answer.header("Connection"), "close");
    EXPECT_GE(took, 290ms);
    EXPECT_LT(took, 3s);
    drip.join();
  }
}

TEST(Timeout, AnAnswerThatIsNotTakenIsCutOff) {
  Fixture fixture{quick()};
  Client client = fixture.client(4096);
  ASSERT_TRUE(client.send(get("/large")));
  EXPECT_TRUE(fixture.eventually(
      [&] { return fixture.server->counters().timed_out == 1 && fixture.server->counters().open_connections == 0; }));
}

TEST(Timeout, AReplyThatWaitsForItsCommitHasTime) {
  Fixture fixture{quick()};
  Client client = fixture.client();
  ASSERT_TRUE(client.send(get("/wait?seq=1")));
  ASSERT_TRUE(fixture.eventually([&] { return fixture.app.waits.size() == 1; }));
  Client other = fixture.client();  // is closed after its own deadline: by then ours would have been as well
  EXPECT_EQ(other.read().status, 0);
  fixture.on_io([&] { fixture.app.commit(1); });
  EXPECT_EQ(client.read().body, "1");
}

TEST(Timeout, WhoNeverClosesAfterARefusalIsClosed) {
  Fixture fixture{quick()};
  Client client = fixture.client();
  EXPECT_EQ(client.ask("nonsense\r\n\r\n").status, 400);
  EXPECT_TRUE(fixture.eventually([&] { return fixture.server->counters().open_connections == 0; }));
}

}  // namespace
}  // namespace skranke::http::test
