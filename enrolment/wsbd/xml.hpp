#pragma once
// XML as far as WS-BD needs it: elements and text. Read by expat under bounds while it comes in; a document type, and with it any entity of its own, is refused.
#include <string>
#include <string_view>
#include <vector>

#include "enrolment/error.hpp"

namespace skranke::enrolment::wsbd {

struct Element {
  std::string space, name, text;   ///< namespace; local name; all text directly in it
  std::vector<Element> children;
  /// The first child of that name.
  [[nodiscard]] const Element* find(std::string_view child) const;
};

constexpr std::size_t xml_bytes_max = 48'000'000, xml_elements_max = 2000, xml_name_max = 200;
constexpr int xml_depth_max = 8;

[[nodiscard]] Result<Element> read_xml(std::string_view text);
/// Text as it stands between tags; what XML cannot hold is left out.
[[nodiscard]] std::string escaped(std::string_view text);

}  // namespace skranke::enrolment::wsbd
