#include "daemon/enrolment/spool.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "daemon/messages/curl.hpp"
#include "system/whole_file.hpp"

namespace skranke::daemon {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using enrolment::Bytes;
using enrolment::ByteView;

namespace {

constexpr auto round_every = 2s;
constexpr std::int64_t pause_min_s = 5, pause_max_s = 600;   ///< between two attempts at a server with one record
constexpr std::int64_t overdue_after_s = 24 * 3600;
constexpr std::size_t receipt_bytes_max = 64UL * 1024;
constexpr long transfer_seconds_max = 60;
constexpr std::string_view folder_prefix = "directory:";

std::int64_t now_s() { return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count(); }

std::optional<Bytes> read_file(const std::string& path, std::size_t bytes_max) {
  std::ifstream file{path, std::ios::binary};
  if (!file) return std::nullopt;
  Bytes bytes{std::istreambuf_iterator<char>{file}, {}};
  if (bytes.size() > bytes_max) return std::nullopt;
  return bytes;
}

}  // namespace

EnrolmentSpool::EnrolmentSpool(config::Enrolment settings, std::string directory, Told told)
    : settings_{std::move(settings)}, directory_{std::move(directory)}, told_{std::move(told)} {
  load();
  thread_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
}

/// What an earlier run left; a half-written one was never promised to anybody.
void EnrolmentSpool::load() {
  std::error_code error;
  fs::create_directories(directory_, error);
  fs::permissions(directory_, fs::perms::owner_all, error);
  for (const fs::directory_entry& entry : fs::directory_iterator{directory_, error}) {
    if (entry.path().extension() == ".new") fs::remove(entry.path(), error);
    if (entry.path().extension() != ".cms" || waiting_.size() >= records_max) continue;
    const auto bytes = read_file(entry.path(), enrolment::envelope_bytes_max);
    if (!bytes) continue;
    const auto written = std::chrono::file_clock::to_sys(entry.last_write_time(error));
    waiting_.push_back({.record = entry.path().stem().string(), .sha256 = enrolment::sha256_hex(*bytes), .since = std::chrono::duration_cast<std::chrono::seconds>(written.time_since_epoch()).count(), .bytes = bytes->size()});
  }
  std::ranges::sort(waiting_, {}, &Waiting::since);
}

bool EnrolmentSpool::has_room() const {
  const std::scoped_lock lock{mutex_};
  std::uint64_t bytes = 0;
  for (const Waiting& one : waiting_) bytes += one.bytes;
  return waiting_.size() < records_max && bytes + enrolment::envelope_bytes_max <= bytes_max;
}

EnrolmentSpool::Kept EnrolmentSpool::keep(const std::string& record, const std::string& sha256, ByteView envelope) {
  if (!has_room()) return Kept::full;
  if (!write_whole_file(file_of(record), enrolment::text_of(envelope), 0600)) return Kept::failed;
  const std::scoped_lock lock{mutex_};
  waiting_.push_back({.record = record, .sha256 = sha256, .since = now_s(), .bytes = envelope.size()});
  return Kept::yes;
}

EnrolmentSpool::State EnrolmentSpool::state() const {
  const std::scoped_lock lock{mutex_};
  const auto troubled = std::ranges::find_if(waiting_, [](const Waiting& one) { return !one.fault.empty(); });
  return {waiting_.size(), troubled == waiting_.end() ? std::string{} : troubled->fault};
}

void EnrolmentSpool::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::vector<Waiting> round;
    {
      std::unique_lock lock{mutex_};
      wake_.wait_for(lock, stop, round_every, [] { return false; });
      round = waiting_;
    }
    for (Waiting& one : round) {
      if (stop.stop_requested()) return;
      if (one.next_s > now_s()) continue;
      look_after(one);
      // Who does not answer for one record does not for the next; they are tried in the next round.
      if (one.fault == "handover_unreachable") break;
    }
  }
}

