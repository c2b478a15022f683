#include "tests/bench/daemon/tickets.hpp"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "tests/bench/daemon/connections.hpp"
#include "tests/bench/daemon/house.hpp"

namespace skranke::bench {

namespace {

using Clock = std::chrono::steady_clock;

struct Client {
  int fd = -1;
  std::string answer;
  Clock::time_point asked;
};

class Crowd {
 public:
  Crowd(std::uint16_t port, const std::string& token, std::size_t clients, std::size_t count)
      : token_{token}, epoll_{::epoll_create1(EPOLL_CLOEXEC)}, clients_(clients), left_{count}, wanted_{count} {
    for (std::size_t i = 0; i < clients; ++i) {
      clients_[i].fd = connect_to(port);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = i;
      ::epoll_ctl(epoll_, EPOLL_CTL_ADD, clients_[i].fd, &event);
    }
  }
  ~Crowd() {
    for (const Client& client : clients_) ::close(client.fd);
    ::close(epoll_);
  }
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  Taken run() {
    const auto begun = Clock::now();
    for (Client& client : clients_) ask(client);
    epoll_event events[64];
    while (taken_.waits_ms.size() < wanted_) {
      const int count = ::epoll_wait(epoll_, events, 64, 20'000);
      if (count <= 0) give_up("no ticket within 20 seconds");
      for (int i = 0; i < count; ++i) hear(clients_[events[i].data.u64]);
    }
    taken_.seconds = std::chrono::duration<double>(Clock::now() - begun).count();
    std::sort(taken_.waits_ms.begin(), taken_.waits_ms.end());
    return std::move(taken_);
  }

 private:
  /// Every ticket has its own key, as a kiosk's has.
  void ask(Client& client) {
    if (left_ == 0) return;
    --left_;
    const std::string body = fmt::format("{{\"services\":[\"s{}\"],\"language\":\"da\"}}", left_ % 7);
    const std::string text = fmt::format(
        "POST /api/v1/visits HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nContent-Type: "
        "application/json\r\nIdempotency-Key: "
        "0d9f8c1e-55aa-4e0b-{:04}-{:012}\r\nContent-Length: {}\r\n\r\n{}",
        token_, crowd_, left_, body.size(), body);
    client.asked = Clock::now();
    if (::send(client.fd, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size()))
      give_up("a request could not be sent");
  }

  void hear(Client& client) {
    char part[4096];
    const ssize_t n = ::recv(client.fd, part, sizeof part, MSG_DONTWAIT);
    if (n <= 0) give_up("the server hung up");
    client.answer.append(part, static_cast<std::size_t>(n));
    const std::size_t length = answer_length(client.answer);
    if (length == 0) return;
    if (!client.answer.starts_with("HTTP/1.1 201")) give_up(client.answer.substr(0, 600));
    client.answer.erase(0, length);
    taken_.waits_ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - client.asked).count());
    ask(client);
  }

  static inline unsigned crowds = 0;

  const std::string& token_;
  const unsigned crowd_ = ++crowds % 10'000;  ///< part of its keys: a second crowd's tickets are no repeats of the first
  int epoll_;
  std::vector<Client> clients_;
  std::size_t left_, wanted_;
  Taken taken_;
};

}  // namespace

Taken take_tickets(std::uint16_t port, const std::string& token, std::size_t clients, std::size_t count) {
  return Crowd{port, token, clients, count}.run();
}

}  // namespace skranke::bench
