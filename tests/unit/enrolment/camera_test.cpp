// A camera without a camera: what frames become, which format is asked for, and what happens when the kernel says this or that.
#include <cerrno>
#include <cstring>
#include <map>

#include <gtest/gtest.h>
#include <linux/videodev2.h>

#include "enrolment/drivers/camera.hpp"
#include "enrolment/pictures.hpp"

namespace skranke::enrolment {
namespace {

using Dot = std::array<int, 3>;
Dot dot_of(const Image& image, int x, int y) {
  const std::size_t at = (static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) + static_cast<std::size_t>(x)) * 3;
  return {image.pixels[at], image.pixels[at + 1], image.pixels[at + 2]};
}

TEST(Frames, ColoursAreThoseOfBt601) {
  // Black, white, and pure red, green, blue of limited range.
  const std::vector<std::pair<std::array<std::uint8_t, 3>, Dot>> truths{{{16, 128, 128}, {0, 0, 0}}, {{235, 128, 128}, {255, 255, 255}}, {{81, 90, 240}, {254, 0, 0}}, {{145, 54, 34}, {0, 255, 1}}, {{41, 240, 110}, {0, 0, 255}}};
  for (const auto& [yuv, rgb] : truths) {
    Bytes yuyv, nv12;
    for (int i = 0; i < 8 * 4; ++i) yuyv.insert(yuyv.end(), {yuv[0], yuv[1], yuv[0], yuv[2]});
    nv12.assign(64, yuv[0]);
    for (int i = 0; i < 16; ++i) nv12.insert(nv12.end(), {yuv[1], yuv[2]});
    for (const auto& image : {rgb_of({PixelFormat::yuyv, 8, 8, 16}, yuyv), rgb_of({PixelFormat::nv12, 8, 8, 8}, nv12)}) {
      ASSERT_TRUE(image) << image.error().text();
      for (std::size_t channel = 0; channel < 3; ++channel) EXPECT_NEAR(dot_of(*image, 5, 5)[channel], rgb[channel], 1) << int{yuv[0]};
    }
  }
}

TEST(Frames, RowsMayBeLongerThanTheyShow) {
  Bytes yuyv(20 * 8, 128), nv12(12 * 8 + 12 * 4, 128);
  yuyv[20 * 3 + 2 * 2] = 235;   // row 3, column 2
  nv12[12 * 3 + 2] = 235;
  for (const auto& image : {rgb_of({PixelFormat::yuyv, 8, 8, 20}, yuyv), rgb_of({PixelFormat::nv12, 8, 8, 12}, nv12)}) {
    ASSERT_TRUE(image);
    EXPECT_EQ(dot_of(*image, 2, 3), (Dot{255, 255, 255}));
    EXPECT_NE(dot_of(*image, 3, 3), (Dot{255, 255, 255}));
    EXPECT_NE(dot_of(*image, 2, 2), (Dot{255, 255, 255}));
  }
}

TEST(Frames, WhatIsTooShortIsNotRead) {
  EXPECT_FALSE(rgb_of({PixelFormat::yuyv, 8, 8, 16}, Bytes(16 * 8 - 1)));
  EXPECT_TRUE(rgb_of({PixelFormat::yuyv, 8, 8, 20}, Bytes(20 * 7 + 16))) << "the last row need not be padded";
  EXPECT_FALSE(rgb_of({PixelFormat::yuyv, 8, 8, 15}, Bytes(200)));
  EXPECT_FALSE(rgb_of({PixelFormat::nv12, 8, 8, 8}, Bytes(95)));
  EXPECT_TRUE(rgb_of({PixelFormat::nv12, 8, 8, 8}, Bytes(96)));
  EXPECT_FALSE(rgb_of({PixelFormat::yuyv, 9, 8, 18}, Bytes(18 * 8))) << "half a pair";
  EXPECT_FALSE(rgb_of({PixelFormat::yuyv, 9000, 8, 18000}, Bytes(18000 * 8)));
  EXPECT_FALSE(rgb_of({PixelFormat::mjpeg, 16, 16, 0}, Bytes(100)));
  EXPECT_FALSE(rgb_of({PixelFormat::mjpeg, 16, 16, 0}, {}));
}

TEST(Frames, AJpegIsWhatWasAgreedAndMayBePadded) {
  Image grey{16, 16, 1, Bytes(256, 99)};
  Bytes file = jpeg_encode(grey, 90).value();
  file.resize(file.size() + 100);
  const auto image = rgb_of({PixelFormat::mjpeg, 16, 16, 0}, file);
  ASSERT_TRUE(image) << image.error().text();
  EXPECT_EQ(image->channels, 3);
  EXPECT_NEAR(dot_of(*image, 7, 7)[0], 99, 2);
  EXPECT_FALSE(rgb_of({PixelFormat::mjpeg, 32, 16, 0}, file));
}

TEST(Frames, OfWhatIsOfferedTheBestIsTaken) {
  const auto best = [](std::vector<Offer> offers) { return best_offer(offers); };
  EXPECT_EQ(best({}), std::nullopt);
  const Offer slow{PixelFormat::yuyv, 1920, 1080, 5}, fast{PixelFormat::mjpeg, 1920, 1080, 30}, small{PixelFormat::yuyv, 640, 480, 30}, huge{PixelFormat::mjpeg, 3840, 2160, 30}, raw{PixelFormat::nv12, 1920, 1080, 30};
  EXPECT_EQ(best({slow, small, fast}), fast) << "five a second is no preview";
  EXPECT_EQ(best({fast, raw}), raw) << "what was not compressed before";
  EXPECT_EQ(best({huge, small}), small) << "more than a portrait needs";
  EXPECT_EQ(best({huge}), huge) << "unless there is nothing else";
  EXPECT_EQ(best({slow}), slow);
  EXPECT_EQ(best({small, Offer{PixelFormat::yuyv, 1280, 720, 0}})->width, 1280) << "it does not say how fast";
}

/// A kernel with one camera, which shows a shade that grows with each frame.
class FakeVideo final : public VideoSystem {
 public:
  int open(const char*) override { return gone ? -ENODEV : (++opened, 7); }
  void close(int) override { --opened; }
  std::uint8_t* map(int, std::size_t size, std::uint32_t offset) override {
    memory.resize(std::max(memory.size(), std::size_t{offset} / size + 1));
    return memory[offset / size].assign(size, 0), memory[offset / size].data();
  }
  void unmap(std::uint8_t* where, std::size_t size) override {
    for (std::size_t i = 0; i < size; ++i) left += where[i];
  }
  int wait(int, std::chrono::milliseconds) override {
    if (gone) return -ENODEV;
    if (mute || queued.empty()) return 0;
    fill();
    return 1;
  }
  int control(int, unsigned long request, void* argument) override {
    if (gone) return -ENODEV;
    switch (request) {
      case VIDIOC_QUERYCAP: static_cast<v4l2_capability*>(argument)->capabilities = capabilities; return 0;
      case VIDIOC_ENUM_FMT: return format(*static_cast<v4l2_fmtdesc*>(argument));
      case VIDIOC_ENUM_FRAMESIZES: return size(*static_cast<v4l2_frmsizeenum*>(argument));
      case VIDIOC_ENUM_FRAMEINTERVALS: return interval(*static_cast<v4l2_frmivalenum*>(argument));
      case VIDIOC_S_FMT: return agree(*static_cast<v4l2_format*>(argument));
      case VIDIOC_S_PARM: return -ENOTTY;
      case VIDIOC_REQBUFS: static_cast<v4l2_requestbuffers*>(argument)->count = 3; return 0;
      case VIDIOC_QUERYBUF: {
        auto& buffer = *static_cast<v4l2_buffer*>(argument);
        buffer.length = 640 * 480 * 2, buffer.m.offset = buffer.index * buffer.length;
        return 0;
      }
      case VIDIOC_QBUF: queued.push_back(static_cast<v4l2_buffer*>(argument)->index); return 0;
      case VIDIOC_DQBUF: return hand_out(*static_cast<v4l2_buffer*>(argument));
      case VIDIOC_G_CTRL: return controls.contains(static_cast<v4l2_control*>(argument)->id) ? (static_cast<v4l2_control*>(argument)->value = controls[static_cast<v4l2_control*>(argument)->id], 0) : -EINVAL;
      case VIDIOC_S_CTRL: controls[static_cast<v4l2_control*>(argument)->id] = static_cast<v4l2_control*>(argument)->value; return 0;
      default: return 0;
    }
  }

