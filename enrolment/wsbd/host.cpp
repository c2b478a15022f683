#include "enrolment/wsbd/host.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "enrolment/wsbd/http.hpp"

namespace skranke::enrolment::wsbd {
namespace {

constexpr int idle_ms = 60'000, listen_queue = 4;

volatile std::sig_atomic_t stopped = 0;
void on_stop(int) { stopped = 1; }

Result<int> listen_at(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) return wrong("socket", "its path is empty or too long");
  path.copy(address.sun_path, path.size());
  struct stat there{};
  if (::lstat(path.c_str(), &there) == 0 && !S_ISSOCK(there.st_mode)) return wrong("socket", "something else is there");
  ::unlink(path.c_str());
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const mode_t before = ::umask(0117);
  const bool bound = fd >= 0 && ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::umask(before);
  if (bound && ::listen(fd, listen_queue) == 0) return fd;
  const std::string why = std::strerror(errno);
  if (fd >= 0) ::close(fd);
  return wrong("socket", why);
}

bool may_speak(int fd, uid_t allowed) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && (peer.uid == 0 || peer.uid == ::geteuid() || peer.uid == allowed);
}

bool send_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

/// More bytes of this connection; false: it is over.
bool receive_more(int fd, std::string& bytes) {
  pollfd waiting{fd, POLLIN, 0};
  if (::poll(&waiting, 1, idle_ms) <= 0) return false;
  char part[4096];
  const ssize_t got = ::recv(fd, part, sizeof part, 0);
  if (got <= 0) return false;
  bytes.append(part, static_cast<std::size_t>(got));
  return true;
}

void converse(Service& service, int fd) {
  std::string bytes;
  while (stopped == 0) {
    auto request = take_request(bytes);
    if (!request) return;
    if (!*request) {
      if (!receive_more(fd, bytes)) return;
      continue;
    }
    std::string answer = response_of(service.handle((*request)->method, (*request)->path, (*request)->body, Service::Clock::now()));
    const bool sent = send_all(fd, answer);
    ::explicit_bzero(answer.data(), answer.size());
    if (!sent || (*request)->close) return;
  }
}

}  // namespace

Result<void> serve(Service& service, const Host& host) {
  const Result<int> listening = host.listening >= 0 ? Result<int>{host.listening} : listen_at(host.socket);
  if (!listening) return tl::unexpected<Error>{listening.error()};
  struct sigaction stop{};
  stop.sa_handler = on_stop;
  ::sigaction(SIGTERM, &stop, nullptr);
  ::sigaction(SIGINT, &stop, nullptr);
  while (stopped == 0) {
    const int fd = ::accept4(*listening, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    if (may_speak(fd, host.allowed)) converse(service, fd);
    ::close(fd);
  }
  ::close(*listening);
  return {};
}

}  // namespace skranke::enrolment::wsbd
