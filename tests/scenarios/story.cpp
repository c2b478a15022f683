#include "story.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "wire/events.hpp"
#include "wire/facility_file.hpp"

namespace skranke::test {

using namespace core;

namespace {

std::string read_all(const std::string& path) {
  std::ifstream in{path};
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

bool is_number(const std::string& word) { return parse_number(word).has_value(); }

}  // namespace

/// "09:05" or "09:05:30" as milliseconds after midnight.
std::optional<std::chrono::milliseconds> clock_time(const std::string& text) {
  int hour = 0, minute = 0, second = 0;
  char rest = 0;
  const int read = std::sscanf(text.c_str(), "%2d:%2d:%2d%c", &hour, &minute, &second, &rest);
  if ((read != 2 || text.size() != 5) && (read != 3 || text.size() != 8)) return std::nullopt;
  return std::chrono::hours{hour} + std::chrono::minutes{minute} + std::chrono::seconds{second};
}

std::optional<Day> date_named(const std::string& text) {
  std::istringstream in{text};
  int year = 0, month = 0, day = 0;
  char dash = 0;
  in >> year >> dash >> month >> dash >> day;
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(std::abs(month))},
                                         std::chrono::day{static_cast<unsigned>(std::abs(day))}};
  return date.ok() ? std::optional{Day{date}} : std::nullopt;
}

Words::Words(const std::string& line) {
  std::istringstream in{line.substr(0, line.find('#'))};
  for (std::string word; in >> word;) words_.push_back(word);
}

std::string Words::take() {
  if (words_.empty()) return {};
  std::string word = words_.front();
  words_.pop_front();
  return word;
}

bool Words::skip(const std::string& phrase) {
  std::istringstream in{phrase};
  std::size_t at = 0;
  for (std::string word; in >> word; ++at)
    if (at >= words_.size() || words_[at] != word) return false;
  words_.erase(words_.begin(), words_.begin() + static_cast<std::ptrdiff_t>(at));
  return true;
}

std::string Words::rest() const {
  std::string text;
  for (const std::string& word : words_) text += (text.empty() ? "" : " ") + word;
  return text;
}

DeskId desk_named(const std::string& name) { return DeskId{"desk-" + name}; }

std::optional<Failure> play(const std::string& file) {
  std::ifstream in{file};
  if (!in) return Failure{0, "cannot be opened"};
  Story story{std::filesystem::path{file}.parent_path().string()};
  std::string line;
  std::size_t number = 1, lines_played = 0;
  for (; std::getline(in, line); ++number) {
    const Words words{line};
    if (words.empty()) continue;
    if (auto wrong = story.play_line(words); !wrong.empty()) return Failure{number, wrong};
    ++lines_played;
  }
  if (lines_played < 3) return Failure{number, "tells nothing"};
  if (auto wrong = story.end(); !wrong.empty()) return Failure{number, wrong};
  return std::nullopt;
}

std::string Story::end() const {
  if (auto difference = ledger_.replay_difference(state_); !difference.empty())
    return "the journal tells another story: " + difference;
  if (auto difference = load_difference(state_); !difference.empty())
    return "the tables tell another story: " + difference;
  return {};
}

std::string Story::play_line(Words words) {
  std::string wrong;
  if (clock_time(words.peek())) {
    wrong = set_clock(words.take());
    if (!wrong.empty()) return wrong;
    if (auto checked = check(words))
      wrong = *checked;
    else
      wrong = act(words);
  } else if (auto checked = check(words)) {
    wrong = *checked;
  } else {
    wrong = heading(words);
  }
  if (wrong.empty() && !words.empty()) return "not understood: " + words.rest();
  return wrong;
}

