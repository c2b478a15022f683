#pragma once
// Shared by the files that write views.
#include "wire/views.hpp"

namespace skranke::wire {

void estimate_field(JsonWriter& w, const core::Estimate& estimate);
[[nodiscard]] std::string_view service_name(const View& view, const core::ServiceId& id);
[[nodiscard]] std::string_view desk_name(const View& view, const core::DeskId& id, std::string_view language);

}  // namespace skranke::wire
