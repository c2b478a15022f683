#pragma once
// A second, simple-minded waiting room to hold the real one against: plain lists, everything looked up and sorted
// afresh, whole visits copied. It is written from the rules (contract, design, docs/openapi.yaml), shares no code with
// core but the words for commands, and need not be fast.
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/command.hpp"

namespace skranke::test {

class ReferenceRoom {
 public:
  explicit ReferenceRoom(core::Facility facility) : facility_{std::move(facility)} {}
  void use(core::Facility facility) { facility_ = std::move(facility); }

  /// Does what the command asks at `now`; the reason when it must be refused, and then nothing has changed.
  std::optional<core::Reject> obey(const core::Command& command, core::Instant now);
  /// Empty when the real room looks the same from outside; else what differs.
  [[nodiscard]] std::string difference(const core::State& real) const;

 private:
  using Name = std::string;
  struct Want {
    Name service;
    std::vector<std::size_t> after;
    core::StepState state = core::StepState::waiting;
    Name only_desk, last_desk;
    Name only_clerk, only_pool, rather_desk, rather_clerk;
    core::Instant rather_until{};
    unsigned calls = 0;
    bool moved = false;  ///< replaced by a transfer
    bool sent = false;   ///< came by a transfer or from an earlier day: has no place of today's quota
    core::Instant last_call{}, started{};
    core::Why why = core::Why::longest_wait;
    core::Number instead;
  };
  struct Guest {
    Name id;
    int order = 0;
    core::Number number;
    std::int64_t day = 0;
    core::Instant since{};
    bool pushed = false;
    std::chrono::seconds bonus{0};
    core::VisitState state = core::VisitState::waiting;
    int at = -1;  ///< the want that is called or served
    std::vector<Want> wants;
    core::Instant back_at{}, missed_at{};
    Name language, waits_where;
    std::set<core::Need> needs;
    std::vector<int> history;  ///< every change of this guest has a number of its own
    std::uint32_t copy = 0;
    core::PaperState paper = core::PaperState::none;
    int party = 1, more_times = 0;
    bool outside = false, standby = false, told = false;
    bool by_phone = false;
    int rung_in_vain = 0;
    std::optional<core::Instant> booked;
    /// Whoever booked and is at most half an hour early.
    [[nodiscard]] bool comes_first(core::Instant now) const {
      return booked && *booked - std::chrono::minutes{30} <= now;
    }
    Name joined;                      ///< with that guest
    std::vector<core::Number> also;   ///< numbers of those who joined
  };
  struct Deed {
    int number = 0;
    core::DeskAction action{};
    core::Instant at{};
    Guest before;
    std::uint32_t served = 0;
    std::int64_t served_ms = 0;
    std::multiset<Name> took{}, gave{};   ///< services and "@authority", by a change of services
  };
  struct Counter {
    core::DeskPhase phase = core::DeskPhase::closed;
    Name reason, clerk, guest;
    std::vector<Name> only;
    std::uint32_t served = 0;
    std::int64_t served_ms = 0;
    std::vector<Deed> deeds;
    int order = 0;  ///< in which desks were first opened
    std::vector<Name> languages, skills;
    bool calls_itself = false;
    std::chrono::seconds rest{0};
    core::Instant free_since{}, pressed{};
    Name idle;
    core::HelpKind help = core::HelpKind::none;
    Name help_to, help_by;
  };
  struct Turn {
    Name guest;
    std::size_t want = 0;
  };
  struct PaperRoll {
    char letter = 'P';
    int first = 1, last = 999, torn = 0;
    Name service;
    bool up = true;
    core::Instant put_away{};
  };
  using Answer = std::optional<core::Reject>;

