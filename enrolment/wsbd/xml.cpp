#include "enrolment/wsbd/xml.hpp"

#include <algorithm>
#include <memory>

#include <expat.h>

namespace skranke::enrolment::wsbd {
namespace {

constexpr char separator = '\n';   // between namespace and name; in neither

struct FreeParser {
  void operator()(XML_Parser parser) const noexcept { XML_ParserFree(parser); }
};

struct Reading {
  XML_Parser parser = nullptr;
  Element root{};
  std::vector<Element*> open{}; ///< parents stay where they are while a child is open: only the last one grows
  std::size_t elements = 0;
  const char* refused = nullptr;

  void refuse(const char* why) {
    if (refused == nullptr) refused = why;
    XML_StopParser(parser, XML_FALSE);
  }
};

void XMLCALL on_start(void* self, const XML_Char* name, const XML_Char** /*attributes*/) {
  Reading& reading = *static_cast<Reading*>(self);
  const std::string_view whole{name};
  if (whole.size() > xml_name_max) return reading.refuse("a name is too long");
  if (++reading.elements > xml_elements_max) return reading.refuse("too many elements");
  if (reading.open.size() >= xml_depth_max) return reading.refuse("nested too deep");
  Element* element = reading.open.empty() ? &reading.root : &reading.open.back()->children.emplace_back();
  const std::size_t cut = whole.find(separator);
  element->space = cut == std::string_view::npos ? "" : std::string{whole.substr(0, cut)};
  element->name = std::string{cut == std::string_view::npos ? whole : whole.substr(cut + 1)};
  reading.open.push_back(element);
}

/// Comes for an element that has just been refused, too.
void XMLCALL on_end(void* self, const XML_Char* /*name*/) {
  Reading& reading = *static_cast<Reading*>(self);
  if (reading.refused == nullptr) reading.open.pop_back();
}

void XMLCALL on_text(void* self, const XML_Char* text, int size) {
  Reading& reading = *static_cast<Reading*>(self);
  if (!reading.open.empty()) reading.open.back()->text.append(text, static_cast<std::size_t>(size));
}

void XMLCALL on_doctype(void* self, const XML_Char* /*name*/, const XML_Char* /*system*/, const XML_Char* /*public_id*/, int /*internal*/) {
  static_cast<Reading*>(self)->refuse("a document type is not taken");
}

}  // namespace

const Element* Element::find(std::string_view child) const {
  const auto found = std::ranges::find(children, child, &Element::name);
  return found == children.end() ? nullptr : &*found;
}

Result<Element> read_xml(std::string_view text) {
  if (text.size() > xml_bytes_max) return wrong("xml", "too large");
  const std::unique_ptr<std::remove_pointer_t<XML_Parser>, FreeParser> parser{XML_ParserCreateNS(nullptr, separator)};
  if (!parser) return wrong("xml", "no memory");
  Reading reading{.parser = parser.get()};
  XML_SetUserData(parser.get(), &reading);
  XML_SetElementHandler(parser.get(), on_start, on_end);
  XML_SetCharacterDataHandler(parser.get(), on_text);
  XML_SetStartDoctypeDeclHandler(parser.get(), on_doctype);
  const bool good = XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), XML_TRUE) == XML_STATUS_OK;
  if (reading.refused != nullptr) return wrong("xml", reading.refused);
  if (!good) return wrong("xml", XML_ErrorString(XML_GetErrorCode(parser.get())));
  return std::move(reading.root);
}

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c == '&') out += "&amp;";
    else if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '\r') out += "&#13;";
    else if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') out += c;
  }
  return out;
}

}  // namespace skranke::enrolment::wsbd
