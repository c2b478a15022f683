#include "daemon/enrolment/worker_process.hpp"

#include <array>
#include <csignal>
#include <utility>

#include <fcntl.h>

#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace skranke::daemon {

namespace {

constexpr int worker_fd = 3;

/// With one end of the pair as descriptor 3 and nothing else of ours; -1 when it does not start.
pid_t spawn(const std::string& program, int end) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, end, worker_fd);
  posix_spawn_file_actions_addclosefrom_np(&actions, worker_fd + 1);   // no socket of ours: one that outlives us would keep our address
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  posix_spawnattr_setsigmask(&attributes, &none);
  std::array<char*, 2> words{const_cast<char*>(program.c_str()), nullptr};
  std::array<char*, 1> nothing{nullptr};   // no environment: the worker needs none
  pid_t child = -1;
  const int failed = ::posix_spawn(&child, program.c_str(), &actions, &attributes, words.data(), nothing.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return failed == 0 ? child : -1;
}

}  // namespace

enrolment::Result<void> WorkerProcess::start(const std::string& program) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return enrolment::wrong("worker", "no sockets");
  // A descriptor that is 3 already would lose its way through dup2: it would stay closed on exec.
  if (ends[1] == worker_fd) ends[1] = ::dup(ends[1]);
  const pid_t child = spawn(program, ends[1]);
  ::close(ends[1]);
  if (child < 0) return ::close(ends[0]), enrolment::wrong("worker", program + " does not start");
  const std::scoped_lock lock{state_};
  pid_ = child, fd_ = ends[0];
  if (!ended_) return {};
  put_down();   // somebody ended it while it was being made
  return enrolment::wrong("end", "the enrolment is over");
}

enrolment::Result<enrolment::Frame> WorkerProcess::ask(const boost::json::object& wish, std::chrono::milliseconds patience) {
  const std::scoped_lock turn{turn_};
  if (!runs()) return enrolment::wrong("end", "the enrolment is over");
  auto answer = enrolment::send_frame(fd_, wish).and_then([&] { return enrolment::receive_frame(fd_, patience); });
  if (!answer) end();
  return answer;
}

bool WorkerProcess::runs() const {
  const std::scoped_lock lock{state_};
  return pid_ > 0 && !ended_;
}

void WorkerProcess::end() {
  const std::scoped_lock lock{state_};
  if (std::exchange(ended_, true) || pid_ <= 0) return;
  put_down();
}

void WorkerProcess::put_down() const {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

bool WorkerProcess::has_ended() const {
  const std::scoped_lock lock{state_};
  return ended_;
}

WorkerProcess::~WorkerProcess() {
  end();
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace skranke::daemon
