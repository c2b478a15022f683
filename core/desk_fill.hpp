#pragma once
// Who can be served at the same time on the desks there are? Desks with the same services are one group; what is booked at one instant is laid out over
// the groups, moving others along where that makes room (augmenting paths), so that a shared desk is never counted twice.
#include <cstdint>
#include <vector>

#include "core/facility.hpp"

namespace skranke::core {

class DeskFill {
 public:
  explicit DeskFill(const Facility& facility);

  /// One more booking of the service with this index in the facility; one that finds no desk is remembered and takes the first that is left.
  void add(std::size_t service);
  /// One fewer; there must be one.
  void remove(std::size_t service);
  /// The desk with this index in the facility goes, and whoever was to sit there moves on if possible; it was there.
  void away(std::size_t desk);
  /// It is there again; it was away.
  void back(std::size_t desk);
  /// How many more of this service would find desks, at most `most`.
  [[nodiscard]] int spare(std::size_t service, int most);
  /// Booked now, those without a desk included.
  [[nodiscard]] int booked(std::size_t service) const { return booked_[service]; }
  /// Desks there that serve it.
  [[nodiscard]] int desks(std::size_t service) const;
  /// Has everybody a desk?
  [[nodiscard]] bool fits() const { return left_over_.empty(); }

 private:
  struct Group {
    int desks = 0, taken = 0;
    std::vector<int> by_service;    ///< of those taken
  };
  bool lay_out(std::size_t service);
  bool augment(std::size_t service);
  void take_away(std::size_t service);
  void seat_one_left_over();

  std::vector<Group> groups_;
  std::vector<std::vector<std::size_t>> groups_of_;   ///< by service
  std::vector<int> booked_;
  std::vector<std::size_t> group_of_;                 ///< by desk
  std::vector<std::size_t> left_over_;
  std::vector<char> visited_;
};

}  // namespace skranke::core
