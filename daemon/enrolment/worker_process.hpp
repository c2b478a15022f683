#pragma once
// The process that holds what is taken of one person. Killing it is always allowed, and takes all of it along.
#include <chrono>
#include <mutex>
#include <string>

#include <sys/types.h>

#include "enrolment/worker/frame.hpp"

namespace skranke::daemon {

class WorkerProcess {
 public:
  WorkerProcess() = default;
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  [[nodiscard]] enrolment::Result<void> start(const std::string& program);
  /// One question, one answer; whoever comes meanwhile waits. After an error the process is gone.
  [[nodiscard]] enrolment::Result<enrolment::Frame> ask(const boost::json::object& wish, std::chrono::milliseconds patience);
  /// From any thread, also while a question is out, or before it has started.
  void end();
  [[nodiscard]] bool runs() const;
  /// It ran, or was to run, and will not any more.
  [[nodiscard]] bool has_ended() const;

 private:
  void put_down() const;
  mutable std::mutex state_;
  std::mutex turn_;
  pid_t pid_ = -1;
  int fd_ = -1;
  bool ended_ = false;
};

}  // namespace skranke::daemon
