#pragma once
// Capture devices behind one port. A driver lives in a process of its own, which the keeper starts, times and kills; who asks gets a picture or words.
#include <memory>
#include <optional>
#include <string>

#include "enrolment/fingers.hpp"
#include "enrolment/image.hpp"
#include "enrolment/session.hpp"
#include "enrolment/worker/frame.hpp"

namespace skranke::enrolment {

class Device {
 public:
  virtual ~Device() = default;
  /// One picture, for good. An error: what is the matter, "absent" or "fault", in `where`.
  [[nodiscard]] virtual Result<Image> take(std::optional<Finger> finger) = 0;
  /// What is in front of it now, for the preview.
  [[nodiscard]] virtual Result<Image> look() = 0;
};

/// "file:FOLDER": the pictures of a folder, or of its folder named after the finger, one after the other. A file "fault" in it says what goes wrong:
/// "absent", "hang", "babble" or "crash". For demos and tests.
[[nodiscard]] Result<std::unique_ptr<Device>> open_device(const std::string& spec);
/// Whether a device of this kind can be named so; the error says what can.
[[nodiscard]] Result<void> check_device_spec(const std::string& spec);

/// What a kit has; empty = it has none.
struct KitDevices {
  std::string camera, finger, pen;
  [[nodiscard]] const std::string& of(Modality modality) const { return modality == Modality::face ? camera : modality == Modality::finger ? finger : pen; }
};

/// A process that starts drivers and passes on what they say. Made while the worker's memory is still empty, so that no driver ever holds a sample.
class Keeper {
 public:
  /// An error when the system gives no process.
  static Result<Keeper> start(const KitDevices& kit);
  Keeper(Keeper&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
  Keeper& operator=(Keeper&&) = delete;
  ~Keeper();

  struct Picture {
    Image image;
    std::string digest;               ///< as it left the sensor's process
    std::optional<Finger> finger;     ///< which it was asked for, as the driver repeats it
  };
  /// `where` of an error: "no_device" there is none, "absent" not plugged in, "fault" it hung, died, or answered nonsense.
  [[nodiscard]] Result<Picture> take(Modality modality, std::optional<Finger> finger) const;
  [[nodiscard]] Result<Image> look(Modality modality) const;

 private:
  explicit Keeper(int fd) : fd_{fd} {}
  [[nodiscard]] Result<Picture> ask(std::string_view what, Modality modality, std::optional<Finger> finger) const;
  int fd_ = -1;
};

/// No core, no debugger, no new program, no network, all memory locked. False: memory could not be locked.
bool confine();

}  // namespace skranke::enrolment
