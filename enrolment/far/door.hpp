#pragma once
// The end of a line at a desk's own computer: lets one box in, asks the drivers of this one for it, and keeps nothing.
#include <optional>

#include "enrolment/far/line.hpp"
#include "enrolment/far/settings.hpp"

namespace skranke::enrolment {

/// What a door says first on a line, once both keys were shown.
constexpr std::int64_t door_version = 1;
constexpr std::chrono::seconds meet_patience{5}, first_patience{10}, idle_patience{180};

/// A key of its own in that folder, made where there is none; the PEM file with key and certificate.
[[nodiscard]] Result<std::string> own_key(const std::string& folder);
/// SHA-256 of its public key, if there is one already.
[[nodiscard]] Result<std::string> own_pin(const std::string& folder);

/// Serves whoever comes to a listening socket, until the process is ended. The settings are read for each line, so that nobody has to begin it anew after a change;
/// `own` is the file of its own key.
[[noreturn]] void keep_door(int listening, const std::string& settings, const std::string& own);

}  // namespace skranke::enrolment
