// skranked: the daemon. Faces the network, owns the journal, touches no hardware.
#include <sys/stat.h>

#include <fstream>
#include <iostream>
#include <string>

#include <fmt/format.h>

#include "daemon/service.hpp"

namespace {

constexpr int exit_usage = 2;

int usage(std::ostream& out, int code) {
  out << "usage: skranked --config FILE [--check-config]\n"
         "       skranked --version\n";
  return code;
}

struct Arguments {
  std::string config;
  bool check = false, version = false, help = false, wrong = false;
};

Arguments parse(int count, char** values) {
  Arguments arguments;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = values[i];
    if (word == "--config" && i + 1 < count)
      arguments.config = values[++i];
    else if (word == "--check-config")
      arguments.check = true;
    else if (word == "--version")
      arguments.version = true;
    else if (word == "--help" || word == "-h")
      arguments.help = true;
    else
      arguments.wrong = true;
  }
  return arguments;
}

}  // namespace

int main(int count, char** values) {
  const Arguments arguments = parse(count, values);
  if (arguments.help) return usage(std::cout, 0);
  if (arguments.version) {
    std::cout << "skranked " SKRANKE_VERSION "\n";
    return 0;
  }
  if (arguments.wrong || arguments.config.empty()) return usage(std::cerr, exit_usage);
  std::ifstream file{arguments.config, std::ios::binary};
  if (!file) {
    fmt::print(stderr, "{}: cannot be opened\n", arguments.config);
    return 1;
  }
  const auto config = skranke::config::read_config(std::string{std::istreambuf_iterator<char>{file}, {}}, arguments.config);
  if (!config) {
    for (const auto& finding : config.error()) fmt::print(stderr, "{}\n", skranke::wire::to_line(finding, "en"));
    return 1;
  }
  if (arguments.check) return 0;
  umask(S_IRWXG | S_IRWXO);    // the journal knows every ticket's token: nobody's but ours
  return skranke::daemon::serve(*config);
}
