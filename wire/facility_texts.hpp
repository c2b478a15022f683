#pragma once
// Keys of the facility file about words: how tickets look ([ticket]) and the house's own sentences ([texts.LANGUAGE]).
#include <array>
#include <string_view>
#include <vector>

#include "core/facility.hpp"
#include "wire/catalogue.hpp"
#include "wire/table_reader.hpp"

namespace skranke::wire {

/// In the order of core::TicketPart.
inline constexpr std::array<std::string_view, 7> ticket_part_words{"site", "number", "service", "wait", "where", "code", "footer"};
inline constexpr std::size_t own_languages_max = 30, own_texts_max = 2'000, own_text_length_max = 1'000;

void read_ticket(TableReader& table, core::TicketLayout& layout);
void read_texts(TableReader& table, core::OwnTexts& texts);

/// Own sentences that no page and no ticket asks for, and those that leave out or make up a {name}: a warning each, at most 100.
[[nodiscard]] std::vector<Finding> odd_texts(const core::OwnTexts& texts, const Catalogue& catalogue);

}  // namespace skranke::wire
