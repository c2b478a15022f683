#pragma once
// The facility file: how a site is described in TOML or JSON (same keys, same shape), read with everything wrong found
// in one pass, and written back.
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "core/facility.hpp"
#include "wire/finding.hpp"

namespace skranke::wire {

/// A facility that is fit for use, its zone filled from the system's database, and what is odd about it.
struct FacilityReading {
  core::Facility facility;
  std::vector<Finding> warnings;
};

using FacilityResult = tl::expected<FacilityReading, std::vector<Finding>>;

/// Limits: 512 KiB, 200 of each thing, names of 200 characters. The error holds every error and warning, in the order
/// of the file; a file that is not TOML or JSON at all has one. A ticket letter that blurs into others (B D E F G L R U
/// V) is replaced, with a warning that says by which. Without [[kiosk]] there is one, `hall`, for all services, with
/// the site's only printer if it has just one; without [[board]] one, `hall`, for all zones.
[[nodiscard]] FacilityResult read_facility_toml(std::string_view text, std::string_view file_name);
[[nodiscard]] FacilityResult read_facility_json(std::string_view text, std::string_view file_name);

/// One that was accepted already, from the journal: what today's checks find wrong is among the warnings, as errors, and only a text that cannot be
/// understood at all is refused. An upgrade that checks more must not keep a house shut.
[[nodiscard]] FacilityResult read_facility_in_force(std::string_view toml, std::string_view name);

/// Closures that lie before `today`: a warning each. Apart, since reading a facility needs no clock.
[[nodiscard]] std::vector<Finding> closures_over(const core::Facility& facility, const std::string& file, core::Day today);

/// The facility as a file; reading it gives an equal facility. JSON in one line.
[[nodiscard]] std::string write_facility_toml(const core::Facility& facility);
[[nodiscard]] std::string write_facility_json(const core::Facility& facility);

}  // namespace skranke::wire