  void begin_day_if_due(core::Instant now);
  Answer act(const core::TakeTicket&, core::Instant);
  Answer act(const core::LeaveQueue&, core::Instant);
  Answer act(const core::ReturnVisit&, core::Instant);
  Answer act(const core::OpenDesk&, core::Instant);
  Answer act(const core::PauseDesk&, core::Instant);
  Answer act(const core::ResumeDesk&, core::Instant);
  Answer act(const core::CloseDesk&, core::Instant);
  Answer act(const core::CallNext&, core::Instant);
  Answer act(const core::CallVisit&, core::Instant);
  Answer act(const core::Recall&, core::Instant);
  Answer act(const core::StartService&, core::Instant);
  Answer act(const core::FinishService&, core::Instant);
  Answer act(const core::NoShow&, core::Instant);
  Answer act(const core::Park&, core::Instant);
  Answer act(const core::Transfer&, core::Instant);
  Answer act(const core::Undo&, core::Instant);
  Answer act(const core::PrintTicket&, core::Instant);
  Answer act(const core::ReportPaper&, core::Instant);
  Answer act(const core::TellEstimate&, core::Instant);
  Answer act(const core::ForetellStep&, core::Instant);
  Answer act(const core::ForetellBooking&, core::Instant);
  Answer act(const core::ApplyFacility&, core::Instant);
  Answer act(const core::Tick&, core::Instant);
  Answer act(const core::ScheduleFacility&, core::Instant);
  Answer act(const core::CancelFacility&, core::Instant);
  Answer act(const core::NoteRefusals&, core::Instant);
  Answer act(const core::CreateBooking&, core::Instant);
  Answer act(const core::ConfirmBooking&, core::Instant);
  Answer act(const core::MoveBooking&, core::Instant);
  Answer act(const core::CancelBooking&, core::Instant);
  Answer act(const core::CheckIn&, core::Instant);
  Answer act(const core::WishPlace&, core::Instant);
  Answer act(const core::DeclineOffer&, core::Instant);
  Answer act(const core::ReleasePlaces&, core::Instant);

  // reference_bookings.cpp
  struct Reservation {
    core::BookingState state{};
    std::vector<core::BookingPart> parts;
    core::Instant held_until{};
    std::uint16_t party = 1;
    core::Arrival arrival{};
    bool beyond = false;                 ///< no desk was left for it
    bool wished = false;                 ///< began as a wish, and has no time that its holder agreed to
    std::int64_t first_day = 0, last_day = 0, from_minute = 0, to_minute = 0;
    core::Instant turn{};
    int offered = 0;
    std::set<core::Instant> not_wanted;
  };
  struct Span {
    std::int64_t from, to;
  };
  [[nodiscard]] static bool takes_a_place(const Reservation& one);
  [[nodiscard]] std::int64_t business_day_of(core::Instant at) const;
  /// Bookings still to come on these days for a service that counts.
  [[nodiscard]] unsigned coming_for(const std::function<bool(const core::Service&)>& counts, std::int64_t first_day,
                                    std::int64_t last_day, const Name& except) const;
  [[nodiscard]] std::vector<core::BookingPart> lay_out(std::vector<core::ServiceId> services, std::uint16_t party,
                                                       core::Instant start) const;
  [[nodiscard]] bool fits_in(const std::vector<core::BookingPart>& parts, const Name& except) const;
  /// How many such appointments the day has room for by its desks, were nobody there.
  [[nodiscard]] std::int64_t places_of(const core::Service& service, std::int64_t day) const;
  [[nodiscard]] bool one_more_beyond(const std::vector<core::BookingPart>& parts, const Name& except) const;
  void remember_outcome(const Reservation& one, bool in_time);
  [[nodiscard]] bool booked_out(const core::Service& service, std::int64_t day, const Name& except) const;
  [[nodiscard]] bool day_is_full(const core::Service& service, std::int64_t day, core::Instant now,
                                 const Name& except) const;
  /// Are places of that day held back from everybody?
  [[nodiscard]] bool some_are_kept(const core::Service& service, std::int64_t day, core::Instant now) const;
  [[nodiscard]] std::vector<Span> open_on(std::int64_t day) const;
  [[nodiscard]] std::vector<Span> service_spans(const core::Service& service, std::int64_t day) const;
  [[nodiscard]] Answer cannot_book(const std::vector<core::ServiceId>& services, std::uint16_t party,
                                   core::Instant start, core::Channel channel, core::Instant now,
                                   const Name& except) const;
  [[nodiscard]] Answer wrong_wish(const std::vector<core::ServiceId>& services, std::uint16_t party) const;
  [[nodiscard]] bool has_too_many(const std::vector<core::BookingId>& others, const Name& except,
                                  const std::vector<core::BookingPart>& parts) const;
  void book_at_dawn(core::Instant now);
  /// Did anything happen?
  bool book_in_time(core::Instant now);
  /// Places that are taken now and not over, as text.
  [[nodiscard]] std::vector<Name> places_taken(core::Instant now) const;
  [[nodiscard]] std::vector<Name> waiting_in_turn() const;
  void think_of_who_waits(core::Instant now);
  [[nodiscard]] core::Instant kept_until(core::Instant now) const;
  [[nodiscard]] std::optional<core::Instant> place_for(const Reservation& one, core::Instant now) const;
  void think_at(core::Instant at);
  [[nodiscard]] std::string book_difference(const core::State& real) const;
  /// A guest with a fresh number who stands in no list yet.
  Guest arrive(const Name& id, const std::vector<core::ServiceId>& services, core::Instant now, bool helped = false,
               std::optional<core::Number> off_roll = {});
  [[nodiscard]] static bool holiday(const core::HolidayRules& rules, std::int64_t day);
  Answer act(const core::IdleDesk&, core::Instant);
  Answer act(const core::ChangeServices&, core::Instant);
  Answer act(const core::PressButton&, core::Instant);
  Answer act(const core::CallHelp&, core::Instant);
  Answer act(const core::AnswerHelp&, core::Instant);
  Answer act(const core::ClearHelp&, core::Instant);

