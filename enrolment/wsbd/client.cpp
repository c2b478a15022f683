#include "enrolment/wsbd/client.hpp"

#include <cstring>

#include "enrolment/pictures.hpp"
#include "enrolment/seal.hpp"

namespace skranke::enrolment::wsbd {
namespace {

/// The service does not know us, or took the sensor from us: what was arranged holds no more.
constexpr std::string_view forgotten = "forgotten";

/// A status that is no success, as a device says it.
Error told(const Answer& answer) {
  const std::string words = std::string{name_of(answer.status)} + (answer.message.empty() ? "" : ": " + answer.message);
  switch (answer.status) {
    case Status::invalid_id:
    case Status::lock_not_held:
    case Status::initialization_needed:
    case Status::configuration_needed: return {std::string{forgotten}, words};
    case Status::sensor_timeout:
    case Status::canceled: return {"nothing", words};
    case Status::success:
    case Status::failure:
    case Status::canceled_with_sensor_failure:
    case Status::sensor_failure:
    case Status::lock_held_by_another:
    case Status::sensor_busy:
    case Status::unsupported:
    case Status::bad_value:
    case Status::no_such_parameter:
    case Status::preparing_download: break;
  }
  return {"fault", words};
}

}  // namespace

Result<Answer> Client::ask(std::string_view method, const std::string& path, const std::string& body, std::chrono::milliseconds patience) {
  auto text = exchange_(method, path, body, patience);
  if (!text) return tl::unexpected<Error>{text.error()};
  auto answer = read_answer(*text).map_error([](const Error& error) { return Error{"fault", "it answers what is no WS-BD: " + error.text()}; });
  ::explicit_bzero(text->data(), text->size());   // what it said may hold a picture
  return answer;
}

Result<void> Client::begin() {
  if (!session_.empty()) return {};
  auto registered = ask("POST", "/register");
  if (!registered) return tl::unexpected<Error>{registered.error()};
  if (registered->status != Status::success || registered->session_id.empty()) return tl::unexpected<Error>{told(*registered)};
  const std::string session = registered->session_id;
  auto locked = ask("POST", "/lock/" + session);
  // Whoever holds it is no enrolment of ours: a desk has one at a time.
  if (locked && locked->status == Status::lock_held_by_another) locked = ask("PUT", "/lock/" + session);
  if (!locked) return tl::unexpected<Error>{locked.error()};
  if (locked->status != Status::success) return tl::unexpected<Error>{told(*locked)};
  auto warm = ask("POST", "/initialize/" + session, "", look_patience);
  if (!warm) return tl::unexpected<Error>{warm.error()};
  if (warm->status != Status::success) return tl::unexpected<Error>{told(*warm)};
  session_ = session, configured_.reset();
  return {};
}

/// A service that has no such parameter takes whatever finger is laid on.
Result<void> Client::configure(Finger finger) {
  if (configured_ == finger) return {};
  auto answer = ask("POST", "/configure/" + session_, write_configuration({{"submodality", submodality_of(finger)}}), std::chrono::seconds{3});
  if (!answer) return tl::unexpected<Error>{answer.error()};
  if (answer->status != Status::success && answer->status != Status::no_such_parameter && answer->status != Status::unsupported) return tl::unexpected<Error>{told(*answer)};
  configured_ = finger;
  return {};
}

Result<Image> Client::download(const std::string& id, std::optional<Finger> finger) {
  for (int tries = 0; tries < downloads_max; ++tries) {
    auto answer = ask("GET", "/download/" + id);
    if (!answer) return tl::unexpected<Error>{answer.error()};
    if (answer->status == Status::preparing_download) {
      wait_();
      continue;
    }
    static_cast<void>(ask("DELETE", "/download/" + id));   // our own addition; a service that has it not says "unsupported"
    if (answer->status != Status::success) return tl::unexpected<Error>{told(*answer)};
    const auto said = answer->metadata.find("submodality");
    if (finger && said != answer->metadata.end() && said->second != submodality_of(*finger)) return wrong("fault", "it gives another finger than it was asked for");
    auto image = picture_decode(answer->sensor_data).map_error([](const Error& error) { return Error{"fault", "it gives what is no picture: " + error.text()}; });
    wipe(answer->sensor_data);
    return image;
  }
  return wrong("fault", "the picture is never ready");
}

Result<Image> Client::once(std::optional<Finger> finger, std::chrono::milliseconds patience) {
  if (auto begun = begin(); !begun) return tl::unexpected<Error>{begun.error()};
  if (finger)
    if (auto configured = configure(*finger); !configured) return tl::unexpected<Error>{configured.error()};
  auto captured = ask("POST", "/capture/" + session_, "", patience);
  if (!captured && captured.error().where == "time") {
    static_cast<void>(ask("POST", "/cancel/" + session_));
    return wrong("nothing", "nobody gave it anything in time");
  }
  if (!captured) return tl::unexpected<Error>{captured.error()};
  if (captured->status != Status::success) return tl::unexpected<Error>{told(*captured)};
  if (captured->capture_ids.size() != 1) return wrong("fault", "one picture was asked for, not several or none");
  return download(captured->capture_ids.front(), finger);
}

Result<Image> Client::taken(std::optional<Finger> finger, std::chrono::milliseconds patience) {
  auto image = once(finger, patience);
  if (!image && image.error().where == forgotten) {
    session_.clear();
    image = once(finger, patience);
  }
  if (!image && image.error().where != "nothing" && image.error().where != "absent") return wrong("fault", image.error().where == "fault" ? image.error().what : image.error().text());
  return image;
}

}  // namespace skranke::enrolment::wsbd
