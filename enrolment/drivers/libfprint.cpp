// skranke-driver-libfprint [DRIVER[:SOCKET]]: a fingerprint reader that libfprint knows, the first of that driver or the first of all. With a socket: libfprint's
// own double, the driver virtual_image, to which a test sends pictures. Nearly all readers it knows are a laptop's; see docs/ENROLMENT.md.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include <libfprint-2/fprint.h>

#include "enrolment/drivers/drive.hpp"
#include "enrolment/drivers/scale.hpp"

namespace skranke::enrolment {
namespace {

template <class T>
struct Unref {
  void operator()(T* object) const noexcept { g_object_unref(object); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref<T>>;
struct FreeError {
  void operator()(GError* error) const noexcept { g_error_free(error); }
};
using OwnedError = std::unique_ptr<GError, FreeError>;

constexpr int wanted_ppi = 500;
struct Resolution {
  std::string_view driver;
  int ppi;
};
// libfprint does not tell; a print of unknown scale is of no use to anybody. Press readers of a whole finger only.
constexpr std::array<Resolution, 2> resolutions{{{"virtual_image", 500}, {"uru4000", 512}}};

/// "nothing": the finger, not the reader. "absent": it was pulled out.
Error told(const GError* error) {
  if (error == nullptr) return {"fault", "it says nothing"};
  if (error->domain == FP_DEVICE_RETRY || g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) return {"nothing", error->message};
  if (g_error_matches(error, FP_DEVICE_ERROR, FP_DEVICE_ERROR_REMOVED)) return {"absent", error->message};
  return {"fault", error->message};
}

gboolean cancel(gpointer cancellable) {
  g_cancellable_cancel(static_cast<GCancellable*>(cancellable));
  return G_SOURCE_REMOVE;
}

class FingerReader final : public Device {
 public:
  FingerReader(Owned<FpContext> context, FpDevice* device, int ppi) : context_{std::move(context)}, device_{device}, ppi_{ppi} {}

  Result<Image> take(std::optional<Finger> /*finger*/) override {
    const Owned<GCancellable> over{g_cancellable_new()};
    const guint timer = g_timeout_add_seconds(static_cast<guint>(person_patience.count()), cancel, over.get());
    GError* error = nullptr;
    const Owned<FpImage> taken{fp_device_capture_sync(device_, TRUE, over.get(), &error)};
    const OwnedError owned{error};
    if (!g_cancellable_is_cancelled(over.get())) g_source_remove(timer);
    if (!taken) return tl::unexpected<Error>{told(error)};
    gsize size = 0;
    const guchar* pixels = fp_image_get_data(taken.get(), &size);
    Image image{static_cast<int>(fp_image_get_width(taken.get())), static_cast<int>(fp_image_get_height(taken.get())), 1, Bytes{pixels, pixels + size}};
    if (!image.consistent()) return wrong("fault", "it gives what is no picture");
    return ppi_ == wanted_ppi ? std::move(image) : scaled(image, wanted_ppi, ppi_);
  }
  /// A reader shows nothing until a finger is on it.
  Result<Image> look() override { return wrong("nothing", "a fingerprint reader has no preview"); }

 private:
  Owned<FpContext> context_;
  FpDevice* device_;
  int ppi_;
};

Result<std::unique_ptr<Device>> open(const std::string& where, const std::string& /*trust*/) {
  const std::string driver = where.substr(0, where.find(':'));
  // For the library alone; no program of ours has an environment to hand on.
  if (driver.size() < where.size()) ::setenv("FP_VIRTUAL_IMAGE", where.substr(driver.size() + 1).c_str(), 1);
  Owned<FpContext> context{fp_context_new()};
  GPtrArray* devices = fp_context_get_devices(context.get());
  for (guint i = 0; devices != nullptr && i < devices->len; ++i) {
    auto* device = static_cast<FpDevice*>(devices->pdata[i]);
    const std::string_view name = fp_device_get_driver(device);
    if (!driver.empty() && name != driver) continue;
    const auto* const resolution = std::ranges::find(resolutions, name, &Resolution::driver);
    if (resolution == resolutions.end() || !fp_device_has_feature(device, FP_DEVICE_FEATURE_CAPTURE)) continue;
    GError* error = nullptr;
    const bool good = fp_device_open_sync(device, nullptr, &error) != 0;
    const OwnedError owned{error};
    if (!good) return tl::unexpected<Error>{told(error)};
    return std::make_unique<FingerReader>(std::move(context), device, resolution->ppi);
  }
  return wrong("absent", devices != nullptr && devices->len > 0 ? "no reader that gives a picture of known resolution" : "no reader is plugged in");
}

}  // namespace
}  // namespace skranke::enrolment

int main(int argc, char** argv) { return skranke::enrolment::drive(argc, argv, skranke::enrolment::open); }
