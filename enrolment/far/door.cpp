// A process for each line, so that whatever passed through ends with it, and whoever broke into one is in no other.
#include "enrolment/far/door.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enrolment/far/preview.hpp"
#include "enrolment/seal.hpp"
#include "enrolment/worker/devices.hpp"
#include "enrolment/worker/launch.hpp"

namespace skranke::enrolment {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
constexpr std::size_t knocking_max = 8;        ///< lines of which it is not known yet what they are for
constexpr auto sooner = 1s;                    ///< the keeper at the other end shall hear what is wrong here before it gives up
constexpr auto refusals_told_every = 1min;
enum class Ended : int { over = 0, stranger = 3, no_settings = 4 };
constexpr std::array<std::string_view, 3> wishes{"take", "look", "more"};

/// What is asked, and no more than that, is passed on.
std::optional<boost::json::object> question_in(const Frame& frame, Modality modality) {
  const std::string what = text_in(frame.head, "do");
  if (std::ranges::find(wishes, what) == wishes.end() || modality_named(text_in(frame.head, "modality")) != modality) return std::nullopt;
  boost::json::object question{{"do", what}, {"modality", name_of(modality)}};
  if (const std::int64_t finger = number_in(frame.head, "finger"); finger != 0) question["finger"] = finger;
  return question;
}

/// Which of the two has something first; neither in time.
enum class First { line, driver, neither };
First first_of(int line, int driver, std::chrono::milliseconds patience) {
  std::array<pollfd, 2> both{{{line, POLLIN, 0}, {driver, POLLIN, 0}}};
  const int ready = ::poll(both.data(), both.size(), static_cast<int>(patience.count()));
  if (both[0].revents != 0) return First::line;
  return ready > 0 ? First::driver : First::neither;
}

Result<void> say_fault(const Way& way, std::string_view fault, const std::string& words) { return send_frame(way, {{"error", fault}, {"words", words}}); }

/// The driver's answer as it is; an error is the end of the line.
Result<void> pass_on(const boost::json::object& question, Modality modality, int driver, const Line& line, const Way& way) {
  const auto patience = patience_for(modality, text_in(question, "do") == "look") - sooner;
  if (auto asked = send_frame(driver, question); !asked) return say_fault(way, "fault", why_no_answer(asked.error())).and_then([] { return Result<void>{wrong("end", "no driver")}; });
  const First first = first_of(line.fd(), driver, patience);
  if (first == First::line) return wrong("end", "asked out of turn, or gone");
  auto answer = receive_frame(driver, patience, line_body_max);
  if (!answer) return say_fault(way, "fault", why_no_answer(answer.error())).and_then([] { return Result<void>{wrong("end", "no answer")}; });
  if (text_in(question, "do") == "look")
    if (auto small = small_preview(*answer)) answer = std::move(*small);
  const auto sent = send_frame(way, answer->head, answer->body);
  wipe(answer->body);
  return sent;
}

/// The parent ends an older line to the same device first: its box may have lost its power without a word.
bool has_device(int parent, Modality modality) {
  const char device = static_cast<char>('0' + static_cast<int>(modality));
  char agreed = 0;
  return ::send(parent, &device, 1, MSG_NOSIGNAL) == 1 && ::recv(parent, &agreed, 1, 0) == 1;
}

void converse(Line& line, const DoorSettings& settings, int parent) {
  const Way way = line.way();
  if (!send_frame(way, {{"door", door_version}})) return;
  auto asked = receive_frame(way, first_patience, 0);
  const auto modality = asked ? modality_named(text_in(asked->head, "modality")) : std::nullopt;
  if (!modality || !has_device(parent, *modality)) return;
  const auto driver = connect_to(settings.of(*modality));
  static_cast<void>(confine(Confined::driver));   // from here on nothing else can be reached
  if (!driver) {
    static_cast<void>(say_fault(way, driver.error().where, "the door is there; behind it, " + driver.error().what));
    return;
  }
  while (asked) {
    const auto question = question_in(*asked, *modality);
    if (!question || !pass_on(*question, *modality, *driver, line, way)) return;
    if (first_of(line.fd(), *driver, idle_patience) != First::line) return;
    asked = receive_frame(way, first_patience, 0);
  }
}

/// One line, in a process of its own that ends with it. `parent`: where it says which device it is for, and hears that nobody else has that any more.
Ended serve_line(int fd, const std::string& settings_file, const std::string& own, int parent) {
  if (!confine(Confined::driver_with_sockets)) fmt::print(stderr, "skranke-capture-door: its memory cannot be locked\n");
  const auto settings = read_door_settings_at(settings_file);
  if (!settings) return Ended::no_settings;
  auto line = Line::meet(fd, Line::End::answers, {own, own, settings->appliance_key}, meet_patience);
  if (!line) return line.error().where == "stranger" ? Ended::stranger : Ended::over;
  converse(*line, *settings, parent);
  return Ended::over;
}

struct Guest {
  pid_t pid = -1;
  int fd = -1;
  std::optional<char> device;   ///< none yet
};

class Door {
 public:
  Door(int listening, const std::string& settings, const std::string& own) : listening_{listening}, settings_{settings}, own_{own} {}

