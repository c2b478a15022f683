#pragma once
// A token bucket per caller. Pure: the time comes in with the call.
#include <chrono>
#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace skranke::http {

class RateLimiter {
 public:
  struct Rate {
    double per_second = 5;
    double burst = 20;  ///< calls that may come at once
    std::size_t callers_max =
        4096;  ///< above, the caller that was silent longest is forgotten (and has its full burst again)
  };
  using Time = std::chrono::steady_clock::time_point;

  explicit RateLimiter(Rate rate) : rate_{rate} {}

  /// Takes one call of `caller` (an address) off its bucket. False: refused, nothing taken. A time that goes backwards
  /// counts as no time.
  [[nodiscard]] bool allow(std::string_view caller, Time now);
  /// How long until the next call would be allowed; zero when it would be now. For Retry-After.
  [[nodiscard]] std::chrono::milliseconds wait(std::string_view caller, Time now) const;
  [[nodiscard]] std::size_t callers() const { return places_.size(); }

 private:
  struct Bucket {
    std::string caller;
    double tokens;
    Time at;
  };
  [[nodiscard]] double tokens_at(const Bucket& bucket, Time now) const;

  Rate rate_;
  std::list<Bucket> buckets_;                                                 // latest caller first
  std::unordered_map<std::string_view, std::list<Bucket>::iterator> places_;  // keys are views into buckets_
};

}  // namespace skranke::http
