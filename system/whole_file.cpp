#include "system/whole_file.hpp"

#include <cerrno>
#include <filesystem>

#include <fcntl.h>

#include "system/owned.hpp"

namespace skranke {
namespace {

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool given_up(const std::string& draft) {
  const int why = errno;
  ::unlink(draft.c_str());
  errno = why;
  return false;
}

bool sync(const std::string& path, int flags) {
  const Descriptor opened{::open(path.c_str(), O_RDONLY | O_CLOEXEC | flags)};
  return opened && ::fsync(opened.get()) == 0;
}

}  // namespace

bool sync_file(const std::string& file) { return sync(file, 0); }
bool sync_directory(const std::string& directory) { return sync(directory, O_DIRECTORY); }

bool write_whole_file(const std::string& path, std::string_view bytes, mode_t mode) {
  const std::string draft = path + ".new";
  ::unlink(draft.c_str());   // of a start that was cut off
  {
    const Descriptor file{::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)};
    if (!file) return false;
    if (!write_all(file.get(), bytes) || ::fsync(file.get()) != 0) return given_up(draft);
  }
  if (::rename(draft.c_str(), path.c_str()) != 0) return given_up(draft);
  const std::string folder = std::filesystem::path{path}.parent_path();
  return sync_directory(folder.empty() ? "." : folder);
}

}  // namespace skranke
