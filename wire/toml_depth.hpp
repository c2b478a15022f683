#pragma once
// The TOML library recurses once per level of nesting, also when it frees the tree, and dotted keys nest without limit:
// a.a.a.a… would end the process by its stack. So the depth is bounded before the library sees the text.
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace skranke::wire {

/// Line (from 1) where brackets are open deeper than `depth_max`, or where more than 32 dots stand outside of strings;
/// 0 = the text is safe to parse.
[[nodiscard]] std::uint32_t toml_line_too_deep(std::string_view text, std::size_t depth_max);

}  // namespace skranke::wire
