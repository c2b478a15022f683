// At the kiosk: what a ticket is, and when there is none.
#include "room.hpp"

namespace skranke::test {
namespace {

using namespace core;
using Take = Room;

TEST_F(Take, GivesANumberOfTheServicesSeriesAndAPlaceInItsQueue) {
  EXPECT_EQ(take({"pas"}), "A1");
  EXPECT_EQ(take({"cpr"}), "C1");
  EXPECT_EQ(take({"pas"}), "A2");
  EXPECT_EQ(queue("pas"), "A1 A2");
  EXPECT_EQ(queue("cpr"), "C1");
  EXPECT_EQ(state.counts.taken, 3U);
  EXPECT_EQ(visit("A1").day, (Day{std::chrono::year{2026} / 11 / 23}));
}

TEST_F(Take, TakesOnTheSitesLanguageWhenNoneIsAsked) {
  take({"pas"});
  EXPECT_EQ(visit("A1").language, "da");
}

TEST_F(Take, OfSeveralServicesIsOneVisitWithTheFirstServicesLetter) {
  EXPECT_EQ(take({"skat", "siri", "cpr"}), "T1");
  ASSERT_EQ(visit("T1").steps.size(), 3U);
  EXPECT_EQ(visit("T1").steps[0].after, (std::vector<std::uint8_t>{1}));
  EXPECT_EQ(visit("T1").steps[1].after, (std::vector<std::uint8_t>{2}));
  EXPECT_EQ(queue("cpr"), "T1");
  EXPECT_EQ(queue("siri") + queue("skat"), "");
  EXPECT_EQ(state.counts.taken, 1U);
}

TEST_F(Take, RefusesWhatIsNotOnOffer) {
  EXPECT_EQ(take({}), "wrong_content");
  EXPECT_EQ(take({"pas", "pas"}), "wrong_content");
  EXPECT_EQ(take({"jagttegn"}), "unknown_service");
  EXPECT_EQ(take({"pas"}, "vip"), "unknown_priority");
  EXPECT_EQ(take({"pas", "cpr", "siri", "skat", "pas", "cpr", "siri", "skat", "pas"}), "wrong_content");
  EXPECT_TRUE(state.visits.empty());
}

TEST_F(Take, NamesTheFieldAtFault) {
  TakeTicket ticket;
  ticket.id = VisitId{"v"};
  ticket.services = {ServiceId{"pas"}, ServiceId{"jagttegn"}};
  EXPECT_EQ(wish(ticket).refusal->field, "services[1]");
  ticket.services = {ServiceId{"pas"}};
  ticket.printer = PrinterId{"nowhere"};
  EXPECT_EQ(wish(ticket).reason(), "unknown_printer");
}

TEST_F(Take, RefusesAnIdThatIsInUse) {
  TakeTicket ticket;
  ticket.id = VisitId{"v"};
  ticket.services = {ServiceId{"pas"}};
  EXPECT_TRUE(wish(ticket).done());
  EXPECT_EQ(wish(ticket).reason(), "id_taken");
}

TEST_F(Take, AsksForPaperOnlyWhereThereIsAPrinter) {
  TakeTicket ticket;
  ticket.id = VisitId{"v"};
  ticket.services = {ServiceId{"pas"}};
  ticket.printer = PrinterId{"paper"};
  wish(ticket);
  EXPECT_EQ(visit("A1").paper.state, PaperState::queued);
  EXPECT_EQ(visit("A1").paper.copy, 1U);
  EXPECT_EQ(take({"pas"}), "A2");
  EXPECT_EQ(visit("A2").paper.state, PaperState::none);
}

TEST_F(Take, PaperReportsAboutAnOlderCopyChangeNothing) {
  TakeTicket ticket;
  ticket.id = VisitId{"v"};
  ticket.services = {ServiceId{"pas"}};
  ticket.printer = PrinterId{"paper"};
  wish(ticket);
  EXPECT_EQ(wish(PrintTicket{VisitId{"v"}, PrinterId{"paper"}}).reason(), "wrong_state")
      << "the first copy is still on its way";
  ReportPaper report{VisitId{"v"}, 1, {}};
  report.paper.state = PaperState::failed;
  report.paper.fault = "media-empty";
  EXPECT_TRUE(wish(report).done());
  EXPECT_EQ(visit("A1").paper.fault, "media-empty");
  EXPECT_EQ(visit("A1").paper.printer.str(), "paper");
  EXPECT_TRUE(wish(PrintTicket{VisitId{"v"}, PrinterId{"paper"}}).done());
  EXPECT_EQ(visit("A1").paper.copy, 2U);
  report.paper.state = PaperState::printed;
  EXPECT_EQ(wish(report).reason(), "unknown_visit") << "a late word about copy 1";
  EXPECT_EQ(visit("A1").paper.state, PaperState::queued);
}

TEST_F(Take, StopsAtTheQueuesBound) {
  facility.services[0].queue_max = 2;
  take({"pas"});
  take({"pas"});
  EXPECT_EQ(take({"pas"}), "queue_full");
  EXPECT_EQ(take({"cpr"}), "C1");
  open("d1");
  EXPECT_EQ(next("d1"), "A1");
  EXPECT_EQ(take({"pas"}), "A3") << "a refusal uses up no number";
}

}  // namespace
}  // namespace skranke::test
