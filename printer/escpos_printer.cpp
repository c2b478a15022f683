// An ESC/POS printer on its own wire. A printer that answers is asked before (paper?), and after (all worked off?); for
// a mute one "printed" means that it took every byte, which is all that anybody can know.
#include <algorithm>
#include <optional>

#include "printer/device.hpp"
#include "printer/escpos.hpp"
#include "printer/health.hpp"
#include "printer/kinds.hpp"
#include "printer/layout.hpp"

namespace skranke::printer {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Report = std::function<void(const Health&)>;

constexpr auto open_limit = 2s;
constexpr auto answer_limit = 700ms;
/// A clone that answers DLE EOT but not GS r counts as done when it has been well for so long after the last byte.
constexpr auto well_for = 5s;

std::string reason_of(const Health& health, const char* otherwise) {
  return health.reasons.empty() ? otherwise : health.reasons.front();
}

class EscposPrinter final : public Printer {
 public:
  explicit EscposPrinter(const PrinterSettings& settings)
      : settings_(settings), limit_(std::chrono::seconds{std::max(1, settings.job_timeout_s)}) {}

  JobResult print(const Job& job, const Report& report, std::stop_token stop) override {
    const auto deadline = Clock::now() + limit_;
    const auto bytes = escpos::encode(lay_out(job.text, paper_of(settings_.width_mm)).picture, escpos::ending_of(settings_));
    for (;;) {
      Found found = look(stop);
      report(found.health);
      if (found.device && found.health.state != HealthState::failed) {
        const JobResult result = send(*found.device, bytes, found.answers, report, deadline, stop);
        if (result.state != PrintState::queued) return result;
      } else if (found.health.state == HealthState::absent && settings_.device.empty()) {
        return {PrintState::failed, "not_configured"};
      }
      if (Clock::now() >= deadline) return {PrintState::failed, reason_of(found.health, "timeout")};
      if (!pause_for(1s, stop)) return {PrintState::unknown, ""};
    }
  }

  Health check(std::stop_token stop) override {
    warm_fonts();
    return look(stop).health;
  }

 private:
  struct Found {
    std::optional<Device> device;
    Health health;
    bool answers = false;  ///< it talks back, so its word on the job's end is worth waiting for
  };

  [[nodiscard]] Found look(const std::stop_token& stop) const {
    if (settings_.device.empty()) return {std::nullopt, absent("no device is set"), false};
    auto device = Device::open(settings_.device, open_limit, stop);
    if (!device) {
      const bool missing = device.error().starts_with("absent: ");
      return {std::nullopt, missing ? absent(device.error()) : failed("offline", device.error()), false};
    }
    const escpos::Status status = device->status(answer_limit, stop);
    if (device->gone()) return {std::nullopt, failed("offline", "hung up"), false};
    Health health = status.answered() ? escpos::health_of(status) : device->class_status();
    return {std::move(*device), std::move(health), status.answered()};
  }

  /// `queued` in the result: the printer took nothing, so trying again cannot print twice.
  JobResult send(Device& device, const std::vector<std::uint8_t>& ticket, bool answers, const Report& report,
                 Clock::time_point deadline, const std::stop_token& stop) const {
    std::vector<std::uint8_t> left = ticket;
    if (answers) {
      const auto question = escpos::ask_when_done();
      left.insert(left.end(), question.begin(), question.end());
    }
    bool begun = false;
    while (!left.empty()) {
      const std::size_t count = device.write(left, 2s, stop);
      begun = begun || count > 0;
      left.erase(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(count));
      if (device.gone()) return begun ? JobResult{PrintState::unknown, "offline"} : JobResult{PrintState::queued, ""};
      if (stop.stop_requested()) return {PrintState::unknown, ""};
      const Health health = device.class_status();
      if (count == 0) report(health.state == HealthState::failed ? health : failed("offline", "takes no more bytes"));
      if (Clock::now() >= deadline) return {PrintState::unknown, reason_of(health, "timeout")};
    }
    return answers ? wait_until_done(device, report, deadline, stop) : wait_until_drained(device, deadline, stop);
  }

  static JobResult wait_until_drained(Device& device, Clock::time_point deadline, const std::stop_token& stop) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    if (device.drained(left, stop)) return {PrintState::printed, ""};
    return {PrintState::unknown, device.gone() ? "offline" : stop.stop_requested() ? "" : "timeout"};
  }

  /// The printer has the whole ticket. If paper runs out now it prints on when there is new paper, so nothing here ever
  /// sends again.
  static JobResult wait_until_done(Device& device, const Report& report, Clock::time_point deadline,
                                   const std::stop_token& stop) {
    Health health{.state = HealthState::ready, .reasons = {}, .detail = {}};
    auto well_since = Clock::now();
    auto next_question = Clock::now() + 1s;
    std::vector<std::uint8_t> answers;
    while (Clock::now() < deadline && !stop.stop_requested() && !device.gone()) {
      for (const std::uint8_t byte : device.read(100ms, stop)) {
        if (escpos::is_done_answer(byte)) return {PrintState::printed, ""};
        if (escpos::is_status_answer(byte)) answers.push_back(byte);
      }
      if (answers.size() >= 4) {
        health = escpos::health_of(escpos::parse_status(answers));
        report(health);
        answers.clear();
        if (health.state == HealthState::failed)
          well_since = Clock::now();
        else if (Clock::now() - well_since >= well_for)
          return {PrintState::printed, ""};
      }
      if (Clock::now() >= next_question) {
        answers.clear();
        static_cast<void>(
            device.write(escpos::ask_status(), 500ms, stop));  // a printer that takes no bytes shows by its silence
        next_question = Clock::now() + 1s;
      }
    }
    if (device.gone()) return {PrintState::unknown, "offline"};
    return {PrintState::unknown, stop.stop_requested() ? "" : reason_of(health, "timeout")};
  }

  PrinterSettings settings_;
  std::chrono::seconds limit_;
};

}  // namespace

std::unique_ptr<Printer> make_escpos_printer(const PrinterSettings& settings) {
  return std::make_unique<EscposPrinter>(settings);
}

}  // namespace skranke::printer
