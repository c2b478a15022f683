#include "sim/options.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace skranke::sim {

Options::Options(const std::vector<std::string>& arguments, const std::vector<std::string_view>& known) {
  for (std::size_t i = 0; i < arguments.size() && wrong_.empty(); ++i) {
    const std::string& argument = arguments[i];
    if (!argument.starts_with("--")) {
      wrong_ = argument;
      return;
    }
    const std::size_t equals = argument.find('=');
    const std::string name = argument.substr(2, equals == std::string::npos ? equals : equals - 2);
    const bool has_value = equals != std::string::npos || i + 1 < arguments.size();
    if (std::find(known.begin(), known.end(), name) == known.end() || !has_value || values_.contains(name)) {
      wrong_ = argument;
      return;
    }
    values_[name] = equals != std::string::npos ? argument.substr(equals + 1) : arguments[++i];
  }
}

std::optional<std::string> Options::value(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::nullopt : std::optional{found->second};
}

std::string Options::value_or(const std::string& name, std::string_view absent) const { return value(name).value_or(std::string{absent}); }

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file || std::filesystem::is_directory(path)) return std::nullopt;
  return std::string{std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace skranke::sim
