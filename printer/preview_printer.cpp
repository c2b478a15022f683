// The printer of a house without one: each ticket is a PNG file, for the demo and for a test page.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "printer/health.hpp"
#include "printer/kinds.hpp"
#include "printer/layout.hpp"

namespace skranke::printer {

namespace {

namespace fs = std::filesystem;
constexpr std::size_t tickets_kept = 50;

/// Job ids are ours, but a file name is no place for trust.
std::string safe(const std::string& id) {
  std::string name = id.substr(0, 100);
  std::replace_if(
      name.begin(), name.end(),
      [](unsigned char letter) { return std::isalnum(letter) == 0 && letter != '-' && letter != '_'; }, '_');
  return name;
}

/// "20261122T102405.123Z-": in a folder sorted by name the newest is last.
std::string stamp(std::chrono::system_clock::time_point now) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  return fmt::format("{:%Y%m%dT%H%M%S}.{:03}Z-", fmt::gmtime(std::chrono::system_clock::to_time_t(now)), ms);
}

std::vector<fs::path> tickets_in(const fs::path& directory) {
  std::vector<fs::path> tickets;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(directory, ignored))
    if (entry.path().extension() == ".png") tickets.push_back(entry.path());
  std::sort(tickets.begin(), tickets.end());
  return tickets;
}

class PreviewPrinter final : public Printer {
 public:
  explicit PreviewPrinter(const PrinterSettings& settings) : settings_(settings), directory_(settings.directory) {}

  JobResult print(const Job& job, const std::function<void(const Health&)>& report, std::stop_token) override {
    if (directory_.empty()) return {PrintState::failed, "not_configured"};
    const std::string name = safe(job.id) + ".png";
    const std::string now = stamp(std::chrono::system_clock::now());
    const auto tickets = tickets_in(directory_);
    const auto is_repeat = [&](const fs::path& path) {
      return path.filename().string().substr(std::min(now.size(), path.filename().string().size())) == name;
    };
    if (std::any_of(tickets.begin(), tickets.end(), is_repeat)) return {PrintState::printed, ""};
    std::error_code error;
    fs::create_directories(directory_, error);
    const fs::path path = directory_ / (now + name);
    const auto written = write_png(lay_out(job.text, paper_of(settings_.width_mm)).picture, path.string());
    if (!written) {
      report(failed("spool-area-full", written.error()));
      return {PrintState::failed, "spool-area-full"};
    }
    forget_old();
    return {PrintState::printed, ""};
  }

  Health check(std::stop_token) override {
    warm_fonts();
    if (directory_.empty()) return absent("no directory is set");
    std::error_code error;
    fs::create_directories(directory_, error);
    if (error) return failed("spool-area-full", error.message());
    return {.state = HealthState::ready, .reasons = {}, .detail = {}};
  }

 private:
  void forget_old() const {
    const auto tickets = tickets_in(directory_);
    std::error_code ignored;
    for (std::size_t i = 0; i + tickets_kept < tickets.size(); ++i) fs::remove(tickets[i], ignored);
  }

  PrinterSettings settings_;
  fs::path directory_;
};

}  // namespace

std::unique_ptr<Printer> make_preview_printer(const PrinterSettings& settings) {
  return std::make_unique<PreviewPrinter>(settings);
}

}  // namespace skranke::printer
