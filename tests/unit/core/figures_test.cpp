// What managers read of a day.
#include "core/figures.hpp"

#include "room.hpp"

namespace skranke::test {
namespace {

using namespace core;
using FiguresOf = Room;

FigureAnswer table(const Room& room, FiguresBy by) {
  const std::vector<VisitFigure> all = figures_in(room.state, false);
  std::vector<const VisitFigure*> wanted;
  for (const VisitFigure& figure : all) wanted.push_back(&figure);
  return tabulate(wanted, room.facility, by);
}

TEST_F(FiguresOf, ADay) {
  open("d1");
  at("09:00"), take({"pas"});
  at("09:05"), take({"cpr"});
  at("09:10"), take({"pas"});
  at("09:12"), next("d1"), start("d1");
  at("09:20"), finish("d1");
  at("09:31"), next("d1");
  at("09:40"), finish("d1", core::Outcome::needs_documents);
  at("09:41"), leave("A2");
  const FigureAnswer by_service = table(*this, FiguresBy::service);
  const FigureRow& pas = by_service.rows.at("pas");
  EXPECT_EQ(pas.visits, 2U);
  EXPECT_EQ(pas.matters, 2U);
  EXPECT_EQ(pas.served, 1U);
  EXPECT_EQ(pas.left, 1U);
  EXPECT_EQ(pas.waits, (std::vector<std::int64_t>{12 * 60}));
  EXPECT_EQ(pas.services, (std::vector<std::int64_t>{8 * 60})) << "from its start";
  EXPECT_EQ(pas.totals, (std::vector<std::int64_t>{20 * 60}));
  EXPECT_EQ(by_service.rows.at("cpr").services, (std::vector<std::int64_t>{9 * 60})) << "without a start from its call";
  EXPECT_EQ(by_service.rows.at("cpr").waits, (std::vector<std::int64_t>{26 * 60}));
  EXPECT_EQ(by_service.total.within_target, 1U) << "26 minutes are more than the target of 20";
  EXPECT_EQ(by_service.total.outcomes[static_cast<std::size_t>(core::Outcome::needs_documents)], 1U);
  EXPECT_EQ(table(*this, FiguresBy::hour).rows.at("09").matters, 3U);
  EXPECT_EQ(table(*this, FiguresBy::desk).rows.at("").matters, 1U) << "never called, at no desk";
  EXPECT_EQ(table(*this, FiguresBy::day).rows.size(), 1U);
}

TEST_F(FiguresOf, TheSecondMatterWaitsFromTheEndOfTheFirst) {
  open("d1");
  at("09:00"), take({"pas", "cpr"});
  at("09:10"), next("d1"), start("d1");
  at("09:30"), finish("d1");
  at("09:34"), next("d1"), start("d1");
  at("09:40"), finish("d1");
  const FigureAnswer answer = table(*this, FiguresBy::day);
  EXPECT_EQ(answer.total.waits, (std::vector<std::int64_t>{4 * 60, 10 * 60}));
  EXPECT_EQ(answer.total.totals, (std::vector<std::int64_t>{40 * 60})) << "the whole errand, once";
  EXPECT_EQ(answer.total.visits, 1U);
  EXPECT_EQ(answer.total.matters, 2U);
  EXPECT_EQ(table(*this, FiguresBy::service).rows.at("pas").visits, 1U);
}

TEST(Percentile, IsAValueOfTheList) {
  const std::vector<std::int64_t> ten{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  EXPECT_EQ(percentile(ten, 0.5), 5);
  EXPECT_EQ(percentile(ten, 0.9), 9);
  EXPECT_EQ(percentile(ten, 1), 10);
  EXPECT_EQ(percentile(ten, 0), 1);
  EXPECT_EQ(percentile({7}, 0.9), 7);
  EXPECT_FALSE(percentile({}, 0.5));
  EXPECT_EQ(mean(ten), 5);
  EXPECT_FALSE(mean({}));
}

TEST(WaitCurve, HowManyWithinHowLong) {
  WaitCurve curve;
  VisitFigure visit;
  MatterFigure second, first;
  second.called_at = from_millis(2'000'000), second.wait_s = 0;
  first.called_at = from_millis(1'000'000), first.wait_s = 61;
  visit.matters = {second, first};
  curve.add(visit);
  visit.matters = {MatterFigure{}};
  curve.add(visit);                  // never called
  visit.matters = {first};
  visit.by_telephone = true;
  curve.add(visit);                  // nobody sat there
  visit.by_telephone = false;
  visit.matters.front().wait_s = 100 * 3600;
  curve.add(visit);
  EXPECT_EQ(curve.called, 2U);
  EXPECT_EQ(curve.within[1], 0U) << "the matter that was called first counts";
  EXPECT_EQ(curve.within[2], 1U);
  EXPECT_EQ(curve.within[WaitCurve::minutes_max], 1U) << "longer than the picture";
}

}  // namespace
}  // namespace skranke::test
