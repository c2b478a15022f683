#pragma once
// Files that are there whole or not at all, power cuts included.
#include <string>
#include <string_view>

#include <sys/types.h>

namespace skranke {

/// Written aside (PATH.new, made anew), flushed, renamed, and the name flushed. False: nothing of it is there under that name, or it is not known to
/// stay; `errno` says why.
[[nodiscard]] bool write_whole_file(const std::string& path, std::string_view bytes, mode_t mode);

/// What was written to `file`, or which names were made, renamed and removed in `directory`, stays from here on. False: `errno` says why not.
[[nodiscard]] bool sync_file(const std::string& file);
[[nodiscard]] bool sync_directory(const std::string& directory);

}  // namespace skranke
