// espeak-ng as a process of its own: a fault in it is a clip that is missing, not a daemon that is gone.
#include <array>
#include <chrono>
#include <csignal>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/voice/source.hpp"

extern char** environ;

namespace skranke::daemon {

namespace {

using namespace std::chrono_literals;
constexpr auto patience = 10s;
constexpr std::size_t output_max = 4UL * 1024 * 1024;

/// What the program's voices are called, where they are not called as the language is.
std::string voice_of(std::string_view language) {
  constexpr std::array<std::string_view, 26> known{"da", "de", "pl", "uk", "ar", "fa", "ro", "tr", "ku", "ur", "bs", "lt", "lv",
                                                   "fr", "es", "ru", "hu", "it", "nl", "sv", "fi", "is", "kl", "vi", "bg", "et"};
  if (language == "en") return "en-gb";
  if (language == "no" || language == "nb") return "nb";
  for (const std::string_view each : known)
    if (each == language) return std::string{each};
  return {};
}

struct Pipe {
  std::array<int, 2> ends{-1, -1};
  Pipe() {
    if (pipe2(ends.data(), O_CLOEXEC) != 0) ends = {-1, -1};
  }
  ~Pipe() { close_end(0), close_end(1); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close_end(std::size_t which) {
    if (ends.at(which) >= 0) close(ends.at(which));
    ends.at(which) = -1;
  }
};

/// Until the other side ends, too much came, or patience is over.
std::optional<std::string> read_all(int from) {
  std::string out;
  const auto until = std::chrono::steady_clock::now() + patience;
  std::array<char, 65536> buffer{};
  while (out.size() < output_max) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd waiting{from, POLLIN, 0};
    if (left.count() <= 0 || poll(&waiting, 1, static_cast<int>(left.count())) <= 0) return std::nullopt;
    const ssize_t got = read(from, buffer.data(), buffer.size());
    if (got < 0) return std::nullopt;
    if (got == 0) return out;
    out.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return std::nullopt;
}

/// The output of a program that is given a short text; nothing when it fails or takes too long.
std::optional<std::string> run(const std::string& program, std::vector<std::string> arguments, std::string_view input) {
  Pipe in, out;
  if (in.ends[0] < 0 || out.ends[0] < 0) return std::nullopt;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.ends[0], 0);
  posix_spawn_file_actions_adddup2(&actions, out.ends[1], 1);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);   // no socket of ours: one that outlives us would keep our address
  std::vector<char*> argv{const_cast<char*>(program.c_str())};
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  // A program that ends early must cost us an error, not a SIGPIPE; itself it starts with nothing blocked.
  sigset_t broken_pipe, none, before;
  sigemptyset(&none);
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &broken_pipe, &before);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  posix_spawnattr_setsigmask(&attributes, &none);
  pid_t child = -1;
  const int failed = posix_spawn(&child, program.c_str(), &actions, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return std::nullopt;
  in.close_end(0), out.close_end(1);
  // Fits into the pipe, so that it cannot block.
  const bool told = write(in.ends[1], input.data(), input.size()) == static_cast<ssize_t>(input.size());
  in.close_end(1);
  auto answer = told ? read_all(out.ends[0]) : std::nullopt;
  if (!answer) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? std::move(answer) : std::nullopt;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '&') out += "&amp;";
    else out += c;
  }
  return out;
}

class Espeak final : public VoiceSource {
 public:
  Espeak(std::string program, std::string version) : program_{std::move(program)}, version_{std::move(version)} {}
  std::string_view name() const override { return "espeak-ng"; }
  std::string version(const Fragment& fragment) override { return voice_of(fragment.language).empty() ? std::string{} : version_; }

  std::optional<Wave> say(const Fragment& fragment) override {
    // A lone letter is named, never read as a word: English takes "A" for the article.
    const bool letter = fragment.text.size() == 1 && fragment.text[0] >= 'A' && fragment.text[0] <= 'Z';
    const std::string text = letter ? fmt::format("<say-as interpret-as=\"characters\">{}</say-as>", fragment.text) : escaped(fragment.text);
    const auto bytes = run(program_, {"-v", voice_of(fragment.language), "-s", "150", "-b", "1", "-m", "--stdin", "--stdout"}, "<speak>" + text + "</speak>\n");
    return bytes ? read_wave(*bytes) : std::nullopt;
  }

 private:
  std::string program_, version_;
};

}  // namespace

std::unique_ptr<VoiceSource> espeak_voice(const std::string& program) {
  auto version = run(program, {"--version"}, "");
  if (!version) return nullptr;
  return std::make_unique<Espeak>(program, version->substr(0, version->find("Data at")));
}

}  // namespace skranke::daemon
