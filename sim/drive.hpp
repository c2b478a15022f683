#pragma once
// The core on a pipe: one JSON object a line in, one out. Pure: its only clock is the `at` of the lines.
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/command.hpp"
#include "sim/line.hpp"
#include "wire/catalogue.hpp"
#include "wire/views.hpp"

namespace skranke::sim {

/// A waiting room that obeys lines. Not safe from several threads.
class Drive {
 public:
  /// `facility` was checked; its policy stays as it is. `catalogue` outlives the drive. `strict`: a member that a command does not know is an error.
  Drive(core::Facility facility, const wire::Catalogue& catalogue, std::string language, bool strict = false);

  /// Appends the answer to `line` (without its line end) and a line end: `{"ok":{…}}` or
  /// `{"error":{"type":…,"field"?:…,"detail":…}}`. A line that is not understood changes nothing, not even the time. One
  /// that is understood lets time pass up to its `at`, and is then refused or done.
  void answer(std::string_view line, std::string& out);
  /// The answer to a line that was longer than `Line::bytes_max` and was not kept.
  void answer_too_long(std::string& out) const;

  [[nodiscard]] const core::State& state() const { return state_; }

 private:
  using Act = void (Drive::*)(Line& line, std::string& out);
  struct Verb;
  [[nodiscard]] static const Verb* verb_named(std::string_view name);

  void visit_create(Line& line, std::string& out);
  void visit_leave(Line& line, std::string& out);
  void visit_return(Line& line, std::string& out);
  void visit_get(Line& line, std::string& out);
  void visit_edit(Line& line, std::string& out);
  void visit_move(Line& line, std::string& out);
  void visit_merge(Line& line, std::string& out);
  void visit_split(Line& line, std::string& out);
  void visit_cancel(Line& line, std::string& out);
  void visit_services(Line& line, std::string& out);
  void room_mode(Line& line, std::string& out);
  void room_evacuation(Line& line, std::string& out);
  void room_get(Line& line, std::string& out);
  void slots_get(Line& line, std::string& out);
  void booking_confirm(Line& line, std::string& out);
  void booking_wish(Line& line, std::string& out);
  void booking_decline(Line& line, std::string& out);
  void places_release(Line& line, std::string& out);
  void booking_create(Line& line, std::string& out);
  void booking_move(Line& line, std::string& out);
  void booking_cancel(Line& line, std::string& out);
  void booking_get(Line& line, std::string& out);
  void booking_check_in(Line& line, std::string& out);
  void desk_open(Line& line, std::string& out);
  void desk_pause(Line& line, std::string& out);
  void desk_resume(Line& line, std::string& out);
  void desk_close(Line& line, std::string& out);
  void desk_idle(Line& line, std::string& out);
  void desk_help(Line& line, std::string& out);
  void desk_help_answer(Line& line, std::string& out);
  void desk_help_clear(Line& line, std::string& out);
  void desk_button(Line& line, std::string& out);
  void desk_services(Line& line, std::string& out);
  void desk_next(Line& line, std::string& out);
  void desk_call(Line& line, std::string& out);
  void desk_start(Line& line, std::string& out);
  void desk_finish(Line& line, std::string& out);
  void desk_recall(Line& line, std::string& out);
  void desk_no_show(Line& line, std::string& out);
  void desk_park(Line& line, std::string& out);
  void desk_transfer(Line& line, std::string& out);
  void desk_undo(Line& line, std::string& out);
  void desk_get(Line& line, std::string& out);
  void desks_get(Line& line, std::string& out);
  void queue_get(Line& line, std::string& out);
  void board_get(Line& line, std::string& out);
  void services_get(Line& line, std::string& out);
  void tick(Line& line, std::string& out);

  /// Lets happen what is due by itself up to `at`, each at its own time.
  void pass_time(core::Instant at);
  /// False, and the refusal is in `out`, when nothing was done.
  bool obey(const core::Command& command, std::string& out);
  void obey_desk(Line& line, const core::DeskId& desk, const core::Command& command, std::string& out);
  void obey_call(const core::DeskId& desk, const core::Command& command, std::string& out);
  void show_booking(const core::BookingId& id, std::string& out) const;
  void tell_visit(const core::VisitId& id, std::string& out);
  void show_visit(const core::VisitId& id, std::string& out) const;
  /// Does it and answers with the visit as hosts see it then.
  void obey_host(Line& line, const core::Command& command, const core::VisitId& id, std::string& out);
  void show_room(std::string& out) const;
  [[nodiscard]] wire::View view() const {
    wire::View seen{state_, facility_, catalogue_, language_, now_};
    seen.careful = true;
    return seen;
  }

  core::Facility facility_;
  const wire::Catalogue& catalogue_;
  std::string language_;
  bool strict_;
  core::State state_;
  core::Instant now_{};      ///< of the last line that was understood
  core::Instant due_{};      ///< nothing happens by itself before
  std::optional<core::Instant> changed_at_;   ///< a command did something since `due_` was told
  std::uint64_t events_ = 0;
};

}  // namespace skranke::sim
