// The kernel's GPIO character device through libgpiod 2: uAPI v2 with debounce, sequence numbers and masked sets.
#include <dirent.h>
#include <gpiod.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>

#include <fmt/format.h>

#include "devices/lines.hpp"
#include "system/owned.hpp"

namespace skranke::devices {
namespace {

using Chip = std::unique_ptr<gpiod_chip, Closer<gpiod_chip_close>>;
using ChipInfo = std::unique_ptr<gpiod_chip_info, Closer<gpiod_chip_info_free>>;
using Settings = std::unique_ptr<gpiod_line_settings, Closer<gpiod_line_settings_free>>;
using LineConfig = std::unique_ptr<gpiod_line_config, Closer<gpiod_line_config_free>>;
using RequestConfig = std::unique_ptr<gpiod_request_config, Closer<gpiod_request_config_free>>;
using Request = std::unique_ptr<gpiod_line_request, Closer<gpiod_line_request_release>>;
using EdgeBuffer = std::unique_ptr<gpiod_edge_event_buffer, Closer<gpiod_edge_event_buffer_free>>;

constexpr std::size_t edges_a_read = 64;

tl::unexpected<LineFault> failed(const std::string& what, int error) {
  const Fault fault = error == EBUSY                                       ? Fault::taken
                      : error == EACCES || error == EPERM                  ? Fault::denied
                      : error == ENODEV || error == ENXIO || error == ENOENT ? Fault::gone
                                                                             : Fault::broken;
  return tl::unexpected{LineFault{fault, fmt::format("{}: {}", what, std::strerror(error))}};
}

/// Paths of the chips, in the order of their names so that two boxes with the same boards behave alike.
std::vector<std::string> chip_paths(const std::string& folder) {
  std::vector<std::string> paths;
  const std::unique_ptr<DIR, Closer<closedir>> listing{::opendir(folder.c_str())};
  while (listing != nullptr) {
    const dirent* entry = ::readdir(listing.get());
    if (entry == nullptr) break;
    const std::string path = folder + "/" + entry->d_name;
    if (std::string_view{entry->d_name}.starts_with("gpiochip") && gpiod_is_gpiochip_device(path.c_str())) paths.push_back(path);
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

/// "label:7" where `label` is this chip's; offsets beyond its lines are none.
std::optional<unsigned> offset_by_label(gpiod_chip* chip, const std::string& line) {
  const std::size_t colon = line.rfind(':');
  const ChipInfo info{gpiod_chip_get_info(chip)};
  if (colon == std::string::npos || info == nullptr || line.substr(0, colon) != gpiod_chip_info_get_label(info.get())) return std::nullopt;
  unsigned offset = 0;
  const auto read = std::from_chars(line.data() + colon + 1, line.data() + line.size(), offset);
  if (read.ec != std::errc{} || read.ptr != line.data() + line.size() || offset >= gpiod_chip_info_get_num_lines(info.get())) return std::nullopt;
  return offset;
}

struct Found {
  std::string path;
  unsigned offset = 0;
};

LineResult<Found> find_line(const std::string& folder, const std::string& line) {
  int denied = 0;
  const auto paths = chip_paths(folder);
  for (const std::string& path : paths) {
    const Chip chip{gpiod_chip_open(path.c_str())};
    if (chip == nullptr) {
      if (errno == EACCES || errno == EPERM) denied = errno;
      continue;   // unplugged since it was listed
    }
    const int named = gpiod_chip_get_line_offset_from_name(chip.get(), line.c_str());
    if (named >= 0) return Found{path, static_cast<unsigned>(named)};
    if (const auto offset = offset_by_label(chip.get(), line)) return Found{path, *offset};
  }
  if (denied != 0) return failed(fmt::format("line {}", line), denied);
  return tl::unexpected{LineFault{paths.empty() ? Fault::gone : Fault::unknown_line, fmt::format("no line \"{}\" on {} GPIO chips", line, paths.size())}};
}

gpiod_line_bias bias_of(Bias bias) {
  switch (bias) {
    case Bias::as_is: return GPIOD_LINE_BIAS_AS_IS;
    case Bias::pull_up: return GPIOD_LINE_BIAS_PULL_UP;
    case Bias::pull_down: return GPIOD_LINE_BIAS_PULL_DOWN;
    case Bias::none: return GPIOD_LINE_BIAS_DISABLED;
  }
  return GPIOD_LINE_BIAS_AS_IS;
}

Settings settings_of(const LineSettings& wanted, bool output) {
  Settings settings{gpiod_line_settings_new()};
  if (settings == nullptr) throw std::bad_alloc{};
  gpiod_line_settings_set_active_low(settings.get(), wanted.active_low);
  if (output) {
    gpiod_line_settings_set_direction(settings.get(), GPIOD_LINE_DIRECTION_OUTPUT);
    gpiod_line_settings_set_output_value(settings.get(), GPIOD_LINE_VALUE_INACTIVE);
    return settings;
  }
  gpiod_line_settings_set_direction(settings.get(), GPIOD_LINE_DIRECTION_INPUT);
  gpiod_line_settings_set_edge_detection(settings.get(), GPIOD_LINE_EDGE_BOTH);
  gpiod_line_settings_set_event_clock(settings.get(), GPIOD_LINE_CLOCK_MONOTONIC);
  gpiod_line_settings_set_bias(settings.get(), bias_of(wanted.bias));
  gpiod_line_settings_set_debounce_period_us(settings.get(), static_cast<unsigned long>(wanted.debounce.count()));
  return settings;
}

LineResult<Request> request_lines(const std::string& path, const std::vector<unsigned>& offsets, const LineSettings& wanted, bool output,
                                  const std::string& user, const std::string& what) {
  const Chip chip{gpiod_chip_open(path.c_str())};
  if (chip == nullptr) return failed(path, errno);
  const Settings settings = settings_of(wanted, output);
  const LineConfig lines{gpiod_line_config_new()};
  const RequestConfig config{gpiod_request_config_new()};
  if (lines == nullptr || config == nullptr) throw std::bad_alloc{};
  if (gpiod_line_config_add_line_settings(lines.get(), offsets.data(), offsets.size(), settings.get()) != 0) return failed(what, errno);
  gpiod_request_config_set_consumer(config.get(), user.c_str());
  if (!output) gpiod_request_config_set_event_buffer_size(config.get(), edges_a_read);
  Request request{gpiod_chip_request_lines(chip.get(), config.get(), lines.get())};
  if (request == nullptr) return failed(fmt::format("{} on {}", what, path), errno);
  return request;
}

class KernelInput final : public Input {
 public:
  KernelInput(Request request, unsigned offset, std::string what)
      : request_{std::move(request)}, buffer_{gpiod_edge_event_buffer_new(edges_a_read)}, offset_{offset}, what_{std::move(what)} {
    if (buffer_ == nullptr) throw std::bad_alloc{};
  }

  LineResult<bool> level() override {
    const gpiod_line_value value = gpiod_line_request_get_value(request_.get(), offset_);
    if (value == GPIOD_LINE_VALUE_ERROR) return failed(what_, errno);
    return value == GPIOD_LINE_VALUE_ACTIVE;
  }

  LineResult<std::vector<Edge>> take_edges() override {
    std::vector<Edge> edges;
    const int waiting = gpiod_line_request_wait_edge_events(request_.get(), 0);
    if (waiting < 0) return failed(what_, errno);
    if (waiting == 0) return edges;
    const int count = gpiod_line_request_read_edge_events(request_.get(), buffer_.get(), edges_a_read);
    if (count < 0) return failed(what_, errno);
    for (int i = 0; i < count; ++i) {
      gpiod_edge_event* event = gpiod_edge_event_buffer_get_event(buffer_.get(), static_cast<unsigned long>(i));
      edges.push_back({gpiod_edge_event_get_event_type(event) == GPIOD_EDGE_EVENT_RISING_EDGE,
                       Tick{static_cast<std::int64_t>(gpiod_edge_event_get_timestamp_ns(event))},
                       static_cast<std::uint32_t>(gpiod_edge_event_get_line_seqno(event))});
    }
    return edges;
  }

  int fd() const override { return gpiod_line_request_get_fd(request_.get()); }

 private:
  Request request_;
  EdgeBuffer buffer_;
  unsigned offset_;
  std::string what_;
};

class KernelOutputs final : public Outputs {
 public:
  KernelOutputs(Request request, std::vector<unsigned> offsets, std::string what)
      : request_{std::move(request)}, offsets_{std::move(offsets)}, what_{std::move(what)} {}

  LineResult<void> set(std::span<const std::pair<std::size_t, bool>> values) override {
    chosen_.clear();
    levels_.clear();
    for (const auto& [line, on] : values) {
      chosen_.push_back(offsets_[line]);
      levels_.push_back(on ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE);
    }
    if (gpiod_line_request_set_values_subset(request_.get(), chosen_.size(), chosen_.data(), levels_.data()) != 0) return failed(what_, errno);
    return {};
  }

 private:
  Request request_;
  std::vector<unsigned> offsets_;
  std::string what_;
  std::vector<unsigned> chosen_;           // kept, so that a bit on the wire costs no allocation
  std::vector<gpiod_line_value> levels_;
};

class KernelLines final : public LineSource {
 public:
  KernelLines(std::string user, std::string folder) : user_{std::move(user)}, folder_{std::move(folder)} {}

  LineResult<std::unique_ptr<Input>> input(const std::string& line, const LineSettings& settings) override {
    const auto found = find_line(folder_, line);
    if (!found) return tl::unexpected{found.error()};
    auto request = request_lines(found->path, {found->offset}, settings, false, user_, line);
    if (!request) return tl::unexpected{request.error()};
    return std::make_unique<KernelInput>(std::move(*request), found->offset, line);
  }

  LineResult<std::unique_ptr<Outputs>> outputs(const std::vector<std::string>& lines, const LineSettings& settings) override {
    std::string path, what;
    std::vector<unsigned> offsets;
    for (const std::string& line : lines) {
      const auto found = find_line(folder_, line);
      if (!found) return tl::unexpected{found.error()};
      if (!path.empty() && found->path != path)
        return tl::unexpected{LineFault{Fault::split, fmt::format("{} and {} are on different chips and cannot change together", lines.front(), line)}};
      path = found->path;
      offsets.push_back(found->offset);
      what += what.empty() ? line : "+" + line;
    }
    auto request = request_lines(path, offsets, settings, true, user_, what);
    if (!request) return tl::unexpected{request.error()};
    return std::make_unique<KernelOutputs>(std::move(*request), std::move(offsets), std::move(what));
  }

 private:
  std::string user_, folder_;
};

}  // namespace

std::unique_ptr<LineSource> kernel_lines(std::string user, std::string folder) {
  return std::make_unique<KernelLines>(std::move(user), std::move(folder));
}

}  // namespace skranke::devices
