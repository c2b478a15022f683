#pragma once
// What stands behind the program's name.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace skranke::sim {

/// `--name value` pairs; `--name=value` is the same.
class Options {
 public:
  /// Reads `arguments`; `known` are the names that may stand there. `wrong()` names what does not fit.
  Options(const std::vector<std::string>& arguments, const std::vector<std::string_view>& known);

  [[nodiscard]] const std::string& wrong() const { return wrong_; }
  [[nodiscard]] std::optional<std::string> value(const std::string& name) const;
  [[nodiscard]] std::string value_or(const std::string& name, std::string_view absent) const;

 private:
  std::map<std::string, std::string> values_;
  std::string wrong_;
};

[[nodiscard]] std::optional<std::string> read_file(const std::string& path);

}  // namespace skranke::sim
