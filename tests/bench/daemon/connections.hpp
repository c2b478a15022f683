#pragma once
// Sockets to a server on this box.
#include <cstdint>
#include <string>
#include <string_view>

namespace skranke::bench {

/// A connected socket, not blocking once `ready`; ends the bench when it cannot be made.
[[nodiscard]] int connect_to(std::uint16_t port);
[[nodiscard]] std::string request_text(std::string_view token, std::string_view method, std::string_view path,
                                       std::string_view body);
/// One request on a connection of its own: the whole answer, or what there was of it; empty when nobody listens.
[[nodiscard]] std::string try_ask(std::uint16_t port, std::string_view token, std::string_view method,
                                  std::string_view path, std::string_view body);
/// Bytes of the first whole answer in `bytes`, 0 = not whole yet.
[[nodiscard]] std::size_t answer_length(std::string_view bytes);

}  // namespace skranke::bench
