#pragma once
// Roles and what each may do. The table is the contract's column "Who".
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace skranke::auth {

/// From the least to the most that one may do; where several would do, the first is taken.
enum class Role : std::uint8_t { citizen_screen, board, agent, kiosk, integration, contact_centre, manager, host, clerk, admin };

inline constexpr std::array<Role, 10> all_roles{Role::citizen_screen, Role::board,   Role::agent, Role::kiosk, Role::integration,
                                                Role::contact_centre, Role::manager, Role::host,  Role::clerk, Role::admin};

enum class Permission : std::uint8_t {
  facility,        ///< read and replace the facility
  credentials,     ///< tokens and people
  administration,  ///< status, backup and the like
  see_services,    ///< GET /services
  see_kiosk,       ///< GET /kiosks/K
  take_visit,      ///< POST /visits
  reprint,         ///< a ticket once more
  return_visit,    ///< back into the queue after a break or a no-show
  see_queue,       ///< GET /queue
  edit_queue,      ///< POST /queue/V/…, and what hosts do with a visit
  set_room_mode,   ///< the paper roll
  evacuate,        ///< the room stands still, and thaws
  see_desk,        ///< GET /desks/D: also the lamps above it
  work_desk,       ///< a desk's session and all its commands
  call_next,       ///< POST /desks/D/next: also a button
  list_desks,      ///< GET /desks
  see_board,       ///< GET /boards/B
  see_devices,     ///< GET /devices
  see_tickets,     ///< pictures of preview printers
  edit_bookings,   ///< bookings without knowing their code
  see_reports,     ///< GET /reports/…
  see_metrics,     ///< GET /metrics where a token is asked for
  serve_devices,   ///< an agent's own channel
  edit_media,      ///< pictures and films on boards
  enrol,           ///< portraits, prints and signatures of the visit at the own desk
  see_citizen,     ///< what the citizen's own screen at a desk shows of their enrolment
  see_contact,     ///< GET /contact: what the page of the contact centre shows
};

/// `admin` may do everything.
[[nodiscard]] bool allowed(Role role, Permission permission);

[[nodiscard]] std::string_view word(Role role);
[[nodiscard]] std::optional<Role> role_from_word(std::string_view word);
/// A box on the wall, not a person: it must come back by itself after a power cut.
[[nodiscard]] bool is_device(Role role);

}  // namespace skranke::auth
