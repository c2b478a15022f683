#pragma once
// A story at one centre on one or more days, read line by line (the language: README.md).
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/command.hpp"
#include "room_checks.hpp"

namespace skranke::test {

struct Failure {
  std::size_t line = 0;
  std::string text;
};

/// Plays the file from start to end; the first line that does not hold, or nothing.
[[nodiscard]] std::optional<Failure> play(const std::string& file);

/// The words of a line, taken from the left.
class Words {
 public:
  explicit Words(const std::string& line);
  [[nodiscard]] bool empty() const { return words_.empty(); }
  [[nodiscard]] std::string peek() const { return words_.empty() ? std::string{} : words_.front(); }
  std::string take();
  /// Takes the words of `phrase` if they come next.
  bool skip(const std::string& phrase);
  [[nodiscard]] std::string rest() const;

 private:
  std::deque<std::string> words_;
};

/// Plays lines; throws nothing: what does not hold is the returned sentence, empty when all is well.
class Story {
 public:
  explicit Story(std::string folder) : folder_{std::move(folder)} {}
  std::string play_line(Words words);
  /// What must hold at the end of every story: the journal tells the same, and so do the tables.
  [[nodiscard]] std::string end() const;

 private:
  struct Result {
    std::vector<core::Event> events;
    std::optional<core::Refusal> refusal;
  };
  std::string heading(Words& words);
  std::string load_site(const std::string& name);
  std::string set_clock(const std::string& time);
  std::string act(Words& words);
  std::string take(Words& words);
  std::string desk_line(Words& words);
  std::string call(const core::Command& command, Words& words);
  std::string press(const core::DeskId& desk, Words& words);
  std::string visit_line(const std::string& number, Words& words);
  std::string site_line(Words& words);

  // story_host.cpp
  /// What hosts do with a visit; nothing when the line is about something else.
  std::optional<std::string> host_line(const core::Visit& visit, Words& words);
  std::string move_line(const core::Visit& visit, Words& words);
  std::string split_line(const core::Visit& visit, Words& words);
  std::string room_line(Words& words);
  std::string call_number(const core::DeskId& desk, Words& words);
  std::optional<std::string> check_room(Words& words) const;
  std::optional<std::string> check_host(const core::Visit& visit, Words& words) const;
  /// Does it and holds the answer against what the line expects: "-> refused REASON …", or no refusal.
  std::string expect(const core::Command& command, Words& words);
  std::string expect_refusal(const core::Refusal& refusal, Words& words);
  std::string wish(const core::Command& command, Result& result);
  /// Sessions, help and changed services (story_people.cpp): the wish that the line speaks of, if it does.
  std::optional<core::Command> people_wish(const core::DeskId& desk, Words& words);
  core::Command session_from(const core::DeskId& desk, Words& words);
  core::Command finish_from(const core::DeskId& desk, Words& words);
  static void way_from(core::Transfer& wish, Words& words);
  std::string check_next_steps(Words& words) const;
  core::Command transfer_from(const core::DeskId& desk, Words& words);

  // story_bookings.cpp
  std::optional<core::Instant> take_time(Words& words) const;
  std::string book(Words& words);
  std::string wish_place(Words& words);
  std::string release_places(Words& words);
  std::string booking_line(const std::string& name, Words& words);
  std::string check_in(const core::BookingId& booking, Words& words);
  std::string check_booking(const std::string& name, Words& words);
  std::string check_free(Words& words);
  // story_room.cpp: plans, refusals, alarms, the crowd
  std::optional<std::string> act_room(Words& words);
  std::optional<std::string> check_rules(Words& words);
  std::string plan_line(Words& words);
  std::string carry_out_plans();

  // story_checks.cpp
  std::optional<std::string> check(Words& words);
  std::string check_board(Words& words) const;
  std::string check_queue(Words& words) const;
  std::string check_visit(const core::Visit& visit, Words& words) const;
  std::string check_step(const core::Visit& visit, Words& words) const;
  std::string check_desk(const core::DeskId& desk, Words& words) const;
  std::string check_counts(Words& words) const;
  std::string check_estimate(Words& words) const;
  [[nodiscard]] const core::Visit* holder(const std::string& number) const;
  [[nodiscard]] std::string number_of(core::Serial serial) const;

  std::string folder_;
  core::Facility facility_;
  core::State state_;
  core::Instant now_{};
  core::Day date_{};
  bool clock_may_go_back_ = false;
  int taken_ = 0;
  std::string plan_;   ///< the plan that is being carried out
  Ledger ledger_;
};

/// "desk 3" → desk-3, as the sites of the scenarios name their desks.
[[nodiscard]] std::vector<core::ServiceId> services_of_list(const std::string& list);
[[nodiscard]] std::vector<std::string> names_of_list(const std::string& list);
[[nodiscard]] core::DeskId desk_named(const std::string& name);
/// "passport+licence"
/// "09:05" or "09:05:30" after midnight; "2026-11-24".
[[nodiscard]] std::optional<std::chrono::milliseconds> clock_time(const std::string& text);
[[nodiscard]] std::optional<core::Day> date_named(const std::string& text);
/// "b1", "b2" …
[[nodiscard]] bool is_booking_name(const std::string& word);
/// The enumerator spelled so; the line is wrong when there is none.
template <class Enum>
[[nodiscard]] std::optional<Enum> spelled(const std::string& word, Enum last);

}  // namespace skranke::test