  [[noreturn]] void run() {
    while (true) {
      std::vector<pollfd> waiting;
      const bool room = std::ranges::count_if(guests_, [](const Guest& guest) { return !guest.device; }) < static_cast<std::ptrdiff_t>(knocking_max);
      waiting.push_back({room ? listening_ : -1, POLLIN, 0});
      for (const Guest& guest : guests_) waiting.push_back({guest.fd, POLLIN, 0});
      if (::poll(waiting.data(), waiting.size(), -1) < 0) continue;
      std::vector<int> heard;
      for (std::size_t i = 1; i < waiting.size(); ++i)
        if (waiting[i].revents != 0) heard.push_back(waiting[i].fd);
      for (const int fd : heard) hear(fd);
      if (waiting[0].revents != 0) let_in();
    }
  }

 private:
  void let_in() {
    const int fd = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return static_cast<void>(::close(fd));
    const pid_t self = ::getpid(), child = ::fork();
    if (child == 0) {
      end_with_parent(self);
      ::close(listening_), ::close(ends[0]);
      for (const Guest& guest : guests_) ::close(guest.fd);
      ::_exit(static_cast<int>(serve_line(fd, settings_, own_, ends[1])));
    }
    ::close(fd), ::close(ends[1]);
    if (child < 0) return static_cast<void>(::close(ends[0]));
    guests_.push_back({child, ends[0], std::nullopt});
  }

  void hear(int fd) {
    const auto guest = std::ranges::find(guests_, fd, &Guest::fd);
    if (guest == guests_.end()) return;   // ended by another one's news
    char device = 0;
    if (::recv(fd, &device, 1, 0) != 1) return leave(fd, false);
    for (const Guest& other : std::vector{guests_})
      if (other.fd != fd && other.device == device) leave(other.fd, true);
    std::ranges::find(guests_, fd, &Guest::fd)->device = device;
    const char agreed = 1;
    static_cast<void>(::send(fd, &agreed, 1, MSG_NOSIGNAL));
  }

  void leave(int fd, bool by_force) {
    const auto guest = std::ranges::find(guests_, fd, &Guest::fd);
    if (by_force) ::kill(guest->pid, SIGKILL);
    int status = 0;
    ::waitpid(guest->pid, &status, 0);
    ::close(fd);
    guests_.erase(guest);
    if (WIFEXITED(status) && WEXITSTATUS(status) != static_cast<int>(Ended::over)) tell_refused(Ended{WEXITSTATUS(status)});
  }

  /// A scan of the network shall not fill the log.
  void tell_refused(Ended why) {
    const auto now = Clock::now();
    if (now < told_until_) return;
    told_until_ = now + refusals_told_every;
    fmt::print(stderr, "skranke-capture-door: somebody was not let in (told once a minute): {}\n", why == Ended::stranger ? "without the key that appliance_key names" : "the settings are not good, see --check-config");
  }

  int listening_;
  const std::string& settings_;
  const std::string& own_;
  std::vector<Guest> guests_;
  Clock::time_point told_until_ = Clock::time_point::min();
};

}  // namespace

void keep_door(int listening, const std::string& settings, const std::string& own) { Door{listening, settings, own}.run(); }

}  // namespace skranke::enrolment
