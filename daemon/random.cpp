#include "daemon/random.hpp"

#include <sodium.h>

namespace skranke::daemon {

std::string random_text(unsigned bits) {
  static constexpr char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
  std::string text((bits + 4) / 5, '0');
  randombytes_buf(text.data(), text.size());   // one call to the kernel, not one a letter
  for (char& letter : text) letter = alphabet[static_cast<unsigned char>(letter) % 32];
  return text;
}

}  // namespace skranke::daemon
