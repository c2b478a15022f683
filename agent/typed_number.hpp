#pragma once
// A number that is typed on a pad of keys, key by key. Pure; time comes with the keys.
#include <chrono>
#include <optional>
#include <string>

#include "devices/press.hpp"

namespace skranke::agent {

/// Half a number is forgotten after a while, so that it is no part of the next one; so is one that is too long to be any.
class TypedNumber {
 public:
  static constexpr std::chrono::seconds forgotten_after{5};
  static constexpr std::size_t length_max = 6;   ///< "A0012", and one more

  /// `letter`: what stands before digits that were typed alone; may be empty.
  explicit TypedNumber(std::string letter) : letter_{std::move(letter)} {}

  void type(char what, devices::Tick at) {
    if (at - last_ > forgotten_after) forget();
    last_ = at;
    spoilt_ = spoilt_ || text_.size() == length_max;
    if (!spoilt_) text_.push_back(what);
  }
  void forget() {
    text_.clear();
    spoilt_ = false;
  }
  /// Ended: the number, and the next begins; nothing when none was typed.
  [[nodiscard]] std::optional<std::string> end(devices::Tick at) {
    const bool good = !text_.empty() && !spoilt_ && at - last_ <= forgotten_after;
    std::string typed = text_;
    forget();
    if (!good) return std::nullopt;
    return typed.front() >= '0' && typed.front() <= '9' ? letter_ + typed : typed;
  }

 private:
  std::string letter_, text_;
  bool spoilt_ = false;
  devices::Tick last_{0};
};

}  // namespace skranke::agent