std::string Story::heading(Words& words) {
  if (words.skip("covers") || words.skip("story")) {
    while (!words.empty()) words.take();
    return {};
  }
  if (words.skip("site")) return load_site(words.take());
  if (words.skip("clock may go back")) return clock_may_go_back_ = true, std::string{};
  if (words.skip("date")) {
    const auto date = date_named(words.take());
    if (!date) return "not a date";
    date_ = *date;
    return {};
  }
  return "not understood: " + words.rest();
}

std::string Story::load_site(const std::string& name) {
  const std::string path = folder_ + "/sites/" + name + ".toml";
  const std::string outer = folder_ + "/../sites/" + name + ".toml";
  const std::string text = read_all(std::filesystem::exists(path) ? path : outer);
  auto reading = wire::read_facility_toml(text, name + ".toml");
  if (!reading)
    return fmt::format("site {}: {}", name,
                       reading.error().empty() ? "unreadable" : reading.error().front().message.en);
  facility_ = std::move(reading->facility);
  Result result;
  ApplyFacility apply{state_.facility_version + 1, text, {}, {}, plan_};
  for (const Service& service : facility_.services) apply.services.push_back(service.id);
  for (const Desk& desk : facility_.desks) apply.desks.push_back(desk.id);
  if (auto wrong = wish(apply, result); !wrong.empty()) return wrong;
  return result.refusal ? fmt::format("refused {}: {}", wire::word(result.refusal->reason), result.refusal->field)
                        : std::string{};
}

std::string Story::set_clock(const std::string& time) {
  if (facility_.services.empty()) return "no site yet";
  const Instant then = facility_.zone.to_utc(LocalTime{date_ + *clock_time(time)});
  if (then < now_ && !clock_may_go_back_) return "the clock goes back";
  now_ = then;
  return {};
}

std::string Story::wish(const Command& command, Result& result) {
  const Decision decision = decide(state_, facility_, command, now_);
  if (!decision) {
    result.refusal = decision.error();
    return {};
  }
  result.events = *decision;
  for (const Event& event : result.events) {
    ledger_.write(event);
    evolve(state_, event);
  }
  return broken_rule(state_);
}

std::string Story::expect(const Command& command, Words& words) {
  Result result;
  if (auto wrong = wish(command, result); !wrong.empty()) return wrong;
  if (words.skip("->")) {
    if (!words.skip("refused")) return "expected \"-> refused REASON\", not " + words.rest();
    if (!result.refusal) return "was not refused";
    return expect_refusal(*result.refusal, words);
  }
  return result.refusal ? fmt::format("refused {}", wire::word(result.refusal->reason)) : std::string{};
}

std::string Story::expect_refusal(const Refusal& refusal, Words& words) {
  if (const std::string wanted = words.take(); wanted != wire::word(refusal.reason))
    return fmt::format("refused {}", wire::word(refusal.reason));
  while (words.skip("but")) {
    std::string offered;
    for (const Alternative& other : refusal.alternatives) {
      if (other.kind == Alternative::Kind::opens && words.peek() == "opens")
        offered = "opens " + to_rfc3339(facility_.zone, *other.at).substr(0, 10) + " " +
                  to_rfc3339(facility_.zone, *other.at).substr(11, 5);
      if (other.kind == Alternative::Kind::standby && words.peek() == "standby") offered = "standby";
      if (other.kind == Alternative::Kind::booking && words.peek() == "booking" && offered.empty()) {
        Words ahead = words;
        ahead.take();
        const bool dated = other.at && !ahead.empty() && ahead.peek() != "but";
        offered = !dated ? "booking"
                         : "booking " + to_rfc3339(facility_.zone, *other.at).substr(0, 10) + " " +
                               to_rfc3339(facility_.zone, *other.at).substr(11, 5);
      }
      if (other.kind == Alternative::Kind::host && words.peek() == "host") offered = "host";
      if (other.kind == Alternative::Kind::outside && words.peek() == "outside") offered = "outside";
      if (other.kind == Alternative::Kind::place && words.peek() == "elsewhere") offered = "elsewhere";
    }
    if (offered.empty() || !words.skip(offered)) return fmt::format("offers \"{}\", not \"{}\"", offered, words.rest());
  }
  if (words.skip("wait")) {
    const std::string seconds = words.take();
    if (!refusal.retry_after || std::to_string(refusal.retry_after->count()) != seconds) return "another time to wait";
  }
  return {};
}

