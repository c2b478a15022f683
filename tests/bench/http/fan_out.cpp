// One change to a thousand boards: when does the last one have it, through the hub and through a bare loop of send()
// over the same sockets, in turns.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read.hpp>
#include <chrono>
#include <filesystem>

#include "daemon/http/server.hpp"
#include "daemon/http/ws_frame.hpp"
#include "tests/bench/http/process.hpp"

namespace skranke::bench {
namespace {

constexpr int boards = 1000;
constexpr int rounds = 20;  // of each kind in one pair
constexpr int pairs = 5;
constexpr std::size_t update_bytes = 200;
constexpr std::size_t frame_bytes = update_bytes + 4;
constexpr auto patience = std::chrono::seconds{10};

std::int64_t now_ns() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

/// Begins with the time it was made, so that the reader needs no other word from the server.
std::string update() { return fmt::format("{:020}{:.<{}}", now_ns(), "", update_bytes - 20); }

class Boards final : public http::Application {
 public:
  http::Reply handle(const http::Request&) override { return {}; }
  tl::expected<http::Subscription, http::Response> subscribe(const http::Request&) override {
    http::Subscription subscription;
    subscription.topics = {"board:hall"};
    subscription.name = "board";
    return subscription;
  }
  void client_message(std::uint64_t, std::string_view) override {}
  void client_gone(std::uint64_t) override {}
  bool is_durable(std::uint64_t) const override { return true; }
  void when_durable(std::uint64_t, std::function<void(http::Commit)>) override {}
  http::Response commit_failed(http::Commit, const http::Request&) override { return {}; }
  http::Response problem(int status, std::string_view, std::string_view, std::string_view) override {
    http::Response response;
    response.status = status;
    return response;
  }
};

/// Our ends of the boards' connections, found without asking the server.
std::vector<int> connected_sockets(std::uint16_t port) {
  std::vector<int> found;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
    const int fd = std::stoi(entry.path().filename().string());
    sockaddr_in name{};
    socklen_t size = sizeof name;
    sockaddr_in peer{};
    socklen_t peer_size = sizeof peer;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size) == 0 && ntohs(name.sin_port) == port &&
        ::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &peer_size) == 0)
      found.push_back(fd);
  }
  return found;
}

/// Serves, and on each byte from `orders` sends one update: 'h' through the hub, 'r' by the bare loop.
void serve(std::uint16_t port, int orders) {
  boost::asio::io_context io{1};
  Boards application;
  http::Hub hub;
  http::Server server{io, application, hub, {}};
  if (!server.listen({"127.0.0.1", port, {}})) return;
  boost::asio::posix::stream_descriptor input{io, orders};
  char order = 0;
  std::vector<int> sockets;
  std::function<void()> next = [&] {
    boost::asio::async_read(input, boost::asio::buffer(&order, 1), [&](boost::system::error_code ec, std::size_t) {
      if (ec) return io.stop();
      if (sockets.empty()) sockets = connected_sockets(port);
      if (order == 'h') {
        hub.publish("board:hall", std::make_shared<const std::string>(update()));
      } else {
        const std::string frame = http::text_frame(update());
        for (const int fd : sockets) (void)!::send(fd, frame.data(), frame.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      }
      next();
    });
  };
  next();
  io.run();
}

class Audience {
 public:
  explicit Audience(std::uint16_t port) : epoll_{::epoll_create1(EPOLL_CLOEXEC)} {
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_port = htons(port);
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 0; i < boards; ++i) {
      const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      fds_.push_back(fd);
      good = good && ::connect(fd, reinterpret_cast<sockaddr*>(&place), sizeof place) == 0 && shake_hands(fd);
      epoll_event event{};
      event.events = EPOLLIN | EPOLLET;
      event.data.fd = fd;
      ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
    }
  }
  ~Audience() {
    for (const int fd : fds_) ::close(fd);
    ::close(epoll_);
  }
  Audience(const Audience&) = delete;
  Audience& operator=(const Audience&) = delete;

  /// Milliseconds from the making of the update to the last board's reading of it; negative when one did not get it.
  double hear() {
    const std::int64_t until = now_ns() + std::chrono::nanoseconds{patience}.count();
    std::size_t bytes = 0;
    std::int64_t made = 0;
    epoll_event events[256];
    char text[4096];
    while (bytes < boards * frame_bytes) {
      if (now_ns() > until) return -1;
      const int count = ::epoll_wait(epoll_, events, 256, 100);
      for (int i = 0; i < count; ++i) {
        const ssize_t n = ::recv(events[i].data.fd, text, sizeof text, MSG_DONTWAIT);
        if (n <= 0) return -1;
        if (made == 0) made = std::atoll(text + 4);
        bytes += static_cast<std::size_t>(n);
      }
    }
    return static_cast<double>(now_ns() - made) / 1e6;
  }
  bool good = true;

 private:
  static bool shake_hands(int fd) {
    constexpr std::string_view words =
        "GET /api/v1/events?topics=board:hall HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: "
        "Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
    if (::send(fd, words.data(), words.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(words.size())) return false;
    pollfd wait{fd, POLLIN, 0};
    char answer[1024];
    if (::poll(&wait, 1, 5000) != 1) return false;
    const ssize_t n = ::recv(fd, answer, sizeof answer, 0);
    return n > 12 && std::string_view{answer, 12} == "HTTP/1.1 101";
  }
  int epoll_;
  std::vector<int> fds_;
};

/// p50 of one kind's rounds; negative on failure.
double rounds_of(char order, int orders, Audience& audience) {
  std::vector<double> times;
  for (int i = 0; i < rounds; ++i) {
    if (::write(orders, &order, 1) != 1) return -1;
    times.push_back(audience.hear());
    if (times.back() < 0) return -1;
  }
  return median(times);
}

}  // namespace

bool run_fan_out() {
  const std::uint16_t port = free_port();
  int orders[2];
  if (::pipe(orders) != 0) return false;
  const Child server{server_core, [&] {
                       ::close(orders[1]);
                       serve(port, orders[0]);
                     }};
  ::close(orders[0]);
  pin(client_core);
  bool good = wait_for_port(port);
  const std::uint64_t before = server.anonymous_bytes();
  Audience audience{port};
  good = good && audience.good;
  const double per_board = static_cast<double>(server.anonymous_bytes() - before) / 1024.0 / boards;
  std::vector<double> ours, raw;
  if (good) (void)rounds_of('h', orders[1], audience), (void)rounds_of('r', orders[1], audience);  // warm
  for (int i = 0; good && i < pairs; ++i) {
    raw.push_back(rounds_of('r', orders[1], audience));
    ours.push_back(rounds_of('h', orders[1], audience));
    good = raw.back() > 0 && ours.back() > 0;
  }
  ::close(orders[1]);
  if (!good) {
    fmt::print(stderr, "fan-out: a board did not get its update\n");
    return false;
  }
  report("fan_out_1000_last_receiver_p50", "ms", ours, raw);
  report_against_goal("idle_board_memory", "KiB", per_board, 8);
  return true;
}

}  // namespace skranke::bench
