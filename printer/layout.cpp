#include "printer/layout.hpp"

#include <algorithm>

#include "printer/canvas.hpp"
#include "printer/qr.hpp"

namespace skranke::printer {

namespace {

/// One ticket being drawn from the top; `y_` is where the next thing goes.
class Sheet {
 public:
  Sheet(const TicketText& text, Paper paper)
      : text_(text),
        paper_(paper),
        narrow_(paper.width * 203 < 480 * paper.dpi),
        canvas_(paper, text.right_to_left, text.language) {}

  Ticket draw() {
    reprint_band();
    for (const core::TicketPart part : text_.layout.parts) draw(part);
    return finish();
  }

 private:
  void draw(core::TicketPart part) {
    switch (part) {
      case core::TicketPart::site:
        centred(text_.site, {.size = narrow_ ? 26.0 : 32.0, .bold = true}, 14);
        return rule(10);
      case core::TicketPart::number:
        centred(text_.your_number, {.size = narrow_ ? 28.0 : 34.0}, 4);
        return number();
      case core::TicketPart::service: return centred(text_.service, {.size = narrow_ ? 36.0 : 46.0, .bold = true, .lines_max = 4}, 18);
      case core::TicketPart::wait: return wait();
      case core::TicketPart::where: return centred(text_.where, {.size = narrow_ ? 28.0 : 34.0, .bold = true, .lines_max = 5}, 14);
      case core::TicketPart::code: return follow();
      case core::TicketPart::footer: return centred(text_.footer, {.size = narrow_ ? 22.0 : 25.0, .lines_max = 6}, 12);
    }
  }

  /// As large as the site wants its words.
  [[nodiscard]] Style sized(Style style) const {
    style.size = style.size * std::clamp(text_.layout.text_percent, 50, 200) / 100;
    return style;
  }

  void gap(double size) { y_ += canvas_.dots(size); }

  void centred(const std::string& text, Style style, double space_before) {
    if (text.empty()) return;
    gap(space_before);
    const int margin = canvas_.dots(4);
    const int room = canvas_.width() - 2 * margin;
    const Layout layout = canvas_.paragraph(text, sized(style), room);
    Canvas::balance(layout.get(), room);
    canvas_.draw(layout.get(), (canvas_.width() - pango_layout_get_width(layout.get()) / PANGO_SCALE) / 2, y_);
    y_ += Canvas::height_of(layout.get());
  }

  void rule(double space_before) {
    gap(space_before);
    canvas_.fill({0, y_, canvas_.width(), canvas_.dots(3)});
    y_ += canvas_.dots(3);
  }

  void reprint_band() {
    if (text_.reprint.empty()) return;
    const Layout layout = canvas_.paragraph(text_.reprint, {.size = 32, .bold = true, .lines_max = 1}, canvas_.width());
    const int height = Canvas::height_of(layout.get());
    canvas_.fill({0, y_, canvas_.width(), height + canvas_.dots(6)});
    canvas_.draw_inverse(layout.get(), 0, y_ + canvas_.dots(3));
    y_ += height + canvas_.dots(6);
  }

  /// As large as the paper lets it be, but never so tall that a short number looks like a poster; the bar tells 6 from
  /// 9 and up from down.
  void number() {
    if (text_.number.empty()) return;
    const double trial = 100;
    const double stroke_share = 0.035;
    const Layout probe = canvas_.paragraph(text_.number, {.size = trial, .bold = true, .lines_max = 1}, -1);
    PangoRectangle ink{};
    pango_layout_get_pixel_extents(probe.get(), &ink, nullptr);
    const double room = canvas_.width() - canvas_.dots(28);
    const double by_width = trial * room / std::max(1, ink.width);
    const double size = std::min(by_width, narrow_ ? 180.0 : 270.0) * std::clamp(text_.layout.number_percent, 30, 100) / 100;
    const double extra = canvas_.dots(size) * stroke_share;
    const Layout layout = canvas_.paragraph(text_.number, {.size = size, .bold = true, .lines_max = 1}, -1);
    pango_layout_get_pixel_extents(layout.get(), &ink, nullptr);
    gap(12);
    const int left = (canvas_.width() - ink.width) / 2 - ink.x;
    ticket_.number = canvas_.draw_heavy(layout.get(), left, y_ - ink.y + static_cast<int>(extra / 2), extra);
    y_ = ticket_.number.top + ticket_.number.height + canvas_.dots(14);
    ticket_.bar = {ticket_.number.left, y_, ticket_.number.width, canvas_.dots(12)};
    canvas_.fill(ticket_.bar);
    y_ += ticket_.bar.height;
  }

