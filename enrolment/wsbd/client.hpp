#pragma once
// A WS-BD service as a device. How bytes get there is somebody else's.
#include <functional>
#include <string>

#include "enrolment/worker/devices.hpp"
#include "enrolment/wsbd/answer.hpp"

namespace skranke::enrolment::wsbd {

/// One request of HTTP, answered within the patience. `where` of an error as of a Device.
using Exchange = std::function<Result<std::string>(std::string_view method, const std::string& path, const std::string& body, std::chrono::milliseconds patience)>;

/// Registers, locks, warms up and configures when it is first asked, and again when the service has forgotten it.
class Client final : public Device {
 public:
  /// `wait` is called between two questions for a picture that the service still prepares.
  Client(Exchange exchange, std::function<void()> wait) : exchange_{std::move(exchange)}, wait_{std::move(wait)} {}
  Result<Image> take(std::optional<Finger> finger) override { return taken(finger, person_patience); }
  /// WS-BD has no picture but by a capture.
  Result<Image> look() override { return taken(std::nullopt, std::chrono::seconds{4}); }

 private:
  static constexpr int downloads_max = 50;
  Result<Image> taken(std::optional<Finger> finger, std::chrono::milliseconds patience);
  Result<Image> once(std::optional<Finger> finger, std::chrono::milliseconds patience);
  Result<void> begin();
  Result<void> configure(Finger finger);
  Result<Image> download(const std::string& id, std::optional<Finger> finger);
  Result<Answer> ask(std::string_view method, const std::string& path, const std::string& body, std::chrono::milliseconds patience);
  Result<Answer> ask(std::string_view method, const std::string& path) { return ask(method, path, "", std::chrono::seconds{3}); }

  Exchange exchange_;
  std::function<void()> wait_;
  std::string session_;
  std::optional<Finger> configured_;
};

}  // namespace skranke::enrolment::wsbd
