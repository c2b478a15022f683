#pragma once
// Children pinned to a core, and what the kernel says about them.
#include <sys/types.h>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace skranke::bench {

inline constexpr int server_core = 0;
inline constexpr int client_core = 1;

/// A child process, ended with SIGTERM (by its id) and awaited when this goes.
class Child {
 public:
  /// Runs `body` in a fork pinned to `core`; the child exits when it returns.
  Child(int core, const std::function<void()>& body);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  [[nodiscard]] pid_t id() const { return id_; }
  /// Nanoseconds on a CPU so far, all threads.
  [[nodiscard]] std::uint64_t cpu_ns() const;
  /// Private memory in use, bytes.
  [[nodiscard]] std::uint64_t anonymous_bytes() const;

 private:
  pid_t id_ = -1;
};

void pin(int core);
/// Replaces the process; exits with 127 when it cannot.
void execute(const std::vector<std::string>& words);
/// A port of 127.0.0.1 that was free a moment ago.
[[nodiscard]] std::uint16_t free_port();
/// False when nothing listens within five seconds.
[[nodiscard]] bool wait_for_port(std::uint16_t port);
/// Standard output of a command; empty when it fails.
[[nodiscard]] std::string output_of(const std::string& command);
[[nodiscard]] double median(std::vector<double> values);
/// {"name":…,"unit":…,"value":…,"baseline":…,"ratio":…}; value and baseline are medians, the ratio is the median of the
/// pairs' ratios.
void report(const std::string& name, const std::string& unit, const std::vector<double>& values,
            const std::vector<double>& baselines);
/// The same with nothing to compare with: the baseline is the goal.
void report_against_goal(const std::string& name, const std::string& unit, double value, double goal);

bool run_requests();
bool run_fan_out();

}  // namespace skranke::bench
