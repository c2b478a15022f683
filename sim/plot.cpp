#include "sim/plot.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>

namespace skranke::sim {
namespace {

/// Told apart without colour as well: each line has its own dashes.
constexpr std::array<std::string_view, 4> colours{"#6b7280", "#b45309", "#0369a1", "#15803d"}, dashes{"2 3", "8 3", "8 3 2 3", "none"};
constexpr double width = 720, height = 300, left = 56, top = 36, plot_width = 620, plot_height = 220;

struct Axis {
  double most = 1;
  std::string_view name;
};

class Picture {
 public:
  Picture(std::size_t panels) {
    fmt::format_to(std::back_inserter(text_),
                   "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" font-family=\"sans-serif\" font-size=\"12\">\n"
                   "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
                   width, height * static_cast<double>(panels));
  }

  void panel(std::string_view title, Axis across, Axis up, int ticks_across) {
    across_ = across, up_ = up;
    base_ = top + height * static_cast<double>(panels_++);
    legend_ = 0;
    say(left, base_ - 14, title, "font-weight=\"bold\"");
    for (int i = 0; i <= ticks_across; ++i) {
      const double value = across.most * i / ticks_across;
      line(x(value), y(0), x(value), y(up.most), "#e5e7eb");
      say(x(value), y(0) + 16, fmt::format("{:g}", value), "text-anchor=\"middle\"");
    }
    for (int i = 0; i <= 5; ++i) {
      const double value = up.most * i / 5;
      line(x(0), y(value), x(across.most), y(value), "#e5e7eb");
      say(x(0) - 6, y(value) + 4, fmt::format("{:.3g}", value), "text-anchor=\"end\"");
    }
    say(x(across.most), y(0) + 32, across.name, "text-anchor=\"end\"");
  }

  void curve(const std::vector<std::pair<double, double>>& points, std::size_t style, std::string_view name) {
    const auto into = std::back_inserter(text_);
    fmt::format_to(into, "<polyline fill=\"none\" stroke=\"{}\" stroke-width=\"2\" stroke-dasharray=\"{}\" points=\"", colours[style % 4], dashes[style % 4]);
    for (const auto& [a, b] : points) fmt::format_to(into, "{:.1f},{:.1f} ", x(std::min(a, across_.most)), y(std::min(b, up_.most)));
    text_ += "\"/>\n";
    const double at = base_ + plot_height - 16 - 16 * static_cast<double>(legend_++);
    fmt::format_to(into, "<line x1=\"{0}\" y1=\"{2}\" x2=\"{1}\" y2=\"{2}\" stroke=\"{3}\" stroke-width=\"2\" stroke-dasharray=\"{4}\"/>\n", left + plot_width - 160, left + plot_width - 124,
                   at - 4, colours[style % 4], dashes[style % 4]);
    say(left + plot_width - 118, at, name, "");
  }

  [[nodiscard]] std::string done() && { return std::move(text_) + "</svg>\n"; }

 private:
  [[nodiscard]] double x(double value) const { return left + plot_width * value / across_.most; }
  [[nodiscard]] double y(double value) const { return base_ + plot_height * (1 - value / up_.most); }
  void line(double x1, double y1, double x2, double y2, std::string_view colour) {
    fmt::format_to(std::back_inserter(text_), "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\"/>\n", x1, y1, x2, y2, colour);
  }
  /// Names come from scenarios' slugs and from here: nothing to escape.
  void say(double at_x, double at_y, std::string_view words, std::string_view how) {
    fmt::format_to(std::back_inserter(text_), "<text x=\"{:.1f}\" y=\"{:.1f}\" {}>{}</text>\n", at_x, at_y, how, words);
  }

  std::string text_;
  Axis across_, up_;
  double base_ = 0;
  std::size_t panels_ = 0, legend_ = 0;
};

std::vector<std::pair<double, double>> share_within(const Outcomes& outcome, bool booked) {
  constexpr double minutes_max = 60;
  std::vector<double> waits;
  for (const DayRecord& day : outcome.days)
    for (const VisitRecord& visit : day.visits)
      if (visit.booked == booked && visit.called_s) waits.push_back(std::max(0.0, *visit.called_s - (booked ? std::max(visit.booked_for_s, visit.arrived_s) : visit.arrived_s)) / 60);
  std::sort(waits.begin(), waits.end());
  std::vector<std::pair<double, double>> points;
  for (double minute = 0; minute <= minutes_max; minute += 1) {
    const auto within = std::upper_bound(waits.begin(), waits.end(), minute) - waits.begin();
    points.emplace_back(minute, waits.empty() ? 0 : 100.0 * static_cast<double>(within) / static_cast<double>(waits.size()));
  }
  return points;
}

}  // namespace

std::string plot_waits(const std::vector<Outcomes>& outcomes) {
  Picture picture{2};
  for (const bool booked : {false, true}) {
    picture.panel(booked ? "Bookings called within so many minutes of their time, %" : "Walk-ins called within so many minutes, %", {60, "minutes"}, {100, "%"}, 6);
    for (std::size_t i = 0; i < outcomes.size(); ++i) picture.curve(share_within(outcomes[i], booked), i, outcomes[i].policy);
  }
  return std::move(picture).done();
}

std::string plot_accuracy(const Judge& judge) {
  Picture picture{2};
  picture.panel("Waits that ended below the told value, % (told as 10, 50 and 90 %)", {100, "told, %"}, {100, "%"}, 10);
  picture.curve({{0, 0}, {100, 100}}, 0, "as promised");
  std::vector<std::pair<double, double>> below{{0, 0}};
  const auto shares = judge.below();
  below.emplace_back(10, shares[0] * 100), below.emplace_back(50, shares[1] * 100), below.emplace_back(90, shares[2] * 100), below.emplace_back(100, 100);
  picture.curve(below, 3, "as it was");
  const auto hours = judge.widths();
  double most = 10;
  std::vector<std::pair<double, double>> wide, waits;
  for (const HourWidth& hour : hours) {
    most = std::max({most, hour.width_min, hour.wait_min});
    wide.emplace_back(hour.hour + 0.5, hour.width_min), waits.emplace_back(hour.hour + 0.5, hour.wait_min);
  }
  const double last = hours.empty() ? 1 : hours.back().hour + 1;
  picture.panel("Width of the told range, and the wait, by hour of arrival, minutes", {last, "hours from opening"}, {most * 1.1, "min"}, static_cast<int>(std::min(last, 24.0)));
  picture.curve(wide, 3, "range");
  picture.curve(waits, 0, "wait");
  return std::move(picture).done();
}

}  // namespace skranke::sim
