#include "tests/bench/daemon/house.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>

#include "tests/bench/daemon/connections.hpp"

namespace skranke::bench {

namespace {

constexpr auto patience = std::chrono::seconds{20};

std::string facility() {
  std::string text = R"([site]
id = "bench"
name = "Bench"
[[authority]]
id = "town"
name = "Town"
)";
  std::string all;
  for (int i = 0; i < 7; ++i) {
    text += fmt::format(
        "[[service]]\nid = \"s{0}\"\nname = \"Service {0}\"\nauthority = \"town\"\nletter = \"{1}\"\nmode = "
        "\"walk_in\"\n",
        i, "ACJKPTY"[i]);
    all += fmt::format("{}\"s{}\"", all.empty() ? "" : ", ", i);
  }
  for (int i = 1; i <= 8; ++i)
    text +=
        fmt::format("[[desk]]\nid = \"desk-{0}\"\nname = \"Desk {0}\"\nzone = \"hall\"\nservices = [{1}]\n", i, all);
  return text + "[[board]]\nid = \"hall\"\nname = \"Hall\"\nzones = [\"hall\"]\n";
}

std::string daemon_program() {
  const char* named = std::getenv("SKRANKED");
  return named == nullptr ? SKRANKE_BENCH_DAEMON : named;
}

}  // namespace

void give_up(std::string_view why) {
  fmt::print(stderr, "skranke-bench-daemon: {}\n", why);
  std::exit(1);
}

Folder::Folder() {
  std::string name = (std::filesystem::temp_directory_path() / "skranke-bench-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) give_up("no temporary folder");
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

House::House() : port_{free_port()} {
  std::ofstream{folder_.path() / "facility.toml"} << facility();
  std::ofstream{folder_.path() / "skranked.toml"}
      << fmt::format("data_dir = \"data\"\nlisten = [\"127.0.0.1:{}\"]\nfacility = \"facility.toml\"\n", port_);
}

double House::start() {
  const auto begun = std::chrono::steady_clock::now();
  const std::string config = (folder_.path() / "skranked.toml").string(), log = (folder_.path() / "log.txt").string();
  daemon_ = std::make_unique<Child>(server_core, [&] {
    if (std::freopen(log.c_str(), "a", stdout) == nullptr || std::freopen(log.c_str(), "a", stderr) == nullptr) return;
    execute({daemon_program(), "--config", config});
  });
  while (std::chrono::steady_clock::now() - begun < patience) {
    if (token_.empty()) std::ifstream{folder_.path() / "data/admin.token"} >> token_;
    const auto answer = token_.empty() ? std::string{} : try_ask(port_, token_, "GET", "/api/v1/services", {});
    if (answer.starts_with("HTTP/1.1 200"))
      return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    ::usleep(500);
  }
  give_up("the daemon does not answer");
}

std::string House::ask(std::string_view method, std::string_view path, std::string_view body) const {
  const std::string answer = try_ask(port_, token_, method, path, body);
  if (!answer.starts_with("HTTP/1.1 2")) give_up(fmt::format("{} {}: {}", method, path, answer.substr(0, 200)));
  return answer.substr(answer.find("\r\n\r\n") + 4);
}

double House::metric(std::string_view name) const {
  const std::string all = ask("GET", "/metrics");
  const std::string line = fmt::format("\n{} ", name);
  const std::size_t at = all.find(line);
  if (at == std::string::npos) give_up(fmt::format("no metric {}", name));
  return std::atof(all.c_str() + at + line.size());
}

}  // namespace skranke::bench
