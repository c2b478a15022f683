#include "devices/press.hpp"

#include <algorithm>

namespace skranke::devices {

Button::Button(PressRules rules, bool down_at_start, Tick now) : rules_{rules}, down_{down_at_start}, since_{now} {}

std::vector<Press> Button::edge(bool down, Tick at) {
  std::vector<Press> told = wait(at);
  const bool was_counting = down_ && counts_;
  const bool repeated = down == down_;
  down_ = down;
  since_ = at;
  if (down) {
    counts_ = true;
    return told;
  }
  stuck_ = false;
  counts_ = false;
  if (repeated || !was_counting) return told;
  if (rules_.double_within.count() == 0) {
    told.push_back(Press::single);
  } else if (single_due_) {
    single_due_.reset();
    told.push_back(Press::twice);
  } else {
    single_due_ = at + rules_.double_within;
  }
  return told;
}

std::vector<Press> Button::wait(Tick now) {
  std::vector<Press> told;
  if (single_due_ && now >= *single_due_ && !(down_ && counts_)) {
    single_due_.reset();
    told.push_back(Press::single);
  }
  if (down_ && counts_ && rules_.held_after.count() != 0 && now - since_ >= rules_.held_after) {
    counts_ = false;
    if (single_due_) told.push_back(Press::single);   // a short press, then a long one
    single_due_.reset();
    told.push_back(Press::held);
  }
  if (down_ && now - since_ >= rules_.stuck_after) {
    stuck_ = true;
    counts_ = false;
  }
  return told;
}

std::optional<Tick> Button::next() const {
  std::optional<Tick> due;
  const auto sooner = [&due](Tick at) { due = due ? std::min(*due, at) : at; };
  if (single_due_ && !(down_ && counts_)) sooner(*single_due_);
  if (down_ && counts_ && rules_.held_after.count() != 0) sooner(since_ + rules_.held_after);
  if (down_ && !stuck_) sooner(since_ + rules_.stuck_after);
  return due;
}

}  // namespace skranke::devices
