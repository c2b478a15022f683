#pragma once
// What the drive writes: one line each, line end included.
#include <string>
#include <string_view>

#include "wire/views.hpp"

namespace skranke::sim {

inline constexpr std::string_view ok_begin = "{\"ok\":", line_end = "}\n";

void write_error(std::string_view type, std::string_view field, std::string_view detail, std::string& out);
/// A member that is missing, wrong or not JSON at all: `malformed`, `too_large` or `wrong_content`, with the finding's reason.
void write_fault(const wire::Finding& finding, std::string_view language, std::string& out);
/// The problem document of HTTP, its type without the path.
void write_refusal(const wire::View& view, const core::Refusal& refusal, std::string& out);
/// The citizen's view with the caller's name for it as `visit`.
void write_visit(const wire::View& view, const core::Visit& visit, std::string& out);
/// The same as hosts see it, with its steps and needs.
void write_found_visit(const wire::View& view, const core::Visit& visit, std::string& out);
/// The desk in short: no list of who waits, so that the answer costs the same in an empty hall and a full one. `served`: the visit
/// the command was about, at the desk or just gone from it; null = none.
void write_desk(const wire::View& view, const core::DeskId& desk, const core::Visit* served, std::string& out);

}  // namespace skranke::sim
