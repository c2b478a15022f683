#pragma once
// A made-up site that lives through random days: the same seed gives the same events. For every test of the journal.
#include <random>
#include <string>
#include <vector>

#include "core/command.hpp"
#include "db/store.hpp"

namespace skranke::test {

/// Three services, two authorities, three desks, one printer; always open.
[[nodiscard]] core::Facility small_site();

/// Random wishes of citizens, clerks and printers, decided by the core. `state()` is the fold of all that was handed out.
class History {
 public:
  explicit History(std::uint64_t seed) : random_{seed} {}
  /// The next command that led to events, as the engine would hand it to the store.
  [[nodiscard]] db::Record next();
  /// A ticket taken, nothing else.
  [[nodiscard]] db::Record ticket();
  [[nodiscard]] const core::State& state() const { return state_; }
  [[nodiscard]] std::uint64_t last_seq() const { return seq_; }
  [[nodiscard]] core::Instant now() const { return now_; }
  void skip(std::chrono::milliseconds time) { now_ += time; }
  /// Goes on from an earlier moment of this history (events after it were not stored).
  void go_back(core::State state, std::uint64_t seq) { state_ = std::move(state), seq_ = seq; }

 private:
  [[nodiscard]] core::Command wish();
  [[nodiscard]] core::Command desk_wish(const core::DeskId& desk);
  [[nodiscard]] core::Command take();
  [[nodiscard]] core::Command apply();
  [[nodiscard]] core::VisitId some_visit();
  [[nodiscard]] std::size_t pick(std::size_t count) { return std::uniform_int_distribution<std::size_t>{0, count - 1}(random_); }
  [[nodiscard]] db::Record record_of(std::vector<core::Event> events);

  std::mt19937_64 random_;
  core::Facility site_ = small_site();
  core::State state_;
  core::Instant now_ = core::from_millis(1'795'420'800'000);
  std::uint64_t seq_ = 0, made_ = 0;
};

}  // namespace skranke::test
