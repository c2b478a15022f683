#include "enrolment/drivers/drive.hpp"

#include "enrolment/seal.hpp"

#include <sys/socket.h>
#include <unistd.h>

namespace skranke::enrolment {
namespace {

constexpr int keeper_fd = 3;
constexpr unsigned open_seconds = 10, spare_seconds = 2;

void answer(const Result<Image>& picture, std::optional<Finger> finger) {
  boost::json::object head;
  if (!picture) {
    head["error"] = picture.error().where, head["words"] = picture.error().what;
    static_cast<void>(send_frame(keeper_fd, head));
    return;
  }
  head["width"] = picture->width, head["height"] = picture->height, head["channels"] = picture->channels, head["digest"] = digest_of(*picture);
  if (finger) head["finger"] = number_of(*finger);
  static_cast<void>(send_frame(keeper_fd, head, picture->pixels));
}

/// Whether it can be asked again: a device that is gone or broken is opened anew by another process.
bool goes_on(const Result<Image>& picture) { return picture || picture.error().where == "nothing" || picture.error().where == "babble"; }

}  // namespace

int drive(int argc, char** argv, const Opener& open, Confined how) {
  ::alarm(open_seconds);   // ends the process: who hangs is of no use
  auto device = open(argc > 1 ? argv[1] : "", argc > 2 ? argv[2] : "");
  static_cast<void>(confine(how));
  ::alarm(0);
  while (auto asked = receive_frame(keeper_fd)) {
    const auto finger = finger_of(static_cast<unsigned long long>(number_in(asked->head, "finger")));
    const std::string what = text_in(asked->head, "do");
    const bool look = what == "look";
    const Modality modality = modality_named(text_in(asked->head, "modality")).value_or(Modality::finger);
    ::alarm(static_cast<unsigned>(patience_for(modality, look).count()) + spare_seconds);
    Result<Image> picture = !device ? Result<Image>{tl::unexpected<Error>{device.error()}} : look ? (*device)->look() : what == "more" ? (*device)->more() : (*device)->take(finger);
    if (!picture && picture.error().where == "babble") static_cast<void>(::send(keeper_fd, "\xff\xff\xff\xff babble babble babble", 26, MSG_NOSIGNAL));
    else answer(picture, finger);
    ::alarm(0);
    if (picture) wipe(picture->pixels);
    if (!goes_on(picture)) return picture.error().where == "absent" ? 0 : 1;
  }
  return 0;
}

}  // namespace skranke::enrolment
