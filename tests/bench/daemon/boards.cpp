// A thousand boards on one daemon: what they cost, and when the last of them shows a call.
#include "tests/bench/daemon/boards.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <vector>

#include "tests/bench/daemon/connections.hpp"
#include "tests/bench/daemon/house.hpp"
#include "tests/bench/daemon/tickets.hpp"

namespace skranke::bench {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t boards = 1000;
constexpr std::size_t calls = 200;

double resident_mib(pid_t process) {
  std::ifstream file{fmt::format("/proc/{}/status", process)};
  for (std::string word; file >> word;) {
    if (word != "VmRSS:") continue;
    double kib = 0;
    file >> kib;
    return kib / 1024;
  }
  give_up("no VmRSS");
}

/// Watchers that look for one text in what comes.
class Audience {
 public:
  Audience(std::uint16_t port, const std::string& token) : epoll_{::epoll_create1(EPOLL_CLOEXEC)}, watchers_(boards) {
    const std::string hello = fmt::format(
        "GET /api/v1/events?topics=board:hall HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nUpgrade: "
        "websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
        token);
    for (std::size_t i = 0; i < boards; ++i) {
      watchers_[i].fd = connect_to(port);
      if (::send(watchers_[i].fd, hello.data(), hello.size(), MSG_NOSIGNAL) < 0) give_up("a board cannot ask");
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = i;
      ::epoll_ctl(epoll_, EPOLL_CTL_ADD, watchers_[i].fd, &event);
    }
    wait_for("\"type\":\"snapshot\"");
  }
  ~Audience() {
    for (const Watcher& watcher : watchers_) ::close(watcher.fd);
    ::close(epoll_);
  }
  Audience(const Audience&) = delete;
  Audience& operator=(const Audience&) = delete;

  /// Until every board has got `text` in what it was sent since the last call.
  void wait_for(std::string_view text) {
    for (Watcher& watcher : watchers_) watcher.has_it = false;
    std::size_t missing = boards;
    epoll_event events[256];
    while (missing > 0) {
      const int count = ::epoll_wait(epoll_, events, 256, 20'000);
      if (count <= 0) give_up(fmt::format("{} boards never got {}", missing, text));
      for (int i = 0; i < count; ++i) missing -= hear(watchers_[events[i].data.u64], text) ? 1U : 0U;
    }
    for (Watcher& watcher : watchers_) std::string{}.swap(watcher.heard);
  }

 private:
  struct Watcher {
    int fd = -1;
    bool has_it = false;
    std::string heard;
  };

  static bool hear(Watcher& watcher, std::string_view text) {
    char part[16384];
    const ssize_t n = ::recv(watcher.fd, part, sizeof part, MSG_DONTWAIT);
    if (n <= 0) give_up("a board was hung up on");
    if (watcher.has_it) return false;
    watcher.heard.append(part, static_cast<std::size_t>(n));
    watcher.has_it = watcher.heard.find(text) != std::string::npos;
    return watcher.has_it;
  }

  int epoll_;
  std::vector<Watcher> watchers_;
};

void finish(const House& house) {
  house.ask("POST", "/api/v1/desks/desk-1/start");
  house.ask("POST", "/api/v1/desks/desk-1/finish");
}

}  // namespace

void run_boards() {
  House house;
  house.start();
  report_against_goal("resident memory idle", "MiB", resident_mib(house.daemon().id()), 48);
  static_cast<void>(take_tickets(house.port(), house.token(), 8, calls));
  house.ask("PUT", "/api/v1/desks/desk-1/session");
  const double before = static_cast<double>(house.daemon().anonymous_bytes());
  Audience audience{house.port(), house.token()};
  report_against_goal("memory of an idle board", "KiB",
                      (static_cast<double>(house.daemon().anonymous_bytes()) - before) / 1024 / boards, 8);
  std::vector<double> times;
  for (std::size_t call = 0; call < calls; ++call) {
    const auto begun = Clock::now();
    const std::string called = house.ask("POST", "/api/v1/desks/desk-1/next");
    const std::size_t at = called.find("\"number\":\"") + 10;
    audience.wait_for(fmt::format("\"calls\":[{{\"number\":\"{}\"", called.substr(at, called.find('"', at) - at)));
    times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begun).count());
    finish(house);
  }
  std::sort(times.begin(), times.end());
  report_against_goal("call until the last of 1000 boards has it, p50", "ms", times[calls / 2], 1000);
  report_against_goal("call until the last of 1000 boards has it, p99", "ms", times[calls * 99 / 100], 1000);
  report_against_goal("resident memory with 1000 boards", "MiB", resident_mib(house.daemon().id()),
                      48 + 8 * boards / 1024.0);
}

}  // namespace skranke::bench
