// What the enrolment step asks of one core. The yardstick of the print codec is OpenJPEG writing and reading the same
// picture at the same size. Both sides take turns in one run; median of the rounds.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <vector>

#include <fmt/format.h>

#include "enrolment/faces.hpp"
#include "enrolment/pictures.hpp"
#include "enrolment/prints.hpp"
#include "enrolment/seal.hpp"
#include "enrolment/wsq.hpp"
#include "tests/unit/enrolment/identities.hpp"

namespace {

using namespace skranke::enrolment;
using Clock = std::chrono::steady_clock;

constexpr int rounds = 21;

Bytes load(const char* name) {
  std::ifstream file{std::filesystem::path{SKRANKE_ENROLMENT_DATA} / name, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

bool well = true;

double millis(const std::function<bool()>& act) {
  const auto begin = Clock::now();
  well = act() && well;
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

void measure(const char* name, const std::function<bool()>& ours, const std::function<bool()>& yardstick) {
  std::vector<double> values, baselines;
  for (int round = 0; round < rounds; ++round) {
    values.push_back(millis(ours));
    baselines.push_back(millis(yardstick));
  }
  fmt::print("{{\"name\":\"{}\",\"unit\":\"ms\",\"value\":{:.2f},\"baseline\":{:.2f},\"ratio\":{:.2f}}}\n", name,
             median(values), median(baselines), median(values) / median(baselines));
}

}  // namespace

int main() {
  const Image print = png_decode(load("fingers/f1_0.png")).value();
  const Bytes wsq_file = wsq::encode(print).value(), jp2_file = jpeg2000_within(print, wsq_file.size()).value();
  measure(
      "enrolment_wsq_encode", [&] { return wsq::encode(print).has_value(); },
      [&] { return jpeg2000_within(print, wsq_file.size()).has_value(); });
  measure(
      "enrolment_wsq_decode", [&] { return wsq::decode(wsq_file).has_value(); },
      [&] { return jpeg2000_decode(jp2_file).has_value(); });
  // Nothing else here looks at prints: the yardstick is reading the picture from its PNG.
  const Bytes png_file = load("fingers/f1_0.png");
  const PrintAnalysis one = analyse_print(print).value(),
                      other = analyse_print(png_decode(load("fingers/f1_2.png")).value()).value();
  measure(
      "enrolment_print_analyse", [&] { return analyse_print(print)->score > 50; },
      [&] { return png_decode(png_file).has_value(); });
  measure(
      "enrolment_print_match", [&] { return same_finger(one.minutiae, other.minutiae); },
      [&] { return png_decode(png_file).has_value(); });
  // A whole record signed and encrypted; the yardstick is the digest of as many bytes, which nobody can do without.
  const std::vector<PackedFile> files{{"manifest.json", Bytes(2000, '{')},
                                      {"dg2.bin", load("records/dg2_19794_jp2.bin")},
                                      {"dg3.bin", load("records/dg3_19794_wsq.bin")}};
  for (const char* kind : {"rsa2048", "P-256"}) {
    const test::Pems ours = test::make_identity("P-256"), theirs = test::make_identity(kind);
    const Identity signer = Identity::from_pem(ours.certificate, ours.key).value();
    const std::vector recipients{Identity::from_pem(theirs.certificate, "").value()};
    const Bytes record = pack(files, 0).value();
    measure(
        kind == std::string{"P-256"} ? "enrolment_seal_curve" : "enrolment_seal_rsa",
        [&] { return seal(files, signer, recipients, 0).has_value(); },
        [&] { return sha256_hex(record).size() == 64; });
  }
#ifdef SKRANKE_ENROLMENT_MODELS
  // All checks on a frame of 1280 × 720 with a face as large as at a desk; the yardstick is reading that frame as JPEG.
  const FaceFinder finder = FaceFinder::load(SKRANKE_ENROLMENT_MODELS).value();
  const Image head = jpeg_decode(load("faces/A_neutral.jpg")).value();
  Image frame{1280, 720, 3, Bytes(std::size_t{1280} * 720 * 3, 190)};
  for (std::size_t y = 0; y < 600; ++y)
    std::copy_n(head.pixels.begin() + static_cast<std::ptrdiff_t>(y * 1440), 1440,
                frame.pixels.begin() + static_cast<std::ptrdiff_t>(((y + 60) * 1280 + 400) * 3));
  const Bytes frame_file = jpeg_encode(frame, 90).value();
  measure(
      "enrolment_face_720p", [&] { return finder.measure(frame)->faces == 1; },
      [&] { return jpeg_decode(frame_file).has_value(); });
#endif
  if (!well) fmt::print(stderr, "something was refused: the figures mean nothing\n");
  return well ? 0 : 1;
}
