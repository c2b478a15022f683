#include "daemon/random.hpp"

#include <sodium.h>

#include <array>
#include <utility>

namespace skranke::daemon {

namespace {

/// Fetched from the kernel by the page: a call for each id cost more than making the id. What was used is wiped.
class RandomPage {
 public:
  void take(std::string& into) {
    if (into.size() > bytes_.size() - used_) refill();
    for (char& byte : into) byte = static_cast<char>(std::exchange(bytes_[used_++], 0));
  }

 private:
  void refill() {
    randombytes_buf(bytes_.data(), bytes_.size());
    used_ = 0;
  }
  std::array<unsigned char, 4096> bytes_{};
  std::size_t used_ = bytes_.size();
};

}  // namespace

std::uint32_t random_below(std::uint32_t bound) { return randombytes_uniform(bound); }

std::string random_text(unsigned bits) {
  static constexpr char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
  static thread_local RandomPage page;
  std::string text((bits + 4) / 5, '0');   // at most a few dozen letters
  page.take(text);
  for (char& letter : text) letter = alphabet[static_cast<unsigned char>(letter) % 32];
  return text;
}

}  // namespace skranke::daemon
