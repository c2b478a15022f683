#pragma once
// The pages as files: out of the program, or, for development, out of a folder.
#include <string>

#include "daemon/http/message.hpp"

namespace skranke::web {
struct Asset;
}

namespace skranke::daemon {

class Pages {
 public:
  /// `directory` empty = the pages in the program.
  explicit Pages(std::string directory) : directory_{std::move(directory)} {}
  /// The shell of a page (/, /kiosk/ID, …) or an asset; 404 with an empty body when there is none.
  [[nodiscard]] http::Response get(const http::Request& request) const;

 private:
  [[nodiscard]] http::Response from_folder(const web::Asset& asset) const;
  std::string directory_;
};

}  // namespace skranke::daemon
