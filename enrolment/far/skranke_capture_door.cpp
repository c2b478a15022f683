// skranke-capture-door: lets the enrolment worker of another box at the capture devices of this one. Its unit gives it the listening socket as descriptor 3.
#include <csignal>
#include <string_view>

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "enrolment/far/door.hpp"

namespace {

using namespace skranke::enrolment;
constexpr int listening_fd = 3, refused = 1, usage_error = 2;

struct Wanted {
  std::string config = "/etc/skranke-capture/door.toml";
  bool check_only = false, key = false;
};

int usage(std::FILE* out, int status) {
  fmt::print(out, "usage: skranke-capture-door [--config FILE] [--check-config | --key]\n       skranke-capture-door --version\nSee skranke-capture-door(8).\n");
  return status;
}

/// For whoever sets it up; also without settings, since the key is wanted before they can be complete.
int show_key(const std::string& folder) {
  const auto pin = own_pin(folder);
  if (!pin) return fmt::print(stderr, "skranke-capture-door: {}; it is made when the service is first started, and root may read it\n", pin.error().text()), refused;
  fmt::print("{}\n", *pin);
  return 0;
}

bool listens(int fd) {
  int accepts = 0;
  socklen_t size = sizeof accepts;
  return ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &accepts, &size) == 0 && accepts != 0;
}

void tell(const ReadSettings& settings, const std::string& config) {
  if (settings) return;
  for (const Error& error : settings.error()) fmt::print(stderr, "{}: {}\n", config, error.text());
}

int serve(const ReadSettings& settings, const std::string& config) {
  // The key first: it is asked for at the other box before these settings can be finished.
  const std::string identity = settings ? settings->identity : DoorSettings{}.identity;
  const auto own = own_key(identity);
  if (!own) return fmt::print(stderr, "skranke-capture-door: {}\n", own.error().text()), refused;
  const auto pin = own_pin(identity);
  if (!pin) return fmt::print(stderr, "skranke-capture-door: {}\n", pin.error().text()), refused;
  fmt::print(stderr, "skranke-capture-door: the key of this door is {}: it stands as door_key in the kit of the daemon's box\n", *pin);
  tell(settings, config);
  if (!listens(listening_fd)) return fmt::print(stderr, "skranke-capture-door: descriptor 3 is no listening socket: start skranke-capture-door.socket\n"), refused;
  ::prctl(PR_SET_DUMPABLE, 0);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_FSIZE, &none), ::setrlimit(RLIMIT_CORE, &none);   // from here on no file grows
  ::signal(SIGPIPE, SIG_IGN), ::signal(SIGXFSZ, SIG_IGN);
  if (::mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) != 0) fmt::print(stderr, "skranke-capture-door: its memory cannot be locked\n");
  keep_door(listening_fd, config, *own);
}

int run(const Wanted& wanted) {
  const auto settings = read_door_settings_at(wanted.config);
  if (wanted.key) return show_key(settings ? settings->identity : DoorSettings{}.identity);
  if (!wanted.check_only) return serve(settings, wanted.config);
  tell(settings, wanted.config);
  return settings ? 0 : refused;
}

}  // namespace

int main(int argc, char** argv) {
  Wanted wanted;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--version") return fmt::print("skranke-capture-door {}\n", SKRANKE_VERSION), 0;
    if (word == "--help" || word == "-h") return usage(stdout, 0);
    if (word == "--check-config") wanted.check_only = true;
    else if (word == "--key") wanted.key = true;
    else if (word == "--config" && i + 1 < argc) wanted.config = argv[++i];
    else return usage(stderr, usage_error);
  }
  return run(wanted);
}
