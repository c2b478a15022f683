#include "daemon/voice/clip_store.hpp"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <set>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <fmt/format.h>
#include <sys/resource.h>

#include "daemon/voice/digest.hpp"

namespace skranke::daemon {

namespace fs = std::filesystem;
namespace asio = boost::asio;

namespace {

/// Part of every hash: clips that an earlier version prepared otherwise are made anew.
constexpr std::string_view preparation = "1";
constexpr std::size_t shown_at = 60;   // so many new clips, and the room may use them

bool is_hash(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::string bytes_of(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// Renamed when it is written. It is not flushed, which would hold up what must be on disk: what a power cut leaves of it is told by its length.
bool keep(const fs::path& path, const std::string& bytes) {
  const fs::path fresh = path.string() + ".new";
  {
    std::ofstream out{fresh, std::ios::binary | std::ios::trunc};
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!out.flush()) return false;
  }
  std::error_code failed;
  fs::rename(fresh, path, failed);
  return !failed;
}

}  // namespace

struct ClipStore::Round {
  std::map<Fragment, Clip> clips;
  std::vector<Fragment> missing;
  std::vector<std::string> faults;
  bool last = false;
};

struct ClipStore::Worker {
  std::atomic<std::uint64_t> newest{0};
  std::shared_ptr<bool> alive = std::make_shared<bool>(true);
  asio::thread_pool pool{1};

  static std::optional<Clip> from_disk(const fs::path& path, const std::string& hash, std::string_view source) {
    std::error_code failed;
    const auto size = fs::file_size(path, failed);
    if (failed || size <= 44) return std::nullopt;
    const std::string bytes = bytes_of(path);
    const auto wave = read_wave(bytes);
    return wave && !wave->samples.empty() && bytes == write_wave(*wave) ? std::optional{Clip{hash, wave->length(), std::string{source}}} : std::nullopt;
  }

  static std::optional<Clip> make(VoiceSource& source, const Fragment& fragment, const fs::path& directory, std::uintmax_t& bytes) {
    const std::string version = source.version(fragment);
    if (version.empty()) return std::nullopt;
    const std::string hash = sha256_hex(fmt::format("{}\n{}\n{}\n{}\n{}", fragment.language, fragment.text, source.name(), version, preparation));
    const fs::path path = directory / (hash + ".wav");
    if (auto known = from_disk(path, hash, source.name())) {
      bytes += fs::file_size(path);
      return known;
    }
    const auto said = source.say(fragment);
    const auto ready = said ? prepared(*said) : std::nullopt;
    if (!ready) return std::nullopt;
    const std::string wave = write_wave(*ready);
    bytes += wave.size();
    if (bytes > bytes_max || !keep(path, wave)) return std::nullopt;
    return Clip{hash, ready->length(), std::string{source.name()}};
  }

  /// Clips of earlier facilities and versions; only files that are ours by their name.
  static void tidy(const fs::path& directory, const std::map<Fragment, Clip>& clips) {
    std::set<std::string> wanted;
    for (const auto& [fragment, clip] : clips) wanted.insert(clip.hash + ".wav");
    std::error_code failed;
    std::vector<fs::path> old;
    for (fs::directory_iterator entry{directory, failed}, end; !failed && entry != end; entry.increment(failed))
      if (!wanted.contains(entry->path().filename().string())) old.push_back(entry->path());
    for (const fs::path& path : old) fs::remove(path, failed);
  }
};

ClipStore::ClipStore(Wiring wiring) : wiring_{std::move(wiring)}, worker_{new Worker} {
  asio::post(worker_->pool, [] { setpriority(PRIO_PROCESS, 0, 15); });   // nobody waits for it
}

ClipStore::~ClipStore() {
  *worker_->alive = false;
  ++worker_->newest;
  worker_->pool.stop();
  worker_->pool.join();
}

void ClipStore::want(std::vector<Fragment> wanted) {
  if (wanted.size() > clips_max) wanted.resize(clips_max);
  const std::uint64_t wish = ++wish_;
  worker_->newest = wish;
  making_ = true;
  asio::post(worker_->pool, [this, wish, alive = worker_->alive, wanted = std::move(wanted)] {
    const auto tell = [this, wish, alive](Round round) {
      asio::post(wiring_.io, [this, wish, alive, round = std::make_shared<Round>(std::move(round))] {
        if (*alive) done(wish, std::move(*round));
      });
    };
    std::error_code failed;
    fs::create_directories(wiring_.directory, failed);
    Round round;
    if (failed) round.faults.push_back(fmt::format("{}: {}", wiring_.directory, failed.message()));
    std::vector<std::unique_ptr<VoiceSource>> sources;
    if (!wiring_.recorded.empty()) sources.push_back(recorded_voice(wiring_.recorded, round.faults));
    if (!wiring_.espeak.empty()) sources.push_back(espeak_voice(wiring_.espeak));
    std::erase(sources, nullptr);
    std::uintmax_t bytes = 0;
    std::size_t fresh = 0;
    for (const Fragment& fragment : wanted) {
      if (worker_->newest != wish) return;   // something else is wanted by now
      std::optional<Clip> clip;
      for (const auto& source : sources)
        if (!clip) clip = Worker::make(*source, fragment, wiring_.directory, bytes);
      if (clip) round.clips.emplace(fragment, std::move(*clip));
      else round.missing.push_back(fragment);
      if (++fresh % shown_at == 0) tell(round);
    }
    Worker::tidy(wiring_.directory, round.clips);
    round.last = true;
    tell(std::move(round));
  });
}

void ClipStore::done(std::uint64_t wish, Round round) {
  if (wish != wish_) return;
  for (const std::string& fault : round.faults)
    if (std::find(faults_.begin(), faults_.end(), fault) == faults_.end()) wiring_.log(fault);
  faults_ = std::move(round.faults);
  clips_ = std::move(round.clips);
  if (round.last) missing_ = std::move(round.missing);
  making_ = !round.last;
  wiring_.changed();
}

const Clip* ClipStore::find(const Fragment& fragment) const {
  const auto found = clips_.find(fragment);
  return found == clips_.end() ? nullptr : &found->second;
}

std::shared_ptr<const std::string> ClipStore::bytes(std::string_view hash) {
  if (const auto found = held_.find(hash); found != held_.end()) return found->second;
  const bool known = is_hash(hash) && std::any_of(clips_.begin(), clips_.end(), [&](const auto& entry) { return entry.second.hash == hash; });
  if (!known) return nullptr;
  auto read = std::make_shared<const std::string>(bytes_of(fs::path{wiring_.directory} / (std::string{hash} + ".wav")));
  if (read->size() <= 44) return nullptr;
  if (held_bytes_ + read->size() > held_bytes_max) held_.clear(), held_bytes_ = 0;
  held_bytes_ += read->size();
  held_.emplace(std::string{hash}, read);
  return read;
}

}  // namespace skranke::daemon
