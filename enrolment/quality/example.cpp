// skranke-quality-example: a template for a program that judges how good a print or a portrait is: NFIQ 2, or another that a site has. Skranke starts it for each enrolment with
// nothing but a socket as descriptor 3, no network and no file to write, and ends it with the enrolment. Copy this file, put the algorithm where the comment is, keep the rest.
// Until then it says how much of the range from black to white a picture uses, under a name that nobody takes for a standard.
#include <algorithm>

#include <boost/json.hpp>

#include "enrolment/worker/frame.hpp"

namespace skranke::enrolment {
namespace {

constexpr int skranke_fd = 3;

/// Here: 0 to 100 for these pixels, rows from the top; one channel with dark ridges of `ppi` dots an inch, or three channels of a face. `finger` of the head is 1 right thumb
/// to 10 left little. Five seconds at most. Keep no copy.
int assess(const boost::json::object& /*head*/, ByteView pixels) {
  if (pixels.empty()) return 0;
  const auto [least, most] = std::ranges::minmax(pixels);
  return (most - least) * 100 / 255;
}

int serve() {
  while (auto asked = receive_frame(skranke_fd)) {
    const boost::json::object answer{{"value", assess(asked->head, asked->body)}, {"name", "example, range of greys"}, {"version", "1"}};
    std::ranges::fill(asked->body, std::uint8_t{0});
    if (!send_frame(skranke_fd, answer)) break;
  }
  return 0;
}

}  // namespace
}  // namespace skranke::enrolment

int main() { return skranke::enrolment::serve(); }
