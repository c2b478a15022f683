#include "agent/loudspeaker.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <optional>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace skranke::agent {

using namespace std::chrono_literals;
using display::Wave;

namespace {

constexpr auto probe_every = 30s;      // while the card does not play
constexpr auto soon = 20ms;
constexpr std::size_t piece = 4'410;   // a tenth of a second: so soon an evacuation is heard to silence it

void add(std::vector<std::int16_t>& into, const Wave& wave, double gain) {
  for (const std::int16_t sample : display::resampled(wave, Loudspeaker::rate).samples) into.push_back(static_cast<std::int16_t>(std::lround(sample * gain)));
}

}  // namespace

/// What one announcement plays: the chime at once, the speech when its clips are there or not at all.
struct Loudspeaker::Job {
  AnnouncementNews said;
  std::mutex mutex;
  std::condition_variable told;
  std::optional<std::vector<std::int16_t>> speech;   ///< empty list: there is none
};

/// The thread that feeds ALSA's player.
struct Loudspeaker::Player {
  explicit Player(SoundConfig config) : config_{std::move(config)}, thread_{[this] { run(); }} {}
  ~Player() {
    stop();
    {
      const std::lock_guard lock{mutex_};
      ended_ = true;
    }
    more_.notify_one();
    thread_.join();
  }
  Player(const Player&) = delete;
  Player& operator=(const Player&) = delete;

  void add(std::shared_ptr<Job> job) {
    {
      const std::lock_guard lock{mutex_};
      if (jobs_.size() == jobs_max) return;
      jobs_.push_back(std::move(job));
    }
    more_.notify_one();
  }

  void stop() {
    ++generation_;
    const std::lock_guard lock{mutex_};
    jobs_.clear();
    if (child_ > 0) kill(child_, SIGKILL);
  }

  [[nodiscard]] std::string fault() const {
    const std::lock_guard lock{mutex_};
    return fault_;
  }
  [[nodiscard]] bool tried() const { return tried_; }

 private:
  void run() {
    sigset_t broken_pipe;   // a player that ends is an error to tell, not the end of the agent
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
    while (true) {
      std::shared_ptr<Job> job;
      {
        std::unique_lock lock{mutex_};
        more_.wait(lock, [this] { return ended_ || !jobs_.empty(); });
        if (ended_) return;
        job = std::move(jobs_.front());
        jobs_.pop_front();
      }
      play(*job, generation_);
    }
  }

  void play(Job& job, unsigned generation) {
    const double gain = job.said.volume / 100.0;
    const int pipe = open_player();
    bool fed = pipe >= 0;
    std::vector<std::int16_t> samples;
    if (job.said.volume > 0) agent::add(samples, display::chime(rate), gain);
    else samples.assign(rate / 50, 0);   // a probe: a moment of silence
    fed = fed && feed(pipe, samples, generation);
    if (fed && !job.said.clips.empty()) {
      std::unique_lock lock{job.mutex};
      job.told.wait_for(lock, speech_patience, [&] { return job.speech.has_value() || generation != generation_; });
      samples = job.speech.value_or(std::vector<std::int16_t>{});
      lock.unlock();
      fed = feed(pipe, samples, generation);
    }
    if (pipe >= 0) close(pipe);
    end_player(generation);
  }

  /// The writing end of the player's input, or nothing.
  int open_player() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_t attributes;
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setsigmask(&attributes, &none);
    std::string hertz = fmt::format("{}", rate);
    std::vector<std::string> words{config_.program, "-q", "-D", config_.device, "-t", "raw", "-f", "S16_LE", "-r", hertz, "-c", "1", "-"};
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_t child = -1;
    const int failed = posix_spawn(&child, config_.program.c_str(), &actions, &attributes, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    close(ends[0]);
    const std::lock_guard lock{mutex_};
    if (failed != 0) {
      fault_ = fmt::format("{} does not start", config_.program);
      tried_ = true;
      close(ends[1]);
      return -1;
    }
    child_ = child;
    return ends[1];
  }

  bool feed(int pipe, const std::vector<std::int16_t>& samples, unsigned generation) {
    for (std::size_t at = 0; at < samples.size(); at += piece) {
      const std::size_t bytes = std::min(piece, samples.size() - at) * sizeof(std::int16_t);
      const char* from = reinterpret_cast<const char*>(samples.data() + at);
      for (std::size_t sent = 0; sent < bytes;) {
        const ssize_t wrote = write(pipe, from + sent, bytes - sent);
        if (wrote <= 0 || generation != generation_) return false;
        sent += static_cast<std::size_t>(wrote);
      }
    }
    return true;
  }

