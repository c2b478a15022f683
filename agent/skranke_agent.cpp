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
#include "agent/pairing.hpp"
#include "devices/key_lines.hpp"
#include "devices/modbus_lines.hpp"

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
  fmt::print(out, "usage: skranke-agent --config FILE [--check-config | --pair | --simulate]\n       skranke-agent --version\nSee skranke-agent(8).\n");
  return status;
}

struct Wanted {
  std::string config;
  bool check_only = false, pair = false, simulate = false;
};

/// Makes a new key and shows codes until one was typed in the office.
int pair(const agent::AgentConfig& config) {
  if (!config.daemon.by_own_key()) return fmt::print(stderr, "skranke-agent: a box is paired with a daemon at an https:// address, and without token_file\n"), refused;
  auto identity = agent::Identity::make(config.daemon.identity);
  if (!identity) return fmt::print(stderr, "skranke-agent: {}\n", identity.error()), refused;
  boost::asio::io_context io{1};
  int status = refused;
  agent::Pairing pairing{io, config.daemon, config.id, identity->public_key(), agent::pairing_words(config.daemon.url, [&](const std::string& daemon_key) {
    const auto kept = identity->pair_with(daemon_key);
    if (!kept) fmt::print(stderr, "skranke-agent: {}\n", kept.error());
    status = kept ? 0 : refused;
    io.stop();
  })};
  boost::asio::signal_set signals{io, SIGINT, SIGTERM};
  signals.async_wait([&](boost::system::error_code, int) { io.stop(); });
  pairing.start();
  io.run();
  return status;
}

/// The token, or the own key; nothing where the daemon's socket lets this box in. The error is a sentence.
tl::expected<agent::Secret, std::string> secret_of(const agent::DaemonAddress& daemon) {
  agent::Secret secret;
  if (daemon.by_own_key()) {
    auto identity = agent::Identity::load(daemon.identity);
    if (!identity) return tl::unexpected{identity.error()};
    secret.identity = std::make_shared<agent::Identity>(std::move(*identity));
  } else if (!daemon.token_file.empty()) {
    auto token = read_file(daemon.token_file);
    if (!token) return tl::unexpected{fmt::format("{} cannot be read", daemon.token_file)};
    while (!token->empty() && (token->back() == '\n' || token->back() == '\r' || token->back() == ' ')) token->pop_back();
    secret.token = std::move(*token);
  }
  return secret;
}

/// What this box really has.
class Real {
 public:
  explicit Real(const std::map<std::string, devices::ModbusBus>& buses)
      : wires_{devices::kernel_lines("skranke-agent")}, serial_{devices::system_serial()}, modbus_{devices::system_modbus()}, keypads_{devices::system_keypads()}, dimmers_{devices::kernel_dimmers()}, units_{*wires_, *modbus_, buses}, lines_{units_, *keypads_} {}
  [[nodiscard]] agent::Hardware hardware() { return {lines_, *serial_, *modbus_, *dimmers_}; }

 private:
  std::unique_ptr<devices::LineSource> wires_;
  std::unique_ptr<devices::SerialSource> serial_;
  std::unique_ptr<devices::ModbusSource> modbus_;
  std::unique_ptr<devices::KeypadSource> keypads_;
  std::unique_ptr<devices::DimmerSource> dimmers_;
  devices::ModbusLines units_;
  devices::KeyLines lines_;   ///< keys, else Modbus, else wires
};

int run(const Wanted& wanted) {
  const std::string& config_path = wanted.config;
  const auto text = read_file(config_path);
  if (!text) return fmt::print(stderr, "skranke-agent: {} cannot be read\n", config_path), refused;
  auto config = agent::read_config(*text, config_path, &read_file);
  if (!config) {
    for (const wire::Finding& finding : config.error()) fmt::print(stderr, "{}\n", wire::to_line(finding, "en"));
    return refused;
  }
  if (wanted.check_only) return 0;
  if (wanted.pair) return pair(*config);
  auto secret = secret_of(config->daemon);
  if (!secret) return fmt::print(stderr, "skranke-agent: {}\n", secret.error()), refused;
  boost::asio::io_context io{1};
  std::optional<Real> real;
  std::optional<agent::Simulator> simulator;
  if (wanted.simulate)
    simulator.emplace(*config);
  else
    real.emplace(config->buses);
  const agent::Hardware hardware = simulator ? simulator->hardware() : real->hardware();
  agent::Agent agent{io, std::move(*config), std::move(*secret), hardware, simulator ? &*simulator : nullptr};
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
    else if (word == "--pair")
      wanted.pair = true;
    else if (word == "--simulate")
      wanted.simulate = true;
    else if (word == "--config" && i + 1 < argc)
      wanted.config = argv[++i];
    else
      return usage(stderr, usage_error);
  }
  if (wanted.config.empty()) return usage(stderr, usage_error);
  try {
    return run(wanted);
  } catch (const std::exception& failure) {
    fmt::print(stderr, "skranke-agent: {}\n", failure.what());
    return refused;
  }
}