std::string Story::act(Words& words) {
  if (words.skip("take")) return take(words);
  if (words.skip("book")) return book(words);
  if (words.skip("wish")) return wish_place(words);
  if (words.skip("release")) return release_places(words);
  if (is_booking_name(words.peek())) return booking_line(words.take(), words);
  if (const auto room = act_room(words)) return *room;
  if (words.skip("desk")) return desk_line(words);
  if (words.skip("tick")) return expect(Tick{}, words);
  if (words.skip("site")) return site_line(words);
  if (words.skip("room")) return room_line(words);
  if (is_number(words.peek())) return visit_line(words.take(), words);
  return "not understood: " + words.rest();
}

/// A new facility file for the same centre while people are in the room.
std::string Story::site_line(Words& words) {
  if (!words.skip("changes to")) return "expected \"site changes to NAME\"";
  const Facility before = facility_;
  const std::string wrong = load_site(words.take());
  if (!words.skip("->")) return wrong;
  facility_ = before;
  const std::string wanted = words.rest();
  while (!words.empty()) words.take();
  return wrong == wanted ? std::string{} : "got: " + wrong;
}

std::string Story::take(Words& words) {
  TakeTicket ticket;
  ticket.id = VisitId{fmt::format("visit-{}", ++taken_)};
  ticket.token = fmt::format("token-{}", taken_);
  ticket.services = services_of_list(words.take());
  for (bool more = true; more;) {
    more = true;
    if (words.skip("priority"))
      ticket.priority = PriorityId{words.take()};
    else if (words.skip("party of"))
      ticket.party = static_cast<std::uint16_t>(std::stoi(words.take()));
    else if (words.skip("by telephone"))
      ticket.callback = true, ticket.channel = Channel::phone;
    else if (words.skip("in language"))
      ticket.language = words.take();
    else if (words.skip("with roll number"))
      ticket.number = parse_number(words.take());
    else if (words.skip("needing"))
      for (const std::string& need : names_of_list(words.take())) {
        const auto known = spelled(need, Need::companion);
        if (!known) return "no such need";
        ticket.needs.push_back(*known);
      }
    else if (words.skip("standby"))
      ticket.standby = true;
    else if (words.skip("outside"))
      ticket.outside = true;
    else if (words.skip("helped"))
      ticket.helped = spelled(words.take(), Outcome::left);
    else if (words.skip("by")) {
      const auto channel = spelled(words.take(), Channel::integration);
      if (!channel) return "no such channel";
      ticket.channel = *channel;
    } else
      more = false;
  }
  if (!words.skip("->")) return "expected \"-> NUMBER\" or \"-> refused REASON\"";
  Result result;
  if (auto wrong = wish(ticket, result); !wrong.empty()) return wrong;
  if (words.skip("refused")) return result.refusal ? expect_refusal(*result.refusal, words) : "was not refused";
  if (result.refusal) return fmt::format("refused {}", wire::word(result.refusal->reason));
  const std::string wanted = words.take(), given = to_string(state_.find(ticket.id)->number);
  return wanted == given ? std::string{} : fmt::format("got {}", given);
}

std::string Story::visit_line(const std::string& number, Words& words) {
  const Visit* visit = holder(number);
  if (visit == nullptr) return "nobody holds " + number;
  ChangeServices change;
  change.visit = visit->id;
  if (words.skip("also wants")) return change.add = services_of_list(words.take()), expect(change, words);
  if (words.skip("no longer wants")) return change.remove = services_of_list(words.take()), expect(change, words);
  if (words.skip("wants instead")) return change.change_to = ServiceId{words.take()}, expect(change, words);
  if (auto done = host_line(*visit, words)) return *done;
  if (words.skip("leaves")) return expect(LeaveQueue{visit->id}, words);
  if (words.skip("returns")) return expect(ReturnVisit{visit->id}, words);
  if (words.skip("prints on")) return expect(PrintTicket{visit->id, PrinterId{words.take()}}, words);
  return "not understood: " + words.rest();
}

