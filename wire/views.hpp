#pragma once
// What the room looks like from outside: JSON of visits, queue, desks, boards, services, made from the state at one instant.
// Shapes: docs/openapi.yaml. Sentences come from the catalogue in the asked language.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/command.hpp"
#include "core/estimate.hpp"
#include "core/foresight.hpp"
#include "wire/catalogue.hpp"
#include "wire/json.hpp"

namespace skranke::core {
class PromiseWatch;
struct PrinterTrouble;
}

namespace skranke::wire {

/// A few words between desks, or to the supervisor; never part of the room's state.
struct DeskMessage {
  std::uint64_t id = 0;
  core::Instant at{};
  std::string from;                      ///< who wrote it, by name
  core::DeskId from_desk, to_desk;       ///< empty: elsewhere; to the supervisor
  std::string text;
};

struct View {
  const core::State& state;
  const core::Facility& facility;
  const Catalogue& catalogue;
  std::string_view language;
  core::Instant now;
  core::Instant restarted_at{};   ///< of a daemon that came back to people who wait; the epoch = not so
  std::function<std::string(std::string_view actor)> person{};   ///< the name of who works a desk; the journal knows only "person-5"
  std::function<std::vector<const DeskMessage*>(const core::DeskId& desk)> messages{};   ///< what concerns a desk, newest first
  bool careful = false;   ///< estimates by looking ahead (about a millisecond each) instead of the quick ones
  const core::Foresight* foresight = nullptr;   ///< estimates that were worked out beside the room; where it has none, the quick ones
  const core::PromiseWatch* promises = nullptr;    ///< what staff are told of the promise of seven working days; none: nothing
  std::function<std::vector<core::PrinterTrouble>()> printers{};   ///< those that are not ready, for the alarms

  /// Who an actor is, for staff; the actor itself where nobody knows a name.
  [[nodiscard]] std::string name_of(const std::string& actor) const {
    std::string name = person && !actor.empty() ? person(actor) : std::string{};
    return name.empty() ? actor : name;
  }
  [[nodiscard]] std::string time(core::Instant at) const { return core::to_rfc3339(facility.zone, at); }
};

/// Health of a printer as a kiosk needs it. `reason` names the sentence in the catalogue (device.REASON), for citizens of any language; `words` is that
/// sentence in the language asked for.
struct PaperHealth {
  std::string_view id, state, reason, words;
};

/// The citizen's own view; the answer to "take a ticket".
void visit_view(const View& view, const core::Visit& visit, std::string& out);
/// Waiting, parked, called and missed visits, in the order they would be called now.
void queue_view(const View& view, std::string& out);
void desk_view(const View& view, const core::DeskId& id, std::string& out);
void message_view(const View& view, const DeskMessage& message, std::string& out);
/// The answer to `finish`: the desk as it is then, and what is left of the visit that was there.
void finished_view(const View& view, const core::DeskId& id, const core::VisitId& finished, std::string& out);
void desks_view(const View& view, std::string& out);
/// The answer to `next` and `call`: who was called and why; `desk` is the desk's new state.
void called_view(const View& view, const core::Visit& visit, const core::DeskId& desk, std::string& out);
/// The same without the desk's state.
void call_view(const View& view, const core::Visit& visit, const core::DeskId& desk, std::string& out);
/// A visit as hosts see it: what staff see in lists, with its steps.
void found_visit_view(const View& view, const core::Visit& visit, std::string& out);
/// Visits as hosts see them, as a list.
void found_visits_view(const View& view, const std::vector<const core::Visit*>& visits, std::string& out);
/// Mode, rolls, evacuation, and whether things work again since a short while.
void room_view(const View& view, std::string& out);
void services_view(const View& view, core::Channel channel, std::string& out);
void kiosk_view(const View& view, const core::Kiosk& kiosk, const PaperHealth* printer, std::string& out);
/// `sound` and `media` are JSON of the daemon's own: what is announced when, what is shown meanwhile; empty = left out.
void board_view(const View& view, const core::Board& board, std::uint64_t seq, std::string& out, std::string_view sound = {}, std::string_view media = {});

/// What staff should look at now, in words.
void alarms_view(const View& view, std::string& out);
/// Facilities that come into force later.
void plans_view(const View& view, std::string& out);

/// RFC 9457; `detail` in the asked language, alternatives as sentences too.
[[nodiscard]] int status_of(core::Reject reason);
void problem_json(const Catalogue& catalogue, std::string_view language, int status, std::string_view reason, std::string_view field,
                  std::string_view alternatives_json, std::string_view detail, std::string& out);
void refusal_view(const View& view, const core::Refusal& refusal, std::string& out);

}  // namespace skranke::wire
