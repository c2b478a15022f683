#pragma once
// What holds for the room as a whole: tickets from a paper roll, an evacuation, and that all is well again.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "core/number.hpp"
#include "core/time.hpp"

namespace skranke::core {

enum class RoomMode : std::uint8_t { normal, paper_roll };
/// Why people are told that things work again.
enum class BackFrom : std::uint8_t { nothing, evacuation, paper_roll };

/// A roll of pre-numbered paper tickets: `letter` with `first` to `last`. None of these numbers is issued by the system while the roll is known.
struct Roll {
  char letter = 'P';
  std::uint16_t first = 1, last = digits_max;
  std::uint16_t torn = 0;      ///< of a roll that is put away: the last ticket that was torn off; 0 = none
  ServiceId service;           ///< what its tickets are for; empty = whatever the desk serves
  bool open = true;
  Instant opened_at{}, closed_at{};
  bool operator==(const Roll&) const = default;

  [[nodiscard]] bool holds(Number number) const { return number.letter == letter && number.digits >= first && number.digits <= last; }
};
inline constexpr std::size_t rolls_max = 16;   ///< a day

/// A time that counts against nobody.
struct FrozenSpan {
  Instant from{}, to{};
  bool operator==(const FrozenSpan&) const = default;
};
inline constexpr std::size_t frozen_max = 16;   // more evacuations a day forget the first

struct RoomStatus {
  RoomMode mode = RoomMode::normal;
  Instant mode_since{};
  std::vector<Roll> rolls;     ///< of this business day, in the order they were put up
  bool evacuated = false;
  Instant evacuated_at{};      ///< since when; while it lasts every clock of the room stands at this time
  std::string evacuation_kind;
  Instant frozen_from{}, frozen_to{};   ///< the last evacuation that is over
  std::vector<FrozenSpan> frozen_before;   ///< those of this business day before it, at most `frozen_max`, oldest first
  BackFrom back_from = BackFrom::nothing;
  Instant back_at{};
  Instant handed_over{};       ///< what the contact centre did until then was seen by somebody here
  bool operator==(const RoomStatus&) const = default;

  [[nodiscard]] const Roll* roll_with(Number number) const;
};

struct State;
struct Visit;

/// The time by which the room counts waits and limits: it stands still during an evacuation.
[[nodiscard]] Instant room_time(const State& state, Instant now);

/// When `patience` after `from` is over: time that the room stood still in between, each time, does not count.
[[nodiscard]] Instant patience_ends(const RoomStatus& room, Instant from, std::chrono::seconds patience);

/// Who holds or held this number today (or since before, and is still here); the latest one.
[[nodiscard]] const Visit* holder_of(const State& state, Number number);

/// Where the wishes of this visit stand: itself, or the visit that it was joined into.
[[nodiscard]] const Visit& stands_for(const State& state, const Visit& visit);

/// The first ticket of a roll that nobody has become a visit with; nothing when all have.
[[nodiscard]] std::optional<Number> next_on_roll(const State& state, const Roll& roll);

/// Torn off, as far as is known, and never called nor registered. At most `digits_max`.
[[nodiscard]] std::vector<Number> torn_never_called(const State& state, const Roll& roll);

}  // namespace skranke::core
