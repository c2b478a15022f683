// A CUPS queue as a printer: hands the ticket over in the form that reaches the head unchanged and follows the job to
// its end.
#include <fmt/format.h>

#include <algorithm>

#include "printer/cups_queue.hpp"
#include "printer/device.hpp"
#include "printer/escpos.hpp"
#include "printer/health.hpp"
#include "printer/kinds.hpp"

namespace skranke::printer {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Report = std::function<void(const Health&)>;

bool speaks_ipp(const std::string& uri) {
  return uri.starts_with("ipp://") || uri.starts_with("ipps://") || uri.starts_with("dnssd://");
}

Health health_of(const ipp::Error& error) {
  return error.fault == ipp::Fault::not_found ? absent("the spooler does not know the queue")
                                              : failed("spooler", error.detail);
}

std::string first_reason(const Health& health, const char* otherwise) {
  return health.state == HealthState::failed && !health.reasons.empty() ? health.reasons.front() : otherwise;
}

class CupsPrinter final : public Printer {
 public:
  explicit CupsPrinter(const PrinterSettings& settings)
      : settings_(settings),
        queue_(settings.queue),
        limit_(std::chrono::seconds{std::max(1, settings.job_timeout_s)}) {}

  JobResult print(const Job& job, const Report& report, std::stop_token stop) override {
    if (!queue_.name_is_sound()) return {PrintState::failed, "not_configured"};
    const auto deadline = Clock::now() + limit_;
    const auto number = hand_over(job, report, deadline, stop);
    if (!number) return number.error();
    return follow(job.id, *number, report, deadline, stop);
  }

  Health check(std::stop_token stop) override {
    warm_fonts();
    raw_mute_ = false;
    return look(stop, true);
  }

 private:
  /// The queue's and the device's health together. `idle`: no job of ours is open, so a raw device may be spoken to
  /// past the queue.
  Health look(const std::stop_token& stop, bool idle) {
    if (!queue_.name_is_sound()) return absent("no queue is set");
    const auto facts = queue_.facts(stop);
    if (!facts) return health_of(facts.error());
    device_uri_ = facts->device_uri;
    if (!speaks_ipp(device_uri_)) return raw_health(facts->health, idle, stop);
    const auto device = queue_.ask_device(device_uri_, stop);
    if (!device) return failed("offline", device.error().detail);
    traits_ = device->traits;
    // The queue's memory of the device is left out: CUPS keeps reasons of the last job for ever. Only its own stop
    // counts.
    const bool queue_stopped =
        std::find(facts->health.reasons.begin(), facts->health.reasons.end(), "paused") != facts->health.reasons.end();
    return queue_stopped ? failed("paused", "the queue is stopped") : device->health;
  }

  /// A raw device can only be spoken to while the spooler is not sending to it; until then its last word holds.
  Health raw_health(const Health& queue, bool idle, const std::stop_token& stop) {
    if (queue.state == HealthState::failed || !device_uri_.starts_with("socket://")) return queue;
    if (idle) raw_device_ = status_past_the_spooler(stop);
    return raw_device_;
  }

  Health status_past_the_spooler(const std::stop_token& stop) {
    auto device = Device::open(device_uri_, 2s, stop);
    if (!device) return failed("offline", device.error());
    const escpos::Status status = raw_mute_ ? escpos::Status{} : device->status(500ms, stop);
    raw_mute_ = !status.answered();  // asked once per silence of its: a citizen does not wait half a second for a
                                     // printer that never talks
    return escpos::health_of(status);
  }

  /// Waits until spooler and device are there, then submits once. The value is the job's number in the spooler.
  tl::expected<int, JobResult> hand_over(const Job& job, const Report& report, Clock::time_point deadline,
                                         const std::stop_token& stop) {
    for (auto pause = 250ms;; pause = std::min<std::chrono::milliseconds>(pause * 2, 2s)) {
      const Health health = look(stop, true);
      report(health);
      if (health.state == HealthState::absent) return tl::unexpected(JobResult{PrintState::failed, "not_configured"});
      if (takes_jobs(health)) {
        const auto number = submit_once(job, stop);
        if (number) return *number;
        if (number.error().fault == ipp::Fault::refused)
          return tl::unexpected(JobResult{PrintState::failed, "spooler"});
        if (number.error().fault == ipp::Fault::lost) return found_again(job, deadline, stop);
      }
      if (Clock::now() >= deadline)
        return tl::unexpected(JobResult{PrintState::failed, first_reason(health, "timeout")});
      if (!pause_for(pause, stop)) return tl::unexpected(JobResult{PrintState::unknown, ""});
    }
  }

  /// An IPP device out of paper takes the job and waits with it; a raw one would only swallow it. One that cannot be
  /// reached would leave it to the spooler's retries, and a stopped queue might print it tomorrow.
  [[nodiscard]] bool takes_jobs(const Health& health) const {
    if (health.state != HealthState::failed) return true;
    return !settings_.raw && std::none_of(health.reasons.begin(), health.reasons.end(), [](const std::string& reason) {
      return reason == "offline" || reason == "spooler" || reason == "paused";
    });
  }

