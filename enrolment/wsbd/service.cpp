#include "enrolment/wsbd/service.hpp"

#include <array>

#include <sys/random.h>

#include "enrolment/pictures.hpp"
#include "enrolment/seal.hpp"

namespace skranke::enrolment::wsbd {
namespace {

Answer simply(Status status, std::string message = {}) { return {.status = status, .message = std::move(message)}; }

/// A random UUID.
std::string new_id() {
  std::array<std::uint8_t, 16> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) return {};
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0FU) | 0x40U);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3FU) | 0x80U);
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += "0123456789abcdef"[bytes[i] >> 4U];
    out += "0123456789abcdef"[bytes[i] & 15U];
  }
  return out;
}

std::string_view next_part(std::string_view& path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  const std::string_view part = path.substr(0, path.find('/'));
  path.remove_prefix(part.size());
  return part;
}

std::optional<Finger> finger_of_submodality(std::string_view name) {
  for (unsigned number = 1; number <= 10; ++number)
    if (const auto finger = enrolment::finger_of(number); submodality_of(*finger) == name) return finger;
  return std::nullopt;
}

Status status_of(const Error& error) { return error.where == "nothing" ? Status::sensor_timeout : Status::sensor_failure; }

}  // namespace

std::string Service::handle(std::string_view method, std::string_view path, std::string_view body, Clock::time_point now) {
  if (picture_ && now - picture_->taken > picture_kept) forget();
  return write_answer(answer(method, path, body, now));
}

Answer Service::answer(std::string_view method, std::string_view path, std::string_view body, Clock::time_point now) {
  const std::string_view what = next_part(path), whom = next_part(path), more = next_part(path);
  if (what == "info" && method == "GET") return about();
  if (what == "status" && method == "GET") return {.status = Status::success, .message = ready_ ? "ready" : "uninitialized"};
  if (what == "register" && method == "POST") {
    session_ = new_id(), ready_ = false, finger_.reset();   // the one before it is forgotten
    holder_.clear();
    return {.status = Status::success, .session_id = session_};
  }
  if (what == "download") return download(method, whom, more == "info");
  return session_call(what, method, whom, body, now);
}

Answer Service::session_call(std::string_view what, std::string_view method, std::string_view session, std::string_view body, Clock::time_point now) {
  if (session_.empty() || session != session_) return simply(Status::invalid_id);
  if (what == "register" && method == "DELETE") {
    forget();
    session_.clear(), holder_.clear(), ready_ = false;
    return simply(Status::success);
  }
  if (what == "lock") return lock(method, session);
  if (what == "cancel" && method == "POST") return simply(Status::success);   // nothing runs when this is read: one request at a time
  if (what != "initialize" && what != "configure" && what != "capture") return simply(Status::unsupported);
  if (holder_ != session) return simply(Status::lock_not_held);
  if (what == "initialize") {
    ready_ = method == "POST";
    return simply(method == "POST" || method == "DELETE" ? Status::success : Status::unsupported);
  }
  if (!ready_) return simply(Status::initialization_needed);
  if (what == "configure") return configure(method, body);
  return method == "POST" ? capture(now) : simply(Status::unsupported);
}

Answer Service::lock(std::string_view method, std::string_view session) {
  if (method != "POST" && method != "PUT" && method != "DELETE") return simply(Status::unsupported);
  holder_ = method == "DELETE" ? "" : std::string{session};
  return simply(Status::success);
}

Answer Service::configure(std::string_view method, std::string_view body) {
  if (method == "GET") {
    Answer out{.status = Status::success};
    if (finger_) out.metadata["submodality"] = submodality_of(*finger_);
    return out;
  }
  const auto wanted = read_configuration(body);
  if (!wanted) return {.status = Status::bad_value, .bad_fields = {wanted.error().where}, .message = wanted.error().what};
  Answer unknown{.status = Status::no_such_parameter};
  for (const auto& [key, value] : *wanted)
    if (key != "submodality") unknown.bad_fields.push_back(key);
  if (!unknown.bad_fields.empty()) return unknown;
  if (!wanted->contains("submodality")) return simply(Status::success);
  const auto finger = finger_of_submodality(wanted->at("submodality"));
  if (!finger || modality_ != "Finger") return {.status = Status::bad_value, .bad_fields = {"submodality"}};
  finger_ = finger;
  return simply(Status::success);
}

Answer Service::capture(Clock::time_point now) {
  forget();
  auto image = device_.take(finger_);
  if (!image) return simply(status_of(image.error()), image.error().what);
  Picture picture{new_id(), {}, {{"modality", modality_}, {"contentType", "image/png"}}, now};
  if (finger_) picture.metadata["submodality"] = submodality_of(*finger_), picture.metadata["resolution"] = "500";
  auto file = png_encode(*image);
  wipe(image->pixels);
  if (!file) return simply(Status::sensor_failure, file.error().text());
  picture.file = std::move(*file);
  picture_ = std::move(picture);
  return {.status = Status::success, .capture_ids = {picture_->id}};
}

Answer Service::download(std::string_view method, std::string_view id, bool only_about) {
  if (!picture_ || id != picture_->id) return simply(Status::invalid_id);
  if (method == "DELETE") {
    forget();
    return simply(Status::success);
  }
  if (method != "GET") return simply(Status::unsupported);
  Answer out{.status = Status::success, .metadata = picture_->metadata};
  if (!only_about) out.sensor_data = picture_->file;
  return out;
}

Answer Service::about() const {
  return {.status = Status::success, .metadata = {{"modality", modality_}, {"maximumConcurrentSessions", "1"}, {"autoDropLRUSessions", "true"}, {"maximumStorageCapacity", "1"},
                                                  {"lruCaptureDataAutomaticallyDropped", "true"}, {"captureTimeout", std::to_string(std::chrono::milliseconds{person_patience}.count())}}};
}

void Service::forget() {
  if (picture_) wipe(picture_->file);
  picture_.reset();
}

}  // namespace skranke::enrolment::wsbd
