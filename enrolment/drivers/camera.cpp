#include "enrolment/drivers/camera.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <linux/videodev2.h>

namespace skranke::enrolment {
namespace {

using namespace std::chrono_literals;
constexpr std::uint32_t buffers_wanted = 4, formats_max = 32, sizes_max = 64, rates_max = 32;
constexpr auto frame_patience = 2s;
constexpr int broken_frames_max = 10, settle_frames = 2, rate_asked = 30;
// What is looked for where a camera takes any size between two.
constexpr std::array<std::pair<int, int>, 5> usual_sizes{{{1920, 1080}, {1280, 960}, {1280, 720}, {800, 600}, {640, 480}}};

constexpr std::array<std::pair<std::uint32_t, PixelFormat>, 3> known{{{V4L2_PIX_FMT_MJPEG, PixelFormat::mjpeg}, {V4L2_PIX_FMT_YUYV, PixelFormat::yuyv}, {V4L2_PIX_FMT_NV12, PixelFormat::nv12}}};

std::uint32_t fourcc_of(PixelFormat format) { return std::ranges::find(known, format, &std::pair<std::uint32_t, PixelFormat>::second)->first; }

/// Pulled out, or something else.
tl::unexpected<Error> lost(int error, const char* at) {
  const bool gone = error == -ENODEV || error == -ENXIO || error == -ENOENT;
  return wrong(gone ? "absent" : "fault", std::string{at} + ": " + std::strerror(-error));
}

/// Holds a control that the camera moves by itself, and lets it go again. A camera that has it not is left alone.
class Held {
 public:
  Held(VideoSystem& system, int fd, std::uint32_t id, int held) : system_{system}, fd_{fd}, before_{id, 0} {
    if (system_.control(fd_, VIDIOC_G_CTRL, &before_) != 0 || before_.value == held) return;
    v4l2_control wanted{id, held};
    moved_ = system_.control(fd_, VIDIOC_S_CTRL, &wanted) == 0;
  }
  ~Held() {
    if (moved_) static_cast<void>(system_.control(fd_, VIDIOC_S_CTRL, &before_));
  }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

