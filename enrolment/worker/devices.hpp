#pragma once
// Capture devices behind one port. A driver lives in a process of its own, which the keeper starts, times and kills; who asks gets a picture or words.
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "enrolment/assessment.hpp"
#include "enrolment/burst.hpp"
#include "enrolment/fingers.hpp"
#include "enrolment/image.hpp"
#include "enrolment/session.hpp"
#include "enrolment/worker/frame.hpp"

namespace skranke::enrolment {

/// For a picture of what is there now, for one that a person must give, and how long a device waits for that person.
constexpr std::chrono::seconds look_patience{5}, take_patience{18}, person_patience{15};
[[nodiscard]] constexpr std::chrono::seconds patience_for(Modality modality, bool look) { return look || modality == Modality::face ? look_patience : take_patience; }

class Device {
 public:
  virtual ~Device() = default;
  /// One picture, for good; waits for a person no longer than `person_patience`. What is the matter, in `where` of an error: "absent" not plugged in, "fault" broken,
  /// "nothing" nobody showed it anything that is a picture; after the first two it is not asked again.
  [[nodiscard]] virtual Result<Image> take(std::optional<Finger> finger) = 0;
  /// The next picture of the burst that `take` began. "nothing" = it gives one at a time, or no more.
  [[nodiscard]] virtual Result<Image> more() { return wrong("nothing", "one picture at a time"); }
  /// What is in front of it now, for the preview.
  [[nodiscard]] virtual Result<Image> look() = 0;
};

/// What a kit has; empty = it has none.
struct KitDevices {
  std::string camera, finger, pen;
  std::string trust;   ///< who vouches for a device elsewhere (PEM file); empty = the system's
  std::string face_quality, print_quality;   ///< programs of the site that judge pictures; empty = none
  std::string door_key, certificate, key;   ///< of devices behind a door elsewhere: the pin of its key, and what this box shows there (PEM files)
  [[nodiscard]] const std::string& of(Modality modality) const { return modality == Modality::face ? camera : modality == Modality::finger ? finger : pen; }
};

/// A process that starts drivers, which are programs beside its own, or connects to their sockets, and passes on what they say. Made while the worker's memory is still empty, so that no driver ever holds a sample.
class Keeper {
 public:
  /// An error when the system gives no process.
  static Result<Keeper> start(const KitDevices& kit);
  Keeper(Keeper&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
  Keeper& operator=(Keeper&&) = delete;
  ~Keeper();

  using Picture = Shot;
  /// `where` of an error: "no_device" there is none, "absent" not plugged in, "fault" it hung, died, or answered nonsense, "nothing" nobody showed it anything.
  [[nodiscard]] Result<Picture> take(Modality modality, std::optional<Finger> finger) const;
  /// Another one right after a portrait that was taken.
  [[nodiscard]] Result<Picture> more() const;
  [[nodiscard]] Result<Image> look(Modality modality) const;
  /// What the site's program says of a picture. "none" of an error: the site has none for that.
  [[nodiscard]] Result<Assessment> assess(Modality modality, const Image& picture, std::optional<Finger> finger) const;
  /// From now on the devices of another kit: those of the old one are put down.
  [[nodiscard]] Result<void> change(const KitDevices& kit) const;

 private:
  explicit Keeper(int fd) : fd_{fd} {}
  [[nodiscard]] Result<Picture> ask(std::string_view what, Modality modality, std::optional<Finger> finger) const;
  int fd_ = -1;
};

enum class Confined { worker, driver, driver_with_sockets };
/// For all threads of the process: no core, no debugger, no new program, no sockets but of the last kind. All memory is locked: a driver's as it is used. False: it could not be.
bool confine(Confined how);
/// Before a program that is not ours: no sockets, no debugger, no core, no file that grows, a bounded memory. False: do not run it.
[[nodiscard]] bool confine_foreign();
[[nodiscard]] std::optional<Modality> modality_named(std::string_view name);

}  // namespace skranke::enrolment
