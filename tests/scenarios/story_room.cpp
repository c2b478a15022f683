// Lines about the room as a whole: who is turned away, how many are inside, what staff are warned of, what is planned.
#include "story.hpp"

#include <fmt/format.h>

#include "core/admission.hpp"
#include "core/alarms.hpp"
#include "wire/events.hpp"

namespace skranke::test {

using namespace core;

namespace {

std::string all_of(Words& words) {
  std::string text = words.rest();
  while (!words.empty()) words.take();
  return text;
}

std::string expect_text(const std::string& found, Words& words) {
  const std::string wanted = all_of(words);
  return wanted == found ? std::string{} : "it is " + found;
}

std::string expect_number(std::uint64_t found, Words& words) { return expect_text(std::to_string(found), words); }

std::uint64_t count_of(const std::vector<std::pair<AuthorityId, std::uint32_t>>& tallies, const std::string& id) {
  for (const auto& [authority, count] : tallies)
    if (authority.str() == id) return count;
  return 0;
}

/// "3 refused passport as closed by kiosk"
std::optional<NoteRefusals> refusals_in(Words& words) {
  Words ahead = words;
  const std::string count = ahead.take();
  if (count.empty() || count.find_first_not_of("0123456789") != std::string::npos || !ahead.skip("refused")) return std::nullopt;
  RefusalTally tally;
  tally.count = static_cast<std::uint32_t>(std::stoul(count));
  tally.service = ServiceId{ahead.take()};
  ahead.skip("as");
  tally.reason = wire::from_word<Reject>(ahead.take()).value_or(Reject::in_use);
  ahead.skip("by");
  tally.channel = wire::from_word<Channel>(ahead.take()).value_or(Channel::integration);
  words = ahead;
  return NoteRefusals{{tally}};
}

}  // namespace

std::optional<std::string> Story::act_room(Words& words) {
  if (words.skip("plans")) return plan_line(words);
  if (words.skip("cancels plan")) return expect(CancelFacility{words.take()}, words);
  if (words.peek() == "tick") {
    words.take();
    if (auto wrong = expect(Tick{}, words); !wrong.empty()) return wrong;
    return carry_out_plans();
  }
  if (const auto note = refusals_in(words)) return expect(*note, words);
  return std::nullopt;
}

/// "plans NAME from 2027-01-04 04:00"
std::string Story::plan_line(Words& words) {
  ScheduleFacility wish;
  wish.plan = words.take();
  if (!words.skip("from")) return "expected \"from DATE TIME\"";
  int year = 0, hour = 0, minute = 0;
  unsigned month = 0, day = 0;
  std::string when = words.take();
  when += " " + words.take();
  if (std::sscanf(when.c_str(), "%d-%u-%u %d:%d", &year, &month, &day, &hour, &minute) != 5) return "not a time";
  const Day date{std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day}};
  wish.from = facility_.zone.to_utc(LocalTime{date + std::chrono::hours{hour} + std::chrono::minutes{minute}});
  wish.toml = wish.plan;
  return expect(wish, words);
}

/// What the daemon does once a second.
std::string Story::carry_out_plans() {
  while (!state_.scheduled.empty() && state_.scheduled.front().from <= now_) {
    const Facility before = facility_;
    plan_ = state_.scheduled.front().id;
    const std::string wrong = load_site(plan_);
    plan_.clear();
    if (wrong.empty()) continue;
    facility_ = before;   // it stays planned; an alarm says so
    return {};
  }
  return {};
}

std::optional<std::string> Story::check_rules(Words& words) {
  if (words.skip("alarms are")) {
    std::string ids;
    for (const Alarm& alarm : alarms(state_, facility_, now_)) ids += (ids.empty() ? "" : " ") + alarm.id;
    return expect_text(ids.empty() ? "none" : ids, words);
  }
  if (words.skip("persons inside are")) return expect_number(static_cast<std::uint64_t>(persons_in(state_, facility_, {})), words);
  if (words.skip("persons in")) {
    const std::string zone = words.take();
    words.skip("are");
    return expect_number(static_cast<std::uint64_t>(persons_in(state_, facility_, zone)), words);
  }
  if (words.skip("visits of")) {
    const std::string authority = words.take();
    if (words.skip("today are")) return expect_number(count_of(state_.authority_today, authority), words);
    words.skip("this week are");
    return expect_number(count_of(state_.taken_week, authority), words);
  }
  if (words.skip("refusals today are")) {
    std::uint64_t sum = 0;
    for (const RefusalTally& tally : state_.refused_today) sum += tally.count;
    return expect_number(sum, words);
  }
  if (words.skip("plans are")) {
    std::string ids;
    for (const ScheduledFacility& plan : state_.scheduled) ids += (ids.empty() ? "" : " ") + plan.id;
    return expect_text(ids.empty() ? "none" : ids, words);
  }
  return std::nullopt;
}

}  // namespace skranke::test
