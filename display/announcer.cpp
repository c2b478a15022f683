#include "display/announcer.hpp"

#include <algorithm>

namespace skranke::display {

using core::Instant;
using std::chrono::milliseconds;

namespace {

std::string id_of(const std::vector<CallAloud>& calls) {
  std::string id;
  for (const CallAloud& call : calls) id += (id.empty() ? "" : "+") + core::to_string(call.number) + "." + std::to_string(call.serial) + "." + std::to_string(call.attempt);
  return id;
}

}  // namespace

Announcement Announcer::announce(std::vector<CallAloud> calls, Instant at) const {
  Announcement made;
  made.id = id_of(calls);
  made.at = at;
  made.numbers_only = calls.size() > 1;
  made.speech = std::any_of(calls.begin(), calls.end(), [&](const CallAloud& call) { return at - call.called_at <= speech_age_max; });
  made.calls = std::move(calls);
  made.length = length_of_(made);
  const auto shown = made.numbers_only ? shown_min_merged * static_cast<int>(made.calls.size()) : shown_min;
  made.until = at + std::max<milliseconds>(made.length + breath, shown);
  return made;
}

/// What begins now stays as it is; what is over is forgotten.
void Announcer::settle(Output& output, Instant now) const {
  while (!output.planned.empty() && output.planned.front().at <= now + fixed_within) {
    for (const CallAloud& call : output.planned.front().calls) std::erase(output.waiting, call);
    output.begun.push_back(std::move(output.planned.front()));
    output.planned.erase(output.planned.begin());
  }
  while (!output.begun.empty() && output.begun.front().until <= now) output.begun.pop_front();
}

void Announcer::plan(Output& output, Instant now) const {
  output.planned.clear();
  if (output.waiting.empty()) return;
  Instant at = output.begun.empty() ? now : std::max(now, output.begun.back().until);
  if (output.waiting.size() > merge_above) {
    output.planned.push_back(announce(output.waiting, at));
    return;
  }
  for (const CallAloud& call : output.waiting) {
    output.planned.push_back(announce({call}, at));
    at = output.planned.back().until;
  }
}

void Announcer::called(const std::string& output, CallAloud call, Instant now) {
  if (!outputs_.contains(output) && outputs_.size() == outputs_max) return;
  Output& line = outputs_[output];
  settle(line, now);
  // Called again before it was heard: once is enough, and it is the later call.
  std::erase_if(line.waiting, [&](const CallAloud& other) { return other.serial == call.serial; });
  if (line.waiting.size() == waiting_max) line.waiting.erase(line.waiting.begin());
  line.waiting.push_back(std::move(call));
  plan(line, now);
  settle(line, now);
}

void Announcer::test(const std::string& output, Instant now) {
  if (!outputs_.contains(output) && outputs_.size() == outputs_max) return;
  Output& line = outputs_[output];
  settle(line, now);
  if (!line.begun.empty()) return;   // the loudspeaker is heard to work as it is
  Announcement made;
  made.id = "test." + std::to_string(++tests_);
  made.at = now;
  made.length = length_of_(made);
  made.until = now + made.length + breath;
  line.begun.push_back(std::move(made));
  plan(line, now);
}

void Announcer::review(Instant now, const std::function<bool(const CallAloud&)>& stands) {
  for (auto entry = outputs_.begin(); entry != outputs_.end();) {
    Output& line = entry->second;
    settle(line, now);
    const bool dropped = std::erase_if(line.waiting, [&](const CallAloud& call) { return !stands(call); }) > 0;
    if (dropped) plan(line, now), settle(line, now);
    entry = line.begun.empty() && line.waiting.empty() ? outputs_.erase(entry) : std::next(entry);
  }
}

std::vector<Announcement> Announcer::of(std::string_view output) const {
  std::vector<Announcement> all;
  const auto found = outputs_.find(output);
  if (found == outputs_.end()) return all;
  all.assign(found->second.begun.begin(), found->second.begun.end());
  all.insert(all.end(), found->second.planned.begin(), found->second.planned.end());
  return all;
}

}  // namespace skranke::display
