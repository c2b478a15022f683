#include "daemon/auth/role.hpp"

#include <map>
#include <set>

#include <gtest/gtest.h>

namespace skranke::auth {
namespace {

std::set<std::string_view> who(Permission permission) {
  std::set<std::string_view> roles;
  for (const Role role : all_roles)
    if (allowed(role, permission)) roles.insert(word(role));
  return roles;
}

TEST(Roles, TheTableIsTheContracts) {
  using Roles = std::set<std::string_view>;
  const Roles admin{"admin"}, staff{"clerk", "host", "manager", "admin"},
      kiosk_and_staff{"kiosk", "clerk", "host", "manager", "admin"};
  const std::map<Permission, Roles> table{{Permission::facility, admin},
                                          {Permission::credentials, admin},
                                          {Permission::administration, admin},
                                          {Permission::see_services, {"kiosk", "agent", "contact_centre", "clerk", "host", "manager", "admin"}},
                                          {Permission::see_kiosk, kiosk_and_staff},
                                          {Permission::reprint, kiosk_and_staff},
                                          {Permission::return_visit, kiosk_and_staff},
                                          {Permission::take_visit, {"kiosk", "agent", "host", "clerk", "integration", "contact_centre", "admin"}},
                                          {Permission::see_queue, staff},
                                          {Permission::edit_queue, staff},
                                          {Permission::set_room_mode, {"host", "manager", "admin"}},
                                          {Permission::evacuate, {"agent", "clerk", "host", "manager", "admin"}},
                                          {Permission::list_desks, staff},
                                          {Permission::see_devices, staff},
                                          {Permission::see_tickets, staff},
                                          {Permission::edit_bookings, staff},
                                          {Permission::work_desk, {"clerk", "admin"}},
                                          {Permission::call_next, {"clerk", "agent", "admin"}},
                                          {Permission::see_desk, {"clerk", "agent", "admin"}},
                                          {Permission::see_board, {"board", "agent", "clerk", "host", "manager", "admin"}},
                                          {Permission::see_reports, {"manager", "admin"}},
                                          {Permission::see_metrics, {"integration", "admin"}},
                                          {Permission::serve_devices, {"agent", "admin"}},
                                          {Permission::edit_media, {"manager", "admin"}},
                                          {Permission::enrol, {"clerk", "admin"}},
                                          {Permission::see_citizen, {"citizen_screen", "clerk", "admin"}},
                                          {Permission::see_contact, {"contact_centre", "admin"}}};
  for (const auto& [permission, roles] : table) EXPECT_EQ(who(permission), roles) << static_cast<int>(permission);
  EXPECT_EQ(table.size(), static_cast<std::size_t>(Permission::see_contact) + 1)
      << "a permission without a line here";
}

TEST(Roles, WordsGoBothWaysAndOthersAreNone) {
  for (const Role role : all_roles) EXPECT_EQ(role_from_word(word(role)), role);
  for (const char* other : {"", "Admin", "root", "staff", "admin "}) EXPECT_FALSE(role_from_word(other)) << other;
}

TEST(Roles, OnlyBoxesAreDevices) {
  for (const Role role : all_roles)
    EXPECT_EQ(is_device(role), role == Role::citizen_screen || role == Role::kiosk || role == Role::board || role == Role::agent) << word(role);
}

}  // namespace
}  // namespace skranke::auth
