#pragma once
// The two things that differ between TCP and TLS.
#include <boost/asio/buffer.hpp>
#include <span>
#include <string>

#include "daemon/http/net.hpp"

namespace skranke::http {

template <class Stream>
inline constexpr bool is_tls = !std::is_same_v<Stream, Socket>;

/// The TCP socket under a stream.
template <class Stream>
auto& tcp(Stream& stream) {
  return stream.lowest_layer();
}

/// Gives the system what it takes at once: the number of bytes, 0 when it takes none now. A TLS record that was begun
/// must be finished, so TLS never takes anything here and its writes wait in a coroutine.
template <class Stream, class Buffers>
std::size_t write_now([[maybe_unused]] Stream& stream, [[maybe_unused]] const Buffers& buffers,
                      [[maybe_unused]] ErrorCode& ec) {
  if constexpr (is_tls<Stream>) {
    return 0;
  } else {
    const std::size_t bytes = stream.write_some(buffers, ec);
    if (ec == asio::error::would_block || ec == asio::error::try_again) ec = {};
    return bytes;
  }
}

/// What only the two ends of this TLS connection know: who signs it speaks here and now, not through somebody between. Empty before TLS 1.3.
template <class Stream>
std::string channel_of(Stream& stream);   // tls.cpp

}  // namespace skranke::http
