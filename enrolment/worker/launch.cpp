#include "enrolment/worker/launch.hpp"

#include <array>

#include <csignal>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "enrolment/worker/devices.hpp"

namespace skranke::enrolment {
namespace {

constexpr int program_fd = 3;
constexpr std::chrono::seconds connect_patience{2};

}  // namespace

void end_with_parent(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(0);
}

Result<Launched> launch(const std::string& program, const std::vector<std::string>& words, Trust trust) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return wrong("fault", "its process does not start");
  std::vector<char*> arguments{const_cast<char*>(program.c_str())};
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t self = ::getpid(), child = ::fork();
  if (child == 0) {
    end_with_parent(self);
    const int end = ::fcntl(ends[1], F_DUPFD, program_fd + 1);
    ::dup2(end, program_fd);
    ::close_range(program_fd + 1, ~0U, 0);
    if (trust == Trust::foreign && !confine_foreign()) ::_exit(126);
    std::array<char*, 1> nothing{nullptr};
    ::execve(program.c_str(), arguments.data(), nothing.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  if (child < 0) return ::close(ends[0]), wrong("fault", "its process does not start");
  return Launched{child, ends[0]};
}

Result<int> connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{connect_patience.count(), 0};
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (fd >= 0 && ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  if (fd >= 0) ::close(fd);
  return wrong("absent", "nobody listens at its socket");
}

}  // namespace skranke::enrolment
