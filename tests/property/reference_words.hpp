#pragma once
// What several parts of the simple-minded room ask.
#include <algorithm>

#include "reference_room.hpp"

namespace skranke::test {

template <class Names, class Name>
bool has(const Names& names, const Name& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

inline bool gone(const core::VisitState state) {
  return state == core::VisitState::done || state == core::VisitState::no_show || state == core::VisitState::left;
}

}  // namespace skranke::test
