#include "enrolment/far/settings.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <toml++/toml.h>

#include "enrolment/far/line.hpp"

namespace skranke::enrolment {
namespace {

constexpr std::size_t settings_bytes_max = 64'000, path_max = 1000, socket_path_max = 100;

struct Field {
  std::string_view name;
  std::string DoorSettings::*into;
  std::size_t longest;
};
constexpr Field fields[] = {{"appliance_key", &DoorSettings::appliance_key, pin_digits},
                            {"identity", &DoorSettings::identity, path_max},
                            {"camera", &DoorSettings::camera, socket_path_max},
                            {"finger", &DoorSettings::finger, socket_path_max},
                            {"pen", &DoorSettings::pen, socket_path_max}};

void read_field(const Field& field, const toml::node& node, DoorSettings& settings, std::vector<Error>& errors) {
  const auto text = node.value_exact<std::string>();
  const std::string name{field.name};
  if (field.into == &DoorSettings::appliance_key) {
    if (text && is_pin(*text)) settings.appliance_key = *text;
    else errors.push_back({name, "not 64 digits 0-9 and a-f: the key of the daemon's box, which the log of skranked says there"});
    return;
  }
  if (text && text->starts_with('/') && text->size() <= field.longest) settings.*field.into = *text;
  else errors.push_back({name, "not a path from the root of 1 to " + std::to_string(field.longest) + " bytes"});
}

}  // namespace

ReadSettings read_door_settings(std::string_view text) {
  std::vector<Error> errors;
  if (text.size() > settings_bytes_max) return tl::unexpected{std::vector<Error>{{"file", "larger than 64,000 bytes"}}};
  toml::table table;
  try {
    table = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return tl::unexpected{std::vector<Error>{{"line " + std::to_string(error.source().begin.line), std::string{error.description()}}}};
  }
  DoorSettings settings;
  for (const auto& [key, node] : table) {
    const auto field = std::find_if(std::begin(fields), std::end(fields), [&](const Field& one) { return one.name == key.str(); });
    if (field == std::end(fields)) errors.push_back({std::string{key.str()}, "not known here"});
    else read_field(*field, node, settings, errors);
  }
  if (!table.contains("appliance_key")) errors.push_back({"appliance_key", "missing: the key of the daemon's box, which the log of skranked says there"});
  if (!errors.empty()) return tl::unexpected{std::move(errors)};
  return settings;
}

ReadSettings read_door_settings_at(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  if (!file.is_open() || file.bad()) return tl::unexpected{std::vector<Error>{{"file", "cannot be read"}}};
  return read_door_settings(text);
}

}  // namespace skranke::enrolment
