#pragma once
// Shared by the files that write views.
#include "wire/views.hpp"

namespace skranke::wire {

void estimate_field(JsonWriter& w, const core::Estimate& estimate);
/// The fields of a visit as staff see it, without the braces.
void staff_fields(const View& view, JsonWriter& w, const core::Visit& visit);
void steps_field(const View& view, JsonWriter& w, const core::Visit& visit);
/// `back`: that things work again, while the facility's time for saying so lasts; else nothing.
void back_field(const View& view, JsonWriter& w);
[[nodiscard]] std::string_view service_name(const View& view, const core::ServiceId& id);
[[nodiscard]] std::string_view desk_name(const View& view, const core::DeskId& id, std::string_view language);

}  // namespace skranke::wire