void EnrolmentSpool::look_after(Waiting& one) {
  if (now_s() - one.since > std::int64_t{settings_.keep_days} * 24 * 3600) {
    told_(one.record, "given_up", fmt::format("{} days", settings_.keep_days));
    return forget(one);
  }
  Bytes receipt;
  const Answer answer = hand_over(one, receipt);
  one.fault = answer == Answer::unreachable ? "handover_unreachable" : answer == Answer::refused ? "handover_refused" : "";
  if (answer == Answer::none && now_s() - one.since > overdue_after_s) one.fault = "receipt_overdue";
  if (answer == Answer::receipt) {
    if (const auto checked = check(one, receipt)) {
      told_(one.record, "receipted", checked->received_at);
      return forget(one);
    }
    one.fault = "handover_refused";
  }
  // A look into a folder costs nothing; a server is asked less and less often.
  one.pause_s = into_folder() ? 0 : std::clamp(one.pause_s * 2, pause_min_s, pause_max_s);
  one.next_s = now_s() + one.pause_s;
  const std::scoped_lock lock{mutex_};
  if (const auto kept = std::ranges::find(waiting_, one.record, &Waiting::record); kept != waiting_.end()) *kept = one;
}

enrolment::Result<enrolment::Receipt> EnrolmentSpool::check(const Waiting& one, ByteView receipt) const {
  const auto pem = read_file(settings_.recipient_certificate, receipt_bytes_max);
  if (!pem) return enrolment::wrong("recipient", "cannot be read");
  return enrolment::Identity::from_pem(enrolment::text_of(*pem), "").and_then([&](const enrolment::Identity& recipient) {
    return enrolment::check_receipt(receipt, recipient, one.record, one.sha256);
  });
}

bool EnrolmentSpool::into_folder() const { return settings_.handover.starts_with(folder_prefix); }

EnrolmentSpool::Answer EnrolmentSpool::hand_over(const Waiting& one, Bytes& receipt) const {
  return into_folder() ? to_folder(one, receipt) : to_server(one, receipt);
}

/// The envelope in the folder until ID.receipt or ID.refused lies beside it.
EnrolmentSpool::Answer EnrolmentSpool::to_folder(const Waiting& one, Bytes& receipt) const {
  const std::string folder = settings_.handover.substr(folder_prefix.size()), there = folder + "/" + one.record;
  std::error_code error;
  if (!fs::is_directory(folder, error)) return Answer::unreachable;
  if (auto found = read_file(there + ".receipt", receipt_bytes_max)) {
    receipt = std::move(*found);
    return Answer::receipt;
  }
  if (fs::exists(there + ".refused", error)) return Answer::refused;
  if (fs::exists(there + ".cms", error)) return Answer::none;
  const auto envelope = read_file(file_of(one.record), enrolment::envelope_bytes_max);
  return envelope && write_whole_file(there + ".cms", enrolment::text_of(*envelope), 0640) ? Answer::none : Answer::unreachable;
}

/// POST with our certificate; the answer is the receipt.
EnrolmentSpool::Answer EnrolmentSpool::to_server(const Waiting& one, Bytes& receipt) const {
  const auto envelope = read_file(file_of(one.record), enrolment::envelope_bytes_max);
  if (!envelope) return Answer::unreachable;
  Curl curl{"https"};
  CurlList headers;
  headers.add("Content-Type: application/cms");
  headers.add("Record-Id: " + one.record);
  headers.add("Expect:");
  curl_easy_setopt(curl.get(), CURLOPT_URL, settings_.handover.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, reinterpret_cast<const char*>(envelope->data()));
  curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(envelope->size()));
  curl_easy_setopt(curl.get(), CURLOPT_SSLCERT, settings_.appliance_certificate.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_SSLKEY, settings_.appliance_key.c_str());
  if (!settings_.ca_file.empty()) curl_easy_setopt(curl.get(), CURLOPT_CAINFO, settings_.ca_file.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, transfer_seconds_max);
  curl.keep_answer(receipt_bytes_max);
  if (curl.get() == nullptr || curl.perform() != CURLE_OK) return Answer::unreachable;
  const ByteView answered = enrolment::view_of(curl.kept());
  receipt.assign(answered.begin(), answered.end());
  const long status = curl.answer();
  if (status == 200 || status == 201) return Answer::receipt;
  return status == 202 ? Answer::none : status >= 500 ? Answer::unreachable : Answer::refused;
}

/// Receipted or given up: gone here, and from the folder that it was laid into.
void EnrolmentSpool::forget(const Waiting& one) {
  std::error_code error;
  fs::remove(file_of(one.record), error);
  if (into_folder()) {
    const std::string there = settings_.handover.substr(folder_prefix.size()) + "/" + one.record;
    for (const std::string_view ending : {".cms", ".receipt"}) fs::remove(there + std::string{ending}, error);
  }
  const std::scoped_lock lock{mutex_};
  std::erase_if(waiting_, [&](const Waiting& each) { return each.record == one.record; });
}

}  // namespace skranke::daemon
