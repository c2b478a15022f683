#pragma once
// What managers read: how a visit went, as few numbers, and tables made from many of them. Pure; told from the state alone, so that a report is the
// same however often the journal is folded.
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/state.hpp"

namespace skranke::core {

inline constexpr std::size_t outcome_count = 5;

/// One matter of a visit.
struct MatterFigure {
  ServiceId service;
  DeskId desk;                       ///< last one that called it; empty = never called
  StepState state{};
  std::optional<Outcome> outcome;
  std::uint16_t attempts = 0;
  Instant called_at{};               ///< first call; the epoch = never
  std::optional<std::int64_t> walk_s;      ///< from the call to its start
  std::optional<std::int64_t> wait_s;      ///< from when it could be called (arrival, booked time, end of the matter before) to the first call
  std::optional<std::int64_t> service_s;   ///< from its start, else its call, to its end
};

struct VisitFigure {
  Day day{};                         ///< business day it began on
  Instant created_at{};
  VisitState state{};
  Channel channel{};
  std::uint16_t party = 1;
  bool booked = false;
  bool by_telephone = false;               ///< a desk rang: nobody waited in the room
  std::optional<Instant> booked_for;       ///< none too for who came too late for it
  Instant ended_at{};                      ///< the epoch = still here
  std::optional<std::int64_t> late_s;      ///< of a booked visit: first call after the booked time; negative = before it
  std::optional<std::int64_t> total_s;     ///< of one that is over: from arrival to the end of the last matter
  std::vector<MatterFigure> matters;
};

[[nodiscard]] VisitFigure figure_of(const Visit& visit);

/// All visits of the state that stand for themselves; `ended_only` leaves out who is still here.
[[nodiscard]] std::vector<VisitFigure> figures_in(const State& state, bool ended_only);

/// By what a table's rows go. `day` and `channel` count visits, the others matters.
enum class FiguresBy : std::uint8_t { day, service, authority, desk, hour, channel };

struct FigureRow {
  std::uint64_t visits = 0, persons = 0, matters = 0, served = 0, no_show = 0, left = 0, booked = 0;
  std::uint64_t within_target = 0;                   ///< of `waits`: not longer than the service's target
  std::array<std::uint64_t, outcome_count> outcomes{};
  std::vector<std::int64_t> waits, services, totals, lates;   ///< seconds, in order of size once the table is made
};
using FigureTable = std::map<std::string, FigureRow>;   ///< by key: "2026-11-23", a service's id, "09", "kiosk"; "" = none (never called, unknown authority)

struct FigureAnswer {
  FigureTable rows;
  FigureRow total;
};

/// Of the visits with from ≤ day ≤ to.
[[nodiscard]] FigureAnswer tabulate(const std::vector<const VisitFigure*>& visits, const Facility& facility, FiguresBy by);

/// Who waited how long: of those of a kind who were called, so many within 0, 1, 2 … minutes.
struct WaitCurve {
  static constexpr std::size_t minutes_max = 90;
  std::uint64_t called = 0;
  std::array<std::uint64_t, minutes_max + 1> within{};
  /// Of a visit's first matter. A booking waits from its time, or from arrival when that was later; who was rung up did not wait.
  void add(const VisitFigure& visit);
};

/// Of a list in order of size: the smallest value that `share` of the list do not exceed. Nothing for an empty list.
[[nodiscard]] std::optional<std::int64_t> percentile(const std::vector<std::int64_t>& ordered, double share);
[[nodiscard]] std::optional<std::int64_t> mean(const std::vector<std::int64_t>& values);

}  // namespace skranke::core
