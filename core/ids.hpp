#pragma once
// Ids are distinct types, so that a desk cannot be passed where a visit is meant.
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace skranke::core {

template <class Tag>
class Id {
 public:
  Id() = default;
  explicit Id(std::string value) : value_{std::move(value)} {}
  explicit Id(std::string_view value) : value_{value} {}
  explicit Id(const char* value) : value_{value} {}
  [[nodiscard]] const std::string& str() const { return value_; }
  [[nodiscard]] bool empty() const { return value_.empty(); }
  auto operator<=>(const Id&) const = default;

 private:
  std::string value_;
};

using AuthorityId = Id<struct AuthorityTag>;
using ServiceId = Id<struct ServiceTag>;
using DeskId = Id<struct DeskTag>;
using BoardId = Id<struct BoardTag>;
using KioskId = Id<struct KioskTag>;
using PrinterId = Id<struct PrinterTag>;
using PriorityId = Id<struct PriorityTag>;
using VisitId = Id<struct VisitTag>;
using BookingId = Id<struct BookingTag>;   ///< also the code that its holder has
using EquipmentId = Id<struct EquipmentTag>;

/// Arrival ordinal of a visit at this site, never used again; 0 = none. The state's own handle for a visit.
using Serial = std::uint64_t;

}  // namespace skranke::core

template <class Tag>
struct std::hash<skranke::core::Id<Tag>> {
  std::size_t operator()(const skranke::core::Id<Tag>& id) const noexcept { return std::hash<std::string>{}(id.str()); }
};
