// skranke-screen --url URL: shows a page of Skranke on this box's screen for ever. Starts the browser, asks the daemon whether its page still draws, and
// starts it anew when it does not. Runs inside a compositor (cage, weston), which gives it the screen.
#include <array>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "agent/screen_ask.hpp"
#include "agent/screen_watch.hpp"

extern char** environ;

namespace {

using namespace skranke::agent;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr int refused = 1, usage_error = 2, gave_up = 70;
constexpr auto round = 1s;
constexpr auto ask_every = 3s;

volatile std::sig_atomic_t asked_to_stop = 0;
void note_stop(int) { asked_to_stop = 1; }

struct Wanted {
  std::string url, policies;
  std::string browser = "/usr/bin/chromium";
  std::string profile = "/run/skranke-screen/profile";
  std::string waiting = "/usr/share/skranke-screen/waiting.html";
  std::string give_up_file = "/run/skranke-screen/give-up";
  std::string certificate;         ///< of the daemon or its authority; empty = the authorities of this box
  std::string when_dark;           ///< a program that switches the glass off and on
  std::vector<std::string> more;   ///< for the browser
  ScreenWatch::Rules rules;
};

int usage(std::FILE* out, int status) {
  fmt::print(out, "usage: skranke-screen --url URL [--browser PROGRAM] [--profile DIR] [--waiting FILE] [--patience SECONDS] [--certificate FILE] [--when-dark PROGRAM] [-- BROWSER ARGUMENTS]\n"
                  "       skranke-screen --url URL --write-policies FILE\nSee skranke-screen(8).\n");
  return status;
}

std::string fresh_name() {
  std::array<unsigned char, 16> bytes{};
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) std::abort();
  std::string name = "box-";
  for (const unsigned char byte : bytes) name += fmt::format("{:02x}", byte);
  return name;
}

/// Only the daemon's pages, nothing to download, no way out.
std::string policies_for(const std::string& url, const std::string& waiting) {
  const auto slash = url.find('/', url.find("://") + 3);
  const std::string origin = url.substr(0, slash);
  // A kiosk reads the QR code of a booking. A browser gives a camera only to what came safely: that the daemon is across a wire of the house is said here.
  const std::string_view path = slash == std::string::npos ? std::string_view{} : std::string_view{url}.substr(slash);
  const bool kiosk = path == "/kiosk" || path.starts_with("/kiosk/") || path.starts_with("/kiosk?");
  const std::string camera = kiosk ? fmt::format("\n  \"VideoCaptureAllowedUrls\": [\"{0}\"],\n  \"OverrideSecurityRestrictionsOnInsecureOrigin\": [\"{0}\"],", origin) : std::string{};
  return fmt::format(R"({{
  "URLBlocklist": ["*"],
  "URLAllowlist": ["{}", "file://{}"],
  "AutoplayAllowed": true,
  "AutoplayAllowlist": ["{}"],
  "DownloadRestrictions": 3,
  "DeveloperToolsAvailability": 2,
  "IncognitoModeAvailability": 1,
  "PasswordManagerEnabled": false,
  "TranslateEnabled": false,
  "BrowserSignin": 0,
  "SyncDisabled": true,
  "PrintingEnabled": false,
  "DefaultGeolocationSetting": 2,
  "DefaultNotificationsSetting": 2,
  "AudioCaptureAllowed": false,
  "VideoCaptureAllowed": false,{}
  "ComponentUpdatesEnabled": false
}}
)", origin, waiting, origin, camera);
}

int write_policies(const Wanted& wanted) {
  std::error_code failed;
  fs::create_directories(fs::path{wanted.policies}.parent_path(), failed);
  std::ofstream out{wanted.policies, std::ios::trunc};
  out << policies_for(wanted.url, wanted.waiting);
  if (!out.flush()) return fmt::print(stderr, "skranke-screen: {} cannot be written\n", wanted.policies), refused;
  return 0;
}

PageSeen look(ScreenAsk& daemon, const std::string& box) {
  const std::string answer = daemon.get("/api/v1/screens/" + box);
  PageSeen seen;
  seen.reachable = answer.starts_with("HTTP/1.1 200") || answer.starts_with("HTTP/1.1 404");
  constexpr std::string_view key = "\"frame_age_ms\":";
  const std::size_t at = answer.find(key);
  std::int64_t age = 0;
  if (at != std::string::npos && std::from_chars(answer.data() + at + key.size(), answer.data() + answer.size(), age).ec == std::errc{}) seen.frame_age = std::chrono::milliseconds{age};
  seen.dark = answer.find("\"dark\":true") != std::string::npos;
  return seen;
}

