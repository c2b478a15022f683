// The real work behind a session: coding, judging, and looking whether a file still shows what was taken.
#include <algorithm>
#include <cmath>

#include "enrolment/session.hpp"
#include "enrolment/wsq.hpp"

namespace skranke::enrolment {
namespace {

constexpr double wsq_ratio = 13.0, same_picture_db = 25;
constexpr int jpeg_quality_min = 40, jpeg_quality_max = 95;

/// Peak signal to noise in decibel; pictures of different shape have none.
double decibel(const Image& a, const Image& b) {
  if (a.width != b.width || a.height != b.height || a.channels != b.channels || a.pixels.empty()) return 0;
  double sum = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) {
    const double difference = static_cast<double>(a.pixels[i]) - static_cast<double>(b.pixels[i]);
    sum += difference * difference;
  }
  return sum == 0 ? 99 : 10 * std::log10(255.0 * 255.0 * static_cast<double>(a.pixels.size()) / sum);
}

/// Cut by the face if it can be found, else around the middle.
Image portrait_of(const Image& image, int width, int height, const std::optional<FaceFinder>& finder) {
  const Result<FaceMeasures> measures =
      finder ? finder->measure(image) : Result<FaceMeasures>{wrong("face", "no finder")};
  return measures && measures->faces == 1 ? document_portrait(image, *measures, width, height)
                                          : fitted(image, width, height);
}

Result<Bytes> face_file(const Image& image, const FaceRules& rules, const std::optional<FaceFinder>& finder) {
  if (image.channels != 3) return wrong("face", "not in colours");
  if (image.width < rules.width || image.height < rules.height)
    return wrong("face", "fewer pixels than the document wants");
  const Image portrait = portrait_of(image, rules.width, rules.height, finder);
  if (rules.format == PictureKind::jpeg2000) return jpeg2000_within(portrait, rules.bytes_max);
  return jpeg_within(portrait, rules.bytes_max, jpeg_quality_min, jpeg_quality_max).map([](const Fitted& one) {
    return one.file;
  });
}

bool shows(const Bytes& file, const Image& image, const std::optional<FaceFinder>& finder) {
  const Result<Image> back = picture_decode(file);
  if (!back) return false;
  if (image.channels == 1) return decibel(*back, image) >= same_picture_db;
  return decibel(*back, portrait_of(image, back->width, back->height, finder)) >= same_picture_db;
}

std::optional<FaceCheck> judge_file(const Image& image, const FaceRules& rules, const FaceFinder& finder) {
  Result<Bytes> file = face_file(image, rules, finder);
  if (!file) return std::nullopt;
  Result<Image> back = picture_decode(*file);
  Image portrait = portrait_of(image, rules.width, rules.height, finder);
  std::optional<FaceCheck> check;
  if (back) check = judged("compression", likeness(*back, portrait), rules.limits);
  for (Bytes* each : {&*file, &portrait.pixels}) wipe(*each);
  if (back) wipe(back->pixels);
  return check;
}

std::optional<FaceEyes> eyes_of(const Bytes& file, const FaceFinder& finder) {
  const Result<FaceMeasures> measures =
      picture_decode(file).and_then([&](const Image& portrait) { return finder.measure(portrait); });
  if (!measures || measures->faces != 1) return std::nullopt;
  const auto whole = [](double value) { return static_cast<int>(std::lround(std::max(0.0, value))); };
  return FaceEyes{whole(measures->left_eye.x), whole(measures->left_eye.y), whole(measures->right_eye.x),
                  whole(measures->right_eye.y)};
}

}  // namespace

Image fitted(const Image& image, int width, int height) {
  const double scale = std::min(static_cast<double>(image.width) / width, static_cast<double>(image.height) / height);
  const double left = (image.width - scale * width) / 2, top = (image.height - scale * height) / 2;
  Image out{width, height, image.channels, {}};
  out.pixels.reserve(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) *
                     static_cast<std::size_t>(image.channels));
  const auto span_of = [&](int i, double from, int limit) {
    const int begin = std::clamp(static_cast<int>(std::floor(from + i * scale)), 0, limit - 1);
    return std::pair{begin, std::clamp(static_cast<int>(std::ceil(from + (i + 1) * scale)), begin + 1, limit)};
  };
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const auto [x0, x1] = span_of(x, left, image.width);
      const auto [y0, y1] = span_of(y, top, image.height);
      for (int channel = 0; channel < image.channels; ++channel) {
        int sum = 0;
        for (int v = y0; v < y1; ++v)
          for (int u = x0; u < x1; ++u)
            sum += image.pixels[static_cast<std::size_t>((v * image.width + u) * image.channels + channel)];
        const int count = (x1 - x0) * (y1 - y0);
        out.pixels.push_back(static_cast<std::uint8_t>((sum + count / 2) / count));
      }
    }
  return out;
}

Workshop real_workshop(const std::optional<FaceFinder>& finder) {
  Workshop workshop;
  workshop.print_file = [](const Image& image) { return wsq::encode(image, {.ratio_min = wsq_ratio}); };
  workshop.face_file = [finder](const Image& image, const FaceRules& rules) { return face_file(image, rules, finder); };
  if (finder)
    workshop.judge_face = [finder](const Image& image, const FaceLimits& limits) {
      return finder->measure(image).map([&](const FaceMeasures& measures) { return judge(measures, limits); });
    };
  if (finder)
    workshop.judge_file = [finder](const Image& image, const FaceRules& rules) {
      return judge_file(image, rules, *finder);
    };
  if (finder) workshop.eyes = [finder](const Bytes& file) { return eyes_of(file, *finder); };
  workshop.signature_file = png_encode;
  workshop.analyse = [](const Image& image) { return analyse_print(image); };
  workshop.same_finger = [](const PrintAnalysis& a, const PrintAnalysis& b) {
    return same_finger(a.minutiae, b.minutiae);
  };
  workshop.best_of = [](std::span<const PrintAnalysis> captures) { return best_of(captures); };
  workshop.shows = [finder](const Bytes& file, const Image& image) { return shows(file, image, finder); };
  workshop.prints_group = write_dg3;
  return workshop;
}

}  // namespace skranke::enrolment
