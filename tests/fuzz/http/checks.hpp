#pragma once
// What must hold for any bytes at all. Called by the fuzzers with what they find, and by the unit tests with the
// corpus.
#include <cstddef>
#include <cstdint>
#include <span>

namespace skranke::http::fuzz {

/// The same requests come out whatever the cut; nothing that was accepted holds a line break, a NUL or an unchecked
/// path. Ends the process otherwise.
void check_requests(std::span<const std::uint8_t> bytes);
/// The same for WebSocket messages; payloads are UTF-8 and within the limit.
void check_frames(std::span<const std::uint8_t> bytes);

}  // namespace skranke::http::fuzz
