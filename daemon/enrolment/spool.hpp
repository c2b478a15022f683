#pragma once
// Sealed records on their way to the authority. What lies here the box itself cannot open; it goes when the authority's signed receipt has come.
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "daemon/config/config.hpp"
#include "enrolment/seal.hpp"

namespace skranke::daemon {

class EnrolmentSpool {
 public:
  static constexpr std::size_t records_max = 500;
  static constexpr std::uint64_t bytes_max = 512ULL << 20U;

  /// What became of a record, told on the spool's own thread.
  using Told = std::function<void(const std::string& record, std::string_view what, const std::string& fact)>;
  EnrolmentSpool(config::Enrolment settings, std::string directory, Told told);
  EnrolmentSpool(const EnrolmentSpool&) = delete;
  EnrolmentSpool& operator=(const EnrolmentSpool&) = delete;

  enum class Kept : std::uint8_t { yes, full, failed };
  /// On disk when it returns yes. Any thread.
  [[nodiscard]] Kept keep(const std::string& record, const std::string& sha256, enrolment::ByteView envelope);
  [[nodiscard]] bool has_room() const;

  struct State {
    std::size_t waiting = 0;          ///< sent or not, without a receipt
    std::string fault;                ///< "handover_unreachable", "handover_refused", "receipt_overdue"; empty = all is well
    bool operator==(const State&) const = default;
  };
  [[nodiscard]] State state() const;

 private:
  struct Waiting {
    std::string record, sha256;
    std::int64_t since = 0;           ///< seconds since 1970
    std::uint64_t bytes = 0;
    std::string fault{};              ///< of the last attempt
    std::int64_t pause_s = 0, next_s = 0;   ///< before the next one, and when that is
  };
  enum class Answer : std::uint8_t { none, unreachable, refused, receipt };
  void load();
  void run(const std::stop_token& stop);
  void look_after(Waiting& one);
  [[nodiscard]] enrolment::Result<enrolment::Receipt> check(const Waiting& one, enrolment::ByteView receipt) const;
  [[nodiscard]] bool into_folder() const;
  [[nodiscard]] Answer hand_over(const Waiting& one, enrolment::Bytes& receipt) const;
  [[nodiscard]] Answer to_folder(const Waiting& one, enrolment::Bytes& receipt) const;
  [[nodiscard]] Answer to_server(const Waiting& one, enrolment::Bytes& receipt) const;
  void forget(const Waiting& one);
  [[nodiscard]] std::string file_of(const std::string& record) const { return directory_ + "/" + record + ".cms"; }

  config::Enrolment settings_;
  std::string directory_;
  Told told_;
  mutable std::mutex mutex_;
  std::vector<Waiting> waiting_;
  std::condition_variable_any wake_;
  std::jthread thread_;
};

}  // namespace skranke::daemon
