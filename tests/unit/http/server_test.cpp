#include "daemon/http/server.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/unit/http/support.hpp"

namespace skranke::http::test {
namespace {

using namespace std::chrono_literals;

TEST(Server, AnswersAndKeepsTheConnection) {
  Fixture fixture;
  Client client = fixture.client();
  for (int i = 0; i < 3; ++i) {
    const Answer answer = client.ask(get("/hot"));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, R"({"hot":true})");
    EXPECT_EQ(answer.header("Connection"), "");
    EXPECT_EQ(answer.header("Date").size(), 29U);
  }
  EXPECT_EQ(fixture.on_io([&] { return fixture.server->counters().accepted; }), 1U);
}

TEST(Server, TheApplicationSeesWhoAndWhat) {
  Fixture fixture;
  Client client = fixture.client();
  EXPECT_EQ(client.ask(get("/path/%C3%A6/x?q=%26+1")).body, "/path/æ/x|3|& 1|localhost");
  EXPECT_EQ(client.ask(get("/remote")).body, "127.0.0.1 false");
  EXPECT_EQ(client.ask(post("/echo", "some body")).body, "some body");
}

TEST(Server, PipelinedRequestsAreAnsweredInOrderEvenWhenTheFirstWaits) {
  Fixture fixture;
  Client client = fixture.client();
  ASSERT_TRUE(client.send(get("/wait?seq=5") + get("/hot") + post("/echo", "third")));
  ASSERT_TRUE(fixture.eventually([&] { return fixture.app.waits.size() == 1; }));
  EXPECT_EQ(fixture.on_io([&] { return fixture.app.seen.size(); }), 1U)
      << "the next one is not begun before the answer";
  fixture.on_io([&] { fixture.app.commit(5); });
  EXPECT_EQ(client.read().body, "5");
  EXPECT_EQ(client.read().body, R"({"hot":true})");
  EXPECT_EQ(client.read().body, "third");
}

TEST(Server, ManyPipelinedRequests) {
  Fixture fixture;
  Client client = fixture.client();
  std::string all;
  for (int i = 0; i < 500; ++i) all += post("/echo", std::to_string(i));
  ASSERT_TRUE(client.send(all));
  for (int i = 0; i < 500; ++i) ASSERT_EQ(client.read().body, std::to_string(i));
}

TEST(Server, NoAnswerBeforeItsEventIsDurable) {
  Fixture fixture;
  Client first = fixture.client();
  Client second = fixture.client();
  ASSERT_TRUE(first.send(get("/wait?seq=2")) && second.send(get("/wait?seq=1")));
  ASSERT_TRUE(fixture.eventually([&] { return fixture.app.waits.size() == 2; }));
  fixture.on_io([&] { fixture.app.commit(1); });
  EXPECT_EQ(second.read().body, "1");
  char byte;
  EXPECT_EQ(::recv(first.fd(), &byte, 1, MSG_DONTWAIT), -1) << "event 2 is not on disk";
  fixture.on_io([&] { fixture.app.commit(2); });
  EXPECT_EQ(first.read().body, "2");
  EXPECT_EQ(first.ask(get("/wait?seq=2")).body, "2") << "durable already: at once";
}

TEST(Server, AFailedCommitIsAnsweredByTheApplicationWithTheRequestAtHand) {
  Fixture fixture;
  Client client = fixture.client();
  ASSERT_TRUE(client.send(get("/wait/%C3%B8?seq=1")));
  ASSERT_TRUE(fixture.eventually([&] { return fixture.app.waits.size() == 1; }));
  fixture.on_io([&] { fixture.app.commit(1, Commit::storage_full); });
  const Answer answer = client.read();
  EXPECT_EQ(answer.status, 507);
  EXPECT_EQ(answer.header("X-Path"), "/wait/ø");
  EXPECT_EQ(client.ask(get("/hot")).status, 200) << "the connection stays";
}

TEST(Server, AClientThatLeavesWhileItsAnswerWaitsDoesNoHarm) {
  Fixture fixture;
  {
    Client client = fixture.client();
    ASSERT_TRUE(client.send(get("/wait?seq=1")));
    ASSERT_TRUE(fixture.eventually([&] { return fixture.app.waits.size() == 1; }));
  }
  fixture.on_io([&] { fixture.app.commit(1); });
  EXPECT_TRUE(fixture.eventually([&] { return fixture.server->counters().open_connections == 0; }));
}

TEST(Server, AThrowingHandlerIsA500AndOneLogLine) {
  Fixture fixture;
  Client client = fixture.client();
  for (const char* path : {"/throw", "/offload-throws", "/endless", "/split"}) {
    const Answer answer = client.ask(get(path));
    EXPECT_EQ(answer.status, 500) << path;
    EXPECT_NE(answer.body.find("/problems/internal"), std::string::npos);
    EXPECT_EQ(answer.header("Set-Cookie"), "") << "a split header must not come through";
  }
  EXPECT_EQ(fixture.on_io([&] { return fixture.log.size(); }), 4U);
  EXPECT_EQ(fixture.on_io([&] { return fixture.server->counters().handler_failures; }), 4U);
  EXPECT_EQ(client.ask(get("/hot")).status, 200);
}

TEST(Server, OffloadRunsElsewhereAndComesBack) {
  Fixture fixture;
  Client client = fixture.client();
  EXPECT_EQ(client.ask(get("/offload")).body, "hashed");
  const auto io_thread = fixture.on_io([] { return std::this_thread::get_id(); });
  EXPECT_NE(fixture.app.offload_thread, io_thread);
  EXPECT_EQ(fixture.app.then_thread, io_thread);
}

TEST(Server, OffloadIsBounded) {
  std::promise<void> open;
  Options options;
  options.limits.offload_jobs = 2;
  Fixture fixture{options};
  fixture.app.gate = open.get_future().share();
  Client a = fixture.client(), b = fixture.client(), c = fixture.client();
  ASSERT_TRUE(a.send(get("/offload")) && b.send(get("/offload")));
  ASSERT_TRUE(fixture.eventually([&] { return fixture.app.seen.size() == 2; }));
  const Answer refused = c.ask(get("/offload"));
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.header("Retry-After"), "1");
  EXPECT_EQ(c.ask(get("/hot")).status, 200) << "others are served meanwhile";
  open.set_value();
  EXPECT_EQ(a.read().body, "hashed");
  EXPECT_EQ(b.read().body, "hashed");
  EXPECT_TRUE(fixture.eventually([&] { return fixture.server->counters().refused == 1; }));
  EXPECT_EQ(c.ask(get("/offload")).body, "hashed") << "there is room again";
}

