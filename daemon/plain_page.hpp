#pragma once
// The citizen's page for browsers that do not run its script: one HTML page, made here, that asks for itself again. Pure.
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "wire/catalogue.hpp"

namespace skranke::daemon {

struct PlainPage {
  const wire::Catalogue& catalogue;
  std::string language;
  std::string_view stylesheet{};   ///< its address; empty = none
  bool leaving = false;            ///< has asked to leave, and is asked once more
  std::string trouble{};           ///< a sentence: why the last wish was not granted
};

/// `visit` is what the API answers for the visit, so both pages say the same.
[[nodiscard]] std::string plain_visit(const PlainPage& page, const boost::json::object& visit);
/// A heading and a text: unknown, expired.
[[nodiscard]] std::string plain_message(const PlainPage& page, std::string_view heading, std::string_view text);

}  // namespace skranke::daemon
