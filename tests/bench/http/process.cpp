#include "tests/bench/http/process.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

namespace skranke::bench {

void pin(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(core), &set);
  if (::sched_setaffinity(0, sizeof set, &set) != 0)
    fmt::print(stderr, "cannot pin to core {}: figures will be noisier\n", core);
}

Child::Child(int core, const std::function<void()>& body) {
  std::fflush(nullptr);
  id_ = ::fork();
  if (id_ != 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // the bench never leaves a server behind
  pin(core);
  body();
  ::_exit(0);
}

Child::~Child() {
  if (id_ <= 0) return;
  ::kill(id_, SIGTERM);
  ::waitpid(id_, nullptr, 0);
}

std::uint64_t Child::cpu_ns() const {
  std::uint64_t sum = 0;
  std::error_code ec;
  for (const auto& task : std::filesystem::directory_iterator{fmt::format("/proc/{}/task", id_), ec}) {
    std::uint64_t ns = 0;
    std::ifstream{task.path() / "schedstat"} >> ns;
    sum += ns;
  }
  return sum;
}

std::uint64_t Child::anonymous_bytes() const {
  std::ifstream file{fmt::format("/proc/{}/status", id_)};
  for (std::string word; file >> word;) {
    if (word != "RssAnon:") continue;
    std::uint64_t kib = 0;
    file >> kib;
    return kib * 1024;
  }
  return 0;
}

void execute(const std::vector<std::string>& words) {
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  ::execvp(argv[0], argv.data());
  ::_exit(127);
}

namespace {
sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_port = htons(port);
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return place;
}
}  // namespace

std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in place = loopback(0);
  socklen_t size = sizeof place;
  (void)!::bind(fd, reinterpret_cast<sockaddr*>(&place), size);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&place), &size);
  ::close(fd);
  return ntohs(place.sin_port);
}

bool wait_for_port(std::uint16_t port) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{5};
  while (std::chrono::steady_clock::now() < deadline) {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    const sockaddr_in place = loopback(port);
    const bool open = ::connect(fd, reinterpret_cast<const sockaddr*>(&place), sizeof place) == 0;
    ::close(fd);
    if (open) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  return false;
}

std::string output_of(const std::string& command) {
  std::string out;
  FILE* const pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return out;
  char bytes[4096];
  for (std::size_t n = 0; (n = std::fread(bytes, 1, sizeof bytes, pipe)) > 0;) out.append(bytes, n);
  return ::pclose(pipe) == 0 ? out : std::string{};
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

void report(const std::string& name, const std::string& unit, const std::vector<double>& values,
            const std::vector<double>& baselines) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < values.size(); ++i) ratios.push_back(values[i] / baselines[i]);
  fmt::print("{{\"name\":\"{}\",\"unit\":\"{}\",\"value\":{:.4g},\"baseline\":{:.4g},\"ratio\":{:.3f}}}\n", name, unit,
             median(values), median(baselines), median(ratios));
  std::fflush(stdout);
}

void report_against_goal(const std::string& name, const std::string& unit, double value, double goal) {
  report(name, unit, {value}, {goal});
}

}  // namespace skranke::bench
