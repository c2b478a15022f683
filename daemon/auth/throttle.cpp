#include "daemon/auth/throttle.hpp"

#include <algorithm>

namespace skranke::auth {
namespace {

using std::chrono::seconds;

constexpr seconds forgotten_after{3600};
constexpr seconds longest_for_remote{900};
constexpr seconds longest_for_user{60};

/// 2 s after the fifth failure, doubling.
seconds delay_after(int failures, seconds longest) {
  if (failures < SignInThrottle::free_tries) return seconds{0};
  const int doublings = std::min(failures - SignInThrottle::free_tries + 1, 12);
  return std::min(seconds{1L << doublings}, longest);
}

}  // namespace

std::chrono::seconds SignInThrottle::wait(std::string_view remote, std::string_view user, Instant now) {
  return std::max(wait_of(remotes_, remote, longest_for_remote, now), wait_of(users_, user, longest_for_user, now));
}

void SignInThrottle::failed(std::string_view remote, std::string_view user, Instant now) {
  note(remotes_, remote, now);
  if (!user.empty()) note(users_, user, now);
}

void SignInThrottle::succeeded(std::string_view remote, std::string_view user) {
  forget(remotes_, remote);
  forget(users_, user);
}

std::chrono::seconds SignInThrottle::wait_of(Table& table, std::string_view key, seconds longest, Instant now) {
  const auto found = table.by_key.find(std::string{key});
  if (found == table.by_key.end()) return seconds{0};
  const Entry& entry = *found->second;
  // A clock that was set back must not lock anybody out: such an entry counts as fresh, never as further ahead.
  const auto since = std::max(now - entry.last, Instant::duration{0});
  if (since >= forgotten_after) return forget(table, key), seconds{0};
  const auto left = delay_after(entry.failures, longest) - since;
  return std::max(seconds{0}, std::chrono::ceil<seconds>(left));
}

void SignInThrottle::note(Table& table, std::string_view key, Instant now) {
  const std::string name{key.substr(0, 128)};
  const auto found = table.by_key.find(name);
  if (found != table.by_key.end()) {
    table.order.splice(table.order.begin(), table.order, found->second);
  } else {
    table.order.push_front({name, 0, now});
    table.by_key[name] = table.order.begin();
  }
  Entry& entry = table.order.front();
  entry.failures = now - entry.last >= forgotten_after ? 1 : std::min(entry.failures + 1, 1000);
  entry.last = now;
  if (table.order.size() <= entries_max) return;
  table.by_key.erase(table.order.back().key);
  table.order.pop_back();
}

void SignInThrottle::forget(Table& table, std::string_view key) {
  const auto found = table.by_key.find(std::string{key});
  if (found == table.by_key.end()) return;
  table.order.erase(found->second);
  table.by_key.erase(found);
}

}  // namespace skranke::auth
