#pragma once
// One line of input, read member by member under limits.
#include <memory>
#include <string_view>

#include "wire/table_reader.hpp"

namespace skranke::sim {

/// A JSON object. Members that no command asks for are passed over, so that a line made for a later version is still
/// understood; a strict line refuses them. The first thing wrong is kept and `fault` names it.
class Line {
 public:
  static constexpr std::size_t bytes_max = 64 * 1024;

  explicit Line(std::string_view text, bool strict = false);
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  [[nodiscard]] wire::TableReader* operator->() { return top_.get(); }
  /// Null while all that was asked for is there and of its kind.
  [[nodiscard]] const wire::Finding* fault() const { return findings_.all().empty() ? nullptr : &findings_.all().front(); }
  /// To be asked when all has been read that the command knows: may it be obeyed?
  [[nodiscard]] bool well();

 private:
  wire::Findings findings_{"", wire::PathStyle::dotted};
  wire::Node document_;
  std::unique_ptr<wire::TableReader> top_;
  bool strict_;
};

}  // namespace skranke::sim
