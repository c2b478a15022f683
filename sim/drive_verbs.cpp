// What each `do` asks for and how it is answered. Members are read first, all of them; only a line without a fault is obeyed.
#include "sim/drive.hpp"
#include "sim/drive_answers.hpp"
#include "sim/drive_read.hpp"
#include "wire/events.hpp"

namespace skranke::sim {

using core::DeskId;
using core::VisitId;

void Drive::show_visit(const VisitId& id, std::string& out) const { write_visit(view(), *state_.find(id), out); }

/// The answer to somebody who just came: with an estimate made with care, which is remembered.
void Drive::tell_visit(const VisitId& id, std::string& out) {
  if (!obey(core::TellEstimate{id}, out)) return;
  show_visit(id, out);
}

namespace {

/// Who is helped on the spot or holds a ticket off the roll is told of by staff.
core::TakeTicket ticket_in(Line& line) {
  core::TakeTicket wish;
  wish.id = visit_in(line);
  wish.token = token_of(wish.id);
  wish.services = required_services_in(line, "services");
  wish.language = line->text("language", {.min = 2, .max = 8}).value_or("");
  wish.party = static_cast<std::uint16_t>(line->integer("party", 1, 50).value_or(1));
  wish.priority = core::PriorityId{line->text("priority", id_rule).value_or("")};
  wish.needs = needs_in(line).value_or(std::vector<core::Need>{});
  wish.standby = line->flag("standby").value_or(false);
  wish.outside = line->flag("outside").value_or(false);
  wish.number = number_in(line, "number");
  const bool helped = line->flag("helped").value_or(false);
  const auto outcome = line->one_of("outcome", outcome_words);
  if (outcome && !helped) line->error("outcome", "wrong_content", {"Et resultat hører til helped.", "An outcome belongs to helped."});
  if (helped) wish.helped = outcome ? *wire::from_word<core::Outcome>(*outcome) : core::Outcome::settled;
  const auto channel = line->one_of("channel", channel_words);
  wish.channel = channel ? *wire::from_word<core::Channel>(*channel) : helped || wish.number ? core::Channel::host : core::Channel::kiosk;
  wish.callback = line->flag("callback").value_or(false);
  if (wish.callback && !channel) wish.channel = core::Channel::phone;
  return wish;
}

/// What was really done, each once; `quantities` says how often, where that is not once.
std::vector<core::ServiceDone> services_done(Line& line) {
  std::vector<core::ServiceDone> done;
  for (core::ServiceId& id : services_in(line, "services_done", 20)) done.push_back({std::move(id), 1});
  auto quantities = line->table("quantities");
  if (!quantities) return done;
  for (core::ServiceDone& one : done) one.quantity = static_cast<std::uint32_t>(quantities->integer(one.service.str(), 1, 1000).value_or(1));
  quantities->done();
  return done;
}

}  // namespace

void Drive::visit_create(Line& line, std::string& out) {
  const core::TakeTicket wish = ticket_in(line);
  if (line.well() && obey(wish, out)) tell_visit(wish.id, out);
}

void Drive::visit_leave(Line& line, std::string& out) {
  const VisitId id = visit_in(line);
  if (line.well() && obey(core::LeaveQueue{id}, out)) show_visit(id, out);
}

void Drive::visit_return(Line& line, std::string& out) {
  const VisitId id = visit_in(line);
  if (line.well() && obey(core::ReturnVisit{id}, out)) show_visit(id, out);
}

void Drive::visit_get(Line& line, std::string& out) {
  const VisitId id = visit_in(line);
  if (!line.well()) return;
  pass_time(now_);
  if (state_.find(id) == nullptr) return write_refusal(view(), {core::Reject::unknown_visit, "id", {}, {}}, out);
  show_visit(id, out);
}

/// All desk commands but calling answer with the desk as it is then, and with the visit they were about.
void Drive::obey_desk(Line& line, const DeskId& desk, const core::Command& command, std::string& out) {
  if (!line.well()) return;
  pass_time(now_);
  const core::DeskStatus* before = state_.find(desk);
  const core::Serial served = before == nullptr ? 0 : before->visit;
  if (!obey(command, out)) return;
  const core::DeskStatus* after = state_.find(desk);
  const core::Serial about = after != nullptr && after->visit != 0 ? after->visit : served;
  write_desk(view(), desk, state_.find(about), out);
}

void Drive::obey_call(const DeskId& desk, const core::Command& command, std::string& out) {
  if (!obey(command, out)) return;
  const core::DeskStatus* status = state_.find(desk);
  const core::Visit* visit = status == nullptr ? nullptr : state_.find(status->visit);
  out += ok_begin;
  visit == nullptr ? void(out += "{}") : wire::call_view(view(), *visit, desk, out);
  out += line_end;
}

/// `id` names the visit that a ticket off the roll becomes.
void Drive::desk_next(Line& line, std::string& out) {
  core::CallNext wish{desk_in(line)};
  wish.roll_id = VisitId{line->text("id", id_rule).value_or("")};
  if (!wish.roll_id.empty()) wish.roll_token = token_of(wish.roll_id);
  if (line.well()) obey_call(wish.desk, wish, out);
}

/// A visit by the caller's name for it, or whoever holds a number.
void Drive::desk_call(Line& line, std::string& out) {
  const DeskId desk = desk_in(line);
  if (!line->has("number")) {
    const VisitId visit = visit_in(line, "visit");
    if (line.well()) obey_call(desk, core::CallVisit{desk, visit}, out);
    return;
  }
  core::CallNumber wish;
  wish.desk = desk;
  wish.number = number_in(line, "number").value_or(core::Number{});
  wish.service = core::ServiceId{line->text("service", id_rule).value_or("")};
  wish.id = VisitId{line->text("id", id_rule).value_or("")};
  if (!wish.id.empty()) wish.token = token_of(wish.id);
  if (line.well()) obey_call(desk, wish, out);
}

void Drive::desk_start(Line& line, std::string& out) {
  const DeskId desk = desk_in(line);
  obey_desk(line, desk, core::StartService{desk}, out);
}

void Drive::desk_finish(Line& line, std::string& out) {
  core::FinishService wish{desk_in(line), core::Outcome::settled, services_done(line)};
  if (const auto outcome = line->one_of("outcome", outcome_words)) wish.outcome = *wire::from_word<core::Outcome>(*outcome);
  wish.go_on = line->flag("continue").value_or(false);
  if (const auto step = line->integer("step", 0, 31)) wish.step = static_cast<std::uint8_t>(*step);
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
  if (const auto minutes = line->integer("minutes", 1, minutes_max)) wish.duration = core::Minutes{*minutes};
  wish.place = line->text("place", {.max = 40}).value_or("");
  obey_desk(line, wish.desk, wish, out);
}

void Drive::desk_transfer(Line& line, std::string& out) {
  core::Transfer wish;
  wish.desk = desk_in(line);
  wish.to_service = core::ServiceId{line->text("to_service", id_rule).value_or("")};
  wish.to_desk = DeskId{line->text("to_desk", id_rule).value_or("")};
  wish.to_clerk = line->text("to_clerk", id_rule).value_or("");
  wish.to_pool = line->text("to_pool", id_rule).value_or("");
  wish.place = place_in(line);
  if (const auto after = line->integer("after_minutes", 1, minutes_max)) wish.after = core::Minutes{*after};
  wish.soft = line->flag("preferred").value_or(false);
  if (const auto minutes = line->integer("preferred_minutes", 0, minutes_max)) wish.soft_for = core::Minutes{*minutes};
  obey_desk(line, wish.desk, wish, out);
}

void Drive::desk_undo(Line& line, std::string& out) {
  const DeskId desk = desk_in(line);
  obey_desk(line, desk, core::Undo{desk}, out);
}

void Drive::desk_get(Line& line, std::string& out) {
  const DeskId desk = desk_in(line);
  if (!line.well()) return;
  pass_time(now_);
  if (facility_.find(desk) == nullptr) return write_refusal(view(), {core::Reject::unknown_desk, "desk", {}, {}}, out);
  out += ok_begin;
  wire::desk_view(view(), desk, out);
  out += line_end;
}

void Drive::desks_get(Line& line, std::string& out) {
  if (!line.well()) return;
  pass_time(now_);
  out += ok_begin;
  out += R"({"desks":)";
  wire::desks_view(view(), out);
  out += "}";
  out += line_end;
}

void Drive::queue_get(Line& line, std::string& out) {
  if (!line.well()) return;
  pass_time(now_);
  out += ok_begin;
  wire::queue_view(view(), out);
  out += line_end;
}

/// Without a name: the site's first board.
void Drive::board_get(Line& line, std::string& out) {
  const auto name = line->text("board", id_rule);
  if (!line.well()) return;
  pass_time(now_);
  const core::Board* board = name ? facility_.find(core::BoardId{*name}) : &facility_.boards.front();
  if (board == nullptr)
    return write_error("unknown_board", "board", language_ == "en" ? "There is no such board." : "Tavlen findes ikke.", out);
  out += ok_begin;
  wire::board_view(view(), *board, events_, out);
  out += line_end;
}

void Drive::services_get(Line& line, std::string& out) {
  if (!line.well()) return;
  pass_time(now_);
  out += ok_begin;
  out += R"({"services":)";
  wire::services_view(view(), core::Channel::kiosk, out);
  out += "}";
  out += line_end;
}

void Drive::tick(Line& line, std::string& out) {
  if (!line.well()) return;
  pass_time(now_);
  out += ok_begin;
  wire::JsonWriter{out}.object().field("at", view().time(now_)).field("business_day", core::to_string(state_.day)).end_object();
  out += line_end;
}

}  // namespace skranke::sim
