#include "daemon/auth/role.hpp"

namespace skranke::auth {
namespace {

constexpr unsigned bit(Role role) { return 1U << static_cast<unsigned>(role); }
constexpr unsigned staff = bit(Role::clerk) | bit(Role::host) | bit(Role::manager);

/// Roles besides admin.
unsigned roles_with(Permission permission) {
  switch (permission) {
    case Permission::facility:
    case Permission::credentials:
    case Permission::administration: return 0;
    case Permission::see_services: return bit(Role::kiosk) | bit(Role::agent) | bit(Role::contact_centre) | staff;
    case Permission::see_contact: return bit(Role::contact_centre);
    case Permission::see_kiosk:
    case Permission::reprint:
    case Permission::return_visit: return bit(Role::kiosk) | staff;
    case Permission::take_visit: return bit(Role::kiosk) | bit(Role::agent) | bit(Role::host) | bit(Role::clerk) | bit(Role::integration) | bit(Role::contact_centre);
    case Permission::see_queue:
    case Permission::edit_queue:
    case Permission::list_desks:
    case Permission::see_devices:
    case Permission::see_tickets:
    case Permission::edit_bookings: return staff;
    case Permission::set_room_mode: return bit(Role::host) | bit(Role::manager);
    case Permission::evacuate: return staff | bit(Role::agent);
    case Permission::see_citizen: return bit(Role::citizen_screen) | bit(Role::clerk);
    case Permission::enrol:
    case Permission::work_desk: return bit(Role::clerk);
    case Permission::see_desk:
    case Permission::call_next: return bit(Role::clerk) | bit(Role::agent);
    case Permission::see_board: return bit(Role::board) | bit(Role::agent) | staff;   // what hangs on the wall for everyone
    case Permission::edit_media:
    case Permission::see_reports: return bit(Role::manager);
    case Permission::see_metrics: return bit(Role::integration);
    case Permission::serve_devices: return bit(Role::agent);
  }
  return 0;
}

}  // namespace

bool allowed(Role role, Permission permission) {
  return role == Role::admin || (roles_with(permission) & bit(role)) != 0;
}

std::string_view word(Role role) {
  switch (role) {
    case Role::citizen_screen: return "citizen_screen";
    case Role::board: return "board";
    case Role::agent: return "agent";
    case Role::kiosk: return "kiosk";
    case Role::integration: return "integration";
    case Role::contact_centre: return "contact_centre";
    case Role::manager: return "manager";
    case Role::host: return "host";
    case Role::clerk: return "clerk";
    case Role::admin: return "admin";
  }
  return "";
}

std::optional<Role> role_from_word(std::string_view text) {
  for (const Role role : all_roles)
    if (word(role) == text) return role;
  return std::nullopt;
}

bool is_device(Role role) { return role == Role::citizen_screen || role == Role::kiosk || role == Role::board || role == Role::agent; }

}  // namespace skranke::auth
