#pragma once
// What is called aloud when: one line of announcements for each loudspeaker. Pure; time comes in, and so does how long a thing takes to say.
//
// Each announcement has its time from the moment it is known, so that every screen of a zone turns at the same moment as the loudspeaker speaks. What has
// begun is never changed; what still waits is planned anew with every call.
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/state.hpp"

namespace skranke::display {

/// A call as it is heard.
struct CallAloud {
  core::Serial serial = 0;
  core::Number number;
  core::DeskId desk;
  std::uint32_t attempt = 1;
  core::Instant called_at{};
  std::string language;                  ///< of the ticket
  bool operator==(const CallAloud&) const = default;
};

struct Announcement {
  std::string id;                        ///< the same as long as it says the same
  std::vector<CallAloud> calls;              ///< none: a test of the sound
  core::Instant at{};
  std::chrono::milliseconds length{0};   ///< of what is heard
  core::Instant until{};                 ///< the large field is the next one's from here
  bool numbers_only = false;             ///< many waited: chime, then one number after the other
  bool speech = true;                    ///< false: too old to be said, the chime rings all the same
  bool operator==(const Announcement&) const = default;
};

class Announcer {
 public:
  static constexpr std::size_t merge_above = 3;                        ///< more than so many waiting become one announcement
  static constexpr std::size_t waiting_max = 24;                       ///< of one loudspeaker; the oldest goes unheard (and stands on the boards)
  static constexpr std::size_t outputs_max = 64;
  static constexpr std::chrono::milliseconds shown_min{8'000};         ///< each call has the large field for so long
  static constexpr std::chrono::milliseconds shown_min_merged{3'000};  ///< and each of many for so long
  static constexpr std::chrono::milliseconds breath{600};              ///< between two announcements
  static constexpr std::chrono::milliseconds fixed_within{250};        ///< what begins so soon is on its way to the loudspeakers and stays
  static constexpr std::chrono::seconds speech_age_max{60};

  using LengthOf = std::function<std::chrono::milliseconds(const Announcement&)>;
  explicit Announcer(LengthOf length_of) : length_of_{std::move(length_of)} {}

  void called(const std::string& output, CallAloud call, core::Instant now);
  void test(const std::string& output, core::Instant now);
  /// Forgets what is over and what must not be said any more (taken back, left), and plans the rest anew.
  void review(core::Instant now, const std::function<bool(const CallAloud&)>& stands);
  /// Nothing more is said: the room is being left.
  void silence() { outputs_.clear(); }

  /// By time: what is being said, and what will be.
  [[nodiscard]] std::vector<Announcement> of(std::string_view output) const;
  [[nodiscard]] bool empty() const { return outputs_.empty(); }

 private:
  struct Output {
    std::deque<Announcement> begun;
    std::vector<CallAloud> waiting;
    std::vector<Announcement> planned;
  };
  void settle(Output& output, core::Instant now) const;
  void plan(Output& output, core::Instant now) const;
  [[nodiscard]] Announcement announce(std::vector<CallAloud> calls, core::Instant at) const;

  LengthOf length_of_;
  std::map<std::string, Output, std::less<>> outputs_;
  std::uint64_t tests_ = 0;
};

}  // namespace skranke::display
