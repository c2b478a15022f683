#include "daemon/random.hpp"

#include <sodium.h>

namespace skranke::daemon {

std::string random_text(unsigned bits) {
  static constexpr char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
  std::string text((bits + 4) / 5, '0');
  for (char& letter : text) letter = alphabet[randombytes_uniform(32)];
  return text;
}

}  // namespace skranke::daemon
