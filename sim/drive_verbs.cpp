// What each `do` asks for and how it is answered. Members are read first, all of them; only a line without a fault is obeyed.
#include <array>

#include "sim/drive.hpp"
#include "sim/drive_answers.hpp"
#include "wire/events.hpp"

namespace skranke::sim {

using core::DeskId;
using core::VisitId;

namespace {

constexpr std::array<std::string_view, 6> channels{"kiosk", "host", "phone", "web", "button", "integration"};
constexpr std::array<std::string_view, 5> outcomes{"settled", "needs_documents", "referred", "back_office", "left"};
constexpr std::array<std::string_view, 3> places{"keep", "front", "end"};
constexpr wire::TextRule id_rule{.min = 1, .max = 64};

std::vector<core::ServiceId> service_ids(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

DeskId desk_in(Line& line) { return DeskId{line->required_text("desk", id_rule)}; }
VisitId visit_in(Line& line) { return VisitId{line->required_text("id", id_rule)}; }

}  // namespace

void Drive::show_visit(const VisitId& id, std::string& out) const { write_visit(view(), *state_.find(id), out); }

/// The answer to somebody who just came: with an estimate made with care, which is remembered.
void Drive::tell_visit(const VisitId& id, std::string& out) {
  if (!obey(core::TellEstimate{id}, out)) return;
  show_visit(id, out);
}

/// The caller's name is the visit's id; its token is made from it, so that nothing here is left to chance.
void Drive::visit_create(Line& line, std::string& out) {
  core::TakeTicket wish;
  wish.id = visit_in(line);
  wish.services = service_ids(line->texts("services", {.count_min = 1, .count_max = 8, .each = id_rule, .distinct = false}));
  if (!line->has("services")) line->error("services", "missing", {"\"services\" mangler.", "\"services\" is missing."});
  wish.language = line->text("language", {.min = 2, .max = 8}).value_or("");
  if (const auto channel = line->one_of("channel", channels)) wish.channel = *wire::from_word<core::Channel>(*channel);
  wish.party = static_cast<std::uint16_t>(line->integer("party", 1, 50).value_or(1));
  wish.priority = core::PriorityId{line->text("priority", id_rule).value_or("")};
  wish.standby = line->flag("standby").value_or(false);
  wish.token = "token-" + wish.id.str();
  if (line.fault() != nullptr) return;
  const VisitId id = wish.id;
  if (obey(wish, out)) tell_visit(id, out);
}

void Drive::visit_leave(Line& line, std::string& out) {
  const VisitId id = visit_in(line);
  if (line.fault() == nullptr && obey(core::LeaveQueue{id}, out)) show_visit(id, out);
}

void Drive::visit_return(Line& line, std::string& out) {
  const VisitId id = visit_in(line);
  if (line.fault() == nullptr && obey(core::ReturnVisit{id}, out)) show_visit(id, out);
}

void Drive::visit_get(Line& line, std::string& out) {
  const VisitId id = visit_in(line);
  if (line.fault() != nullptr) return;
  pass_time(now_);
  if (state_.find(id) == nullptr) return write_refusal(view(), {core::Reject::unknown_visit, "id", {}, {}}, out);
  show_visit(id, out);
}

/// All desk commands but calling answer with the desk as it is then, and with the visit they were about.
void Drive::obey_desk(Line& line, const DeskId& desk, const core::Command& command, std::string& out) {
  if (line.fault() != nullptr) return;
  pass_time(now_);
  const core::DeskStatus* before = state_.find(desk);
  const core::Serial served = before == nullptr ? 0 : before->visit;
  if (!obey(command, out)) return;
  const core::DeskStatus* after = state_.find(desk);
  const core::Serial about = after != nullptr && after->visit != 0 ? after->visit : served;
  write_desk(view(), desk, state_.find(about), out);
}

void Drive::desk_open(Line& line, std::string& out) {
  core::OpenDesk wish{desk_in(line), line->text("clerk", id_rule).value_or(""), {}};
  wish.services = service_ids(line->texts("services", {.each = id_rule}));
  const core::DeskStatus* desk = state_.find(wish.desk);
  if (desk != nullptr && desk->phase == core::DeskPhase::on_break) return obey_desk(line, wish.desk, core::ResumeDesk{wish.desk}, out);
  obey_desk(line, wish.desk, wish, out);
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

void Drive::obey_call(const DeskId& desk, const core::Command& command, std::string& out) {
  if (!obey(command, out)) return;
  const core::DeskStatus* status = state_.find(desk);
  const core::Visit* visit = status == nullptr ? nullptr : state_.find(status->visit);
  out += ok_begin;
  visit == nullptr ? void(out += "{}") : wire::call_view(view(), *visit, desk, out);
  out += line_end;
}

void Drive::desk_next(Line& line, std::string& out) {
  const DeskId desk = desk_in(line);
  if (line.fault() == nullptr) obey_call(desk, core::CallNext{desk}, out);
}

void Drive::desk_call(Line& line, std::string& out) {
  const DeskId desk = desk_in(line);
  const VisitId visit{line->required_text("visit", id_rule)};
  if (line.fault() == nullptr) obey_call(desk, core::CallVisit{desk, visit}, out);
}

void Drive::desk_start(Line& line, std::string& out) {
  const DeskId desk = desk_in(line);
  obey_desk(line, desk, core::StartService{desk}, out);
}

void Drive::desk_finish(Line& line, std::string& out) {
  core::FinishService wish{desk_in(line), core::Outcome::settled, {}};
  if (const auto outcome = line->one_of("outcome", outcomes)) wish.outcome = *wire::from_word<core::Outcome>(*outcome);
  for (std::string& id : line->texts("services_done", {.count_max = 20, .each = id_rule})) wish.done.push_back({core::ServiceId{std::move(id)}, 1});
  obey_desk(line, wish.desk, wish, out);
}

void Drive::desk_recall(Line& line, std::string& out) {
  const DeskId desk = desk_in(line);
  obey_desk(line, desk, core::Recall{desk}, out);
}

void Drive::desk_no_show(Line& line, std::string& out) {
  const DeskId desk = desk_in(line);
  obey_desk(line, desk, core::NoShow{desk}, out);
}

void Drive::desk_park(Line& line, std::string& out) {
  core::Park wish{desk_in(line), std::nullopt};
  if (const auto minutes = line->integer("minutes", 1, 480)) wish.duration = core::Minutes{*minutes};
  obey_desk(line, wish.desk, wish, out);
}

void Drive::desk_transfer(Line& line, std::string& out) {
  core::Transfer wish;
  wish.desk = desk_in(line);
  wish.to_service = core::ServiceId{line->text("to_service", id_rule).value_or("")};
  wish.to_desk = DeskId{line->text("to_desk", id_rule).value_or("")};
  if (const auto place = line->one_of("place", places)) wish.place = *wire::from_word<core::Place>(*place);
  obey_desk(line, wish.desk, wish, out);
}

void Drive::desk_undo(Line& line, std::string& out) {
  const DeskId desk = desk_in(line);
  obey_desk(line, desk, core::Undo{desk}, out);
}

void Drive::desk_get(Line& line, std::string& out) {
  const DeskId desk = desk_in(line);
  if (line.fault() != nullptr) return;
  pass_time(now_);
  if (facility_.find(desk) == nullptr) return write_refusal(view(), {core::Reject::unknown_desk, "desk", {}, {}}, out);
  out += ok_begin;
  wire::desk_view(view(), desk, out);
  out += line_end;
}

void Drive::desks_get(Line&, std::string& out) {
  pass_time(now_);
  out += ok_begin;
  out += R"({"desks":)";
  wire::desks_view(view(), out);
  out += "}";
  out += line_end;
}

void Drive::queue_get(Line&, std::string& out) {
  pass_time(now_);
  out += ok_begin;
  wire::queue_view(view(), out);
  out += line_end;
}

/// Without a name: the site's first board.
void Drive::board_get(Line& line, std::string& out) {
  const auto name = line->text("board", id_rule);
  if (line.fault() != nullptr) return;
  pass_time(now_);
  const core::Board* board = name ? facility_.find(core::BoardId{*name}) : &facility_.boards.front();
  if (board == nullptr)
    return write_error("unknown_board", "board", language_ == "en" ? "There is no such board." : "Tavlen findes ikke.", out);
  out += ok_begin;
  wire::board_view(view(), *board, events_, out);
  out += line_end;
}

void Drive::services_get(Line&, std::string& out) {
  pass_time(now_);
  out += ok_begin;
  out += R"({"services":)";
  wire::services_view(view(), core::Channel::kiosk, out);
  out += "}";
  out += line_end;
}

void Drive::tick(Line&, std::string& out) {
  pass_time(now_);
  out += ok_begin;
  wire::JsonWriter{out}.object().field("at", view().time(now_)).field("business_day", core::to_string(state_.day)).end_object();
  out += line_end;
}

}  // namespace skranke::sim
