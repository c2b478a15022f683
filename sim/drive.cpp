#include "sim/drive.hpp"

#include <algorithm>
#include <array>

#include "sim/drive_answers.hpp"
#include "wire/events.hpp"

namespace skranke::sim {

using core::Instant;

namespace {

/// Milliseconds of 2000-01-01 and 2100-12-31: what the tables of time zones cover.
constexpr std::int64_t at_min = 946'684'800'000, at_max = 4'133'894'400'000;

}  // namespace

struct Drive::Verb {
  std::string_view name;
  Act act;
};

const Drive::Verb* Drive::verb_named(std::string_view name) {
  static constexpr std::array table{
      Verb{"visit.create", &Drive::visit_create}, Verb{"visit.leave", &Drive::visit_leave},
      Verb{"visit.return", &Drive::visit_return}, Verb{"visit.get", &Drive::visit_get},
      Verb{"desk.open", &Drive::desk_open},       Verb{"desk.pause", &Drive::desk_pause},
      Verb{"desk.resume", &Drive::desk_resume},   Verb{"desk.close", &Drive::desk_close},
      Verb{"desk.next", &Drive::desk_next},       Verb{"desk.call", &Drive::desk_call},
      Verb{"desk.start", &Drive::desk_start},     Verb{"desk.finish", &Drive::desk_finish},
      Verb{"desk.recall", &Drive::desk_recall},   Verb{"desk.no_show", &Drive::desk_no_show},
      Verb{"desk.park", &Drive::desk_park},       Verb{"desk.transfer", &Drive::desk_transfer},
      Verb{"desk.undo", &Drive::desk_undo},       Verb{"desk.get", &Drive::desk_get},
      Verb{"desks.get", &Drive::desks_get},       Verb{"queue.get", &Drive::queue_get},
      Verb{"board.get", &Drive::board_get},       Verb{"services.get", &Drive::services_get},
      Verb{"booking.create", &Drive::booking_create}, Verb{"booking.move", &Drive::booking_move},
      Verb{"booking.cancel", &Drive::booking_cancel}, Verb{"booking.get", &Drive::booking_get},
      Verb{"booking.check_in", &Drive::booking_check_in}, Verb{"booking.confirm", &Drive::booking_confirm},
      Verb{"booking.wish", &Drive::booking_wish}, Verb{"booking.decline", &Drive::booking_decline},
      Verb{"desk.idle", &Drive::desk_idle},       Verb{"desk.help", &Drive::desk_help},
      Verb{"desk.help_answer", &Drive::desk_help_answer}, Verb{"desk.help_clear", &Drive::desk_help_clear},
      Verb{"desk.button", &Drive::desk_button},   Verb{"desk.services", &Drive::desk_services},
      Verb{"visit.edit", &Drive::visit_edit},     Verb{"visit.move", &Drive::visit_move},
      Verb{"visit.merge", &Drive::visit_merge},   Verb{"visit.split", &Drive::visit_split},
      Verb{"visit.cancel", &Drive::visit_cancel}, Verb{"visit.services", &Drive::visit_services},
      Verb{"room.mode", &Drive::room_mode},       Verb{"room.evacuation", &Drive::room_evacuation},
      Verb{"room.get", &Drive::room_get},         Verb{"slots.get", &Drive::slots_get},
      Verb{"places.release", &Drive::places_release},
      Verb{"tick", &Drive::tick}};
  const auto found = std::find_if(table.begin(), table.end(), [&](const Verb& verb) { return verb.name == name; });
  return found == table.end() ? nullptr : found;
}

Drive::Drive(core::Facility facility, const wire::Catalogue& catalogue, std::string language, bool strict)
    : facility_{std::move(facility)}, catalogue_{catalogue}, language_{std::move(language)}, strict_{strict} {}

void Drive::answer(std::string_view text, std::string& out) {
  Line line{text, strict_};
  if (const wire::Finding* fault = line.fault()) return write_fault(*fault, language_, out);
  const std::string name = line->required_text("do", {.max = 40});
  const Verb* verb = verb_named(name);
  if (line.fault() == nullptr && verb == nullptr)
    return write_error("unknown_command", "do", language_ == "en" ? "There is no such command." : "Kommandoen findes ikke.", out);
  const Instant at = core::from_millis(line->required_integer("at", at_min, at_max));
  if (const wire::Finding* fault = line.fault()) return write_fault(*fault, language_, out);
  if (at < now_)
    return write_error("time_backwards", "at", language_ == "en" ? "The time is before that of an earlier line." : "Tiden ligger før en tidligere linjes.",
                       out);
  const Instant before = now_;
  now_ = at;
  const std::size_t begin = out.size();
  (this->*verb->act)(line, out);
  // A member that is wrong was found before anything was done: this line is as if it had not come.
  if (const wire::Finding* fault = line.fault()) {
    now_ = before;
    out.resize(begin);
    write_fault(*fault, language_, out);
  }
}

void Drive::answer_too_long(std::string& out) const {
  write_error("too_large", "", language_ == "en" ? "The line is longer than 64 KiB." : "Linjen er længere end 64 KiB.", out);
}

void Drive::pass_time(Instant at) {
  const Instant end = at;
  if (changed_at_ && end > *changed_at_) {   // only now is it asked for: commands at one instant share the answer
    due_ = core::next_due(state_, facility_, *changed_at_);
    changed_at_.reset();
  }
  while (due_ <= end) {
    // The first line begins the first day.
    now_ = due_ == Instant{} ? end : due_;
    const core::Decision decision = core::decide(state_, facility_, core::Tick{}, now_);
    for (const core::Event& event : *decision) core::evolve(state_, event);
    events_ += decision->size();
    const Instant next = core::next_due(state_, facility_, now_);
    due_ = next > now_ ? next : now_ + std::chrono::minutes{1};   // what cannot be done now is tried again in a minute
  }
  now_ = end;
}

bool Drive::obey(const core::Command& command, std::string& out) {
  pass_time(now_);
  const core::Decision decision = core::decide(state_, facility_, command, now_);
  if (!decision) {
    write_refusal(view(), decision.error(), out);
    return false;
  }
  for (const core::Event& event : *decision) core::evolve(state_, event);
  events_ += decision->size();
  if (!decision->empty()) changed_at_ = now_;
  return true;
}

}  // namespace skranke::sim
