#include "core/callback_figures.hpp"

#include <optional>
#include <unordered_map>

namespace skranke::core {
namespace {

struct Asked {
  Day day{};
  Instant until{};
  std::optional<Instant> rung;
  bool reached = false, missed = false, left = false;
  Instant left_at{};
};

using Calls = std::unordered_map<Serial, Asked>;

Asked* asked_by(Calls& calls, Serial serial) {
  const auto found = calls.find(serial);
  return found == calls.end() ? nullptr : &found->second;
}

/// What is taken back did not happen; the visit tells what is left of it.
void take_back(Calls& calls, const ActionUndone& e) {
  Asked* one = asked_by(calls, e.restored.serial);
  if (one == nullptr) return;
  if (e.action == DeskAction::call && e.restored.callback && e.restored.callback->tries == 0) one->rung.reset();
  one->reached = e.restored.state == VisitState::serving;
  one->missed = one->left = false;
}

struct Fold {
  Calls& calls;
  Instant at;
  void operator()(const VisitTaken& e) const {
    if (e.callback) calls[e.serial] = {e.day, e.callback->until, {}, false, false, false, {}};
  }
  void operator()(const VisitCalled& e) const {
    if (Asked* one = asked_by(calls, e.serial); one != nullptr && !one->rung) one->rung = at;
  }
  void operator()(const ServiceStarted& e) const {
    if (Asked* one = asked_by(calls, e.serial)) one->reached = true;
  }
  void operator()(const VisitMissed& e) const {
    if (Asked* one = asked_by(calls, e.serial)) one->missed = true;
  }
  void operator()(const VisitLeft& e) const { leave(e.serial); }
  void operator()(const VisitUnserved& e) const { leave(e.serial); }
  void operator()(const ActionUndone& e) const { take_back(calls, e); }
  template <class Other>
  void operator()(const Other&) const {}
  void leave(Serial serial) const {
    Asked* one = asked_by(calls, serial);
    if (one == nullptr || one->left) return;
    one->left = true;
    one->left_at = at;
  }
};

}  // namespace

std::map<Day, CallbackRow> callback_figures(const std::vector<Event>& facts, Instant now) {
  Calls calls;
  for (const Event& fact : facts) std::visit(Fold{calls, fact.at}, fact.body);
  std::map<Day, CallbackRow> days;
  for (const auto& [serial, one] : calls) {
    CallbackRow& row = days[one.day];
    const Instant looked_at = one.rung.value_or(one.left ? one.left_at : now);
    ++row.asked;
    if (looked_at > one.until) ++row.too_late;
    else if (one.rung) ++row.in_time;
    if (one.reached) ++row.reached;
    else if (one.missed) ++row.not_reached;
    else if (one.left) ++row.withdrawn;
  }
  return days;
}

}  // namespace skranke::core
