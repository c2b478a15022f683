// The lines of a story about bookings.
#include <fmt/format.h>

#include "core/calendar.hpp"
#include "story.hpp"
#include "wire/events.hpp"

namespace skranke::test {

using namespace core;

namespace {

std::optional<int> number_in(const std::string& word) {
  if (word.empty() || word.find_first_not_of("0123456789") != std::string::npos || word.size() > 6) return std::nullopt;
  return std::stoi(word);
}

std::string clock_of(const Facility& facility, Instant at) {
  const std::string text = to_rfc3339(facility.zone, at);
  return text.substr(0, 10) + " " + text.substr(11, 5);
}

}  // namespace

bool is_booking_name(const std::string& word) { return word.size() > 1 && word.front() == 'b' && number_in(word.substr(1)).has_value(); }

/// "2026-11-24 10:00", or "10:00" on the day of the story.
std::optional<Instant> Story::take_time(Words& words) const {
  Day day = date_;
  if (words.peek().size() == 10) {
    const auto given = date_named(words.take());
    if (!given) return std::nullopt;
    day = *given;
  }
  const auto clock = clock_time(words.take());
  if (!clock) return std::nullopt;
  return facility_.zone.to_utc(LocalTime{day + *clock});
}

/// "book passport+licence [2026-11-24] 10:00 [party of N] [in language L] [by CHANNEL] [with NEED] [held] [like b1] -> b2 | refused REASON"
std::string Story::book(Words& words) {
  CreateBooking wish;
  wish.services = services_of_list(words.take());
  const auto start = take_time(words);
  if (!start) return "not a time";
  wish.start = *start;
  for (bool more = true; more;) {
    if (words.skip("party of"))
      wish.party = static_cast<std::uint16_t>(number_in(words.take()).value_or(0));
    else if (words.skip("in language"))
      wish.language = words.take();
    else if (words.skip("held"))
      wish.hold = true;
    else if (words.skip("like"))
      wish.same_holder.emplace_back(words.take());
    else if (words.skip("with")) {
      const auto need = spelled(words.take(), Need::companion);
      if (!need) return "no such need";
      wish.needs.push_back(*need);
    } else if (words.skip("by")) {
      const auto channel = spelled(words.take(), Channel::integration);
      if (!channel) return "no such channel";
      wish.channel = *channel;
    } else {
      more = false;
    }
  }
  if (!words.skip("->")) return "expected \"-> bN\" or \"-> refused REASON\"";
  const bool refused = words.skip("refused");
  wish.booking = BookingId{refused ? "refused" : words.take()};
  if (!refused && !is_booking_name(wish.booking.str())) return "a booking is called b1, b2 …";
  Result result;
  if (auto wrong = this->wish(wish, result); !wrong.empty()) return wrong;
  if (refused) return result.refusal ? expect_refusal(*result.refusal, words) : "was not refused";
  return result.refusal ? fmt::format("refused {} ({})", wire::word(result.refusal->reason), result.refusal->field) : std::string{};
}

/// "wish passport 2026-11-24 2026-11-26 [from 10:00] [before 12:00] [party of N] [like b1] -> b2 | refused REASON"
std::string Story::wish_place(Words& words) {
  WishPlace wish;
  wish.services = services_of_list(words.take());
  const auto first = date_named(words.take()), last = date_named(words.take());
  if (!first || !last) return "a wish has a first and a last date";
  wish.first = *first;
  wish.last = *last;
  for (bool more = true; more;) {
    if (words.skip("party of")) {
      wish.party = static_cast<std::uint16_t>(number_in(words.take()).value_or(0));
    } else if (words.skip("like")) {
      wish.same_holder.emplace_back(words.take());
    } else if (words.peek() == "from" || words.peek() == "before") {
      auto& edge = words.take() == "from" ? wish.from : wish.to;
      const auto clock = clock_time(words.take());
      if (!clock) return "not a time";
      edge = std::chrono::duration_cast<Minutes>(*clock);
    } else {
      more = false;
    }
  }
  if (!words.skip("->")) return "expected \"-> bN\" or \"-> refused REASON\"";
  const bool refused = words.skip("refused");
  wish.booking = BookingId{refused ? "refused" : words.take()};
  if (!refused && !is_booking_name(wish.booking.str())) return "a booking is called b1, b2 …";
  Result result;
  if (auto wrong = this->wish(wish, result); !wrong.empty()) return wrong;
  if (refused) return result.refusal ? expect_refusal(*result.refusal, words) : "was not refused";
  return result.refusal ? fmt::format("refused {} ({})", wire::word(result.refusal->reason), result.refusal->field) : std::string{};
}

/// "release passport 2026-11-24 [-> refused REASON]": the minute that was drawn has come.
std::string Story::release_places(Words& words) {
  ReleasePlaces wish;
  wish.service = ServiceId{words.take()};
  const auto day = date_named(words.take());
  if (!day) return "places are released of a day";
  wish.day = *day;
  return expect(wish, words);
}

std::string Story::check_in(const BookingId& booking, Words& words) {
  CheckIn wish;
  wish.booking = booking;
  wish.visit = VisitId{fmt::format("visit-{}", ++taken_)};
  wish.token = fmt::format("token-{}", taken_);
  if (words.skip("by")) {
    const auto channel = spelled(words.take(), Channel::integration);
    if (!channel) return "no such channel";
    wish.channel = *channel;
  }
  if (!words.skip("->")) return "expected \"-> NUMBER\" or \"-> refused REASON\"";
  Result result;
  if (auto wrong = this->wish(wish, result); !wrong.empty()) return wrong;
  if (words.skip("refused")) return result.refusal ? expect_refusal(*result.refusal, words) : "was not refused";
  if (result.refusal) return fmt::format("refused {}", wire::word(result.refusal->reason));
  const std::string wanted = words.take(), given = to_string(state_.find(wish.visit)->number);
  if (wanted != given) return "got " + given;
  if (words.empty()) return {};
  const std::string when = words.take(), was{wire::word(state_.find(booking)->arrival)};
  return when == was ? std::string{} : "came " + was;
}

/// "b1 confirms", "declines", "cancels", "moves to [DATE] TIME [for SERVICES] [party of N]", "checks in [by CHANNEL] -> A1 [early|on_time|tolerated|late]"
std::string Story::booking_line(const std::string& name, Words& words) {
  const BookingId booking{name};
  if (words.skip("confirms")) {
    ConfirmBooking wish{booking, {}};
    if (words.skip("like")) wish.same_holder.emplace_back(words.take());
    return expect(wish, words);
  }
  if (words.skip("declines")) return expect(DeclineOffer{booking}, words);
  if (words.skip("cancels")) return expect(CancelBooking{booking}, words);
  if (words.skip("checks in")) return check_in(booking, words);
  if (!words.skip("moves to")) return "not understood: " + words.rest();
  MoveBooking wish;
  wish.booking = booking;
  const auto start = take_time(words);
  if (!start) return "not a time";
  wish.start = *start;
  if (words.skip("for")) wish.services = services_of_list(words.take());
  if (words.skip("party of")) wish.party = static_cast<std::uint16_t>(number_in(words.take()).value_or(0));
  return expect(wish, words);
}

/// "b1 is STATE [at [DATE] TIME] [until [DATE] TIME] [kept until [DATE] TIME]", "b1 is gone"
std::string Story::check_booking(const std::string& name, Words& words) {
  words.skip("is");
  const Booking* booking = state_.find(BookingId{name});
  if (booking == nullptr) return words.skip("gone") ? "" : "there is no such booking";
  const std::string wanted = words.take(), is{wire::word(booking->state)};
  if (wanted != is) return "it is " + is;
  if (words.skip("at") && take_time(words) != booking->start()) return "it is at " + clock_of(facility_, booking->start());
  if (words.skip("until") && take_time(words) != booking->end()) return "it lasts until " + clock_of(facility_, booking->end());
  if (words.skip("kept until") && take_time(words) != booking->held_until) return "it is kept until " + clock_of(facility_, booking->held_until);
  return {};
}

/// "free passport 10:00 is 2", "free passport on DATE is 24 times", "first free passport is DATE TIME|never"; also "… party of 4 …"
std::string Story::check_free(Words& words) {
  const bool first = words.skip("first free");
  if (!first) words.skip("free");
  SlotQuery query;
  query.services = services_of_list(words.take());
  if (words.skip("party of")) query.party = static_cast<std::uint16_t>(number_in(words.take()).value_or(0));
  if (first) {
    words.skip("is");
    const auto next = next_free(state_, facility_, query, now_, now_);
    if (words.skip("never")) return next ? "it is " + clock_of(facility_, *next) : "";
    if (take_time(words) != next) return next ? "it is " + clock_of(facility_, *next) : "there is none";
    return {};
  }
  if (words.skip("on")) {
    const auto day = date_named(words.take());
    if (!day || !words.skip("is")) return "expected \"on DATE is N times\"";
    const auto slots = free_slots(state_, facility_, query, *day, 1, now_);
    const auto wanted = number_in(words.take());
    words.skip("times");
    return wanted && static_cast<std::size_t>(*wanted) == slots.size() ? "" : fmt::format("{} times are free", slots.size());
  }
  const auto start = take_time(words);
  if (!start || !words.skip("is")) return "expected \"TIME is N\"";
  const Day day = std::chrono::floor<std::chrono::days>(facility_.zone.to_local(*start));
  int free = 0;
  for (const FreeSlot& slot : free_slots(state_, facility_, query, day, 1, now_))
    if (slot.start == *start) free = slot.free;
  return number_in(words.take()) == free ? "" : fmt::format("{} are free", free);
}

}  // namespace skranke::test
