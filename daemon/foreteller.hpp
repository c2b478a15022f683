#pragma once
// Keeps what citizens are shown of their wait: glances at the room, has the glance played forward on a thread of its own, and lays the result over what
// is shown. What a visit is told first becomes a fact in the journal. Nothing here stands in the way of a ticket: no command waits for a round.
#include <chrono>
#include <functional>
#include <memory>
#include <set>

#include "core/foresight.hpp"
#include "core/told_record.hpp"
#include "daemon/engine/engine.hpp"

namespace skranke::daemon {

class Foreteller {
 public:
  /// `moved` is called on the I/O thread when something shown has changed.
  Foreteller(boost::asio::io_context& io, Engine& engine, std::function<void()> moved);
  /// Waits for the round that is being played.
  ~Foreteller();
  Foreteller(const Foreteller&) = delete;
  Foreteller& operator=(const Foreteller&) = delete;

  [[nodiscard]] const core::Foresight& foresight() const { return foresight_; }
  /// Of what was told and came since the start.
  [[nodiscard]] core::ToldTally judged(core::ToldKind kind) const { return record_.of(kind); }
  [[nodiscard]] std::uint64_t rounds() const { return rounds_; }
  [[nodiscard]] std::chrono::milliseconds round_took() const { return took_; }

  /// Once a second. One round at a time; after it a pause of `rest_factor` times as long, so that looking ahead never takes more than a twentieth of a core.
  void tick();

 private:
  void begin();
  void tell(const core::Foreseen& round);
  void done(core::Foreseen round, std::chrono::milliseconds took, std::uint64_t epoch);
  static constexpr int rest_factor = 19;
  static constexpr std::chrono::seconds refresh_every{15}, changed_every{2};

  struct Worker;
  boost::asio::io_context& io_;
  Engine& engine_;
  std::function<void()> moved_;
  core::Foresight foresight_;
  core::ToldRecord record_;
  std::set<std::pair<core::Serial, std::uint8_t>> steps_told_;   ///< today; after a start a second telling is harmless: the first counts
  std::set<core::BookingId> bookings_told_;
  std::chrono::steady_clock::time_point rested_{}, last_{};
  std::chrono::milliseconds took_{0};
  std::uint64_t rounds_ = 0, rollbacks_ = 0;
  bool changed_ = true, under_way_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::unique_ptr<Worker> worker_;
};

}  // namespace skranke::daemon
