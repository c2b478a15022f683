#pragma once
// ESC/POS: the language of receipt printers. Only its raster command is used, so every script and every printer gets
// the same picture.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "printer/bitmap.hpp"
#include "printer/printer.hpp"

namespace skranke::printer::escpos {

inline constexpr int band_rows_max = 128;  ///< some heads refuse more in one GS v 0

/// How a ticket leaves the printer.
struct Ending {
  bool cut = true;                  ///< without it the ticket is fed past the tear bar
  bool full = false;                ///< right through: for a presenter that holds it; else a corner is left
  std::vector<std::uint8_t> after;  ///< what the maker wants of it then, such as a presenter's "hand it out"
};
/// `cut` of the settings, and what the device's address says: "?cut=full&after=1d6505".
[[nodiscard]] Ending ending_of(const PrinterSettings& settings);

/// Reset, the picture in bands, feed and the ending.
[[nodiscard]] std::vector<std::uint8_t> encode(const Bitmap& picture, const Ending& ending);
[[nodiscard]] inline std::vector<std::uint8_t> encode(const Bitmap& picture, bool cut) {
  return encode(picture, Ending{.cut = cut, .full = false, .after = {}});
}

/// DLE EOT 1..4: "how are you" past any queued data, even when the printer is off-line.
[[nodiscard]] std::vector<std::uint8_t> ask_status();
/// GS r 1: paper status, answered in turn, so its answer says that all bytes before it have been worked off.
[[nodiscard]] std::vector<std::uint8_t> ask_when_done();

/// What the answers to DLE EOT 1..4 said; a missing one was not answered (cheap printers know only some).
struct Status {
  std::optional<std::uint8_t> printer, offline, error, paper;
  [[nodiscard]] bool answered() const { return printer || offline || error || paper; }
  bool operator==(const Status&) const = default;
};

/// True for a byte that can answer DLE EOT (fixed bits 1 and 4 set, 0 and 7 clear).
[[nodiscard]] constexpr bool is_status_answer(std::uint8_t byte) { return (byte & 0x93) == 0x12; }
/// True for a byte that can answer GS r (bits 4 and 7 clear).
[[nodiscard]] constexpr bool is_done_answer(std::uint8_t byte) { return (byte & 0x90) == 0; }

/// Sorts answers that came in the order of ask_status(). Noise between them is dropped. With fewer than four answers
/// nothing says which is which: the last of them is taken for the paper's, which is the one that clones know.
[[nodiscard]] Status parse_status(const std::vector<std::uint8_t>& answers);

/// Health as staff should hear it; an unanswered status is `ready` with a note in `detail`: a mute printer is no broken
/// printer.
[[nodiscard]] Health health_of(const Status& status);

}  // namespace skranke::printer::escpos
