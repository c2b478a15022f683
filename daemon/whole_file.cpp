#include "daemon/whole_file.hpp"

#include <filesystem>

#include <fcntl.h>
#include <unistd.h>

#include "db/directory.hpp"

namespace skranke::daemon {
namespace {

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

bool write_whole_file(const std::string& path, std::string_view bytes, mode_t mode) {
  const std::string draft = path + ".new";
  {
    const db::Descriptor file{::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode)};
    if (!file || !write_all(file.get(), bytes) || ::fsync(file.get()) != 0) return ::unlink(draft.c_str()), false;
  }
  if (::rename(draft.c_str(), path.c_str()) != 0) return ::unlink(draft.c_str()), false;
  return db::sync_directory(std::filesystem::path{path}.parent_path()).has_value();
}

}  // namespace skranke::daemon
