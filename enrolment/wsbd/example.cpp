// skranke-wsbd-example: a template for the driver of a device that only its maker's library can speak to. It is a WS-BD service on a Unix socket, a process of its
// own with a user of its own; Skranke speaks to it as `wsbd:unix:PATH`. Copy this file, put the maker's calls where the comments are, and keep the rest.
// Until then it shows the pictures of a folder.
#include <array>
#include <cstdio>
#include <cstring>
#include <span>

#include <pwd.h>

#include "enrolment/drivers/folder.hpp"
#include "enrolment/wsbd/host.hpp"

namespace skranke::enrolment::wsbd {
namespace {

class ExampleScanner final : public Device {
 public:
  /// Here: open the device. Throw nothing; say in take() that it is absent.
  explicit ExampleScanner(const std::string& folder) : pictures_{folder_device(folder)} {}

  /// Here: wait for the finger, the face or the pen, no longer than `person_patience`, and give the picture: grey or RGB of 8 bits, rows from the top, ridges dark, 500 dots an
  /// inch. Errors: wrong("absent", …) when it is not plugged in, wrong("nothing", …) when nobody gave it anything, wrong("fault", …) for the rest. Keep no copy.
  Result<Image> take(std::optional<Finger> finger) override { return pictures_->take(finger); }

  /// Here: what is in front of it now, for a preview; or the same as take().
  Result<Image> look() override { return pictures_->look(); }

 private:
  std::unique_ptr<Device> pictures_;
};

int usage() {
  std::fputs("usage: skranke-wsbd-example --socket PATH --folder FOLDER --modality Face|Finger|SignatureSign [--for USER]\n", stderr);
  return 2;
}

int run(std::span<char*> words) {
  std::string socket, folder, modality, user;
  for (std::size_t i = 1; i + 1 < words.size(); i += 2) {
    const std::string_view name{words[i]};
    std::string* const into = name == "--socket" ? &socket : name == "--folder" ? &folder : name == "--modality" ? &modality : name == "--for" ? &user : nullptr;
    if (into == nullptr) return usage();
    *into = words[i + 1];
  }
  if (words.size() % 2 == 0 || socket.empty() || folder.empty() || (modality != "Face" && modality != "Finger" && modality != "SignatureSign")) return usage();
  Host host{.socket = socket};
  if (!user.empty()) {
    const passwd* entry = ::getpwnam(user.c_str());
    if (entry == nullptr) return std::fprintf(stderr, "skranke-wsbd-example: there is no user %s\n", user.c_str()), 1;
    host.allowed = entry->pw_uid;
  }
  ExampleScanner scanner{folder};
  Service service{scanner, modality};
  const auto served = serve(service, host);
  if (!served) return std::fprintf(stderr, "skranke-wsbd-example: %s\n", served.error().text().c_str()), 1;
  return 0;
}

}  // namespace
}  // namespace skranke::enrolment::wsbd

int main(int argc, char** argv) { return skranke::enrolment::wsbd::run({argv, static_cast<std::size_t>(argc)}); }
