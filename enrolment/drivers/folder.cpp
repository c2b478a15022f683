#include "enrolment/drivers/folder.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <vector>

#include <unistd.h>

#include "enrolment/pictures.hpp"

namespace skranke::enrolment {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t files_max = 1000;

Result<Bytes> read_file(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  Bytes bytes{std::istreambuf_iterator<char>{file}, {}};
  if (!file || bytes.size() > picture_bytes_max) return wrong("fault", path.filename().string() + " cannot be read");
  return bytes;
}

class FolderDevice final : public Device {
 public:
  explicit FolderDevice(fs::path folder) : folder_{std::move(folder)} {}

  Result<Image> take(std::optional<Finger> finger) override {
    auto picture = shown(finger);
    if (picture) ++taken_[finger];
    in_burst_ = 0;
    return picture;
  }
  Result<Image> more() override {
    if (auto faulty = misbehave(); !faulty) return tl::unexpected<Error>{faulty.error()};
    const auto pictures = in(fs::path{shown_}.replace_extension());
    if (in_burst_ >= pictures.size()) return wrong("nothing", "no more of this burst");
    return read(pictures[in_burst_++]);
  }
  Result<Image> look() override { return shown(std::nullopt); }

 private:
  Result<Image> shown(std::optional<Finger> finger) {
    if (auto faulty = misbehave(); !faulty) return tl::unexpected<Error>{faulty.error()};
    const fs::path own = finger ? folder_ / name_of(*finger) : folder_;
    std::error_code none;
    const fs::path from = fs::is_directory(own, none) ? own : folder_;
    const auto pictures = in(from);
    if (pictures.empty()) return wrong("absent", "no pictures in the folder");
    shown_ = pictures[taken_[finger] % pictures.size()];
    return read(shown_);
  }

  static std::vector<fs::path> in(const fs::path& folder) {
    std::error_code none;
    std::vector<fs::path> pictures;
    for (const fs::directory_entry& entry : fs::directory_iterator{folder, none})
      if (entry.is_regular_file() && entry.path().has_extension() && pictures.size() < files_max) pictures.push_back(entry.path());
    std::ranges::sort(pictures);
    return pictures;
  }

  static Result<Image> read(const fs::path& path) {
    const Result<Bytes> bytes = read_file(path);
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
  fs::path shown_;             ///< a folder beside it with its name holds the rest of its burst
  std::size_t in_burst_ = 0;
};

}  // namespace

std::unique_ptr<Device> folder_device(const std::string& folder) { return std::make_unique<FolderDevice>(folder); }

}  // namespace skranke::enrolment