  /// Until it has played what it was given; one that hangs is killed when the next generation begins or after its patience.
  void end_player(unsigned generation) {
    pid_t child = -1;
    {
      const std::lock_guard lock{mutex_};
      child = child_;
    }
    if (child <= 0) return;
    const auto until = std::chrono::steady_clock::now() + 30s;
    int status = 0;
    while (waitpid(child, &status, WNOHANG) == 0) {
      if (std::chrono::steady_clock::now() > until || generation != generation_) kill(child, SIGKILL);
      std::this_thread::sleep_for(10ms);
    }
    const std::lock_guard lock{mutex_};
    child_ = -1;
    tried_ = true;
    if (generation == generation_)
      fault_ = WIFEXITED(status) && WEXITSTATUS(status) == 0 ? std::string{} : fmt::format("{} -D {} ended with {}", config_.program, config_.device, WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
  }

  SoundConfig config_;
  mutable std::mutex mutex_;
  std::condition_variable more_;
  std::deque<std::shared_ptr<Job>> jobs_;
  std::string fault_;
  std::atomic<unsigned> generation_{0};
  std::atomic<bool> tried_{false};
  pid_t child_ = -1;
  bool ended_ = false;
  std::thread thread_;   // last: it uses all of the above
};

Loudspeaker::Loudspeaker(SoundConfig config, Fetch fetch) : config_{std::move(config)}, fetch_{std::move(fetch)}, player_{new Player{config_}} {}
Loudspeaker::~Loudspeaker() { *alive_ = false; }

void Loudspeaker::hear(const SoundNews& news, Tick now) {
  if (news.evacuation) return silence();
  due_.clear();
  for (const AnnouncementNews& said : news.announcements) {
    due_.push_back({said, now + said.in});
    for (const ClipNews& clip : said.clips) want(clip.url);
  }
}

Tick Loudspeaker::step(Tick now) {
  Tick next = now + 1s;
  for (const Due& due : due_) {
    const bool played = std::find(played_.begin(), played_.end(), due.said.id) != played_.end();
    if (played || due.said.volume == 0 || now - due.at > late) continue;
    if (due.at > now + soon) {
      next = std::min<Tick>(next, due.at - soon);
      continue;
    }
    played_.push_back(due.said.id);
    if (played_.size() > played_max) played_.pop_front();
    begin(due.said);
  }
  const bool well = player_->tried() && player_->fault().empty();
  if (!well && now >= probe_at_) {
    probe_at_ = now + probe_every;
    player_->add(std::make_shared<Job>());
  }
  return next;
}

void Loudspeaker::begin(const AnnouncementNews& said) {
  auto job = std::make_shared<Job>();
  job->said = said;
  waiting_.emplace_back(job);
  settle(job);
  player_->add(std::move(job));
}

/// Hands the speech over once every clip is here; one that cannot be had leaves the chime alone.
void Loudspeaker::settle(const std::shared_ptr<Job>& job) {
  std::vector<std::int16_t> speech;
  for (const ClipNews& clip : job->said.clips) {
    const auto found = clips_.find(clip.url);
    if (found == clips_.end() && std::find(fetching_.begin(), fetching_.end(), clip.url) != fetching_.end()) return;   // on its way
    lacking_ = found == clips_.end();
    if (lacking_) {
      speech.clear();
      break;
    }
    speech.insert(speech.end(), rate * static_cast<std::size_t>(clip.pause.count()) / 1000, 0);
    add(speech, found->second, job->said.volume / 100.0);
  }
  {
    const std::lock_guard lock{job->mutex};
    if (!job->speech) job->speech = std::move(speech);
  }
  job->told.notify_one();
}

void Loudspeaker::want(const std::string& url) {
  if (clips_.contains(url) || std::find(fetching_.begin(), fetching_.end(), url) != fetching_.end()) return;
  fetching_.push_back(url);
  fetch_(url, [this, url, alive = alive_](const std::string& bytes) {
    if (!*alive) return;
    std::erase(fetching_, url);
    if (clips_.size() >= clips_max) clips_.clear();
    if (auto wave = display::read_wave(bytes)) clips_.insert_or_assign(url, std::move(*wave));
    std::erase_if(waiting_, [](const auto& job) { return job.expired(); });
    for (const auto& waiting : waiting_)
      if (const auto job = waiting.lock()) settle(job);
  });
}

void Loudspeaker::silence() {
  due_.clear();
  player_->stop();
}

Health Loudspeaker::health() const {
  Health health{"sound", config_.id, Condition::ready, {}, {}};
  if (std::string fault = player_->fault(); !fault.empty()) health.condition = Condition::failed, health.reason = "sound_card", health.detail = std::move(fault);
  else if (!player_->tried()) health.condition = Condition::absent;
  else if (lacking_) health.condition = Condition::failed, health.reason = "clips_missing";
  return health;
}

}  // namespace skranke::agent
