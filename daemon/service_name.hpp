#pragma once
#include <string>
#include <string_view>

#include "core/facility.hpp"

namespace skranke::daemon {

/// In that language, else as Text::get does; of a service that was taken out of the facility since, its id.
[[nodiscard]] inline std::string service_name(const core::Facility& facility, const core::ServiceId& id, std::string_view language) {
  const core::Service* service = facility.find(id);
  return service == nullptr ? id.str() : service->name.get(language);
}

}  // namespace skranke::daemon
