#pragma once
// One function for each parser that meets text from outside. Each ends the process when a promise of the parser is
// broken.
#include <string_view>

namespace skranke::fuzz {

void facility_toml(std::string_view bytes);
void facility_json(std::string_view bytes);
void config(std::string_view bytes);
void request_body(std::string_view bytes);

}  // namespace skranke::fuzz
