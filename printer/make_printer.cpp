#include <fmt/format.h>

#include <condition_variable>
#include <mutex>

#include "printer/health.hpp"
#include "printer/kinds.hpp"

namespace skranke::printer {

namespace {

/// A configuration nobody can print with: says so instead of taking tickets into the dark.
class UnknownPrinter final : public Printer {
 public:
  explicit UnknownPrinter(std::string kind) : kind_(std::move(kind)) {}
  JobResult print(const Job&, const std::function<void(const Health&)>&, std::stop_token) override {
    return {PrintState::failed, "not_configured"};
  }
  Health check(std::stop_token) override { return absent(fmt::format("no such kind of printer: {}", kind_)); }

 private:
  std::string kind_;
};

}  // namespace

bool pause_for(std::chrono::milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock{mutex};
  return !wake.wait_for(lock, stop, time, [&] { return stop.stop_requested(); });
}

std::unique_ptr<Printer> make_printer(const PrinterSettings& settings) {
  if (settings.kind == "cups") return make_cups_printer(settings);
  if (settings.kind == "escpos") return make_escpos_printer(settings);
  if (settings.kind == "preview") return make_preview_printer(settings);
  return std::make_unique<UnknownPrinter>(settings.kind);
}

}  // namespace skranke::printer
