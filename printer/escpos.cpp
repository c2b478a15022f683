#include "printer/escpos.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "printer/device.hpp"

namespace skranke::printer::escpos {

namespace {

constexpr std::uint8_t esc = 0x1b, gs = 0x1d, dle = 0x10, eot = 0x04;

/// Bytes of a row up to its last ink.
int ink_bytes(const Bitmap& picture, int y) {
  int count = picture.stride;
  while (count > 0 && picture.row(y)[count - 1] == 0) --count;
  return count;
}

/// Rows from `top` that belong into one band: all blank or all inked, so that blank paper costs next to nothing on a
/// serial line.
int band_rows(const Bitmap& picture, int top) {
  const bool blank = ink_bytes(picture, top) == 0;
  int rows = 1;
  while (top + rows < picture.height && rows < band_rows_max && (ink_bytes(picture, top + rows) == 0) == blank) ++rows;
  return rows;
}

void add_band(std::vector<std::uint8_t>& out, const Bitmap& picture, int top, int rows) {
  // Blank rows go as a band one byte wide and not as ESC J: what ESC J counts differs between printers (1/203, 1/180,
  // 1/360 inch), a raster row does not.
  int bytes = 1;
  for (int y = top; y < top + rows; ++y) bytes = std::max(bytes, ink_bytes(picture, y));
  const auto low = [](int value) { return static_cast<std::uint8_t>(value & 0xff); };
  out.insert(out.end(), {gs, 'v', '0', 0, low(bytes), low(bytes >> 8), low(rows), low(rows >> 8)});
  for (int y = top; y < top + rows; ++y) out.insert(out.end(), picture.row(y), picture.row(y) + bytes);
}

void add_unique(std::vector<std::string>& reasons, const char* reason) {
  if (std::find(reasons.begin(), reasons.end(), reason) == reasons.end()) reasons.emplace_back(reason);
}

}  // namespace

Ending ending_of(const PrinterSettings& settings) {
  Ending ending{.cut = settings.cut, .full = option_of(settings.device, "cut") == "full", .after = {}};
  const std::string after = option_of(settings.device, "after");
  if (after.size() % 2 != 0) return ending;
  for (std::size_t at = 0; at + 1 < after.size(); at += 2) {
    std::uint8_t byte = 0;
    const auto [end, wrong] = std::from_chars(after.data() + at, after.data() + at + 2, byte, 16);
    if (wrong != std::errc{} || end != after.data() + at + 2) return {.cut = ending.cut, .full = ending.full, .after = {}};  // half of it might do anything
    ending.after.push_back(byte);
  }
  return ending;
}

std::vector<std::uint8_t> encode(const Bitmap& picture, const Ending& ending) {
  std::vector<std::uint8_t> out{esc, '@'};
  for (int top = 0; top < picture.height;) {
    const int rows = band_rows(picture, top);
    add_band(out, picture, top, rows);
    top += rows;
  }
  constexpr std::uint8_t right_through = 65, partly = 66;  // both feed to the knife by themselves
  if (ending.cut)
    out.insert(out.end(), {gs, 'V', ending.full ? right_through : partly, 0});
  else
    out.insert(out.end(), {esc, 'd', 5});
  out.insert(out.end(), ending.after.begin(), ending.after.end());
  return out;
}

std::vector<std::uint8_t> ask_status() { return {dle, eot, 1, dle, eot, 2, dle, eot, 3, dle, eot, 4}; }

std::vector<std::uint8_t> ask_when_done() { return {gs, 'r', 1}; }

Status parse_status(const std::vector<std::uint8_t>& answers) {
  std::vector<std::uint8_t> valid;
  std::copy_if(answers.begin(), answers.end(), std::back_inserter(valid), is_status_answer);
  if (valid.empty()) return {};
  if (valid.size() < 4) return {.printer = {}, .offline = {}, .error = {}, .paper = valid.back()};
  return {.printer = valid[0], .offline = valid[1], .error = valid[2], .paper = valid[3]};
}

Health health_of(const Status& status) {
  Health health{.state = HealthState::ready, .reasons = {}, .detail = {}};
  if (!status.answered()) {
    health.detail = "gives no status";
    return health;
  }
  const auto has = [](std::optional<std::uint8_t> byte, std::uint8_t bits) { return byte && (*byte & bits) != 0; };
  if (has(status.offline, 0x04)) add_unique(health.reasons, "cover-open");
  if (has(status.offline, 0x20) || has(status.paper, 0x60)) add_unique(health.reasons, "media-empty");
  if (has(status.error, 0x08)) add_unique(health.reasons, "cutter-failure");
  if (has(status.error, 0x20)) add_unique(health.reasons, "hardware-failure");
  if (has(status.error, 0x40))
    add_unique(health.reasons, "marker-temperature");  // the head is too hot and cools by itself
  if (has(status.error, 0x04)) add_unique(health.reasons, "media-jam");
  if (health.reasons.empty() && (has(status.printer, 0x08) || has(status.offline, 0x40)))
    add_unique(health.reasons, "offline");
  if (!health.reasons.empty())
    health.state = HealthState::failed;
  else if (has(status.paper, 0x0c))
    health = {.state = HealthState::warning, .reasons = {"media-low"}, .detail = {}};
  const auto hex = [](std::optional<std::uint8_t> byte) {
    return byte ? fmt::format("{:02x}", *byte) : std::string{"--"};
  };
  health.detail =
      fmt::format("status {} {} {} {}", hex(status.printer), hex(status.offline), hex(status.error), hex(status.paper));
  std::sort(health.reasons.begin(), health.reasons.end());
  return health;
}

}  // namespace skranke::printer::escpos
