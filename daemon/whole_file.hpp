#pragma once
// Files that are there whole or not at all, power cuts included.
#include <string>
#include <string_view>

#include <sys/types.h>

namespace skranke::daemon {

/// Written aside, flushed, renamed, and the name flushed. False: nothing of it is there under that name, or it is not known to stay.
[[nodiscard]] bool write_whole_file(const std::string& path, std::string_view bytes, mode_t mode);

}  // namespace skranke::daemon
