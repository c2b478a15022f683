// skranke-driver-far HOST:PORT DOOR_KEY CERTIFICATE KEY: the devices of another box, behind its skranke-capture-door. Questions and answers pass as they are: the digest of a
// picture is the one that its own driver made.
#include <array>
#include <csignal>

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "enrolment/far/door.hpp"
#include "enrolment/seal.hpp"
#include "enrolment/worker/devices.hpp"
#include "system/owned.hpp"

namespace skranke::enrolment {
namespace {

constexpr int keeper_fd = 3;
constexpr unsigned open_seconds = 10, spare_seconds = 2;
constexpr timeval connect_patience{2, 0};
constexpr std::chrono::seconds door_patience{3};

Result<int> connect(const std::string& where) {
  const std::size_t colon = where.rfind(':');
  std::string host = where.substr(0, colon);
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
  addrinfo wanted{}, *first = nullptr;
  wanted.ai_socktype = SOCK_STREAM;
  const int failed = ::getaddrinfo(host.c_str(), where.substr(colon + 1).c_str(), &wanted, &first);
  const std::unique_ptr<addrinfo, Closer<freeaddrinfo>> found{failed == 0 ? first : nullptr};
  if (failed != 0) return wrong("absent", "the name of its computer is not known: " + host);
  for (const addrinfo* one = found.get(); one != nullptr; one = one->ai_next) {
    const int fd = ::socket(one->ai_family, one->ai_socktype | SOCK_CLOEXEC, one->ai_protocol);
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &connect_patience, sizeof connect_patience);
    if (fd >= 0 && ::connect(fd, one->ai_addr, one->ai_addrlen) == 0) return fd;
    if (fd >= 0) ::close(fd);
  }
  return wrong("absent", "nobody answers at " + where);
}

/// For people: what there is to do about it differs.
Error told(const Error& error, const std::string& where) {
  if (error.where == "stranger") return {"fault", "who answers at " + where + " is not the door that door_key names"};
  if (error.where == "unknown") return {"fault", "the door at " + where + " does not know this box: its appliance_key names another"};
  if (error.where == "keys") return {"fault", "appliance.certificate and appliance.key cannot be used for a line"};
  return {"fault", "the door at " + where + " does not answer as one"};
}

Result<Line> open(const std::string& where, const LineKeys& keys) {
  const auto fd = connect(where);
  if (!fd) return tl::unexpected<Error>{fd.error()};
  auto line = Line::meet(*fd, Line::End::asks, keys, door_patience);
  if (!line) return tl::unexpected<Error>{told(line.error(), where)};
  // Only now is it known that the door knows us.
  const auto hello = receive_frame(line->way(), door_patience, 0);
  if (!hello) return tl::unexpected<Error>{told(hello.error(), where)};
  if (number_in(hello->head, "door") != door_version) return wrong("fault", "the door at " + where + " is of another version");
  return line;
}

/// False: the line has ended, or said something that nobody asked.
bool is_asked(int line) {
  std::array<pollfd, 2> both{{{keeper_fd, POLLIN, 0}, {line, POLLIN, 0}}};
  while (::poll(both.data(), both.size(), -1) < 0) {}
  return both[1].revents == 0;
}

Result<void> answer(const Frame& asked, const Way& way) {
  const auto modality = modality_named(text_in(asked.head, "modality")).value_or(Modality::finger);
  const auto patience = patience_for(modality, text_in(asked.head, "do") == "look");
  ::alarm(static_cast<unsigned>(patience.count()) + spare_seconds);
  auto got = send_frame(way, asked.head).and_then([&] { return receive_frame(way, patience, line_body_max); });
  ::alarm(0);
  if (!got) return tl::unexpected<Error>{got.error()};
  const auto sent = send_frame(keeper_fd, got->head, got->body);
  wipe(got->body);
  return sent;
}

int run(const std::string& where, const LineKeys& keys) {
  ::signal(SIGPIPE, SIG_IGN);
  ::alarm(open_seconds);
  auto line = open(where, keys);
  static_cast<void>(confine(Confined::driver));   // the line is open: no other one is
  ::alarm(0);
  Error fault = line ? Error{} : line.error();
  if (line) {
    const Way way = line->way();
    while (fault.where.empty()) {
      if (!is_asked(line->fd())) return 0;
      const auto asked = receive_frame(keeper_fd);
      if (!asked) return 0;
      if (const auto answered = answer(*asked, way); !answered) fault = {"fault", answered.error().where == "time" ? "it does not answer" : "the line to " + where + " was cut"};
    }
  } else if (!receive_frame(keeper_fd)) return 0;
  static_cast<void>(send_frame(keeper_fd, {{"error", fault.where}, {"words", fault.what}}));
  return 1;
}

}  // namespace
}  // namespace skranke::enrolment

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  return skranke::enrolment::run(argv[1], {argv[3], argv[4], argv[2]});
}