 private:
  VideoSystem& system_;
  int fd_;
  v4l2_control before_;
  bool moved_ = false;
};

v4l2_buffer empty_buffer(std::uint32_t index = 0) {
  v4l2_buffer buffer{};
  buffer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  buffer.memory = V4L2_MEMORY_MMAP;
  buffer.index = index;
  return buffer;
}

}  // namespace

Result<std::unique_ptr<Device>> Camera::open(const std::string& path, VideoSystem& system) {
  const int fd = system.open(path.c_str());
  if (fd < 0) return lost(fd, "open");
  std::unique_ptr<Camera> camera{new Camera{system, fd}};
  v4l2_capability can{};
  if (const int error = system.control(fd, VIDIOC_QUERYCAP, &can); error < 0) return lost(error, "it is no camera");
  const std::uint32_t has = (can.capabilities & V4L2_CAP_DEVICE_CAPS) != 0 ? can.device_caps : can.capabilities;
  if ((has & V4L2_CAP_VIDEO_CAPTURE) == 0 || (has & V4L2_CAP_STREAMING) == 0) return wrong("fault", "it is no camera that sends a stream");
  if (auto agreed = camera->agree(); !agreed) return tl::unexpected<Error>{agreed.error()};
  if (auto begun = camera->begin(); !begun) return tl::unexpected<Error>{begun.error()};
  return camera;
}

Camera::~Camera() {
  int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  static_cast<void>(system_.control(fd_, VIDIOC_STREAMOFF, &type));
  for (const Buffer& buffer : buffers_) {
    std::memset(buffer.memory, 0, buffer.size);
    system_.unmap(buffer.memory, buffer.size);
  }
  system_.close(fd_);
}

int Camera::rate_of(std::uint32_t fourcc, int width, int height) {
  int best = 0;
  for (std::uint32_t i = 0; i < rates_max; ++i) {
    v4l2_frmivalenum each{};
    each.index = i, each.pixel_format = fourcc, each.width = static_cast<std::uint32_t>(width), each.height = static_cast<std::uint32_t>(height);
    if (system_.control(fd_, VIDIOC_ENUM_FRAMEINTERVALS, &each) != 0) break;
    const v4l2_fract interval = each.type == V4L2_FRMIVAL_TYPE_DISCRETE ? each.discrete : each.stepwise.min;
    if (interval.numerator != 0) best = std::max(best, static_cast<int>(interval.denominator / interval.numerator));
    if (each.type != V4L2_FRMIVAL_TYPE_DISCRETE) break;
  }
  return best;
}

void Camera::add_sizes(std::uint32_t fourcc, PixelFormat format, std::vector<Offer>& out) {
  const auto add = [&](int width, int height) { out.push_back({format, width, height, rate_of(fourcc, width, height)}); };
  for (std::uint32_t i = 0; i < sizes_max; ++i) {
    v4l2_frmsizeenum each{};
    each.index = i, each.pixel_format = fourcc;
    if (system_.control(fd_, VIDIOC_ENUM_FRAMESIZES, &each) != 0) return;
    if (each.type == V4L2_FRMSIZE_TYPE_DISCRETE) {
      add(static_cast<int>(each.discrete.width), static_cast<int>(each.discrete.height));
      continue;
    }
    const auto within = [](int value, std::uint32_t low, std::uint32_t high, std::uint32_t step) {
      const auto side = static_cast<std::uint32_t>(value);
      return side >= low && side <= high && (step == 0 || (side - low) % step == 0);
    };
    const v4l2_frmsize_stepwise& range = each.stepwise;
    for (const auto& [width, height] : usual_sizes)
      if (within(width, range.min_width, range.max_width, range.step_width) && within(height, range.min_height, range.max_height, range.step_height)) add(width, height);
    return;
  }
}

std::vector<Offer> Camera::offers() {
  std::vector<Offer> out;
  for (std::uint32_t i = 0; i < formats_max; ++i) {
    v4l2_fmtdesc each{};
    each.index = i, each.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    if (system_.control(fd_, VIDIOC_ENUM_FMT, &each) != 0) break;
    const auto* const found = std::ranges::find(known, each.pixelformat, &std::pair<std::uint32_t, PixelFormat>::first);
    if (found != known.end()) add_sizes(found->first, found->second, out);
  }
  return out;
}

Result<void> Camera::agree() {
  const auto wanted = best_offer(offers());
  if (!wanted) return wrong("fault", "it sends neither MJPEG nor YUYV nor NV12");
  v4l2_format format{};
  format.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  format.fmt.pix.width = static_cast<std::uint32_t>(wanted->width), format.fmt.pix.height = static_cast<std::uint32_t>(wanted->height);
  format.fmt.pix.pixelformat = fourcc_of(wanted->format), format.fmt.pix.field = V4L2_FIELD_NONE;
  if (const int error = system_.control(fd_, VIDIOC_S_FMT, &format); error < 0) return lost(error, "format");
  // It may have thought better of size and rows, but not of the format.
  if (format.fmt.pix.pixelformat != fourcc_of(wanted->format)) return wrong("fault", "it does not do what it offers");
  const std::uint32_t least = format.fmt.pix.width * (wanted->format == PixelFormat::yuyv ? 2 : 1);
  shape_ = {wanted->format, static_cast<int>(format.fmt.pix.width), static_cast<int>(format.fmt.pix.height), static_cast<int>(std::max(format.fmt.pix.bytesperline, least))};
  v4l2_streamparm rate{};
  rate.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  rate.parm.capture.timeperframe = {1, rate_asked};
  static_cast<void>(system_.control(fd_, VIDIOC_S_PARM, &rate));   // as fast as it can, if that can be said at all
  return {};
}

Result<void> Camera::begin() {
  v4l2_requestbuffers wanted{};
  wanted.count = buffers_wanted, wanted.type = V4L2_BUF_TYPE_VIDEO_CAPTURE, wanted.memory = V4L2_MEMORY_MMAP;
  if (const int error = system_.control(fd_, VIDIOC_REQBUFS, &wanted); error < 0) return lost(error, "buffers");
  for (std::uint32_t i = 0; i < std::min(wanted.count, buffers_wanted * 2); ++i) {
    v4l2_buffer buffer = empty_buffer(i);
    if (const int error = system_.control(fd_, VIDIOC_QUERYBUF, &buffer); error < 0) return lost(error, "buffers");
    std::uint8_t* memory = system_.map(fd_, buffer.length, buffer.m.offset);
    if (memory == nullptr) return wrong("fault", "its memory cannot be had");
    buffers_.push_back({memory, buffer.length});
    if (const int error = system_.control(fd_, VIDIOC_QBUF, &buffer); error < 0) return lost(error, "buffers");
  }
  int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  if (const int error = system_.control(fd_, VIDIOC_STREAMON, &type); error < 0) return lost(error, "stream");
  return {};
}

/// The frame that comes next, in the order in which they lie.
Result<Image> Camera::next() {
  for (int broken = 0; broken < broken_frames_max; ++broken) {
    const int ready = system_.wait(fd_, frame_patience);
    if (ready == 0) return wrong("fault", "no frame comes");
    if (ready < 0) return lost(ready, "wait");
    v4l2_buffer buffer = empty_buffer();
    const int got = system_.control(fd_, VIDIOC_DQBUF, &buffer);
    if (got == -EAGAIN) continue;
    if (got < 0) return lost(got, "frame");
    if (buffer.index >= buffers_.size() || buffer.bytesused > buffers_[buffer.index].size) return wrong("fault", "a frame that is none of ours");
    Result<Image> image = wrong("frame", "marked as broken");
    if ((buffer.flags & V4L2_BUF_FLAG_ERROR) == 0) image = rgb_of(shape_, {buffers_[buffer.index].memory, buffer.bytesused});
    if (const int error = system_.control(fd_, VIDIOC_QBUF, &buffer); error < 0) return lost(error, "frame");
    if (image) return image;
  }
  return wrong("fault", "it sends nothing but broken frames");
}

/// Frames that lie there are as old as the last question: they are given back unread.
Result<Image> Camera::newest() {
  for (std::size_t i = 0; i < buffers_.size(); ++i) {
    v4l2_buffer old = empty_buffer();
    const int got = system_.control(fd_, VIDIOC_DQBUF, &old);
    if (got == -EAGAIN) break;
    if (got < 0) return lost(got, "frame");
    if (const int error = system_.control(fd_, VIDIOC_QBUF, &old); error < 0) return lost(error, "frame");
  }
  return next();
}

Result<Image> Camera::take(std::optional<Finger> /*finger*/) {
  const Held exposure{system_, fd_, V4L2_CID_EXPOSURE_AUTO, V4L2_EXPOSURE_MANUAL}, colours{system_, fd_, V4L2_CID_AUTO_WHITE_BALANCE, 0}, focus{system_, fd_, V4L2_CID_FOCUS_AUTO, 0};
  Result<Image> image = newest();
  for (int i = 0; image && i < settle_frames; ++i) image = next();   // the first ones may be from before
  return image;
}

}  // namespace skranke::enrolment