  /// Time goes by: the camera fills whatever it was given.
  void idle() {
    while (!queued.empty()) fill();
  }

  std::uint32_t capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
  std::vector<std::uint32_t> formats{V4L2_PIX_FMT_GREY, V4L2_PIX_FMT_YUYV};
  std::map<std::uint32_t, int> controls{{V4L2_CID_EXPOSURE_AUTO, V4L2_EXPOSURE_APERTURE_PRIORITY}, {V4L2_CID_AUTO_WHITE_BALANCE, 1}};
  bool gone = false, mute = false;
  int broken = 0, opened = 0;
  long left = 0;
  std::vector<std::pair<int, int>> exposures;   ///< of each frame: exposure and white balance, automatic or not
  std::uint8_t shade = 16;

 private:
  int format(v4l2_fmtdesc& each) { return each.index < formats.size() ? (each.pixelformat = formats[each.index], 0) : -EINVAL; }
  static int size(v4l2_frmsizeenum& each) {
    if (each.index > 0) return -EINVAL;
    each.type = V4L2_FRMSIZE_TYPE_DISCRETE, each.discrete = {640, 480};
    return 0;
  }
  static int interval(v4l2_frmivalenum& each) {
    if (each.index > 0) return -EINVAL;
    each.type = V4L2_FRMIVAL_TYPE_DISCRETE, each.discrete = {1, 30};
    return 0;
  }
  static int agree(v4l2_format& format) {
    format.fmt.pix.bytesperline = 0;   // some drivers leave it so
    return 0;
  }
  void fill() {
    const std::uint32_t index = queued.front();
    queued.erase(queued.begin());
    ++shade;
    for (std::size_t i = 0; i < memory[index].size(); ++i) memory[index][i] = i % 2 == 0 ? shade : 128;
    exposures.emplace_back(controls[V4L2_CID_EXPOSURE_AUTO], controls[V4L2_CID_AUTO_WHITE_BALANCE]);
    filled.push_back(index);
  }
  int hand_out(v4l2_buffer& buffer) {
    if (filled.empty()) return -EAGAIN;
    buffer.index = filled.front(), buffer.bytesused = 640 * 480 * 2;
    filled.erase(filled.begin());
    if (broken > 0) --broken, buffer.flags |= V4L2_BUF_FLAG_ERROR;
    return 0;
  }
  std::vector<Bytes> memory;
  std::vector<std::uint32_t> queued, filled;
};

std::string where(const Result<Image>& image) { return image ? "" : image.error().where; }
int light_of(int shade) { return (76284 * (shade - 16) + 32768) >> 16; }

TEST(CameraOnAFakeKernel, GivesFramesAsTheyCome) {
  FakeVideo kernel;
  auto camera = Camera::open("/dev/video0", kernel);
  ASSERT_TRUE(camera) << camera.error().text();
  const auto first = (*camera)->look(), second = (*camera)->look();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->width, 640);
  EXPECT_EQ(dot_of(*first, 0, 0)[0], light_of(17));
  EXPECT_EQ(dot_of(*second, 0, 0)[0], light_of(18));
}

