#include "core/booked_days.hpp"

#include <algorithm>
#include <tuple>

#include "core/check.hpp"

namespace skranke::core {
namespace {

std::chrono::sys_days day_of(const std::vector<BookingPart>& parts) { return std::chrono::floor<std::chrono::days>(parts.front().from); }

}  // namespace

std::size_t BookedDays::number_of(const ServiceId& service) const {
  return static_cast<std::size_t>(std::find(services_.begin(), services_.end(), service) - services_.begin());
}

std::vector<BookedDays::Change> BookedDays::changes_of(const std::vector<BookingPart>& parts) const {
  std::vector<Change> changes;
  for (const BookingPart& part : parts) {
    const std::size_t service = number_of(part.service);
    SKRANKE_TRUTH(service < services_.size());
    changes.emplace_back(part.from, true, service);
    changes.emplace_back(part.to, false, service);
  }
  return changes;
}

void BookedDays::add(const std::vector<BookingPart>& parts) {
  for (const BookingPart& part : parts)
    if (number_of(part.service) == services_.size()) services_.push_back(part.service);
  SKRANKE_TRUTH(services_.size() <= service_max);
  std::vector<Change>& day = days_[day_of(parts)];
  for (const Change& change : changes_of(parts)) day.insert(std::upper_bound(day.begin(), day.end(), change), change);
}

void BookedDays::remove(const std::vector<BookingPart>& parts) {
  const auto day = days_.find(day_of(parts));
  SKRANKE_TRUTH(day != days_.end());
  for (const Change& change : changes_of(parts)) {
    const auto found = std::lower_bound(day->second.begin(), day->second.end(), change);
    SKRANKE_TRUTH(found != day->second.end() && *found == change);
    day->second.erase(found);
  }
  if (day->second.empty()) days_.erase(day);
  if (days_.empty()) services_.clear();
}

const std::vector<BookedDays::Change>& BookedDays::starting_on(std::chrono::sys_days day) const {
  static const std::vector<Change> nothing;
  const auto found = days_.find(day);
  return found == days_.end() ? nothing : found->second;
}

bool BookedDays::operator==(const BookedDays& other) const {
  if (days_.size() != other.days_.size()) return false;
  const auto in_words = [](const BookedDays& days, const std::vector<Change>& changes) {
    std::vector<std::tuple<Instant, bool, ServiceId>> words;
    for (const Change& change : changes) words.emplace_back(change.at(), change.begins(), days.services_[change.service()]);
    std::sort(words.begin(), words.end());
    return words;
  };
  return std::equal(days_.begin(), days_.end(), other.days_.begin(),
                    [&](const auto& a, const auto& b) { return a.first == b.first && in_words(*this, a.second) == in_words(other, b.second); });
}

}  // namespace skranke::core
