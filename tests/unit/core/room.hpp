#pragma once
// A waiting room with a made-up clock, so that a test reads like a morning at the centre.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/command.hpp"

namespace skranke::test {

/// Copenhagen's offsets for 2026 and 2027.
[[nodiscard]] core::Zone copenhagen();
/// pas and cpr by the municipality, siri (after cpr) and skat by guests; desk 1: pas, cpr; desk 2: all; desk 3: siri.
/// Always open.
[[nodiscard]] core::Facility plain_site();

/// The outcome of a wish: what happened, or why not.
struct Outcome {
  std::vector<core::Event> events;
  std::optional<core::Refusal> refusal;

  [[nodiscard]] bool done() const { return !refusal; }
  [[nodiscard]] std::string reason() const;  ///< "" when done
  template <class Body>
  [[nodiscard]] const Body* first() const {
    for (const core::Event& event : events)
      if (const auto* body = std::get_if<Body>(&event.body)) return body;
    return nullptr;
  }
};

class Room : public testing::Test {
 public:
  /// "2026-11-23 09:00" or "09:05:30" on the day of before; local time of the site.
  void at(const std::string& local);
  void pass(std::chrono::milliseconds span) { now += span; }
  /// Decides, folds, and holds every rule of the room against the result.
  Outcome wish(const core::Command& command);

  /// The number issued, or the reason why none was.
  std::string take(const std::vector<std::string>& services, const std::string& priority = {},
                   core::Channel channel = core::Channel::kiosk);
  void open(const std::string& desk, const std::vector<std::string>& services = {});
  /// The number called, "nobody", or the reason why not.
  std::string next(const std::string& desk);
  std::string call(const std::string& desk, const std::string& number);
  std::string recall(const std::string& desk) { return wish(core::Recall{core::DeskId{desk}}).reason(); }
  std::string start(const std::string& desk) { return wish(core::StartService{core::DeskId{desk}}).reason(); }
  std::string finish(const std::string& desk, core::Outcome outcome = core::Outcome::settled) {
    return wish(core::FinishService{core::DeskId{desk}, outcome, {}}).reason();
  }
  std::string no_show(const std::string& desk) { return wish(core::NoShow{core::DeskId{desk}}).reason(); }
  std::string park(const std::string& desk, std::optional<core::Minutes> span = {}) {
    return wish(core::Park{core::DeskId{desk}, span}).reason();
  }
  std::string transfer(const std::string& desk, const std::string& service, const std::string& to_desk = {},
                       core::Place place = core::Place::keep) {
    return wish(core::Transfer{core::DeskId{desk}, core::ServiceId{service}, core::DeskId{to_desk}, place}).reason();
  }
  std::string undo(const std::string& desk) { return wish(core::Undo{core::DeskId{desk}}).reason(); }
  std::string leave(const std::string& number);
  std::string come_back(const std::string& number);

  /// The visit that was given this number last.
  [[nodiscard]] const core::Visit& visit(const std::string& number) const;
  [[nodiscard]] core::VisitState state_of(const std::string& number) const { return visit(number).state; }
  [[nodiscard]] const core::DeskStatus& desk(const std::string& id) const;
  /// Numbers waiting for a service, first to be called first: "A1 A2".
  [[nodiscard]] std::string queue(const std::string& service) const;
  [[nodiscard]] std::string board() const;  ///< "A2@d1 A1@d2", newest first

  core::Facility facility = plain_site();
  core::State state;
  core::Instant now = core::from_millis(1'795'420'800'000);  // Monday 23 November 2026, 09:00 in Copenhagen

 private:
  int taken_ = 0;
};

}  // namespace skranke::test