TEST(Server, HeadHasTheHeadersOfGetAndNoBody) {
  Fixture fixture;
  Client client = fixture.client();
  ASSERT_TRUE(client.send("HEAD /hot HTTP/1.1\r\nHost: a\r\n\r\n" + get("/hot")));
  const Answer head = client.read(true);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("Content-Length"), "12");
  EXPECT_EQ(client.read().body, R"({"hot":true})") << "no stray body before it";
}

TEST(Server, OptionsUnknownMethodsAndNoContent) {
  Fixture fixture;
  Client client = fixture.client();
  for (const char* target : {"*", "/api/v1/visits"}) {
    const Answer options =
        client.ask(fmt::format("OPTIONS {} HTTP/1.1\r\nHost: a\r\nOrigin: http://evil\r\n\r\n", target));
    EXPECT_EQ(options.status, 204);
    EXPECT_NE(options.header("Allow").find("PATCH"), std::string::npos);
    EXPECT_EQ(options.header("Access-Control-Allow-Origin"), "") << "nobody else's page is let in";
  }
  for (const char* method : {"TRACE", "BREW", "CONNECT"})
    EXPECT_EQ(client.ask(fmt::format("{} /x HTTP/1.1\r\nHost: a\r\n\r\n", method)).status, 405);
  EXPECT_EQ(client.ask(get("/empty")).status, 204);
  EXPECT_EQ(client.ask(get("/page")).header("cache-control"), "no-cache");
  EXPECT_EQ(client.ask(get("/nothing")).status, 404);
}

TEST(Server, WhoAsksToCloseIsClosed) {
  Fixture fixture;
  Client close = fixture.client();
  EXPECT_EQ(close.ask(get("/hot", "Connection: close\r\n")).header("Connection"), "close");
  EXPECT_TRUE(close.closed());
  Client old = fixture.client();
  EXPECT_EQ(old.ask("GET /hot HTTP/1.0\r\n\r\n").status, 200);
  EXPECT_TRUE(old.closed());
  Client kept = fixture.client();
  EXPECT_EQ(kept.ask("GET /hot HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").header("Connection"), "keep-alive");
  EXPECT_EQ(kept.ask("GET /hot HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").status, 200);
}

