#include "tests/unit/db/history.hpp"

#include <fmt/format.h>

namespace skranke::test {
namespace {

core::Text text(const char* words) { return {{{"da", words}}}; }

core::Service service(const char* id, const char* authority, char letter, std::vector<core::ServiceId> after) {
  core::Service made;
  made.id = core::ServiceId{id};
  made.name = text(id);
  made.authority = core::AuthorityId{authority};
  made.letter = letter;
  made.after = std::move(after);
  return made;
}

}  // namespace

core::Facility small_site() {
  core::Facility site;
  site.site.id = "prøve";
  for (const char* id : {"kommune", "siri"}) {
    core::Authority authority;
    authority.id = core::AuthorityId{id};
    site.authorities.push_back(std::move(authority));
  }
  const core::ServiceId cpr{"cpr"};
  site.services = {service("cpr", "kommune", 'A', {}), service("pas", "kommune", 'C', {cpr}), service("ophold", "siri", 'K', {})};
  for (const char* id : {"desk-1", "desk-2", "desk-3"}) {
    core::Desk desk;
    desk.id = core::DeskId{id};
    for (const core::Service& each : site.services) desk.services.push_back(each.id);
    site.desks.push_back(std::move(desk));
  }
  core::PrinterConfig printer;
  printer.id = core::PrinterId{"front"};
  site.printers.push_back(std::move(printer));
  core::Priority priority;
  priority.id = core::PriorityId{"frail"};
  site.priorities.push_back(std::move(priority));
  return site;
}

core::VisitId History::some_visit() {
  if (state_.last_serial == 0) return {};
  const core::Visit* visit = state_.find(core::Serial{1 + pick(state_.last_serial)});
  return visit == nullptr ? core::VisitId{} : visit->id;
}

core::Command History::take() {
  core::TakeTicket wish;
  wish.id = core::VisitId{fmt::format("v{}", ++made_)};
  wish.token = fmt::format("token-{}", made_);
  wish.services = {site_.services[pick(3)].id};
  if (pick(3) == 0 && wish.services.front() != site_.services[1].id) wish.services.push_back(site_.services[1].id);
  wish.language = pick(2) == 0 ? "da" : "en";
  wish.party = static_cast<std::uint16_t>(1 + pick(4));
  if (pick(5) == 0) wish.priority = site_.priorities.front().id;
  if (pick(2) == 0) wish.printer = site_.printers.front().id;
  return wish;
}

core::Command History::desk_wish(const core::DeskId& desk) {
  switch (pick(14)) {
    case 0: return core::OpenDesk{desk, "clerk \"Å\"", pick(2) == 0 ? std::vector<core::ServiceId>{} : std::vector{site_.services[pick(3)].id}};
    case 1: return core::PauseDesk{desk, "frokost"};
    case 2: return core::ResumeDesk{desk};
    case 3: return core::Recall{desk};
    case 4: case 5: return core::StartService{desk};
    case 6: case 7: return core::FinishService{desk, static_cast<core::Outcome>(pick(5)), {{site_.services[pick(3)].id, 2}}};
    case 8: return core::NoShow{desk};
    case 9: return core::Park{desk, std::nullopt};
    case 10: return pick(2) == 0 ? core::Transfer{desk, site_.services[pick(3)].id, {}, static_cast<core::Place>(pick(3))}
                                 : core::Transfer{desk, {}, site_.desks[pick(3)].id, static_cast<core::Place>(pick(3))};
    case 11: return core::Undo{desk};
    case 12: return pick(8) == 0 ? core::Command{core::CloseDesk{desk}} : core::Command{core::CallVisit{desk, some_visit()}};
    default: return core::CallNext{desk};
  }
}

core::Command History::apply() {
  core::ApplyFacility wish;
  wish.version = state_.facility_version + 1;
  wish.toml = fmt::format("# version {}", wish.version);
  for (const core::Service& service : site_.services) wish.services.push_back(service.id);
  for (const core::Desk& desk : site_.desks) wish.desks.push_back(desk.id);
  return wish;
}

core::Command History::wish() {
  switch (pick(12)) {
    case 0: case 1: case 2: return take();
    case 3: return pick(3) == 0 ? core::Command{core::LeaveQueue{some_visit()}} : core::Command{core::ReturnVisit{some_visit()}};
    case 4: {
      core::Paper paper{static_cast<core::PaperState>(1 + pick(5)), site_.printers.front().id, 1, pick(2) == 0 ? "" : "papir tom", now_};
      return core::ReportPaper{some_visit(), 1, std::move(paper)};
    }
    case 5: return core::Tick{};
    case 6: return pick(6) == 0 ? apply() : core::Command{core::Tick{}};
    default: return desk_wish(site_.desks[pick(3)].id);
  }
}

db::Record History::record_of(std::vector<core::Event> events) {
  db::Record record;
  record.first_seq = seq_ + 1;
  record.actor = pick(3) == 0 ? "timer" : "token:kiosk-1";
  if (pick(2) == 0) {
    record.key = fmt::format("kiosk-1/{}", seq_ + 1);
    record.answer = db::Answer{201, fmt::format(R"({{"number":"A{}"}})", seq_), random_()};
  }
  for (const core::Event& event : events) core::evolve(state_, event);
  seq_ += events.size();
  record.events = std::move(events);
  return record;
}

db::Record History::next() {
  for (;;) {
    now_ += std::chrono::milliseconds{pick(9'000)};
    if (pick(300) == 0) now_ += std::chrono::hours{7};
    auto decision = core::decide(state_, site_, wish(), now_);
    if (decision && !decision->empty()) return record_of(std::move(*decision));
  }
}

db::Record History::ticket() {
  for (;;) {
    now_ += std::chrono::milliseconds{1 + pick(50)};
    auto decision = core::decide(state_, site_, take(), now_);
    if (decision && !decision->empty()) return record_of(std::move(*decision));
  }
}

}  // namespace skranke::test
