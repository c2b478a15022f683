// What hosts do on the pipe: correct, move, join, part, cancel; the paper roll and the evacuation.
#include <fmt/format.h>

#include "sim/drive.hpp"
#include "sim/drive_answers.hpp"
#include "sim/drive_read.hpp"
#include "wire/events.hpp"

namespace skranke::sim {

using core::VisitId;

namespace {

constexpr std::array<std::string_view, 7> move_reasons{"wrong_service", "wrong_desk", "language", "accessibility", "own_wish", "staff_decision", "other"};
constexpr std::array<std::string_view, 6> cancel_reasons{"left_the_room", "duplicate", "own_wish", "settled_elsewhere", "technical", "other"};
constexpr std::array<std::string_view, 2> modes{"normal", "paper_roll"};
constexpr std::array<std::string_view, 4> kinds{"alarm", "fire", "drill", "other"};

std::string required_reason(Line& line, std::span<const std::string_view> words) {
  if (!line->has("reason")) missing(line, "reason");
  return line->one_of("reason", words).value_or("");
}

}  // namespace

void Drive::obey_host(Line& line, const core::Command& command, const VisitId& id, std::string& out) {
  if (line.well() && obey(command, out)) write_found_visit(view(), *state_.find(id), out);
}

void Drive::visit_edit(Line& line, std::string& out) {
  core::EditVisit wish{visit_in(line)};
  wish.language = line->text("language", {.min = 2, .max = 8});
  if (const auto party = line->integer("party", 1, 50)) wish.party = static_cast<std::uint16_t>(*party);
  if (const auto priority = line->text("priority", {.min = 0, .max = 64})) wish.priority = core::PriorityId{*priority};
  wish.needs = needs_in(line);
  obey_host(line, wish, wish.visit, out);
}

void Drive::visit_move(Line& line, std::string& out) {
  core::MoveVisit wish;
  wish.visit = visit_in(line);
  wish.service = core::ServiceId{line->text("service", id_rule).value_or("")};
  wish.to_service = core::ServiceId{line->text("to_service", id_rule).value_or("")};
  wish.to_desk = core::DeskId{line->text("to_desk", id_rule).value_or("")};
  wish.place = place_in(line);
  wish.reason = required_reason(line, move_reasons);
  obey_host(line, wish, wish.visit, out);
}

void Drive::visit_merge(Line& line, std::string& out) {
  core::MergeVisits wish;
  wish.visit = visit_in(line);
  wish.into = visit_in(line, "into");
  wish.family = line->flag("family").value_or(false);
  obey_host(line, wish, wish.into, out);
}

/// `as` is the caller's name for the visit that is made.
void Drive::visit_split(Line& line, std::string& out) {
  core::SplitVisit wish;
  wish.visit = visit_in(line);
  wish.services = required_services_in(line, "services");
  wish.party = static_cast<std::uint16_t>(line->integer("party", 1, 50).value_or(1));
  wish.id = visit_in(line, "as");
  wish.token = token_of(wish.id);
  obey_host(line, wish, wish.id, out);
}

void Drive::visit_cancel(Line& line, std::string& out) {
  core::LeaveQueue wish{visit_in(line)};
  wish.reason = required_reason(line, cancel_reasons);
  obey_host(line, wish, wish.visit, out);
}

void Drive::visit_services(Line& line, std::string& out) {
  core::ChangeServices wish = change_in(line);
  wish.visit = visit_in(line);
  obey_host(line, wish, wish.visit, out);
}

void Drive::show_room(std::string& out) const {
  out += ok_begin;
  wire::room_view(view(), out);
  out += line_end;
}

void Drive::room_get(Line& line, std::string& out) {
  if (!line.well()) return;
  pass_time(now_);
  show_room(out);
}

void Drive::room_mode(Line& line, std::string& out) {
  core::SetRoomMode wish;
  if (!line->has("mode")) missing(line, "mode");
  if (const auto mode = line->one_of("mode", modes)) wish.mode = *wire::from_word<core::RoomMode>(*mode);
  core::RollWish roll{number_in(line, "first"), std::nullopt, core::ServiceId{line->text("service", id_rule).value_or("")}};
  if (const auto last = number_in(line, "last")) {
    if (roll.first && last->letter != roll.first->letter)
      line->error("last", "out_of_range", {"Rullen har kun ét bogstav.", "A roll has one letter only."});
    roll.last = last->digits;
  }
  const auto torn = line->texts("torn", {.count_max = core::rolls_max, .each = {.max = 16}});
  for (std::size_t i = 0; i < torn.size(); ++i) {
    if (const auto number = core::parse_typed_number(torn[i]))
      wish.torn.push_back(*number);
    else
      line->error(fmt::format("torn[{}]", i), "wrong_characters", {"Det er ikke et nummer som A 12.", "This is not a number like A 12."});
  }
  if (roll.first || roll.last || !roll.service.empty()) wish.rolls.push_back(roll);
  if (line.well() && obey(wish, out)) show_room(out);
}

void Drive::room_evacuation(Line& line, std::string& out) {
  if (!line->has("active")) missing(line, "active");
  const bool active = line->flag("active").value_or(false);
  const std::string kind = line->one_of("kind", kinds).value_or("alarm");
  if (line.well() && obey(core::Evacuate{active, kind}, out)) show_room(out);
}

}  // namespace skranke::sim
