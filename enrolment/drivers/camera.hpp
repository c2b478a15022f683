#pragma once
// A camera by plain V4L2. What it asks of the kernel goes through one table, so that a test can be the kernel.
#include <memory>
#include <string>
#include <vector>

#include "enrolment/drivers/frames.hpp"
#include "enrolment/worker/devices.hpp"

namespace skranke::enrolment {

/// The system calls of a camera; a negative answer is -errno.
class VideoSystem {
 public:
  virtual ~VideoSystem() = default;
  virtual int open(const char* path) = 0;
  virtual int control(int fd, unsigned long request, void* argument) = 0;
  virtual std::uint8_t* map(int fd, std::size_t size, std::uint32_t offset) = 0;
  virtual void unmap(std::uint8_t* memory, std::size_t size) = 0;
  /// Waits for a frame; 0 = none came.
  virtual int wait(int fd, std::chrono::milliseconds patience) = 0;
  virtual void close(int fd) = 0;
};

class Camera final : public Device {
 public:
  /// Opens it, agrees on a format and lets it run.
  [[nodiscard]] static Result<std::unique_ptr<Device>> open(const std::string& path, VideoSystem& system);
  ~Camera() override;
  Camera(const Camera&) = delete;
  Camera& operator=(const Camera&) = delete;

  /// With exposure, white balance and focus held, so that what was seen is what is taken.
  Result<Image> take(std::optional<Finger> finger) override;
  Result<Image> more() override { return take(std::nullopt); }
  Result<Image> look() override { return newest(); }
  [[nodiscard]] const FrameShape& shape() const { return shape_; }

 private:
  struct Buffer {
    std::uint8_t* memory = nullptr;
    std::size_t size = 0;
  };
  Camera(VideoSystem& system, int fd) : system_{system}, fd_{fd} {}
  [[nodiscard]] Result<void> agree();
  [[nodiscard]] std::vector<Offer> offers();
  void add_sizes(std::uint32_t fourcc, PixelFormat format, std::vector<Offer>& out);
  [[nodiscard]] int rate_of(std::uint32_t fourcc, int width, int height);
  [[nodiscard]] Result<void> begin();
  [[nodiscard]] Result<Image> newest();
  [[nodiscard]] Result<Image> next();

  VideoSystem& system_;
  int fd_;
  FrameShape shape_;
  std::vector<Buffer> buffers_;
};

}  // namespace skranke::enrolment
