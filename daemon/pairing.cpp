#include "daemon/pairing.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <sodium.h>

#include "daemon/random.hpp"

namespace skranke::daemon {

void PairingDesk::drop_old(core::Instant now) {
  std::erase_if(screens_, [&](const Screen& screen) { return screen.until <= now; });
}

std::optional<PairingDesk::Screen> PairingDesk::ask(core::Instant now) {
  drop_old(now);
  if (screens_.size() == waiting_max) return std::nullopt;
  Screen screen;
  const auto taken = [&](const Screen& other) { return other.code == screen.code; };
  do screen.code = fmt::format("{:06}", randombytes_uniform(1'000'000));
  while (std::any_of(screens_.begin(), screens_.end(), taken));
  screen.claim = random_text(130);
  screen.until = now + lasts;
  screens_.push_back(screen);
  return screen;
}

PairingDesk::Screen* PairingDesk::by_code(std::string_view code, core::Instant now) {
  drop_old(now);
  const auto found = std::find_if(screens_.begin(), screens_.end(), [&](const Screen& screen) { return screen.code == code && screen.page.empty(); });
  return found == screens_.end() ? nullptr : &*found;
}

PairingDesk::Screen* PairingDesk::by_claim(std::string_view claim, core::Instant now) {
  drop_old(now);
  const auto found = std::find_if(screens_.begin(), screens_.end(), [&](const Screen& screen) {
    return screen.claim.size() == claim.size() && sodium_memcmp(screen.claim.data(), claim.data(), claim.size()) == 0;
  });
  return found == screens_.end() ? nullptr : &*found;
}

void PairingDesk::forget(std::string_view claim) {
  std::erase_if(screens_, [&](const Screen& screen) { return screen.claim == claim; });
}

std::size_t PairingDesk::waiting(core::Instant now) {
  drop_old(now);
  return screens_.size();
}

}  // namespace skranke::daemon