TEST(CameraOnAFakeKernel, WhatLayThereIsNotShown) {
  FakeVideo kernel;
  auto camera = Camera::open("/dev/video0", kernel).value();
  kernel.idle();   // nobody asked for a while: three old frames
  const auto image = camera->look();
  ASSERT_TRUE(image);
  EXPECT_EQ(dot_of(*image, 0, 0)[0], light_of(20));
}

TEST(CameraOnAFakeKernel, HoldsItsExposureWhileAPortraitIsTaken) {
  FakeVideo kernel;
  auto camera = Camera::open("/dev/video0", kernel).value();
  ASSERT_TRUE(camera->look());
  ASSERT_TRUE(camera->take(std::nullopt));
  const std::pair held{static_cast<int>(V4L2_EXPOSURE_MANUAL), 0}, by_itself{static_cast<int>(V4L2_EXPOSURE_APERTURE_PRIORITY), 1};
  EXPECT_EQ(kernel.exposures.front(), by_itself);
  EXPECT_EQ(kernel.exposures.back(), held);
  EXPECT_EQ(kernel.controls[V4L2_CID_EXPOSURE_AUTO], V4L2_EXPOSURE_APERTURE_PRIORITY) << "and lets it go";
  EXPECT_EQ(kernel.controls[V4L2_CID_AUTO_WHITE_BALANCE], 1);
  EXPECT_FALSE(kernel.controls.contains(V4L2_CID_FOCUS_AUTO)) << "a camera without focus is left alone";
  kernel.mute = true;
  EXPECT_EQ(where(camera->take(std::nullopt)), "fault");
  EXPECT_EQ(kernel.controls[V4L2_CID_EXPOSURE_AUTO], V4L2_EXPOSURE_APERTURE_PRIORITY) << "also when it went wrong";
}

TEST(CameraOnAFakeKernel, SaysWhatIsTheMatter) {
  FakeVideo kernel;
  auto camera = Camera::open("/dev/video0", kernel).value();
  kernel.broken = 3;
  EXPECT_TRUE(camera->look()) << "a few broken frames are passed over";
  kernel.broken = 1000;
  EXPECT_EQ(where(camera->look()), "fault");
  kernel.broken = 0;
  kernel.mute = true;
  EXPECT_EQ(where(camera->look()), "fault");
  kernel.mute = false;
  EXPECT_TRUE(camera->look());
  kernel.gone = true;
  EXPECT_EQ(where(camera->look()), "absent");
  EXPECT_EQ(where(camera->take(std::nullopt)), "absent");
  EXPECT_EQ(Camera::open("/dev/video0", kernel).error().where, "absent");
}

TEST(CameraOnAFakeKernel, IsNotTakenForOne) {
  FakeVideo kernel;
  kernel.capabilities = V4L2_CAP_STREAMING;
  EXPECT_EQ(Camera::open("/dev/video0", kernel).error().where, "fault");
  kernel.capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
  kernel.formats = {V4L2_PIX_FMT_GREY};
  EXPECT_EQ(Camera::open("/dev/video0", kernel).error().where, "fault");
  EXPECT_EQ(kernel.opened, 0) << "and is closed again";
}

TEST(CameraOnAFakeKernel, LeavesNoPictureBehind) {
  FakeVideo kernel;
  {
    auto camera = Camera::open("/dev/video0", kernel).value();
    ASSERT_TRUE(camera->look());
  }
  EXPECT_EQ(kernel.left, 0);
  EXPECT_EQ(kernel.opened, 0);
}

}  // namespace
}  // namespace skranke::enrolment
