#include "core/sound.hpp"

#include <algorithm>

namespace skranke::core {

namespace {

bool names(const std::vector<std::string>& zones, std::string_view zone) { return std::find(zones.begin(), zones.end(), zone) != zones.end(); }

Minutes clock_of(const Facility& facility, Instant at) {
  const auto local = facility.zone.to_local(at);
  return std::chrono::floor<Minutes>(local - std::chrono::floor<std::chrono::days>(local));
}

const Board* speaking_board(const Facility& facility, std::string_view zone) {
  const Board* best = nullptr;
  int best_rank = 0;
  for (const Board& board : facility.boards) {
    const bool named = names(board.zones, zone);
    if ((!named && !board.zones.empty()) || board.speaker == false) continue;
    const int rank = (board.speaker ? 4 : 0) + (named ? 2 : 0) + 1;   // the first of equals stays
    if (rank > best_rank) best = &board, best_rank = rank;
  }
  return best;
}

}  // namespace

SoundOutput output_for(const Facility& facility, std::string_view zone) {
  for (const bool named : {true, false})
    for (const Speaker& speaker : facility.speakers)
      if (named ? names(speaker.zones, zone) : speaker.zones.empty()) return {SoundOutput::Kind::speaker, speaker.id, speaker.volume};
  if (const Board* board = speaking_board(facility, zone)) return {SoundOutput::Kind::board, board->id.str(), board->chime_volume};
  return {SoundOutput::Kind::none, std::string{zone}, 0};
}

int volume_at(const Facility& facility, const SoundOutput& output, Instant at) {
  const Minutes clock = clock_of(facility, at);
  for (const DaySpan& span : facility.sound.quiet)
    if (span.covers(clock)) return 0;
  for (const VolumeSpan& span : facility.sound.volume)
    if (span.when.covers(clock)) return output.volume * span.percent / 100;
  return output.volume;
}

Arrow arrow_to(const Board& board, const Desk& desk) {
  const auto own = std::find_if(board.arrows.begin(), board.arrows.end(), [&](const auto& entry) { return entry.first == desk.id; });
  return own == board.arrows.end() ? desk.arrow : own->second;
}

bool is_night(const Facility& facility, Minutes night_after, Instant at) {
  if (night_after.count() == 0 || facility.opening.empty()) return false;
  const Day today = local_day(facility, at);
  for (const Day day : {today - std::chrono::days{1}, today, today + std::chrono::days{1}})
    for (const OpenSpan& span : site_hours(facility, day))
      if (span.from - night_after <= at && at < span.to + night_after) return false;
  return true;
}

}  // namespace skranke::core
