// Desk sessions on the pipe: who is there and what they can do, breaks, help, the one button; and what a visit at the desk wants besides.
#include "sim/drive.hpp"
#include "sim/drive_read.hpp"
#include "wire/events.hpp"

namespace skranke::sim {

using core::DeskId;

namespace {

constexpr std::array<std::string_view, 3> presses{"single", "double", "long"};
constexpr std::array<std::string_view, 2> help_kinds{"help", "emergency"};
constexpr std::int64_t rest_max_s = 3600;

}  // namespace

/// A clerk who is named is one person: at one desk at a time. A desk on a break resumes.
void Drive::desk_open(Line& line, std::string& out) {
  core::OpenDesk wish{desk_in(line), line->text("clerk", id_rule).value_or(""), {}};
  wish.services = services_in(line, "services", 200);
  wish.languages = line->texts("languages", {.count_max = 50, .each = id_rule});
  wish.skills = line->texts("skills", {.count_max = 50, .each = id_rule});
  wish.auto_next = line->flag("auto_next").value_or(false);
  wish.rest = std::chrono::seconds{line->integer("rest_s", 0, rest_max_s).value_or(0)};
  wish.move = line->flag("move").value_or(false);
  wish.unique = wish.move || !wish.clerk.empty();
  if (wish.move && wish.clerk.empty()) missing(line, "clerk");
  const core::DeskStatus* desk = state_.find(wish.desk);
  if (desk != nullptr && desk->phase == core::DeskPhase::on_break) return obey_desk(line, wish.desk, core::ResumeDesk{wish.desk}, out);
  obey_desk(line, wish.desk, wish, out);
}

/// Without a reason it calls again.
void Drive::desk_idle(Line& line, std::string& out) {
  const DeskId desk = desk_in(line);
  const std::string reason = line->text("reason", {.min = 0, .max = 80}).value_or("");
  obey_desk(line, desk, core::IdleDesk{desk, reason}, out);
}

void Drive::desk_pause(Line& line, std::string& out) {
  const DeskId desk = desk_in(line);
  const std::string reason = line->text("reason", {.max = 80}).value_or("");
  obey_desk(line, desk, core::PauseDesk{desk, reason}, out);
}

void Drive::desk_resume(Line& line, std::string& out) {
  const DeskId desk = desk_in(line);
  obey_desk(line, desk, core::ResumeDesk{desk}, out);
}

void Drive::desk_close(Line& line, std::string& out) {
  const DeskId desk = desk_in(line);
  obey_desk(line, desk, core::CloseDesk{desk}, out);
}

void Drive::desk_help(Line& line, std::string& out) {
  core::CallHelp wish{desk_in(line), core::HelpKind::help, {}};
  if (const auto kind = line->one_of("kind", help_kinds)) wish.kind = *wire::from_word<core::HelpKind>(*kind);
  wish.to = DeskId{line->text("to", id_rule).value_or("")};
  obey_desk(line, wish.desk, wish, out);
}

void Drive::desk_help_answer(Line& line, std::string& out) {
  const DeskId desk = desk_in(line);
  const std::string by = line->required_text("by", id_rule);
  obey_desk(line, desk, core::AnswerHelp{desk, by}, out);
}

void Drive::desk_help_clear(Line& line, std::string& out) {
  const DeskId desk = desk_in(line);
  obey_desk(line, desk, core::ClearHelp{desk}, out);
}

/// The one button of a desk without a screen.
void Drive::desk_button(Line& line, std::string& out) {
  const DeskId desk = desk_in(line);
  const std::string press = line->one_of("press", presses).value_or("single");
  const core::Press kind = press == "single" ? core::Press::one : press == "double" ? core::Press::two : core::Press::hold;
  obey_desk(line, desk, core::PressButton{desk, kind}, out);
}

void Drive::desk_services(Line& line, std::string& out) {
  core::ChangeServices wish = change_in(line);
  wish.desk = desk_in(line);
  obey_desk(line, wish.desk, wish, out);
}

}  // namespace skranke::sim