  void wait() {
    if (text_.wait.empty() && text_.ahead.empty()) return;
    gap(16);
    rule(0);
    if (!text_.wait.empty()) {
      centred(text_.wait_label, {.size = narrow_ ? 25.0 : 28.0}, 8);
      centred(text_.wait, {.size = narrow_ ? 42.0 : 52.0, .bold = true, .lines_max = 2}, 0);
    }
    centred(text_.ahead, {.size = narrow_ ? 28.0 : 34.0}, text_.wait.empty() ? 10 : 2);
    rule(12);
  }

  /// The code with what it is for and the time beside it on wide paper, above it on narrow paper.
  void follow() {
    const auto modules = qr_modules(text_.url);
    if (!modules) return centred(text_.taken_at, {.size = 25, .lines_max = 2}, 14);
    const int module =
        std::max(2, std::min(canvas_.dots(6), canvas_.width() * (narrow_ ? 95 : 55) / 100 / modules->width));
    const int side = module * modules->width;
    gap(8);
    if (narrow_ || canvas_.width() - side < canvas_.dots(200)) return follow_stacked(*modules, module);
    const int room = canvas_.width() - side - canvas_.dots(8);
    const PangoAlignment align = text_.right_to_left ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT;
    const Layout label =
        canvas_.paragraph(text_.follow, sized({.size = 32, .bold = true, .lines_max = 5, .align = align}), room);
    const Layout time = canvas_.paragraph(text_.taken_at, sized({.size = 25, .lines_max = 3, .align = align}), room);
    const int label_height = text_.follow.empty() ? 0 : Canvas::height_of(label.get()) + canvas_.dots(14);
    const int words_height = label_height + Canvas::height_of(time.get());
    const int row_height = std::max(side, words_height);
    const int text_left = text_.right_to_left ? 0 : side + canvas_.dots(8);
    place_qr(*modules, module, text_.right_to_left ? canvas_.width() - side : 0, y_ + (row_height - side) / 2);
    const int text_top = y_ + (row_height - words_height) / 2;
    if (!text_.follow.empty()) canvas_.draw(label.get(), text_left, text_top);
    canvas_.draw(time.get(), text_left, text_top + label_height);
    y_ += row_height;
  }

  void follow_stacked(const Bitmap& modules, int module) {
    centred(text_.follow, {.size = 27, .bold = true, .lines_max = 5}, 4);
    place_qr(modules, module, (canvas_.width() - module * modules.width) / 2, y_);
    y_ += module * modules.height;
    centred(text_.taken_at, {.size = 23, .lines_max = 2}, 0);
  }

  void place_qr(const Bitmap& modules, int module, int left, int top) {
    for (int y = 0; y < modules.height; ++y)
      for (int x = 0; x < modules.width; ++x)
        if (modules.black(x, y)) canvas_.fill({left + x * module, top + y * module, module, module});
    ticket_.qr = {left, top, module * modules.width, module * modules.height};
  }

  Ticket finish() {
    gap(16);
    ticket_.picture = canvas_.dots_down_to(y_);
    ticket_.unknown_glyphs = canvas_.unknown_glyphs();
    return std::move(ticket_);
  }

  const TicketText& text_;
  Paper paper_;
  bool narrow_;
  Canvas canvas_;
  Ticket ticket_;
  int y_ = 0;
};

}  // namespace

Paper paper_of(int width_mm) {
  if (width_mm == 58) return {384, 203};
  if (width_mm == 80) return {576, 203};
  const int printable_mm = std::clamp(width_mm - 8, 30, 200);
  return {printable_mm * 8, 203};
}

Ticket lay_out(const TicketText& text, Paper paper) {
  paper.width = std::clamp(paper.width, 200, 4'000);
  paper.dpi = std::clamp(paper.dpi, 100, 600);
  return Sheet{text, paper}.draw();
}

void warm_fonts() {
  thread_local bool warm = false;
  if (warm) return;
  TicketText text;
  text.site = text.service = text.where = "Øæå Їж ማህ مرحبا";  // one face of each script we print most
  text.your_number = text.taken_at = "abc";
  text.number = "A 12";
  text.url = "https://example.invalid/";
  warm = lay_out(text, Paper{}).picture.height > 0;
}

}  // namespace skranke::printer
