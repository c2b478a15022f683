#pragma once
// The enrolments that run just now, one process each, and what is known of them outside: the trail, the sealed records, the kits.
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "core/time.hpp"
#include "daemon/config/config.hpp"
#include "daemon/devices.hpp"
#include "daemon/enrolment/spool.hpp"
#include "daemon/enrolment/worker_process.hpp"
#include "enrolment/audit.hpp"
#include "enrolment/profile.hpp"

namespace skranke::daemon {

class Enrolments {
 public:
  static constexpr std::size_t running_max = 16, expired_max = 64;

  struct Running {
    std::string id, visit, desk, clerk, profile;
    WorkerProcess worker;
    std::atomic<std::int64_t> expires_at = 0;   ///< milliseconds since 1970; 0 = it has not said yet
  };

  Enrolments(const config::Enrolment& settings, std::string directory, std::function<void(std::string_view)> log);
  ~Enrolments();
  Enrolments(const Enrolments&) = delete;
  Enrolments& operator=(const Enrolments&) = delete;

  [[nodiscard]] bool enabled() const { return !settings_.profiles.empty(); }
  [[nodiscard]] const config::Enrolment& settings() const { return settings_; }
  [[nodiscard]] const config::EnrolmentKit* kit_at(std::string_view desk) const;
  struct Document {
    enrolment::Profile profile;
    std::string text;                 ///< as the file has it, for the worker
  };
  [[nodiscard]] const std::map<std::string, Document>& documents() const { return documents_; }
  /// What keeps enrolments from beginning, in the words of the API; empty = nothing. I/O thread.
  [[nodiscard]] std::string_view hindrance() const;

  // I/O thread
  [[nodiscard]] std::shared_ptr<Running> find(std::string_view id) const;
  [[nodiscard]] std::shared_ptr<Running> at_desk(std::string_view desk) const;
  [[nodiscard]] bool has_room() const { return running_.size() < running_max; }
  void add(std::shared_ptr<Running> one);
  /// Ends it and takes everything along. `cause` goes into the trail.
  void drop(const std::string& id, std::string_view cause);
  /// Ends those whose time is up, and those that `still_there` denies.
  void sweep(std::int64_t now_ms, const std::function<bool(const Running&)>& still_there);
  /// Its time was up, not long ago.
  [[nodiscard]] bool has_expired(std::string_view id) const;
  void show(Devices& devices, core::Instant now) const;

  // any thread
  [[nodiscard]] EnrolmentSpool& spool() { return *spool_; }
  void note(const std::string& enrolment, const enrolment::Note& note);
  /// What a device of this desk answered last: empty = a picture, or that nobody showed it one; else "absent" or "fault", and why.
  void device_said(const std::string& desk, const std::string& modality, const std::string& fault, const std::string& words);

 private:
  void load_documents();
  void load_trail();
  void show_devices(Devices& devices, core::Instant now) const;
  /// What is wrong with the face models that the settings name; empty = nothing, or none are named.
  [[nodiscard]] std::string look_at_models() const;

  config::Enrolment settings_;
  std::string directory_;
  std::function<void(std::string_view)> log_;
  std::map<std::string, Document> documents_;
  std::map<std::string, std::shared_ptr<Running>, std::less<>> running_;
  std::deque<std::string> expired_;   ///< the last of them, at most expired_max
  struct Said {
    std::string fault, words;
  };
  mutable std::mutex said_mutex_;
  std::map<std::pair<std::string, std::string>, Said> said_;   ///< by desk and modality, of kits only: bounded by the settings
  std::mutex trail_mutex_;
  std::optional<enrolment::AuditTrail> trail_;
  std::unique_ptr<EnrolmentSpool> spool_;
  mutable std::string models_fault_;   ///< looked at again until it is gone; I/O thread
};

}  // namespace skranke::daemon
