// skranke-capture-door: lets the enrolment worker of another box at the capture devices of this one. Its unit gives it the listening socket as descriptor 3.
#include <csignal>
#include <fstream>
#include <iterator>

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

int serve(const tl::expected<DoorSettings, std::vector<Error>>& settings, const std::string& config) {
  // The key first: it is asked for at the other box before these settings can be finished.
  const DoorSettings places = settings ? *settings : DoorSettings{};
  const auto file = own_key(places.identity);
  if (!file) return fmt::print(stderr, "skranke-capture-door: {}\n", file.error().text()), refused;
  const auto pin = own_pin(places.identity);
  if (!pin) return fmt::print(stderr, "skranke-capture-door: {}\n", pin.error().text()), refused;
  fmt::print(stderr, "skranke-capture-door: the key of this door is {}: it stands as door_key in the kit of the daemon's box\n", *pin);
  if (!settings) {
    for (const Error& error : settings.error()) fmt::print(stderr, "{}: {}\n", config, error.text());
    return refused;
  }
  if (!listens(listening_fd)) return fmt::print(stderr, "skranke-capture-door: descriptor 3 is no listening socket: start skranke-capture-door.socket\n"), refused;
  ::prctl(PR_SET_DUMPABLE, 0);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_FSIZE, &none), ::setrlimit(RLIMIT_CORE, &none);   // from here on no file grows
  ::signal(SIGPIPE, SIG_IGN), ::signal(SIGXFSZ, SIG_IGN);
  if (::mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) != 0) fmt::print(stderr, "skranke-capture-door: its memory cannot be locked\n");
  keep_door(listening_fd, *settings, {*file, *file, settings->appliance_key});
  return 0;
}

int run(const Wanted& wanted) {
  std::ifstream file{wanted.config, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const bool read = file.is_open() && !file.bad();
  const auto settings = read ? read_door_settings(text) : tl::expected<DoorSettings, std::vector<Error>>{tl::unexpected{std::vector<Error>{{"file", "cannot be read"}}}};
  if (wanted.key) return show_key(settings ? settings->identity : DoorSettings{}.identity);
  if (!wanted.check_only) return serve(settings, wanted.config);
  if (settings) return 0;
  for (const Error& error : settings.error()) fmt::print(stderr, "{}: {}\n", wanted.config, error.text());
  return refused;
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
