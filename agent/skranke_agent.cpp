// skranke-agent --config FILE [--check-config]: owns the hardware of one box and serves it to a skranked.
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>

#include "agent/agent.hpp"

namespace {

using namespace skranke;

constexpr int refused = 1, usage_error = 2;

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  if (file.bad() || !file.is_open()) return std::nullopt;
  return text;
}

int usage(std::FILE* out, int status) {
  fmt::print(out, "usage: skranke-agent --config FILE [--check-config]\n       skranke-agent --version\nSee skranke-agent(8).\n");
  return status;
}

struct Wanted {
  std::string config;
  bool check_only = false;
};

int run(const std::string& config_path, bool check_only) {
  const auto text = read_file(config_path);
  if (!text) return fmt::print(stderr, "skranke-agent: {} cannot be read\n", config_path), refused;
  auto config = agent::read_config(*text, config_path, &read_file);
  if (!config) {
    for (const wire::Finding& finding : config.error()) fmt::print(stderr, "{}\n", wire::to_line(finding, "en"));
    return refused;
  }
  if (check_only) return 0;
  auto token = read_file(config->daemon.token_file);
  if (!token) return fmt::print(stderr, "skranke-agent: {} cannot be read\n", config->daemon.token_file), refused;
  while (!token->empty() && (token->back() == '\n' || token->back() == '\r' || token->back() == ' ')) token->pop_back();
  boost::asio::io_context io{1};
  const auto lines = devices::kernel_lines("skranke-agent");
  const auto serial = devices::system_serial();
  agent::Agent agent{io, std::move(*config), std::move(*token), *lines, *serial};
  boost::asio::signal_set signals{io, SIGINT, SIGTERM};
  signals.async_wait([&](boost::system::error_code, int) { agent.stop(); });
  agent.start();
  io.run();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Wanted wanted;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--version") return fmt::print("skranke-agent {}\n", SKRANKE_VERSION), 0;
    if (word == "--help" || word == "-h") return usage(stdout, 0);
    if (word == "--check-config")
      wanted.check_only = true;
    else if (word == "--config" && i + 1 < argc)
      wanted.config = argv[++i];
    else
      return usage(stderr, usage_error);
  }
  if (wanted.config.empty()) return usage(stderr, usage_error);
  try {
    return run(wanted.config, wanted.check_only);
  } catch (const std::exception& failure) {
    fmt::print(stderr, "skranke-agent: {}\n", failure.what());
    return refused;
  }
}
