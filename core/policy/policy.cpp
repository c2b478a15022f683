#include "core/policy/policy.hpp"

#include "core/policy/arrival.hpp"
#include "core/policy/longest_wait.hpp"
#include "core/policy/skranke.hpp"

namespace skranke::core {

const Policy* policy_named(std::string_view name) {
  static const Fifo fifo;
  static const BookedFirst booked_first;
  static const LongestWait longest_wait;
  static const Skranke skranke;
  if (name == "fifo") return &fifo;
  if (name == "booked_first") return &booked_first;
  if (name == "longest_wait") return &longest_wait;
  if (name == "skranke") return &skranke;
  return nullptr;
}

}  // namespace skranke::core
