#pragma once
// The ticket's face: text in, dots out. Pure but for the fonts of the machine.
#include "printer/bitmap.hpp"
#include "printer/printer.hpp"

namespace skranke::printer {

/// What a head can print: `width` in dots (printable, not paper), `dpi` alike both ways.
struct Paper {
  int width = 576;
  int dpi = 203;
};

/// 80 mm paper prints 72 mm (576 dots at 203 dpi), 58 mm paper 48 mm (384 dots); other widths lose 4 mm on each side.
[[nodiscard]] Paper paper_of(int width_mm);

/// A box in dots; all 0 = not on the ticket.
struct Box {
  int left = 0, top = 0, width = 0, height = 0;
};

struct Ticket {
  Bitmap picture;          ///< as long as its content asks, at most 400 mm
  Box number;              ///< the ink of the number, bar excluded
  Box bar;                 ///< the bar under the number: shows which way is up
  Box qr;                  ///< the code with its quiet zone
  int unknown_glyphs = 0;  ///< letters no font of this machine has: they print as boxes
};

/// Lays a ticket out. Never fails: what cannot be drawn (a URL too long for a QR code) is left out, over-long texts end
/// in an ellipsis. 2–5 ms on a thread that has done it before. Thread-safe; fonts are cached per thread.
[[nodiscard]] Ticket lay_out(const TicketText& text, Paper paper);

/// Loads fontconfig's cache and this thread's fonts once (60–200 ms the first time, nothing later), so that no citizen
/// waits for it.
void warm_fonts();

}  // namespace skranke::printer
