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

#include <boost/json/object.hpp>

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
  static constexpr std::int64_t turn_ms = 60'000;   ///< a kit that became free is kept so long for the desk whose turn it is

  struct Running {
    std::string id, visit, profile;
    // I/O thread alone
    std::string desk, clerk;   ///< where it runs; no desk = on its way to another one
    std::string from, to;      ///< the desks of that way
    // any thread
    WorkerProcess worker;
    std::atomic<std::int64_t> expires_at = 0;   ///< milliseconds since 1970; 0 = it has not said yet
    void saw(const boost::json::object& told);
    /// What its worker said last, without notes; nothing before it has said anything.
    [[nodiscard]] std::shared_ptr<const boost::json::object> seen() const;
    /// The finger that a reader waits for just now; empty = none.
    void waits_for(const std::string& finger);
    [[nodiscard]] std::string waited_for() const;

   private:
    mutable std::mutex seen_mutex_;
    std::string waited_for_;
    std::shared_ptr<const boost::json::object> seen_;
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
  /// How the last one at this desk ended, and of which visit; empty words = there was none.
  struct Ended {
    std::string visit, cause;
  };
  [[nodiscard]] Ended ended_at(const std::string& desk) const;
  /// One of this visit that is on its way to this desk, or came from it and may come back.
  [[nodiscard]] std::shared_ptr<Running> coming(std::string_view visit, std::string_view desk) const;
  /// The desk that has this one's kit just now, or whose turn it is; empty = it is free.
  [[nodiscard]] std::string kit_taken_by(std::string_view desk) const;
  /// Puts a desk in line for its kit, for the visit that is there; its place, from 1.
  std::size_t line_up(const std::string& desk, const std::string& visit);
  void leave_line(const std::string& desk);
  [[nodiscard]] std::size_t place_in_line(std::string_view desk) const;
  [[nodiscard]] bool has_room() const { return running_.size() < running_max; }
  void add(std::shared_ptr<Running> one);
  /// Ends it and takes everything along. `cause` goes into the trail.
  void drop(const std::string& id, std::string_view cause);
  /// Ends those whose time is up, and those that `still_there` denies. `is_at` says whether a visit is at a desk, for those in line.
  void sweep(std::int64_t now_ms, const std::function<bool(const Running&)>& still_there, const std::function<bool(const std::string& visit, const std::string& desk)>& is_at);
  /// Its time was up, not long ago.
  [[nodiscard]] bool has_expired(std::string_view id) const;
  void show(Devices& devices, core::Instant now) const;

  // any thread
  [[nodiscard]] EnrolmentSpool& spool() { return *spool_; }
  void note(const std::string& enrolment, const enrolment::Note& note);
  /// What a device of this desk answered last: empty = a picture, or that nobody showed it one; else "absent" or "fault", and why.
  void device_said(const std::string& desk, const std::string& modality, const std::string& fault, const std::string& words);

 private:
  /// Desks that wait for a kit; at most those that share it.
  struct Line {
    struct Turn {
      std::string desk, visit;
    };
    std::deque<Turn> turns;
    std::int64_t offered_ms = 0;   ///< the kit has been free for the first one since; 0 = it is in use
  };
  [[nodiscard]] std::shared_ptr<Running> user_of(const config::EnrolmentKit& kit) const;
  [[nodiscard]] const Line* line_of(std::string_view desk) const;
  void move_lines(std::int64_t now_ms, const std::function<bool(const std::string& visit, const std::string& desk)>& is_at);
  void tell_key();
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
  std::map<const config::EnrolmentKit*, Line> lines_;   ///< by kit of the settings
  std::map<std::string, Ended> ended_;   ///< by desk with a kit
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
