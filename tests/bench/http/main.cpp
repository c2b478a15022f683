// skranke-bench-http [requests] [fan_out]: the edge against nginx and against bare send(). Loopback only; stops by
// itself within a minute and a half.
#include <unistd.h>
#include <csignal>
#include <cstdio>
#include <string_view>

#include "tests/bench/http/process.hpp"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  ::alarm(180);  // whatever hangs, this does not
  bool requests = argc < 2;
  bool fan_out = argc < 2;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name{argv[i]};
    requests = requests || name == "requests";
    fan_out = fan_out || name == "fan_out";
    if (name != "requests" && name != "fan_out") {
      std::fprintf(stderr, "usage: skranke-bench-http [requests] [fan_out]\n");
      return 2;
    }
  }
  bool good = true;
  if (requests) good = skranke::bench::run_requests() && good;
  if (fan_out) good = skranke::bench::run_fan_out() && good;
  return good ? 0 : 1;
}
