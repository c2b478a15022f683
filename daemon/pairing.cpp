#include "daemon/pairing.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <sodium.h>

#include "daemon/random.hpp"

namespace skranke::daemon {

void PairingDesk::drop_old(core::Instant now) {
  for (const Screen& screen : screens_)
    if (screen.until <= now && !screen.code.empty() && screen.page.empty()) expired_.emplace_back(screen.code, screen.until);
  std::erase_if(screens_, [&](const Screen& screen) { return screen.until <= now; });
  std::erase_if(expired_, [&](const auto& entry) { return entry.second + remembered <= now; });
  if (expired_.size() > waiting_max) expired_.erase(expired_.begin(), expired_.end() - waiting_max);
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

std::optional<PairingDesk::Screen> PairingDesk::ask_as_agent(std::string agent, std::string key, std::string commitment, core::Instant now) {
  drop_old(now);
  if (screens_.size() == waiting_max) return std::nullopt;
  Screen screen;
  screen.claim = random_text(130);
  screen.until = now + lasts;
  screen.agent = std::move(agent);
  screen.key = std::move(key);
  screen.commitment = std::move(commitment);
  screen.nonce.resize(32);
  randombytes_buf(screen.nonce.data(), screen.nonce.size());
  screens_.push_back(screen);
  return screen;
}

bool PairingDesk::show(const std::string& claim, const std::string& code, core::Instant now) {
  drop_old(now);
  const bool taken = std::any_of(screens_.begin(), screens_.end(), [&](const Screen& other) { return other.code == code; });
  Screen* screen = by_claim(claim, now);
  if (screen != nullptr && !taken) screen->code = code;
  if (taken) forget(claim);
  return screen != nullptr && !taken;
}

bool PairingDesk::has_expired(std::string_view code, core::Instant now) {
  drop_old(now);
  return std::any_of(expired_.begin(), expired_.end(), [&](const auto& entry) { return entry.first == code; });
}

PairingDesk::Screen* PairingDesk::by_code(std::string_view code, core::Instant now) {
  drop_old(now);
  const auto found = std::find_if(screens_.begin(), screens_.end(), [&](const Screen& screen) { return !code.empty() && screen.code == code && screen.page.empty(); });
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
