// Three processes: the worker asks the keeper, the keeper asks a driver and kills it when it does not answer. The keeper never sees more than one picture at a time
// and keeps none.
#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enrolment/device_spec.hpp"
#include "enrolment/worker/assessor.hpp"
#include "enrolment/worker/devices.hpp"
#include "enrolment/worker/launch.hpp"

namespace skranke::enrolment {
namespace {

using namespace std::chrono_literals;
constexpr auto spare = 3s;                ///< the way there and back, above a driver's patience
constexpr auto failed_patience = 1s;
constexpr std::string_view program_prefix = "skranke-driver-";
constexpr int side_max = 8192;

void answer_error(int fd, const Error& error) { static_cast<void>(send_frame(fd, {{"error", error.where}, {"words", error.what}})); }

constexpr std::array<std::string_view, 4> faults{"no_device", "absent", "fault", "nothing"};
constexpr std::size_t words_max = 200;

/// A driver's words go to the log and to a page: one short line, whatever it was.
std::string plain(std::string words) {
  words.resize(std::min(words.size(), words_max));
  for (char& c : words)
    if (c < ' ' || c > '~') c = '?';
  return words;
}

/// A picture that is one, from an answer that is one.
Result<Keeper::Picture> picture_in(Frame& answer) {
  if (const std::string error = text_in(answer.head, "error"); !error.empty())
    return wrong(std::ranges::find(faults, error) != faults.end() ? error : "fault", plain(text_in(answer.head, "words")));
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

  void change(KitDevices kit) {
    for (const Modality each : {Modality::face, Modality::finger, Modality::signature}) stop(each);
    failed_.clear();
    kit_ = std::move(kit);
  }

  Result<Frame> ask(Modality modality, const boost::json::object& wish) {
    if (kit_.of(modality).empty()) return wrong("no_device", "the kit has none");
    const auto spec = read_device_spec(kit_.of(modality), modality);
    if (!spec) return wrong("fault", "the settings name a device that is not known");
    const bool look = text_in(wish, "do") == "look";
    // Previews are asked for ten times a second: a device that is not well is not begun anew for each.
    const auto failed = failed_.find(modality);
    if (look && failed != failed_.end() && Clock::now() < failed->second.until) return tl::unexpected<Error>{failed->second.error};
    auto driver = running(modality, *spec);
    if (!driver) return not_well(modality, driver.error());
    auto answer = send_frame((*driver)->fd, wish).and_then([&] { return receive_frame((*driver)->fd, patience_for(modality, look)); });
    if (answer) {
      // What is gone or broken is opened anew, by another process.
      const std::string error = text_in(answer->head, "error");
      if (error.empty() || error == "nothing") return answer;
      stop(modality);
      return not_well(modality, {error, text_in(answer->head, "words")});
    }
    stop(modality);
    return not_well(modality, {"fault", why_no_answer(answer.error())});
  }

 private:
  using Clock = std::chrono::steady_clock;
  struct Failed {
    Error error;
    Clock::time_point until;
  };
  tl::unexpected<Error> not_well(Modality modality, const Error& error) {
    failed_.insert_or_assign(modality, Failed{error, Clock::now() + failed_patience});
    return tl::unexpected<Error>{error};
  }

  struct Driver {
    pid_t pid = -1;   ///< -1 = it runs somewhere else
    int fd = -1;
  };

  Result<Driver*> running(Modality modality, const DeviceSpec& spec) {
    if (const auto there = drivers_.find(modality); there != drivers_.end()) {
      if (is_quiet(there->second.fd)) return &there->second;
      stop(modality);   // it was killed, or says something that nobody asked
    }
    auto begun = spec.kind == "socket" ? connect_to(spec.where).map([](int fd) { return Driver{-1, fd}; }) : start(spec, kit_);
    if (!begun) return tl::unexpected<Error>{begun.error()};
    return &drivers_.emplace(modality, *begun).first->second;
  }

  static bool is_quiet(int fd) {
    pollfd waiting{fd, POLLIN, 0};
    return ::poll(&waiting, 1, 0) == 0;
  }

  /// A program of its own: what a driver links is no business of the process that holds what is taken.
  static Result<Driver> start(const DeviceSpec& spec, const KitDevices& kit) {
    std::error_code error;
    const auto self_path = std::filesystem::read_symlink("/proc/self/exe", error);
    if (error) return wrong("fault", "its process does not start");
    const std::vector<std::string> words = spec.kind == "far" ? std::vector{spec.where, kit.door_key, kit.certificate, kit.key} : std::vector{spec.where, kit.trust};
    return launch(self_path.parent_path() / (std::string{program_prefix} + spec.kind), words, Trust::own).map([](const Launched& one) { return Driver{one.pid, one.fd}; });
  }

  void stop(Modality modality) {
    const auto driver = drivers_.find(modality);
    if (driver == drivers_.end()) return;
    if (driver->second.pid > 0) {
      ::kill(driver->second.pid, SIGKILL);
      ::waitpid(driver->second.pid, nullptr, 0);
    }
    ::close(driver->second.fd);
    drivers_.erase(driver);
  }

  KitDevices kit_;
  std::map<Modality, Driver> drivers_;
  std::map<Modality, Failed> failed_;
};

/// The devices of another kit; the programs that judge are the site's and stay.
KitDevices kit_in(const boost::json::object& head) {
  return {.camera = text_in(head, "camera"), .finger = text_in(head, "finger"), .pen = text_in(head, "pen"), .trust = text_in(head, "trust"), .face_quality = {}, .print_quality = {},
          .door_key = text_in(head, "door_key"), .certificate = text_in(head, "certificate"), .key = text_in(head, "key")};
}

[[noreturn]] void keep(int fd, const KitDevices& kit) {
  // It starts programs, so nothing is filtered; but what passes through is neither swapped nor dumped.
  ::prctl(PR_SET_DUMPABLE, 0);
  ::mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);
  Drivers drivers{kit};
  Assessors assessors{kit};
  while (auto asked = receive_frame(fd)) {
    if (text_in(asked->head, "do") == "change") {
      drivers.change(kit_in(asked->head));
      static_cast<void>(send_frame(fd, {}));
      continue;
    }
    const auto modality = modality_named(text_in(asked->head, "modality"));
    if (modality && text_in(asked->head, "do") == "assess") {
      const auto told = assessors.ask(*modality, *asked);
      wipe(asked->body);
      if (told) static_cast<void>(send_frame(fd, *told));
      else answer_error(fd, told.error());
      continue;
    }
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

std::optional<Modality> modality_named(std::string_view name) {
  for (const Modality each : {Modality::face, Modality::finger, Modality::signature})
    if (name_of(each) == name) return each;
  return std::nullopt;
}

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
  auto answer = send_frame(fd_, wish).and_then([&] { return receive_frame(fd_, patience_for(modality, what == "look") + spare); });
  if (!answer) return wrong("fault", answer.error().what);
  return picture_in(*answer);
}

Result<Assessment> Keeper::assess(Modality modality, const Image& picture, std::optional<Finger> finger) const {
  boost::json::object wish{{"do", "assess"}, {"modality", name_of(modality)}, {"width", picture.width}, {"height", picture.height}, {"channels", picture.channels}};
  if (finger) wish["finger"] = number_of(*finger), wish["ppi"] = 500;
  const auto answer = send_frame(fd_, wish, picture.pixels).and_then([&] { return receive_frame(fd_, assess_patience + spare); });
  if (!answer) return tl::unexpected<Error>{answer.error()};
  if (const std::string error = text_in(answer->head, "error"); !error.empty()) return wrong(error, plain(text_in(answer->head, "words")));
  return assessment_in(answer->head);
}

Result<Keeper::Picture> Keeper::take(Modality modality, std::optional<Finger> finger) const { return ask("take", modality, finger); }
Result<Keeper::Picture> Keeper::more() const { return ask("more", Modality::face, std::nullopt); }
Result<void> Keeper::change(const KitDevices& kit) const {
  return send_frame(fd_, {{"do", "change"}, {"camera", kit.camera}, {"finger", kit.finger}, {"pen", kit.pen}, {"trust", kit.trust}, {"door_key", kit.door_key}, {"certificate", kit.certificate}, {"key", kit.key}})
      .and_then([&] { return receive_frame(fd_, look_patience); })
      .map([](Frame&&) {});
}
Result<Image> Keeper::look(Modality modality) const {
  return ask("look", modality, std::nullopt).map([](Picture&& picture) { return std::move(picture.image); });
}

}  // namespace skranke::enrolment