Command Story::transfer_from(const DeskId& desk, Words& words) {
  Transfer wish{desk, {}, {}, Place::keep};
  if (words.peek() == "pool" || words.peek() == "clerk") {
    way_from(wish, words);
  } else if (!words.skip("desk") && !words.empty()) {
    wish.to_service = ServiceId{words.take()};
    if (words.skip("at desk")) wish.to_desk = desk_named(words.take());
  } else {
    wish.to_desk = desk_named(words.take());
  }
  if (words.skip("in front")) wish.place = Place::front;
  if (words.skip("at the end")) wish.place = Place::end;
  way_from(wish, words);
  return wish;
}

std::string Story::desk_line(Words& words) {
  const DeskId desk = desk_named(words.take());
  if (const auto wish = people_wish(desk, words)) return expect(*wish, words);
  if (words.skip("press")) return press(desk, words);
  if (words.skip("closes")) return expect(CloseDesk{desk}, words);
  if (words.skip("resumes")) return expect(ResumeDesk{desk}, words);
  if (words.skip("break")) {
    const std::string reason = words.peek() == "->" ? "" : words.take();
    return expect(PauseDesk{desk, reason}, words);
  }
  if (words.skip("next")) return call(CallNext{desk}, words);
  if (words.skip("calls number")) return call_number(desk, words);
  if (words.skip("calls")) {
    const Visit* visit = holder(words.take());
    return visit == nullptr ? "nobody holds that number" : expect(CallVisit{desk, visit->id}, words);
  }
  if (words.skip("recall")) return expect(Recall{desk}, words);
  if (words.skip("start")) return expect(StartService{desk}, words);
  if (words.skip("no-show")) return expect(NoShow{desk}, words);
  if (words.skip("undo")) return expect(Undo{desk}, words);
  if (words.skip("transfer to")) {
    const Command wish = transfer_from(desk, words);
    return expect(wish, words);
  }
  if (words.skip("park")) {
    Park wish{desk, std::nullopt};
    if (words.skip("for")) wish.duration = Minutes{std::stoi(words.take())};
    words.skip("minutes");
    if (words.skip("at")) wish.place = words.take();
    return expect(wish, words);
  }
  return "not understood: " + words.rest();
}

/// "-> A1 [because REASON] [before A2]", "-> nobody", "-> refused REASON"
std::string Story::call(const Command& command, Words& words) {
  Result result;
  if (auto wrong = wish(command, result); !wrong.empty()) return wrong;
  if (!words.skip("->")) return "expected \"-> NUMBER\", \"-> nobody\" or \"-> refused REASON\"";
  if (words.skip("refused")) return result.refusal ? expect_refusal(*result.refusal, words) : "was not refused";
  if (result.refusal) return fmt::format("refused {}", wire::word(result.refusal->reason));
  const VisitCalled* called = nullptr;
  for (const Event& event : result.events)
    if (const auto* one = std::get_if<VisitCalled>(&event.body)) called = one;
  const std::string wanted = words.take(), got = called == nullptr ? "nobody" : number_of(called->serial);
  if (wanted != got) return "got " + got;
  if (words.skip("because") && (called == nullptr || words.take() != wire::word(called->why)))
    return called == nullptr ? "nobody was called" : fmt::format("because {}", wire::word(called->why));
  if (words.skip("before") && (called == nullptr || words.take() != called->runner_up))
    return called == nullptr ? "nobody was called" : "before " + called->runner_up;
  return {};
}

}  // namespace skranke::test
