#pragma once
// UTF-8 by the byte: what every text from outside is held against before anything else sees it.
#include <cstddef>
#include <string_view>

namespace skranke::wire {

/// Bytes of the well-formed character at the start of `text` (1–4); 0 when it is malformed (overlong, surrogate, cut
/// off, beyond U+10FFFF) or `text` is empty.
[[nodiscard]] std::size_t utf8_length(std::string_view text);
[[nodiscard]] bool is_utf8(std::string_view text);
/// Number of characters (code points); malformed bytes count as one each.
[[nodiscard]] std::size_t utf8_count(std::string_view text);

}  // namespace skranke::wire
