#pragma once
// What a facility file says about bookings: read from its tables, and written back.
#include "core/facility.hpp"
#include "wire/table_reader.hpp"

namespace skranke::wire {

/// The keys of one service.
void read_service_booking(TableReader& service, core::Service& into);
/// [booking]
void read_booking_rules(TableReader& table, core::BookingRules& rules);

/// Written: integers by key, as the file spells them. What is as usual is left out for services.
using IntegerKeys = std::vector<std::pair<std::string_view, std::int64_t>>;
[[nodiscard]] IntegerKeys service_booking_keys(const core::Service& service);
[[nodiscard]] IntegerKeys booking_rule_keys(const core::BookingRules& rules);

}  // namespace skranke::wire
