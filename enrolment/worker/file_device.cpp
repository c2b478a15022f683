#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <vector>

#include <unistd.h>

#include "enrolment/pictures.hpp"
#include "enrolment/worker/devices.hpp"

namespace skranke::enrolment {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view prefix = "file:";
constexpr std::size_t files_max = 1000;

Result<Bytes> read_file(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  Bytes bytes{std::istreambuf_iterator<char>{file}, {}};
  if (!file || bytes.size() > picture_bytes_max) return wrong("fault", path.filename().string() + " cannot be read");
  return bytes;
}

class FileDevice final : public Device {
 public:
  explicit FileDevice(fs::path folder) : folder_{std::move(folder)} {}

  Result<Image> take(std::optional<Finger> finger) override {
    auto picture = shown(finger);
    if (picture) ++taken_[finger];
    return picture;
  }
  Result<Image> look() override { return shown(std::nullopt); }

 private:
  Result<Image> shown(std::optional<Finger> finger) {
    if (auto faulty = misbehave(); !faulty) return tl::unexpected<Error>{faulty.error()};
    const fs::path own = finger ? folder_ / name_of(*finger) : folder_;
    std::error_code none;
    const fs::path from = fs::is_directory(own, none) ? own : folder_;
    std::vector<fs::path> pictures;
    for (const fs::directory_entry& entry : fs::directory_iterator{from, none})
      if (entry.is_regular_file() && entry.path().has_extension() && pictures.size() < files_max) pictures.push_back(entry.path());
    if (pictures.empty()) return wrong("absent", "no pictures in the folder");
    std::ranges::sort(pictures);
    const Result<Bytes> bytes = read_file(pictures[taken_[finger] % pictures.size()]);
    if (!bytes) return tl::unexpected<Error>{bytes.error()};
    return picture_decode(*bytes).map_error([](const Error& error) { return Error{"fault", error.text()}; });
  }

  [[nodiscard]] Result<void> misbehave() const {
    std::ifstream file{folder_ / "fault"};
    std::string fault;
    if (!(file >> fault)) return {};
    if (fault == "hang")
      for (;;) ::pause();
    if (fault == "crash") ::_exit(1);
    if (fault == "babble") return wrong("babble", "");
    return wrong("absent", "not plugged in");
  }

  fs::path folder_;
  std::map<std::optional<Finger>, std::size_t> taken_;
};

}  // namespace

Result<void> check_device_spec(const std::string& spec) {
  if (spec.starts_with(prefix) && spec.size() > prefix.size()) return {};
  return wrong("device", "\"" + spec + "\" is not known; write \"file:FOLDER\"");
}

Result<std::unique_ptr<Device>> open_device(const std::string& spec) {
  if (auto known = check_device_spec(spec); !known) return tl::unexpected<Error>{known.error()};
  return std::make_unique<FileDevice>(spec.substr(prefix.size()));
}

}  // namespace skranke::enrolment