TEST(Server, AChunkedBodyAnd100Continue) {
  Fixture fixture;
  Client client = fixture.client();
  EXPECT_EQ(
      client.ask("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n").body,
      "abc");
  ASSERT_TRUE(client.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"));
  EXPECT_EQ(client.take(25), "HTTP/1.1 100 Continue\r\n\r\n");
  ASSERT_TRUE(client.send("body"));
  EXPECT_EQ(client.read().body, "body");
}

TEST(Server, TooMuchIsNamedAndTheAnswerArrives) {
  Options options;
  options.limits.body_bytes = 1000;
  Fixture fixture{options};
  struct Case {
    std::string request;
    int status;
    const char* field;
  };
  const std::string flood(200'000, 'x');  // more than the buffers between: the answer must survive it
  for (const auto& [request, status, field] :
       {Case{"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n" + flood, 413, "body"},
        Case{"POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n", 413, "body"},
        Case{"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n10000\r\n" + flood, 413, "body"},
        Case{"GET /" + flood, 414, "path"}, Case{"GET / HTTP/1.1\r\nHost: a\r\nX: " + flood, 431, "headers"},
        Case{"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400, "path"}}) {
    Client client = fixture.client();
    client.send(request);  // may be cut short when the server has closed
    const Answer answer = client.read();
    EXPECT_EQ(answer.status, status);
    EXPECT_NE(answer.body.find(fmt::format(R"("field":"{}")", field)), std::string::npos) << answer.body;
    EXPECT_EQ(answer.header("Connection"), "close");
    EXPECT_TRUE(client.closed());
  }
  EXPECT_EQ(fixture.on_io([&] { return fixture.server->counters().refused; }), 6U);
  EXPECT_EQ(fixture.client().ask(post("/echo", std::string(1000, 'x'))).body.size(), 1000U)
      << "the limit itself is allowed";
}

/// A reset in the middle of its sending could cost the client the answer.
TEST(Server, ARefusedClientMayFinishSending) {
  Fixture fixture;
  Client client = fixture.client();
  EXPECT_EQ(client.ask("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 999999\r\n\r\n").status, 413);
  EXPECT_TRUE(client.ended());
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(client.send(std::string(10'000, 'x'))) << "piece " << i;
}

TEST(Server, UnfinishedBodiesHaveABoundTogether) {
  Options options;
  options.limits.buffer_bytes = 500'000;  // three times 200,000 do not fit
  Fixture fixture{options};
  const std::string head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n";
  Client first = fixture.client(), second = fixture.client(), third = fixture.client();
  ASSERT_TRUE(first.send(head) && second.send(head));
  ASSERT_TRUE(fixture.eventually([&] { return fixture.server->counters().buffered_bytes > 400'000; }));
  ASSERT_TRUE(third.send(head));
  EXPECT_EQ(third.read().status, 503);
  const std::string body(200'000, 'x');
  ASSERT_TRUE(first.send(body));
  EXPECT_EQ(first.read().body, body);
  ASSERT_TRUE(fixture.eventually([&] { return fixture.server->counters().buffered_bytes < 300'000; }));
  EXPECT_EQ(fixture.client().ask(post("/echo", body)).body, body) << "there is room again";
}

TEST(Server, AnAnswerLargerThanAllBuffers) {
  Fixture fixture;
  Client client = fixture.client(4096);
  ASSERT_TRUE(client.send(get("/large") + get("/hot")));
  const Answer large = client.read();
  EXPECT_EQ(large.body, std::string(8 * 1024 * 1024, 'x'));
  EXPECT_EQ(client.read().status, 200);
}

TEST(Server, TheConnectionAboveTheBoundGets503) {
  for (const bool per_address : {false, true}) {
    Options options;
    (per_address ? options.limits.connections_per_address : options.limits.connections) = 2;
    Fixture fixture{options};
    auto first = std::make_unique<Client>(fixture.port);
    Client second = fixture.client();
    EXPECT_EQ(first->ask(get("/hot")).status, 200);
    EXPECT_EQ(second.ask(get("/hot")).status, 200);
    Client third = fixture.client();
    const Answer refused = third.read();
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.header("Retry-After"), "5");
    EXPECT_TRUE(third.closed());
    first.reset();
    ASSERT_TRUE(fixture.eventually([&] { return fixture.server->counters().open_connections == 1; }));
    EXPECT_EQ(fixture.client().ask(get("/hot")).status, 200);
  }
}

TEST(Server, AThousandConnectionsAtOnce) {
  Fixture fixture;
  std::vector<Client> clients;
  for (int i = 0; i < 1000; ++i) clients.push_back(fixture.client());
  for (Client& client : clients) ASSERT_TRUE(client.send(get("/hot")));
  for (Client& client : clients) ASSERT_EQ(client.read().status, 200);
  EXPECT_EQ(fixture.on_io([&] { return fixture.server->counters().open_connections; }), 1000U);
  clients.clear();
  EXPECT_TRUE(fixture.eventually([&] { return fixture.server->counters().open_connections == 0; }));
}

TEST(Server, RunningOutOfDescriptorsIsOutlived) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizers themselves need descriptors";
#endif
  Fixture fixture;
  ASSERT_EQ(fixture.client().ask(get("/hot")).status, 200);
  ASSERT_TRUE(fixture.eventually([&] { return fixture.server->counters().open_connections == 0; }));
  rlimit old{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &old), 0);
  const int client = ::socket(AF_INET, SOCK_STREAM, 0);
  std::vector<int> rest;  // the table is full after these
  const rlimit low{static_cast<rlim_t>(client) + 20, old.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  for (int fd = 0; (fd = ::dup(client)) >= 0;) rest.push_back(fd);
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_port = htons(fixture.port);
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::connect(client, reinterpret_cast<sockaddr*>(&place), sizeof place), 0);
  EXPECT_TRUE(fixture.eventually([&] { return fixture.server->counters().accept_failures >= 1; }));
  const auto first_failure = std::chrono::steady_clock::now();
  EXPECT_TRUE(fixture.eventually([&] { return fixture.server->counters().accept_failures >= 4; }));
  EXPECT_GE(std::chrono::steady_clock::now() - first_failure, 80ms) << "the loop must not spin";
  EXPECT_EQ(fixture.on_io([&] { return fixture.log.size(); }), 1U) << "said once, not at every try";
  for (const int fd : rest) ::close(fd);
  ::setrlimit(RLIMIT_NOFILE, &old);
  const std::string request = get("/hot", "Connection: close\r\n");
  EXPECT_EQ(::send(client, request.data(), request.size(), MSG_NOSIGNAL), static_cast<ssize_t>(request.size()));
  char byte = 0;
  EXPECT_EQ(::recv(client, &byte, 1, 0), 1);
  EXPECT_EQ(byte, 'H');
  ::close(client);
}

TEST(Server, ListensWhereItIsTold) {
  boost::asio::io_context io;
  TestApplication app;
  Hub hub;
  Server server{io, app, hub, {}};
  EXPECT_TRUE(server.listen({"::1", 0, {}}));
  const auto port = server.listen({"127.0.0.1", 0, {}});
  ASSERT_TRUE(port);
  const auto twice = server.listen({"127.0.0.1", *port, {}});
  ASSERT_FALSE(twice);
  EXPECT_NE(twice.error().find(std::to_string(*port)), std::string::npos)
      << "the error names the port: " << twice.error();
  EXPECT_FALSE(server.listen({"no address", 0, {}}));
  EXPECT_FALSE(server.listen({"127.0.0.1", 0, TlsFiles{"/nonexistent", "/nonexistent"}}));
}

TEST(Server, ASocketOfThisBoxIsForItsOwnUserAndLeavesNoFile) {
  std::string name = "/tmp/skranke-local-XXXXXX";
  const std::string folder = ::mkdtemp(name.data()), path = folder + "/agent.sock";
  sockaddr_un place{};
  place.sun_family = AF_UNIX;
  path.copy(place.sun_path, sizeof place.sun_path - 1);
  {
    const int dead = ::socket(AF_UNIX, SOCK_STREAM, 0);   // as a daemon that was killed leaves it behind
    ASSERT_EQ(::bind(dead, reinterpret_cast<sockaddr*>(&place), sizeof place), 0);
    ::close(dead);
    Fixture fixture;
    const auto listening = fixture.on_io([&] { return fixture.server->listen_local(path); });
    ASSERT_TRUE(listening) << listening.error();
    struct stat status {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0077U, 0U);
    EXPECT_FALSE(fixture.on_io([&] { return fixture.server->listen_local(path); })) << "one that answers is left alone";
    EXPECT_FALSE(fixture.on_io([&] { return fixture.server->listen_local(folder + std::string(120, 'x')); })) << "too long for a socket";
    EXPECT_FALSE(fixture.on_io([&] { return fixture.server->listen_local(folder + "/none/agent.sock"); }));
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    ASSERT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&place), sizeof place), 0);
    const std::string asked = get("/hot");
    ASSERT_EQ(::send(fd, asked.data(), asked.size(), 0), static_cast<ssize_t>(asked.size()));
    std::string answer(12, ' ');
    ASSERT_EQ(::recv(fd, answer.data(), answer.size(), MSG_WAITALL), static_cast<ssize_t>(answer.size()));
    EXPECT_EQ(answer, "HTTP/1.1 200");
    ::close(fd);
  }
  EXPECT_NE(::access(path.c_str(), F_OK), 0) << "it goes with the server";
  ::rmdir(folder.c_str());
}

TEST(Server, TakesAPassedSocket) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  Fixture fixture;
  EXPECT_FALSE(fixture.on_io([&] { return fixture.server->adopt(fd).has_value(); })) << "not listening";
  EXPECT_FALSE(fixture.on_io([&] { return fixture.server->adopt(0).has_value(); })) << "not a socket";
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&place), sizeof place), 0);
  ASSERT_EQ(::listen(fd, 8), 0);
  const auto port = fixture.on_io([&] { return fixture.server->adopt(fd); });
  ASSERT_TRUE(port) << port.error();
  EXPECT_EQ(Client{*port}.ask(get("/hot")).status, 200);
}

}  // namespace
}  // namespace skranke::http::test
