#include "daemon/http/message.hpp"

#include "daemon/http/target.hpp"

namespace skranke::http {

std::string Request::query_value(std::string_view name) const {
  std::string_view rest = query;
  while (!rest.empty()) {
    const std::size_t end = rest.find('&');
    const std::string_view pair = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    const std::size_t equals = pair.find('=');
    if (decode_query(pair.substr(0, equals)) != name) continue;
    return equals == std::string_view::npos ? std::string{} : decode_query(pair.substr(equals + 1)).value_or("");
  }
  return {};
}

}  // namespace skranke::http
