#pragma once
// The other side of WS-BD: a device as a service, for a vendor's driver to start from. One session, one lock, one picture in memory at a time, and that not for long.
#include <optional>
#include <string>
#include <string_view>

#include "enrolment/worker/devices.hpp"
#include "enrolment/wsbd/answer.hpp"

namespace skranke::enrolment::wsbd {

class Service {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds picture_kept{30};

  /// `modality` as WS-BD names it: "Face", "Finger", "SignatureSign".
  Service(Device& device, std::string modality) : device_{device}, modality_{std::move(modality)} {}
  ~Service() { forget(); }
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  /// What a request is answered, as XML. `path` without the service's own prefix. Blocks while a picture is taken.
  [[nodiscard]] std::string handle(std::string_view method, std::string_view path, std::string_view body, Clock::time_point now);

 private:
  struct Picture {
    std::string id;
    Bytes file;
    Dictionary metadata;
    Clock::time_point taken;
  };
  [[nodiscard]] Answer answer(std::string_view method, std::string_view path, std::string_view body, Clock::time_point now);
  [[nodiscard]] Answer session_call(std::string_view what, std::string_view method, std::string_view session, std::string_view body, Clock::time_point now);
  [[nodiscard]] Answer lock(std::string_view method, std::string_view session);
  [[nodiscard]] Answer configure(std::string_view method, std::string_view body);
  [[nodiscard]] Answer capture(Clock::time_point now);
  [[nodiscard]] Answer download(std::string_view method, std::string_view id, bool only_about);
  [[nodiscard]] Answer about() const;
  void forget();

  Device& device_;
  std::string modality_, session_, holder_;
  std::optional<Finger> finger_;
  std::optional<Picture> picture_;
  bool ready_ = false;
};

}  // namespace skranke::enrolment::wsbd
