// The journal's text as it lies on disk at real sites. A change here is a change of the format: old lines must stay
// readable, so add, never rename.
#include <gtest/gtest.h>

#include "core/command.hpp"
#include "wire/events.hpp"

namespace skranke::test {
namespace {

using namespace core;

const Instant morning = from_millis(1'795'420'800'000);

struct Golden {
  EventBody body;
  const char* type;
  const char* payload;
};

Visit full_visit() {
  Visit visit;
  visit.serial = 42;
  visit.id = VisitId{"v-42"};
  visit.token = "q7Xk";
  visit.number = {'A', 12};
  visit.day = Day{std::chrono::days{20780}};
  visit.state = VisitState::serving;
  Step first;
  first.service = ServiceId{"cpr"};
  first.state = StepState::done;
  first.desk = DeskId{"d1"};
  first.attempts = 2;
  first.called_at = morning;
  first.last_call_at = morning + std::chrono::seconds{25};
  first.started_at = morning + std::chrono::seconds{40};
  first.finished_at = morning + std::chrono::seconds{400};
  first.why = Why::priority;
  first.runner_up = "C3";
  first.outcome = Outcome::needs_documents;
  first.done = {{ServiceId{"cpr"}, 2}};
  Step second;
  second.service = ServiceId{"siri"};
  second.state = StepState::serving;
  second.after = {0};
  second.tied = DeskId{"d3"};
  visit.steps = {first, second};
  visit.current = 1;
  visit.created_at = morning - std::chrono::minutes{9};
  visit.anchor = morning - std::chrono::minutes{8};
  visit.front = true;
  visit.ended_at = from_millis(5);
  visit.language = "en";
  visit.channel = Channel::host;
  visit.party = 3;
  visit.priority = PriorityId{"elderly"};
  visit.head_start = std::chrono::minutes{30};
  visit.booked_for = morning;
  visit.parked_until = from_millis(6);
  visit.paper = {PaperState::failed, PrinterId{"paper"}, 2, "media-empty", morning};
  visit.revision = 7;
  return visit;
}

VisitTaken taken() {
  VisitTaken taken;
  taken.serial = 42;
  taken.id = VisitId{"v-42"};
  taken.token = "q7Xk";
  taken.number = {'A', 12};
  taken.day = Day{std::chrono::days{20780}};
  taken.steps = {{ServiceId{"cpr"}, AuthorityId{"kommune"}, {}}, {ServiceId{"siri"}, AuthorityId{"siri"}, {0}}};
  taken.language = "da";
  taken.channel = Channel::kiosk;
  return taken;
}

VisitTaken taken_by_telephone() {
  VisitTaken by_telephone = taken();
  by_telephone.channel = Channel::phone;
  by_telephone.callback = Callback{morning, morning + std::chrono::minutes{15}};
  return by_telephone;
}

VisitTaken taken_with_all() {
  VisitTaken all = taken();
  all.party = 3;
  all.priority = PriorityId{"elderly"};
  all.head_start = std::chrono::minutes{30};
  all.booked_for = morning;
  all.printer = PrinterId{"paper"};
  return all;
}

Visit parted_visit() {
  Visit visit;
  visit.serial = 44;
  visit.id = VisitId{"v-44"};
  visit.token = "t";
  visit.number = {'A', 13};
  visit.language = "da";
  return visit;
}

Roll roll_in_use() {
  Roll roll;
  roll.last = 99;
  roll.opened_at = morning;
  return roll;
}

Roll roll_put_away() {
  Roll roll;
  roll.torn = 7;
  roll.service = ServiceId{"pas"};
  roll.open = false;
  roll.closed_at = morning;
  return roll;
}

const DeskId desk{"d1"};

std::vector<Golden> goldens() {
  return {
#include "events_golden.inc"
  };
}

std::string encoded(const EventBody& body) {
  std::string payload;
  wire::encode_event({morning, body}, payload);
  return payload;
}

TEST(JournalText, IsWhatItHasAlwaysBeen) {
  for (const Golden& golden : goldens()) {
    EXPECT_EQ(wire::event_type({morning, golden.body}), golden.type);
    EXPECT_EQ(encoded(golden.body), golden.payload) << golden.type;
  }
}

TEST(JournalText, OfOldIsStillRead) {
  for (const Golden& golden : goldens()) {
    const auto event = wire::decode_event(golden.type, morning, golden.payload);
    ASSERT_TRUE(event.has_value()) << event.error();
    EXPECT_EQ(event->body.index(), golden.body.index());
    EXPECT_EQ(encoded(event->body), golden.payload);
  }
}

TEST(JournalText, HasAGoldenLineForEveryTypeOfFact) {
  std::vector<bool> seen(std::variant_size_v<EventBody>);
  for (const Golden& golden : goldens()) seen[golden.body.index()] = true;
  for (std::size_t type = 0; type < seen.size(); ++type) EXPECT_TRUE(seen[type]) << "type " << type;
}

TEST(JournalText, FillsInWhatAnOlderVersionDidNotWrite) {
  const auto event = wire::decode_event(
      "visit_taken", morning,
      R"({"serial":1,"id":"v","token":"t","number":"A1","day":20780,"channel":"kiosk","steps":[{"service":"pas"}]})");
  ASSERT_TRUE(event.has_value()) << event.error();
  EXPECT_EQ(std::get<VisitTaken>(event->body).party, 1);
  EXPECT_FALSE(std::get<VisitTaken>(event->body).booked_for);
}

TEST(JournalText, SaysWhatIsWrong) {
  const auto error = [](const char* type, const char* payload) {
    const auto event = wire::decode_event(type, morning, payload);
    return event ? std::string{"read"} : event.error();
  };
  EXPECT_EQ(error("visit_danced", "{}"), "unknown event type \"visit_danced\"");
  EXPECT_EQ(error("visit_left", "[]"), "visit_left: the payload is not a JSON object");
  EXPECT_EQ(error("visit_left", "{\"serial\":1"), "visit_left: the payload is not a JSON object");
  EXPECT_EQ(error("visit_left", "{\"serial\":\"1\"}"), "visit_left: serial is not a number in range");
  EXPECT_EQ(error("desk_paused", "{\"desk\":1}"), "desk_paused: desk is not text");
  EXPECT_EQ(error("visit_called", R"({"serial":1,"desk":"d","step":0,"why":"because"})"),
            "visit_called: why: unknown word \"because\"");
  EXPECT_EQ(error("visit_taken", R"({"serial":1,"number":"A0","day":1})"),
            "visit_taken: number is not a ticket number");
  EXPECT_EQ(error("visit_taken",
                  R"({"serial":1,"number":"A1","day":1,"channel":"kiosk","steps":[{"service":"pas","after":[4]}]})"),
            "visit_taken: after: no such step");
  EXPECT_EQ(error("paper_changed", "{\"serial\":1}"), "paper_changed: paper is missing");
  EXPECT_EQ(error("action_undone", "{\"desk\":\"d\"}"), "action_undone: restored is missing");
}

}  // namespace
}  // namespace skranke::test