  ipp::Result<int> submit_once(const Job& job, const std::stop_token& stop) {
    const auto known = queue_.find(job.id, stop);
    if (!known) {
      // Nothing was submitted yet, whatever went wrong while looking.
      return tl::unexpected(
          ipp::Error{known.error().fault == ipp::Fault::refused ? ipp::Fault::refused : ipp::Fault::unreachable,
                     known.error().detail});
    }
    if (*known) return **known;
    return queue_.submit(job.id, document_of(job, stop), stop);
  }

  /// The job left and its answer was lost: it is in the spooler under its name, or its fate is unknown. It is never
  /// sent again.
  tl::expected<int, JobResult> found_again(const Job& job, Clock::time_point deadline, const std::stop_token& stop) {
    for (;;) {
      if (const auto known = queue_.find(job.id, stop)) {
        if (*known) return **known;
        return tl::unexpected(JobResult{PrintState::unknown, "spooler"});
      }
      if (Clock::now() >= deadline || !pause_for(500ms, stop))
        return tl::unexpected(JobResult{PrintState::unknown, "spooler"});
    }
  }

  CupsQueue::Document document_of(const Job& job, const std::stop_token& stop) {
    if (settings_.raw)
      return {.format = "application/vnd.cups-raw",
              .media = {},
              .page_size = {},
              .trim = false,
              .bytes = escpos::encode(lay_out(job.text, paper_of(settings_.width_mm)).picture, escpos::ending_of(settings_))};
    const Sheet sheet = sheet_for(traits_, queue_.passed(stop), settings_.width_mm, settings_.cut);
    const Bitmap picture = lay_out(job.text, sheet.paper).picture;
    return {.format = raster::mime_type(sheet.format),
            .media = media_keyword(sheet, picture.height),
            .page_size = page_size(sheet, picture.height),
            .trim = sheet.trim,
            .bytes = raster::encode(on_sheet(sheet, picture), sheet.paper.dpi, sheet.format, settings_.cut)};
  }

  JobResult follow(const std::string& name, int number, const Report& report, Clock::time_point deadline,
                   const std::stop_token& stop) {
    Health health;
    auto next_look = Clock::now() + 500ms;
    for (auto pause = 40ms;; pause = std::min<std::chrono::milliseconds>(pause * 2, 500ms)) {
      const auto stage = queue_.stage(number, stop);
      if (stage && *stage != JobStage::underway) return ended(*stage);
      if (!stage && stage.error().fault == ipp::Fault::not_found) return {PrintState::unknown, "spooler"};
      if (Clock::now() >= next_look || !stage) {
        health = stage ? look(stop, false) : health_of(stage.error());
        if (!stop.stop_requested()) report(health);
        next_look = Clock::now() + 1s;
      }
      if (Clock::now() >= deadline) return give_up(name, number, health, stop);
      if (!pause_for(pause, stop)) return {PrintState::unknown, ""};
    }
  }

  static JobResult ended(JobStage stage) {
    switch (stage) {
      case JobStage::completed: return {PrintState::printed, ""};
      case JobStage::cancelled: return {PrintState::failed, "cancelled"};
      case JobStage::aborted: return {PrintState::failed, "spooler"};
      case JobStage::underway: break;
    }
    return {PrintState::unknown, ""};
  }

  /// Takes the job back, so that it does not come out an hour later, and says what is known: it may have ended at this
  /// very moment, and a printer may keep what it was told to forget.
  JobResult give_up(const std::string& name, int number, const Health& health, const std::stop_token& stop) {
    static_cast<void>(queue_.cancel(number, stop));  // whether it worked is read off the job
    const std::string fault = first_reason(health, "timeout");
    for (int i = 0; i < 10; ++i) {
      const auto stage = queue_.stage(number, stop);
      if (stage && *stage == JobStage::completed) return {PrintState::printed, ""};
      if (stage && *stage != JobStage::underway && !device_keeps(name, stop)) return {PrintState::failed, fault};
      if (!pause_for(300ms, stop)) break;
    }
    return {PrintState::unknown, fault};
  }

  bool device_keeps(const std::string& name, const std::stop_token& stop) const {
    if (!speaks_ipp(device_uri_)) return false;
    const auto holds = queue_.device_holds(device_uri_, name, stop);
    return holds && *holds;  // an unreachable device has nothing that it could still be asked about
  }

  PrinterSettings settings_;
  CupsQueue queue_;
  std::chrono::seconds limit_;
  std::string device_uri_;
  DeviceTraits traits_;
  bool raw_mute_ = false;
  Health raw_device_{.state = HealthState::ready, .reasons = {}, .detail = {}};
};

}  // namespace

std::unique_ptr<Printer> make_cups_printer(const PrinterSettings& settings) {
  return std::make_unique<CupsPrinter>(settings);
}

}  // namespace skranke::printer