  // reference_host.cpp
  Answer act(const core::CallNumber&, core::Instant);
  Answer act(const core::EditVisit&, core::Instant);
  Answer act(const core::MoveVisit&, core::Instant);
  Answer act(const core::MergeVisits&, core::Instant);
  Answer act(const core::SplitVisit&, core::Instant);
  Answer act(const core::SetRoomMode&, core::Instant);
  Answer act(const core::Evacuate&, core::Instant);
  Answer act(const core::AskMoreTime&, core::Instant);
  static Answer act(const core::NoteMessage&, core::Instant) { return std::nullopt; }
  Answer act(const core::SeeHandover&, core::Instant);
  core::Instant handed_over_{};
  [[nodiscard]] static bool stands_still(const core::Command& command);
  void carry_rolls();
  [[nodiscard]] PaperRoll* roll_with(core::Number number);
  [[nodiscard]] const Guest* with_number(core::Number number) const;
  [[nodiscard]] Answer cannot_use(core::Number number);
  [[nodiscard]] core::Instant place_on_roll(core::Number number, core::Instant now);
  Name admit_from_roll(core::Number number, const Name& service, core::Instant now);
  [[nodiscard]] std::optional<std::pair<core::Number, Name>> roll_turn(const Name& desk);
  Answer put_up(const core::RollWish& wish);
  Answer put_away(const core::SetRoomMode& wish, core::Instant now);
  void thaw(core::Instant now);
  [[nodiscard]] static Want wanted_like(const Want& other);
  [[nodiscard]] std::vector<Name> served_by(const Name& desk) const;
  [[nodiscard]] core::Instant booked_until(core::Instant start) const { return patience_until(start, facility_.booking.late); }
  [[nodiscard]] core::Instant patience_until(core::Instant start, core::Minutes patience) const;
  /// For a booked guest that is due and not here: is this desk needed?
  [[nodiscard]] bool kept_free(const Name& desk, core::Instant now) const;
  [[nodiscard]] bool is_out(core::Number number) const;
  [[nodiscard]] std::optional<core::Number> number_for(char letter) const;
  [[nodiscard]] std::string house_difference(const core::State& real) const;

