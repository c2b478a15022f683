#pragma once
// Paper to draw on, for layout.cpp only: text with Pango, boxes, and at the end plain dots.
#include <cairo.h>
#include <pango/pangocairo.h>

#include <memory>
#include <string>

#include "printer/layout.hpp"
#include "system/owned.hpp"

namespace skranke::printer {

using Surface = std::unique_ptr<cairo_surface_t, Closer<cairo_surface_destroy>>;
using Context = std::unique_ptr<cairo_t, Closer<cairo_destroy>>;
using Layout = std::unique_ptr<PangoLayout, Closer<g_object_unref>>;

/// How one text looks. Sizes are dots at 203 dpi; the canvas scales them.
struct Style {
  double size = 30;
  bool bold = false;
  int lines_max = 2;
  PangoAlignment align = PANGO_ALIGN_CENTER;
};

class Canvas {
 public:
  Canvas(Paper paper, bool right_to_left, const std::string& language);

  /// Dots for a length given in dots at 203 dpi.
  [[nodiscard]] int dots(double at_203_dpi) const;
  [[nodiscard]] int width() const { return paper_.width; }

  /// A paragraph broken at `width` dots; invalid UTF-8 is mended, unknown glyphs are counted.
  [[nodiscard]] Layout paragraph(const std::string& text, Style style, int width);
  /// Narrows a broken paragraph as far as it keeps its number of lines: even lines instead of one word alone on the
  /// last.
  static void balance(PangoLayout* layout, int width);
  /// Height of a paragraph, in dots.
  [[nodiscard]] static int height_of(PangoLayout* layout);

  void draw(PangoLayout* layout, int left, int top);
  /// White letters on what is black already.
  void draw_inverse(PangoLayout* layout, int left, int top);
  /// Heavier than the heaviest cut of the font: outlines filled and then stroked with `extra` dots. Gives back where
  /// the ink is.
  Box draw_heavy(PangoLayout* layout, int left, int top, double extra);
  void fill(Box box);

  [[nodiscard]] int unknown_glyphs() const { return unknown_glyphs_; }
  /// The first `height` rows as dots, by threshold: dithered letters look worn on a thermal head.
  [[nodiscard]] Bitmap dots_down_to(int height) const;

 private:
  Paper paper_;
  Surface surface_;
  Context cairo_;
  std::unique_ptr<PangoContext, Closer<g_object_unref>> pango_;
  int unknown_glyphs_ = 0;
};

}  // namespace skranke::printer