/// Starts a program, which hears again of a pipe without a reader; -1 when it cannot be started.
pid_t spawn(const std::string& program, char* const* argv, short more) {
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, static_cast<short>(more | POSIX_SPAWN_SETSIGDEF));
  posix_spawnattr_setpgroup(&attributes, 0);
  sigset_t usual;
  sigemptyset(&usual);
  sigaddset(&usual, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  pid_t child = -1;
  if (posix_spawn(&child, program.c_str(), nullptr, &attributes, argv, environ) != 0) child = -1;
  posix_spawnattr_destroy(&attributes);
  return child;
}

/// The browser with everything it started, as a group of its own.
class Browser {
 public:
  explicit Browser(const Wanted& wanted) : wanted_{wanted} {}
  ~Browser() { end(); }
  Browser(const Browser&) = delete;
  Browser& operator=(const Browser&) = delete;

  [[nodiscard]] bool running() {
    if (child_ > 0 && waitpid(child_, nullptr, WNOHANG) == child_) {
      kill(-child_, SIGKILL);   // what it left behind
      child_ = -1;
    }
    return child_ > 0;
  }

  void start(const std::string& address) {
    end();
    std::error_code ignored;
    fs::remove_all(wanted_.profile, ignored);   // a profile that a crash left is not trusted
    fs::create_directories(wanted_.profile, ignored);
    std::vector<std::string> words{wanted_.browser, "--kiosk", "--noerrdialogs", "--no-first-run", "--disable-features=Translate", "--disable-pinch", "--overscroll-history-navigation=0",
                                   "--autoplay-policy=no-user-gesture-required", "--password-store=basic", "--disable-component-update", "--disable-background-networking",
                                   "--disable-session-crashed-bubble", "--user-data-dir=" + wanted_.profile};
    if (std::getenv("WAYLAND_DISPLAY") != nullptr) words.emplace_back("--ozone-platform=wayland");
    words.insert(words.end(), wanted_.more.begin(), wanted_.more.end());
    words.push_back(address);
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    child_ = spawn(wanted_.browser, argv.data(), POSIX_SPAWN_SETPGROUP);
  }

  /// A stopped or looping process hears nothing but this.
  void end() {
    if (child_ <= 0) return;
    kill(-child_, SIGKILL);
    while (waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {}
    child_ = -1;
  }

 private:
  const Wanted& wanted_;
  pid_t child_ = -1;
};

/// The panel itself, by a program of the box: a black picture still shines. Told again after a start, since nobody knows what was before.
class Glass {
 public:
  explicit Glass(const std::string& program) : program_{program} {}
  ~Glass() { be(false); }
  Glass(const Glass&) = delete;
  Glass& operator=(const Glass&) = delete;

  void be(bool dark) {
    if (running_ > 0 && waitpid(running_, nullptr, WNOHANG) == running_) running_ = -1;
    if (program_.empty() || running_ > 0 || told_ == dark) return;   // one at a time; the newest wish when it has ended
    std::string program = program_, word = dark ? "dark" : "light";
    std::array<char*, 3> argv{program.data(), word.data(), nullptr};
    running_ = spawn(program_, argv.data(), 0);
    if (running_ < 0) fmt::print(stderr, "skranke-screen: {} cannot be started\n", program_);
    told_ = dark;
  }

