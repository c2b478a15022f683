// Three processes: the worker asks the keeper, the keeper asks a driver and kills it when it does not answer. A driver is forked from the keeper, which never
// sees more than one picture at a time and keeps none.
#include <array>
#include <map>

#include <csignal>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enrolment/worker/devices.hpp"

namespace skranke::enrolment {
namespace {

using namespace std::chrono_literals;
constexpr auto driver_patience = 5s;      ///< for one picture
constexpr auto keeper_patience = 8s;      ///< a driver's, and the way there and back
constexpr int side_max = 8192;

std::optional<Modality> modality_named(std::string_view name) {
  for (const Modality each : {Modality::face, Modality::finger, Modality::signature})
    if (name_of(each) == name) return each;
  return std::nullopt;
}

/// Ends with its parent, whatever happens to that.
void end_with_parent(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(0);
}

void answer_error(int fd, const Error& error) { static_cast<void>(send_frame(fd, {{"error", error.where}, {"words", error.what}})); }

[[noreturn]] void drive(int fd, const std::string& spec) {
  auto device = open_device(spec);
  while (auto asked = receive_frame(fd)) {
    const auto finger = finger_of(static_cast<unsigned long long>(number_in(asked->head, "finger")));
    Result<Image> picture = !device ? Result<Image>{tl::unexpected<Error>{device.error()}} : text_in(asked->head, "do") == "look" ? (*device)->look() : (*device)->take(finger);
    if (!picture && picture.error().where == "babble") {
      static_cast<void>(::send(fd, "\xff\xff\xff\xff babble babble babble", 26, MSG_NOSIGNAL));
      continue;
    }
    if (!picture) {
      answer_error(fd, picture.error());
      continue;
    }
    boost::json::object head{{"width", picture->width}, {"height", picture->height}, {"channels", picture->channels}, {"digest", digest_of(*picture)}};
    if (finger) head["finger"] = number_of(*finger);
    static_cast<void>(send_frame(fd, head, picture->pixels));
    wipe(picture->pixels);
  }
  ::_exit(0);
}

/// A picture that is one, from an answer that is one.
Result<Keeper::Picture> picture_in(Frame& answer) {
  if (const std::string error = text_in(answer.head, "error"); !error.empty()) return wrong(error, text_in(answer.head, "words"));
  const auto within = [](std::int64_t side) { return side > 0 && side <= side_max; };
  const std::int64_t width = number_in(answer.head, "width"), height = number_in(answer.head, "height");
  Keeper::Picture picture;
  picture.digest = text_in(answer.head, "digest");
  picture.finger = finger_of(static_cast<unsigned long long>(number_in(answer.head, "finger")));
  if (within(width) && within(height))
    picture.image = {static_cast<int>(width), static_cast<int>(height), number_in(answer.head, "channels") == 1 ? 1 : 3, std::move(answer.body)};
  if (!picture.image.consistent()) return wrong("fault", "it answers what is no picture");
  return picture;
}

class Drivers {
 public:
  explicit Drivers(KitDevices kit) : kit_{std::move(kit)} {}

  Result<Frame> ask(Modality modality, const boost::json::object& wish) {
    if (kit_.of(modality).empty()) return wrong("no_device", "the kit has none");
    Driver* driver = running(modality);
    if (driver == nullptr) return wrong("fault", "its process does not start");
    auto answer = send_frame(driver->fd, wish).and_then([&] { return receive_frame(driver->fd, driver_patience); });
    if (answer) return answer;
    const std::string why = answer.error().where == "time" ? "it does not answer" : answer.error().where == "end" ? "its program ended" : "it answers nonsense";
    stop(modality);
    return wrong("fault", why);
  }

 private:
  struct Driver {
    pid_t pid = -1;
    int fd = -1;
  };

  Driver* running(Modality modality) {
    if (const auto there = drivers_.find(modality); there != drivers_.end()) return &there->second;
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return nullptr;
    const pid_t self = ::getpid(), child = ::fork();
    if (child == 0) {
      end_with_parent(self);
      ::close(ends[0]);
      static_cast<void>(confine());
      drive(ends[1], kit_.of(modality));
    }
    ::close(ends[1]);
    if (child < 0) return ::close(ends[0]), nullptr;
    return &drivers_.emplace(modality, Driver{child, ends[0]}).first->second;
  }

  void stop(Modality modality) {
    const auto driver = drivers_.find(modality);
    if (driver == drivers_.end()) return;
    ::kill(driver->second.pid, SIGKILL);
    ::waitpid(driver->second.pid, nullptr, 0);
    ::close(driver->second.fd);
    drivers_.erase(driver);
  }

  KitDevices kit_;
  std::map<Modality, Driver> drivers_;
};

[[noreturn]] void keep(int fd, const KitDevices& kit) {
  Drivers drivers{kit};
  while (auto asked = receive_frame(fd)) {
    const auto modality = modality_named(text_in(asked->head, "modality"));
    Result<Frame> answer = modality ? drivers.ask(*modality, asked->head) : Result<Frame>{wrong("fault", "no such modality")};
    if (!answer) {
      answer_error(fd, answer.error());
      continue;
    }
    static_cast<void>(send_frame(fd, answer->head, answer->body));
    wipe(answer->body);
  }
  ::_exit(0);
}

}  // namespace

Result<Keeper> Keeper::start(const KitDevices& kit) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return wrong("keeper", "no sockets");
  const pid_t self = ::getpid(), child = ::fork();
  if (child == 0) {
    end_with_parent(self);
    ::close(ends[0]);
    keep(ends[1], kit);
  }
  ::close(ends[1]);
  if (child < 0) return ::close(ends[0]), wrong("keeper", "no process");
  return Keeper{ends[0]};
}

Keeper::~Keeper() {
  if (fd_ >= 0) ::close(fd_);
}

Result<Keeper::Picture> Keeper::ask(std::string_view what, Modality modality, std::optional<Finger> finger) const {
  boost::json::object wish{{"do", what}, {"modality", name_of(modality)}};
  if (finger) wish["finger"] = number_of(*finger);
  auto answer = send_frame(fd_, wish).and_then([&] { return receive_frame(fd_, keeper_patience); });
  if (!answer) return wrong("fault", answer.error().what);
  return picture_in(*answer);
}

Result<Keeper::Picture> Keeper::take(Modality modality, std::optional<Finger> finger) const { return ask("take", modality, finger); }
Result<Image> Keeper::look(Modality modality) const {
  return ask("look", modality, std::nullopt).map([](Picture&& picture) { return std::move(picture.image); });
}

}  // namespace skranke::enrolment
