#include "room.hpp"

#include <sstream>

#include "room_checks.hpp"
#include "wire/events.hpp"

namespace skranke::test {

using namespace core;
using namespace std::chrono;

Zone copenhagen() {
  const auto jump = [](int y, unsigned m, unsigned d, hours offset) {
    return Zone::Transition{Instant{sys_days{year{y} / static_cast<int>(m) / static_cast<int>(d)} + hours{1}}, offset};
  };
  return {"Europe/Copenhagen",
          {jump(2025, 10, 26, hours{1}), jump(2026, 3, 29, hours{2}), jump(2026, 10, 25, hours{1}),
           jump(2027, 3, 28, hours{2}), jump(2027, 10, 31, hours{1}), jump(2028, 3, 26, hours{2})}};
}

Facility plain_site() {
  Facility facility;
  facility.site.id = "nord";
  facility.zone = copenhagen();
  for (const auto* authority : {"kommune", "siri", "skat"}) {
    facility.authorities.emplace_back();
    facility.authorities.back().id = AuthorityId{authority};
  }
  const auto service = [&](const char* id, const char* authority, char letter, int minutes) -> Service& {
    Service& made = facility.services.emplace_back();
    made.id = ServiceId{id};
    made.authority = AuthorityId{authority};
    made.letter = letter;
    made.expected = Minutes{minutes};
    return made;
  };
  service("pas", "kommune", 'A', 12);
  service("cpr", "kommune", 'C', 8);
  service("siri", "siri", 'P', 20).after = {ServiceId{"cpr"}};
  service("skat", "skat", 'T', 10).after = {ServiceId{"siri"}};
  const auto desk = [&](const char* id, std::initializer_list<const char*> services) {
    Desk& made = facility.desks.emplace_back();
    made.id = DeskId{id};
    for (const char* one : services) made.services.emplace_back(one);
  };
  desk("d1", {"pas", "cpr"});
  desk("d2", {"pas", "cpr", "siri", "skat"});
  desk("d3", {"siri"});
  facility.priorities.push_back({PriorityId{"elderly"}, {}, Minutes{30}});
  facility.printers.resize(1);
  facility.printers[0].id = PrinterId{"paper"};
  return facility;
}

std::string Outcome::reason() const { return refusal ? std::string{wire::word(refusal->reason)} : std::string{}; }

void Room::at(const std::string& local) {
  std::istringstream in{local};
  int y = 0, m = 0, d = 0, hour = 0, minute = 0, second = 0;
  char mark = 0;
  Day day = floor<days>(facility.zone.to_local(now));
  if (local.size() > 8) {
    in >> y >> mark >> m >> mark >> d;
    day = Day{year{y} / m / d};
  }
  in >> hour >> mark >> minute;
  if (in >> mark) in >> second;
  now = facility.zone.to_utc(LocalTime{day + hours{hour} + minutes{minute} + seconds{second}});
}

Outcome Room::wish(const Command& command) {
  Decision decision = decide(state, facility, command, now);
  Outcome outcome;
  if (!decision) {
    outcome.refusal = decision.error();
    return outcome;
  }
  outcome.events = *decision;
  for (const Event& event : outcome.events) evolve(state, event);
  EXPECT_EQ(broken_rule(state), "");
  EXPECT_EQ(load_difference(state), "");
  return outcome;
}

std::string Room::take(const std::vector<std::string>& services, const std::string& priority, Channel channel) {
  TakeTicket ticket;
  ticket.id = VisitId{"v" + std::to_string(++taken_)};
  ticket.token = "t" + ticket.id.str();
  for (const std::string& service : services) ticket.services.emplace_back(service);
  ticket.priority = PriorityId{priority};
  ticket.channel = channel;
  const Outcome outcome = wish(ticket);
  return outcome.done() ? to_string(outcome.first<VisitTaken>()->number) : outcome.reason();
}

void Room::open(const std::string& id, const std::vector<std::string>& services) {
  OpenDesk opening{DeskId{id}, "clerk", {}};
  for (const std::string& service : services) opening.services.emplace_back(service);
  EXPECT_EQ(wish(opening).reason(), "");
}

std::string Room::next(const std::string& id) {
  const Outcome outcome = wish(CallNext{DeskId{id}});
  if (!outcome.done()) return outcome.reason();
  const auto* called = outcome.first<VisitCalled>();
  return called == nullptr ? "nobody" : to_string(state.find(called->serial)->number);
}

std::string Room::call(const std::string& id, const std::string& number) {
  return wish(CallVisit{DeskId{id}, visit(number).id}).reason();
}
std::string Room::leave(const std::string& number) { return wish(LeaveQueue{visit(number).id}).reason(); }
std::string Room::come_back(const std::string& number) { return wish(ReturnVisit{visit(number).id}).reason(); }

const Visit& Room::visit(const std::string& number) const {
  const Visit* found = nullptr;
  for (const auto& [serial, one] : state.visits)
    if (to_string(one.number) == number && (found == nullptr || found->serial < serial)) found = &one;
  static const Visit nobody;
  EXPECT_NE(found, nullptr) << "nobody holds " << number;
  return found == nullptr ? nobody : *found;
}

const DeskStatus& Room::desk(const std::string& id) const {
  static const DeskStatus never_opened;
  const DeskStatus* found = state.find(DeskId{id});
  return found == nullptr ? never_opened : *found;
}

std::string Room::queue(const std::string& service) const {
  std::string text;
  for (const QueueEntry& entry : state.queue(ServiceId{service}))
    text += (text.empty() ? "" : " ") + to_string(state.find(entry.serial)->number);
  return text;
}

std::string Room::board() const {
  std::string text;
  for (const BoardCall& shown : state.calls)
    text += (text.empty() ? "" : " ") + to_string(shown.number) + "@" + shown.desk.str();
  return text;
}

}  // namespace skranke::test