  [[nodiscard]] Answer cannot_take(const core::Service& service, core::Channel channel, core::Instant now, int party) const;
  [[nodiscard]] bool site_open(std::int64_t day, std::int64_t minute) const;
  [[nodiscard]] std::optional<core::Instant> someone_there(const std::vector<core::ServiceId>& services, core::Instant now) const;
  [[nodiscard]] bool served_at(const core::Service& service, std::int64_t day, std::int64_t minute) const;
  [[nodiscard]] Answer cannot_be_rung(const core::ServiceId& service, core::Instant now) const;
  void wait_for_the_doors(Guest& guest, core::Instant opening);
  [[nodiscard]] bool too_crowded(const core::Service& service, int party) const;
  [[nodiscard]] Name zone_of(const Name& service) const;
  void end_by_night();
  [[nodiscard]] bool quota_spent(const core::Service& service, core::Instant now) const;
  [[nodiscard]] core::Number next_number(char letter) const;  ///< none left: digits 0
  Answer must_be_free(const Name& desk);
  Answer must_hold(const Name& desk);
  [[nodiscard]] std::vector<Turn> turns_for(const Name& desk, core::Instant now) const;
  [[nodiscard]] bool understands(const Name& desk, const Counter& counter, const Name& language) const;
  [[nodiscard]] bool has_skill(const Name& desk, const Counter& counter, const Name& service) const;
  [[nodiscard]] bool is_able(const Name& desk, const Counter& counter, const Guest& guest, const Name& service) const;
  [[nodiscard]] bool could_come(const Name& desk, const Guest& guest, const Want& want) const;
  [[nodiscard]] bool goes_first(const Name& desk, const Guest& guest, const Want& want, core::Instant now) const;
  [[nodiscard]] static bool is_ready(const Guest& guest, std::size_t want);
  [[nodiscard]] std::vector<Name> desks_in_order() const;
  [[nodiscard]] Answer cannot_join(const core::ServiceId& id, core::Instant now) const;
  [[nodiscard]] static bool wants_already(const Guest& guest, const std::set<std::size_t>& dropped, const Name& service);
  Answer change(Guest& guest, const core::ChangeServices& wish, core::Instant now);
  /// What a visit holds of quotas: each service, and each authority once as "@authority".
  [[nodiscard]] std::multiset<Name> places_of(const Guest& guest) const;
  void count_places(const std::multiset<Name>& took, const std::multiset<Name>& gave);
  Answer go_on(const Name& desk, const core::FinishService& wish, const Name& id, core::Instant now);
  Answer bring_along(const core::OpenDesk& wish, core::Instant now);
  Answer take_back(const Name& desk, core::Instant now, std::chrono::milliseconds within, bool whole_press);
  void send_away(const Name& desk, core::Instant now);
  void call(const Name& desk, const Turn& turn, core::Why why, core::Number instead, core::Instant now);
  void remember(const Name& desk, core::DeskAction action, core::Instant now);
  void wait_again(Guest& guest);
  [[nodiscard]] std::string guest_difference(const Guest& guest, const core::State& real) const;
  [[nodiscard]] std::string counter_difference(const Name& id, const Counter& counter, const core::State& real) const;

  core::Facility facility_;
  std::int64_t day_ = 0;
  int changes_ = 0;
  std::map<Name, Guest> guests_;
  std::map<Name, Reservation> book_;
  std::map<Name, std::vector<bool>> in_time_;  ///< by service, how its appointments ended
  std::map<Name, std::int64_t> given_out_;     ///< by service, the last day whose kept places are
  std::optional<core::Instant> think_again_;   ///< of who waits for a place
  std::map<Name, Counter> counters_;
  int arrivals_ = 0;
  std::map<Name, std::uint32_t> taken_today_, taken_week_, authority_today_;
  std::map<Name, core::Instant> plans_;
  std::uint64_t refusals_today_ = 0;
  int opened_ = 0;
  std::set<core::Number> out_;  ///< numbers that may not be issued now
  std::map<char, int> last_digits_;
  std::vector<PaperRoll> rolls_;
  bool on_paper_ = false;
  std::optional<core::Instant> evacuated_;
  std::vector<std::pair<core::Instant, core::Instant>> stood_still_;   ///< of the day, and the last of an earlier one
};

}  // namespace skranke::test
