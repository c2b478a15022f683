#include "tests/bench/daemon/connections.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/bench/daemon/house.hpp"

namespace skranke::bench {

namespace {

int try_connect(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_port = htons(port);
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&place), sizeof place) != 0) {
    ::close(fd);
    return -1;
  }
  const int yes = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return fd;
}

}  // namespace

int connect_to(std::uint16_t port) {
  const int fd = try_connect(port);
  if (fd < 0) give_up("cannot connect");
  return fd;
}

std::string request_text(std::string_view token, std::string_view method, std::string_view path,
                         std::string_view body) {
  return fmt::format(
      "{} {} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nContent-Type: "
      "application/json\r\nContent-Length: {}\r\n\r\n{}",
      method, path, token, body.size(), body);
}

std::string try_ask(std::uint16_t port, std::string_view token, std::string_view method, std::string_view path,
                    std::string_view body) {
  const int fd = try_connect(port);
  if (fd < 0) return {};
  const std::string request = request_text(token, method, path, body);
  std::string answer;
  if (::send(fd, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size())) {
    char part[16384];
    pollfd wait{fd, POLLIN, 0};
    while (answer_length(answer) == 0 && ::poll(&wait, 1, 20'000) == 1) {
      const ssize_t n = ::recv(fd, part, sizeof part, 0);
      if (n <= 0) break;
      answer.append(part, static_cast<std::size_t>(n));
    }
  }
  ::close(fd);
  return answer;
}

std::size_t answer_length(std::string_view bytes) {
  const std::size_t head = bytes.find("\r\n\r\n");
  if (head == std::string_view::npos) return 0;
  std::size_t body = 0;
  for (const std::string_view name : {"content-length: ", "Content-Length: "})
    if (const std::size_t at = bytes.substr(0, head).find(name); at != std::string_view::npos)
      body = static_cast<std::size_t>(std::atoll(std::string{bytes.substr(at + name.size(), 20)}.c_str()));
  return bytes.size() >= head + 4 + body ? head + 4 + body : 0;
}

}  // namespace skranke::bench