 private:
  const std::string& program_;
  std::optional<bool> told_;
  pid_t running_ = -1;
};

/// The day whose night this moment belongs to: changes at half past three.
int night_of(std::time_t at) {
  at -= 3 * 3600 + 30 * 60;
  std::tm local{};
  localtime_r(&at, &local);
  return local.tm_yday;
}

int watch(const Wanted& wanted) {
  const auto target = parse_url(wanted.url);
  if (!target || !target->socket.empty()) return fmt::print(stderr, "skranke-screen: {}: write http://HOST:PORT/board\n", wanted.url), refused;
  const std::string box = fresh_name();
  const std::string page = wanted.url + (wanted.url.find('?') == std::string::npos ? "?box=" : "&box=") + box;
  ScreenAsk daemon{*target, wanted.certificate};
  std::string told_of;     // what is wrong with the daemon's certificate
  bool ever_drew = false;
  Browser browser{wanted};
  ScreenWatch watch{wanted.rules};
  int night = night_of(std::time(nullptr));
  PageSeen seen;
  bool told = false;
  Glass glass{wanted.when_dark};
  bool waits = false;   // for the daemon, with a page from this box's own disk
  auto ask_at = std::chrono::steady_clock::now();
  const auto start = [&](const char* why) {
    waits = !daemon.listens();
    fmt::print(stderr, "skranke-screen: {}{}\n", why, waits ? "; waiting for the daemon" : "");
    browser.start(waits ? "file://" + wanted.waiting : page);
    watch.started(std::chrono::steady_clock::now());
    seen = {};
    told = false;
  };
  while (asked_to_stop == 0) {
    sd_notify(0, "WATCHDOG=1");
    std::this_thread::sleep_for(round);
    if (waits && browser.running()) {
      if (daemon.listens()) start("the daemon answers");
      continue;
    }
    const auto now = std::chrono::steady_clock::now();
    if (now >= ask_at) seen = look(daemon, box), ask_at = now + ask_every;
    // A certificate that has run out, or that the browser does not trust, must not make a screen restart for ever: then only the process is watched.
    if (target->tls && !seen.frame_age && !ever_drew) seen.reachable = false;
    if (daemon.trouble() != std::exchange(told_of, daemon.trouble()) && !told_of.empty()) fmt::print(stderr, "skranke-screen: the daemon's certificate is not trusted ({}); only the browser's process is watched\n", told_of);
    glass.be(seen.dark);
    auto order = watch.step(std::chrono::steady_clock::now(), browser.running(), seen);
    if (const int tonight = night_of(std::time(nullptr)); tonight != night && order == ScreenWatch::Order::none) night = tonight, order = ScreenWatch::Order::restart;
    ever_drew = ever_drew || watch.drew();
    if (watch.drew() && !std::exchange(told, true)) fmt::print(stderr, "skranke-screen: the page draws\n");
    if (order == ScreenWatch::Order::give_up) {
      fmt::print(stderr, "skranke-screen: {} starts and never a picture\n", wanted.rules.failures_max);
      std::ofstream{wanted.give_up_file} << "no picture\n";
      return gave_up;
    }
    if (order != ScreenWatch::Order::none) start(order == ScreenWatch::Order::restart ? "the page draws nothing" : "starting the browser");
  }
  return 0;
}

bool read(int argc, char** argv, Wanted& wanted) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--") {
      for (++i; i < argc; ++i) wanted.more.emplace_back(argv[i]);
      break;
    }
    if (i + 1 >= argc) return false;
    const std::string value = argv[++i];
    if (word == "--url") wanted.url = value;
    else if (word == "--browser") wanted.browser = value;
    else if (word == "--profile") wanted.profile = value;
    else if (word == "--waiting") wanted.waiting = value;
    else if (word == "--write-policies") wanted.policies = value;
    else if (word == "--give-up") wanted.give_up_file = value;
    else if (word == "--certificate") wanted.certificate = value;
    else if (word == "--when-dark") wanted.when_dark = value;
    else if (word == "--patience") {
      int seconds = 0;
      if (std::from_chars(value.data(), value.data() + value.size(), seconds).ec != std::errc{} || seconds < 12 || seconds > 600) return false;
      wanted.rules.patience = std::chrono::seconds{seconds};
    } else return false;
  }
  return !wanted.url.empty();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view{argv[1]} == "--version") return fmt::print("skranke-screen {}\n", SKRANKE_VERSION), 0;
  if (argc == 2 && std::string_view{argv[1]} == "--help") return usage(stdout, 0);
  Wanted wanted;
  if (!read(argc, argv, wanted)) return usage(stderr, usage_error);
  std::signal(SIGTERM, note_stop);
  std::signal(SIGINT, note_stop);
  std::signal(SIGPIPE, SIG_IGN);   // a daemon that goes in the middle of a question
  return wanted.policies.empty() ? watch(wanted) : write_policies(wanted);
}
