// Voices that somebody spoke: a folder for each language, with a list of which file says what.
#include <filesystem>
#include <fstream>
#include <map>

#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <sndfile.h>
#include <sys/stat.h>

#include "daemon/voice/digest.hpp"
#include "daemon/voice/source.hpp"

namespace skranke::daemon {

namespace {

namespace fs = std::filesystem;
constexpr std::uintmax_t manifest_bytes_max = 512UL * 1024, clip_bytes_max = 2UL * 1024 * 1024;
constexpr std::size_t clips_max = 2'000, languages_max = 40;

std::string bytes_of(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// A file of the pack itself: a name that leads elsewhere is refused.
bool plain_name(std::string_view name) {
  return !name.empty() && name.size() <= 100 && name.front() != '.' && name.find('/') == std::string_view::npos && name.find('\0') == std::string_view::npos;
}

std::optional<Wave> decoded(const fs::path& path) {
  SF_INFO info{};
  SNDFILE* file = sf_open(path.c_str(), SFM_READ, &info);
  if (file == nullptr) return std::nullopt;
  std::optional<Wave> wave;
  const auto frames_max = static_cast<sf_count_t>(wave_seconds_max) * info.samplerate;
  if (info.channels >= 1 && info.channels <= 8 && info.samplerate >= 8'000 && info.samplerate <= 96'000 && info.frames > 0 && info.frames <= frames_max) {
    const auto channels = static_cast<std::size_t>(info.channels);
    std::vector<short> all(static_cast<std::size_t>(info.frames) * channels);
    const auto got = static_cast<std::size_t>(std::max<sf_count_t>(0, sf_readf_short(file, all.data(), info.frames)));
    wave = Wave{static_cast<unsigned>(info.samplerate), {}};
    for (std::size_t frame = 0; frame < got; ++frame) {
      int sum = 0;
      for (std::size_t channel = 0; channel < channels; ++channel) sum += all[frame * channels + channel];
      wave->samples.push_back(static_cast<std::int16_t>(sum / info.channels));
    }
  }
  sf_close(file);
  return wave;
}

class Recorded final : public VoiceSource {
 public:
  explicit Recorded(std::map<Fragment, fs::path> clips) : clips_{std::move(clips)} {}
  std::string_view name() const override { return "recorded"; }
  std::string version(const Fragment& fragment) override {
    const auto found = clips_.find(fragment);
    return found == clips_.end() ? std::string{} : sha256_hex(bytes_of(found->second));
  }
  std::optional<Wave> say(const Fragment& fragment) override {
    const auto found = clips_.find(fragment);
    return found == clips_.end() ? std::nullopt : decoded(found->second);
  }

 private:
  std::map<Fragment, fs::path> clips_;
};

/// What is wrong with the pack, or empty.
std::string read_pack(const fs::path& folder, const std::string& language, std::map<Fragment, fs::path>& clips) {
  std::error_code failed;
  const fs::path list = folder / "manifest.json";
  if (const auto size = fs::file_size(list, failed); failed || size > manifest_bytes_max) return "manifest.json is missing or too large";
  boost::json::error_code malformed;
  const boost::json::value value = boost::json::parse(bytes_of(list), malformed);
  if (malformed || !value.is_object()) return "manifest.json is no JSON object";
  const boost::json::value* said = value.as_object().if_contains("clips");
  if (said == nullptr || !said->is_object() || said->as_object().size() > clips_max) return "manifest.json has no object \"clips\", or too large a one";
  for (const auto& [text, file] : said->as_object()) {
    const std::string_view name = file.is_string() ? std::string_view{file.as_string()} : std::string_view{};
    if (!plain_name(name)) return fmt::format("the file of \"{}\" is no plain file name", std::string_view{text});
    const fs::path path = folder / name;
    if (const auto size = fs::file_size(path, failed); failed || size > clip_bytes_max) return fmt::format("{} is missing or too large", std::string{name});
    clips.emplace(Fragment{language, std::string{std::string_view{text}}}, path);
  }
  return {};
}

}  // namespace

std::unique_ptr<VoiceSource> recorded_voice(const std::string& directory, std::vector<std::string>& faults) {
  std::map<Fragment, fs::path> clips;
  std::error_code failed;
  std::size_t languages = 0;
  for (fs::directory_iterator entry{directory, failed}, end; !failed && entry != end && languages < languages_max; entry.increment(failed)) {
    if (!entry->is_directory(failed)) continue;
    ++languages;
    const std::string language = entry->path().filename().string();
    if (std::string fault = read_pack(entry->path(), language, clips); !fault.empty()) faults.push_back(fmt::format("voice {}: {}", language, fault));
  }
  return clips.empty() ? nullptr : std::make_unique<Recorded>(std::move(clips));
}

}  // namespace skranke::daemon
