#include "daemon/report_book.hpp"

#include <algorithm>
#include <utility>

namespace skranke::daemon {

db::Result<bool> ReportBook::catch_up(const std::filesystem::path& directory) {
  const std::scoped_lock lock{mutex_};
  const std::uint64_t before = seq_;
  auto last = db::fold_on(directory, state_, seq_, events_max, [this](const core::Event& event, const core::State& state) {
    const auto* day = std::get_if<core::DayStarted>(&event.body);
    if (day == nullptr) return;   // a new day forgets who is gone: this is the last look at them
    for (core::VisitFigure& figure : core::figures_in(state, true)) past_.push_back(std::move(figure));
    const core::Day oldest_kept = oldest(day->day);
    std::erase_if(past_, [&](const core::VisitFigure& figure) { return figure.day < oldest_kept; });
  });
  if (!last) return tl::unexpected{std::move(last).error()};
  seq_ = *last;
  return seq_ - before < events_max;
}

core::FigureAnswer ReportBook::table(const core::Facility& facility, core::Day from, core::Day to, core::FiguresBy by) {
  const std::scoped_lock lock{mutex_};
  const std::vector<core::VisitFigure> here = core::figures_in(state_, false);
  std::vector<const core::VisitFigure*> wanted;
  for (const auto* list : {&std::as_const(past_), &here})
    for (const core::VisitFigure& figure : *list)
      if (figure.day >= from && figure.day <= to) wanted.push_back(&figure);
  return core::tabulate(wanted, facility, by);
}

void ReportBook::each(core::Day from, core::Day to, const std::function<void(const core::VisitFigure&)>& each) {
  const std::scoped_lock lock{mutex_};
  for (const core::VisitFigure& figure : past_)
    if (figure.day >= from && figure.day <= to) each(figure);
  for (const core::VisitFigure& figure : core::figures_in(state_, false))
    if (figure.day >= from && figure.day <= to) each(figure);
}

}  // namespace skranke::daemon
