#include "daemon/enrolment/spool.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "daemon/messages/curl.hpp"

namespace skranke::daemon {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using enrolment::Bytes;
using enrolment::ByteView;

namespace {

constexpr auto round_every = 2s;
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

bool sync_folder(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool synced = ::fsync(fd) == 0;
  ::close(fd);
  return synced;
}

/// Whole, or not there.
bool write_file(const std::string& path, ByteView bytes) {
  const std::string draft = path + ".part";
  const int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
  if (fd < 0) return false;
  bool good = true;
  for (ByteView left = bytes; good && !left.empty();) {
    const ssize_t written = ::write(fd, left.data(), left.size());
    good = written > 0;
    if (good) left = left.subspan(static_cast<std::size_t>(written));
  }
  good = good && ::fsync(fd) == 0;
  ::close(fd);
  if (good && ::rename(draft.c_str(), path.c_str()) == 0 && sync_folder(fs::path{path}.parent_path())) return true;
  ::unlink(draft.c_str());
  return false;
}

std::size_t gather(char* data, std::size_t size, std::size_t count, void* into) {
  auto& bytes = *static_cast<Bytes*>(into);
  if (bytes.size() + size * count > receipt_bytes_max) return 0;
  bytes.insert(bytes.end(), data, data + size * count);
  return size * count;
}

}  // namespace

EnrolmentSpool::EnrolmentSpool(config::Enrolment settings, std::string directory, Told told)
    : settings_{std::move(settings)}, directory_{std::move(directory)}, told_{std::move(told)} {
  load();
  thread_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
}

EnrolmentSpool::~EnrolmentSpool() {
  thread_.request_stop();
  wake_.notify_all();
}

/// What an earlier run left; a half-written one was never promised to anybody.
void EnrolmentSpool::load() {
  std::error_code error;
  fs::create_directories(directory_, error);
  fs::permissions(directory_, fs::perms::owner_all, error);
  for (const fs::directory_entry& entry : fs::directory_iterator{directory_, error}) {
    if (entry.path().extension() == ".part") fs::remove(entry.path(), error);
    if (entry.path().extension() != ".cms" || waiting_.size() >= records_max) continue;
    const auto bytes = read_file(entry.path(), enrolment::envelope_bytes_max);
    if (!bytes) continue;
    const auto written = std::chrono::file_clock::to_sys(entry.last_write_time(error));
    waiting_.push_back({entry.path().stem().string(), enrolment::sha256_hex(*bytes), std::chrono::duration_cast<std::chrono::seconds>(written.time_since_epoch()).count(), bytes->size()});
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
  if (!write_file(file_of(record), envelope)) return Kept::failed;
  const std::scoped_lock lock{mutex_};
  waiting_.push_back({record, sha256, now_s(), envelope.size()});
  wake_.notify_all();
  return Kept::yes;
}

EnrolmentSpool::State EnrolmentSpool::state() const {
  const std::scoped_lock lock{mutex_};
  return {waiting_.size(), fault_};
}

void EnrolmentSpool::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::vector<Waiting> round;
    {
      std::unique_lock lock{mutex_};
      wake_.wait_for(lock, stop, round_every, [] { return false; });
      round = waiting_;
    }
    std::string fault;
    for (const Waiting& one : round) {
      if (stop.stop_requested()) return;
      look_after(one, fault);
    }
    const std::scoped_lock lock{mutex_};
    fault_ = fault;
  }
}

void EnrolmentSpool::look_after(const Waiting& one, std::string& fault) {
  if (now_s() - one.since > std::int64_t{settings_.keep_days} * 24 * 3600) {
    told_(one.record, "given_up", fmt::format("{} days", settings_.keep_days));
    return forget(one);
  }
  Bytes receipt;
  const Answer answer = hand_over(one, receipt);
  if (answer == Answer::unreachable) fault = "handover_unreachable";
  if (answer == Answer::refused) fault = "handover_refused";
  if (answer == Answer::none && now_s() - one.since > overdue_after_s && fault.empty()) fault = "receipt_overdue";
  if (answer != Answer::receipt) return;
  const auto pem = read_file(settings_.recipient_certificate, receipt_bytes_max);
  const auto recipient = pem ? enrolment::Identity::from_pem(enrolment::text_of(*pem), "") : enrolment::Result<enrolment::Identity>{enrolment::wrong("recipient", "cannot be read")};
  const auto checked = recipient ? enrolment::check_receipt(receipt, *recipient, one.record, one.sha256) : enrolment::Result<enrolment::Receipt>{tl::unexpected<enrolment::Error>{recipient.error()}};
  if (!checked) {
    fault = "handover_refused";
    return;
  }
  told_(one.record, "receipted", checked->received_at);
  forget(one);
}

EnrolmentSpool::Answer EnrolmentSpool::hand_over(const Waiting& one, Bytes& receipt) const {
  return settings_.handover.starts_with(folder_prefix) ? to_folder(one, receipt) : to_server(one, receipt);
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
  return envelope && write_file(there + ".cms", *envelope) ? Answer::none : Answer::unreachable;
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
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, gather);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &receipt);
  if (curl.perform() != CURLE_OK) return Answer::unreachable;
  const long status = curl.answer();
  if (status == 200 || status == 201) return Answer::receipt;
  return status == 202 ? Answer::none : status >= 500 ? Answer::unreachable : Answer::refused;
}

/// Receipted or given up: gone here, and from the folder that it was laid into.
void EnrolmentSpool::forget(const Waiting& one) {
  std::error_code error;
  fs::remove(file_of(one.record), error);
  if (settings_.handover.starts_with(folder_prefix)) {
    const std::string there = settings_.handover.substr(folder_prefix.size()) + "/" + one.record;
    for (const std::string_view ending : {".cms", ".receipt"}) fs::remove(there + std::string{ending}, error);
  }
  const std::scoped_lock lock{mutex_};
  std::erase_if(waiting_, [&](const Waiting& each) { return each.record == one.record; });
}

}  // namespace skranke::daemon
