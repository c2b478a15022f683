#pragma once
// As much HTTP/1.1 as a service on a Unix socket needs: requests of bounded size, one after the other on a connection.
#include <optional>
#include <string>
#include <string_view>

#include "enrolment/error.hpp"

namespace skranke::enrolment::wsbd {

struct Request {
  std::string method, path, body;
  bool close = false;   ///< the connection ends after the answer
};
constexpr std::size_t request_head_max = 8192, request_body_max = 65536;

/// The first request in `bytes`, which is then taken out of them; nothing if more must come. After an error the connection is of no use.
[[nodiscard]] Result<std::optional<Request>> take_request(std::string& bytes);
[[nodiscard]] std::string response_of(std::string_view xml);

}  // namespace skranke::enrolment::wsbd
