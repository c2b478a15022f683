#include "printer/canvas.hpp"

#include <algorithm>
#include <cmath>

namespace skranke::printer {

namespace {
constexpr int length_mm_max = 400;
constexpr std::size_t text_bytes_max = 1'000;
// Named families first, so that two machines with the same packages print the same ticket; the system's own choice is
// the last resort.
constexpr const char* families =
    "Noto Sans,Noto Sans Arabic,Noto Sans Ethiopic,Noto Sans Hebrew,Noto Sans Devanagari,Noto Sans Thai,sans-serif";

/// Valid UTF-8 with fewer than `lines_max` line breaks: a text pasted with a hundred of them must not push the code off
/// the paper.
std::string mended(const std::string& text, int lines_max) {
  const std::unique_ptr<char, decltype(&g_free)> valid{
      g_utf8_make_valid(text.data(), static_cast<gssize>(std::min(text.size(), text_bytes_max))), &g_free};
  std::string result = valid.get();
  int breaks_left = lines_max - 1;
  for (char& letter : result)
    if ((letter == '\n' && breaks_left-- <= 0) || (static_cast<unsigned char>(letter) < 0x20 && letter != '\n'))
      letter = ' ';
  return result;
}
}  // namespace

Canvas::Canvas(Paper paper, bool right_to_left, const std::string& language)
    : paper_(paper),
      surface_(cairo_image_surface_create(CAIRO_FORMAT_A8, paper.width, length_mm_max * paper.dpi * 10 / 254)),
      cairo_(cairo_create(surface_.get())),
      pango_(pango_cairo_create_context(cairo_.get())) {
  cairo_set_source_rgba(cairo_.get(), 0, 0, 0, 1);
  const std::unique_ptr<cairo_font_options_t, decltype(&cairo_font_options_destroy)> options{
      cairo_font_options_create(), &cairo_font_options_destroy};
  cairo_font_options_set_antialias(options.get(), CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options.get(),
                                    CAIRO_HINT_STYLE_FULL);  // stems on whole dots: even strokes after the threshold
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_ON);
  pango_cairo_context_set_font_options(pango_.get(), options.get());
  pango_cairo_context_set_resolution(pango_.get(), 72);
  pango_context_set_base_dir(pango_.get(), right_to_left ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR);
  pango_context_set_language(pango_.get(), pango_language_from_string(language.c_str()));
}

int Canvas::dots(double at_203_dpi) const { return static_cast<int>(std::lround(at_203_dpi * paper_.dpi / 203.0)); }

Layout Canvas::paragraph(const std::string& text, Style style, int width) {
  Layout layout{pango_layout_new(pango_.get())};
  const std::unique_ptr<PangoFontDescription, decltype(&pango_font_description_free)> font{
      pango_font_description_from_string(families), &pango_font_description_free};
  pango_font_description_set_weight(font.get(), style.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_font_description_set_absolute_size(font.get(), dots(style.size) * PANGO_SCALE);
  pango_layout_set_font_description(layout.get(), font.get());
  pango_layout_set_text(layout.get(), mended(text, style.lines_max).c_str(), -1);
  pango_layout_set_alignment(layout.get(), style.align);
  pango_layout_set_width(layout.get(), width < 0 ? -1 : width * PANGO_SCALE);
  pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
  pango_layout_set_height(layout.get(), -style.lines_max);
  pango_layout_set_ellipsize(layout.get(), PANGO_ELLIPSIZE_END);
  pango_layout_set_line_spacing(layout.get(), 0.95F);
  unknown_glyphs_ += pango_layout_get_unknown_glyphs_count(layout.get());
  return layout;
}

void Canvas::balance(PangoLayout* layout, int width) {
  const int lines = pango_layout_get_line_count(layout);
  if (lines < 2 || pango_layout_is_ellipsized(layout) != 0) return;
  int fits = width, too_narrow = width / 2;
  while (fits - too_narrow > 4) {
    const int trial = (fits + too_narrow) / 2;
    pango_layout_set_width(layout, trial * PANGO_SCALE);
    (pango_layout_get_line_count(layout) == lines && pango_layout_is_ellipsized(layout) == 0 ? fits : too_narrow) =
        trial;
  }
  pango_layout_set_width(layout, fits * PANGO_SCALE);
}

int Canvas::height_of(PangoLayout* layout) {
  int height = 0;
  pango_layout_get_pixel_size(layout, nullptr, &height);
  return height;
}

void Canvas::draw(PangoLayout* layout, int left, int top) {
  cairo_move_to(cairo_.get(), left, top);
  pango_cairo_show_layout(cairo_.get(), layout);
}

void Canvas::draw_inverse(PangoLayout* layout, int left, int top) {
  cairo_set_operator(cairo_.get(), CAIRO_OPERATOR_DEST_OUT);
  draw(layout, left, top);
  cairo_set_operator(cairo_.get(), CAIRO_OPERATOR_OVER);
}

Box Canvas::draw_heavy(PangoLayout* layout, int left, int top, double extra) {
  cairo_new_path(cairo_.get());
  cairo_move_to(cairo_.get(), left, top);
  pango_cairo_layout_path(cairo_.get(), layout);
  cairo_set_line_width(cairo_.get(), extra);
  cairo_set_line_join(cairo_.get(), CAIRO_LINE_JOIN_MITER);
  double x1 = 0, y1 = 0, x2 = 0, y2 = 0;
  cairo_stroke_extents(cairo_.get(), &x1, &y1, &x2, &y2);
  cairo_fill_preserve(cairo_.get());
  cairo_stroke(cairo_.get());
  const auto whole = [](double value) { return static_cast<int>(std::lround(value)); };
  return {whole(x1), whole(y1), whole(x2) - whole(x1), whole(y2) - whole(y1)};
}

void Canvas::fill(Box box) {
  cairo_rectangle(cairo_.get(), box.left, box.top, box.width, box.height);
  cairo_fill(cairo_.get());
}

Bitmap Canvas::dots_down_to(int height) const {
  cairo_surface_flush(surface_.get());
  const unsigned char* data = cairo_image_surface_get_data(surface_.get());
  const int stride = cairo_image_surface_get_stride(surface_.get());
  Bitmap bitmap(paper_.width, std::min(height, cairo_image_surface_get_height(surface_.get())));
  for (int y = 0; y < bitmap.height; ++y)
    for (int x = 0; x < bitmap.width; ++x)
      if (data[static_cast<std::ptrdiff_t>(y) * stride + x] >= 128) bitmap.blacken(x, y);
  return bitmap;
}

}  // namespace skranke::printer
