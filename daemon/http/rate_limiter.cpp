#include "daemon/http/rate_limiter.hpp"

#include <algorithm>
#include <cmath>

namespace skranke::http {

double RateLimiter::tokens_at(const Bucket& bucket, Time now) const {
  const double seconds = std::max(0.0, std::chrono::duration<double>(now - bucket.at).count());
  return std::min(rate_.burst, bucket.tokens + seconds * rate_.per_second);
}

bool RateLimiter::allow(std::string_view caller, Time now) {
  auto place = places_.find(caller);
  if (place == places_.end()) {
    if (places_.size() >= rate_.callers_max) {
      places_.erase(buckets_.back().caller);
      buckets_.pop_back();
    }
    buckets_.push_front(Bucket{std::string{caller}, rate_.burst, now});
    place = places_.emplace(buckets_.front().caller, buckets_.begin()).first;
  } else {
    buckets_.splice(buckets_.begin(), buckets_, place->second);
  }
  Bucket& bucket = buckets_.front();
  bucket.tokens = tokens_at(bucket, now);
  bucket.at = std::max(bucket.at, now);
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

std::chrono::milliseconds RateLimiter::wait(std::string_view caller, Time now) const {
  const auto place = places_.find(caller);
  if (place == places_.end()) return std::chrono::milliseconds{0};
  const double missing = 1 - tokens_at(*place->second, now);
  if (missing <= 0) return std::chrono::milliseconds{0};
  return std::chrono::milliseconds{static_cast<std::int64_t>(std::ceil(missing / rate_.per_second * 1000))};
}

}  // namespace skranke::http
