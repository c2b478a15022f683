#pragma once
// One CUPS queue and the device behind it, as questions and answers. Blocking, each call with its own deadline; no
// state but the names.
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "printer/ipp.hpp"
#include "printer/sheet.hpp"

namespace skranke::printer {

/// What the spooler knows of the queue.
struct QueueFacts {
  std::string device_uri;
  Health health;  ///< of the queue: paused, stopped, refusing jobs; the device is asked apart
};

/// What the device said of itself just now.
struct DeviceFacts {
  Health health;
  DeviceTraits traits;
};

enum class JobStage : std::uint8_t { underway, completed, cancelled, aborted };

class CupsQueue {
 public:
  explicit CupsQueue(std::string name);

  [[nodiscard]] const std::string& name() const { return name_; }
  /// Letters, digits, "_", "-", "." only: it becomes part of an address.
  [[nodiscard]] bool name_is_sound() const;

  [[nodiscard]] ipp::Result<QueueFacts> facts(std::stop_token stop) const;
  [[nodiscard]] ipp::Result<DeviceFacts> ask_device(const std::string& device_uri, std::stop_token stop) const;
  /// Formats that this queue passes on unchanged; empty when the queue has no PPD to read.
  [[nodiscard]] std::vector<std::string> passed(std::stop_token stop) const;

  struct Document {
    std::string format;
    std::string media, page_size;  ///< the sheet in IPP's and in PPD's words; empty: the queue's default
    bool trim = false;
    std::vector<std::uint8_t> bytes;
  };
  /// The job of this name, also when it is long done; names are unique for ever, so there is at most one.
  [[nodiscard]] ipp::Result<std::optional<int>> find(const std::string& job_name, std::stop_token stop) const;
  /// Job and document in one request: after a crash the spooler has the whole job or none of it.
  [[nodiscard]] ipp::Result<int> submit(const std::string& job_name, const Document& document,
                                        std::stop_token stop) const;
  [[nodiscard]] ipp::Result<JobStage> stage(int job, std::stop_token stop) const;
  /// Whether the device still holds an unfinished job of this name.
  [[nodiscard]] ipp::Result<bool> device_holds(const std::string& device_uri, const std::string& job_name,
                                               std::stop_token stop) const;
  [[nodiscard]] ipp::Result<void> cancel(int job, std::stop_token stop) const;

 private:
  std::string name_;
  std::string uri_;
};

}  // namespace skranke::printer
