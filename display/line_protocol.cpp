#include "display/line_protocol.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace skranke::display {
namespace {

constexpr std::size_t width_max = 64;

template <class... Ts>
struct Overload : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overload(Ts...) -> Overload<Ts...>;

std::uint8_t byte_at(const std::string& bytes, std::size_t index) { return static_cast<std::uint8_t>(bytes[index]); }

std::string sum_of(const Protocol& protocol, const std::string& frame) {
  const std::size_t from = std::min(protocol.sum_from, frame.size());
  unsigned value = protocol.sum == Sum::crc16_modbus ? 0xFFFFU : 0U;
  for (std::size_t i = from; i < frame.size(); ++i) {
    switch (protocol.sum) {
      case Sum::none: break;
      case Sum::sum8: value = (value + byte_at(frame, i)) & 0xFFU; break;
      case Sum::xor8: value ^= byte_at(frame, i); break;
      case Sum::crc16_modbus:
        value ^= byte_at(frame, i);
        for (int bit = 0; bit < 8; ++bit) value = (value & 1U) != 0 ? value >> 1 ^ 0xA001U : value >> 1;
        break;
    }
  }
  std::string bytes(1, static_cast<char>(value & 0xFFU));
  if (protocol.sum == Sum::crc16_modbus) bytes.push_back(static_cast<char>(value >> 8));   // low byte first
  return bytes;
}

std::string encoded(const std::string& bytes, SumEncoding encoding) {
  if (encoding == SumEncoding::raw) return bytes;
  std::string text;
  for (const char byte : bytes) text += fmt::format("{:02X}", static_cast<std::uint8_t>(byte));
  return text;
}

std::string padded(const std::string& text, const TextField& field) {
  if (text.size() > field.width) return std::string(field.width, '-');
  const std::string blanks(field.width - text.size(), ' ');
  return field.left ? text + blanks : blanks + text;
}

/// Some boards know no dark: nothing stands on them when nothing is written there.
bool has_dark(const Protocol& protocol) {
  const bool has_mode = std::any_of(protocol.frame.begin(), protocol.frame.end(), [](const Part& part) { return std::holds_alternative<ModeField>(part); });
  return has_mode && protocol.modes.contains(Lit::dark);
}

std::string address_bytes(const AddressField& field, unsigned address) {
  if (!field.decimal) return std::string(1, static_cast<char>(address & 0xFFU));
  const std::string digits = fmt::format("{:0{}}", address, field.width);
  return digits.substr(digits.size() - field.width);
}

tl::expected<std::size_t, std::string> width_of(std::string_view name, std::string_view digits) {
  std::size_t width = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), width);
  if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size() || width < 1 || width > width_max)
    return tl::unexpected{fmt::format("{{{}:{}}}: the width is a number from 1 to {}", name, digits, width_max)};
  return width;
}

tl::expected<Part, std::string> parse_field(std::string_view name) {
  const std::size_t colon = name.find(':');
  const std::string_view field = name.substr(0, colon);
  std::size_t width = 0;   // 0 = none stated
  if (colon != std::string_view::npos) {
    const auto stated = width_of(field, name.substr(colon + 1));
    if (!stated) return tl::unexpected{stated.error()};
    width = *stated;
  }
  if (field == "address") return Part{AddressField{std::max<std::size_t>(width, 1), width != 0}};
  if (field == "text" || field == "text_left") return Part{TextField{width == 0 ? TextField{}.width : width, field == "text_left"}};
  if (field == "mode" && width == 0) return Part{ModeField{}};
  if (field == "checksum" && width == 0) return Part{ChecksumField{}};
  if (field == "key" && width == 0) return Part{KeyField{}};
  return tl::unexpected{fmt::format("{{{}}}: fields are address, text, text_left, mode, checksum and key; all but the last three may have a width", name)};
}

template <class Kind>
std::size_t count_of(const std::vector<Part>& parts) {
  return static_cast<std::size_t>(std::count_if(parts.begin(), parts.end(), [](const Part& part) { return std::holds_alternative<Kind>(part); }));
}
template <class Kind>
std::size_t count_of(const Protocol& protocol) {
  return count_of<Kind>(protocol.frame);
}

/// The bytes of a press of that key.
std::string press_frame(const Protocol& protocol, unsigned address, char key) {
  std::string frame;
  for (const Part& part : protocol.press) {
    if (const auto* fixed = std::get_if<Bytes>(&part)) frame += fixed->bytes;
    if (const auto* field = std::get_if<AddressField>(&part)) frame += address_bytes(*field, address);
    if (std::holds_alternative<KeyField>(part)) frame += key;
  }
  return frame;
}

void find_press_faults(const Protocol& protocol, std::vector<std::string>& faults) {
  if (protocol.press.empty()) {
    if (!protocol.keys.empty()) faults.emplace_back("keys: there is no press that would tell of them");
    return;
  }
  if (count_of<KeyField>(protocol.press) != 1) faults.emplace_back("press: {key} stands there once");
  if (count_of<AddressField>(protocol.press) > 1) faults.emplace_back("press: {address} stands twice");
  if (count_of<TextField>(protocol.press) + count_of<ModeField>(protocol.press) + count_of<ChecksumField>(protocol.press) > 0) faults.emplace_back("press: bytes, {address} and {key} alone");
  if (protocol.keys.empty()) faults.emplace_back("keys: none does anything");
}

}  // namespace

std::string line_frame(const Protocol& protocol, const LineText& shown) {
  std::string frame;
  const bool blank = shown.lit == Lit::dark && !has_dark(protocol);
  for (const Part& part : protocol.frame) {
    frame += std::visit(Overload{[](const Bytes& fixed) { return fixed.bytes; },
                                 [&](const AddressField& field) { return address_bytes(field, shown.address); },
                                 [&](const TextField& field) { return padded(blank ? std::string{} : shown.text, field); },
                                 [&](const ModeField&) { return protocol.modes.at(blank ? Lit::steady : shown.lit); },
                                 [](const KeyField&) { return std::string{}; },
                                 [&](const ChecksumField&) { return encoded(sum_of(protocol, frame), protocol.sum_encoding); }},
                        part);
  }
  return frame;
}

/// The text is where the parts before it end; what, written out again, gives these very bytes was meant.
std::optional<LineText> read_line_frame(const Protocol& protocol, unsigned address, std::string_view bytes) {
  const auto field = std::find_if(protocol.frame.begin(), protocol.frame.end(), [](const Part& part) { return std::holds_alternative<TextField>(part); });
  if (field == protocol.frame.end()) return std::nullopt;
  Protocol before = protocol;
  before.frame.erase(before.frame.begin() + (field - protocol.frame.begin()), before.frame.end());
  for (const Lit lit : {Lit::steady, Lit::blink, Lit::dark}) {
    const std::size_t at = line_frame(before, {address, "", lit}).size();
    if (bytes.size() < at) continue;
    const LineText read{address, std::string{bytes.substr(at, std::get<TextField>(*field).width)}, lit};
    if (line_frame(protocol, read) == bytes) return read;
  }
  return std::nullopt;
}

std::vector<Key> take_presses(const Protocol& protocol, unsigned address, std::string& bytes) {
  std::vector<Key> presses;
  std::size_t at = 0;
  const std::size_t length = press_frame(protocol, address, 0).size();
  const std::string_view seen{bytes};
  while (!protocol.press.empty() && at + length <= seen.size()) {
    const auto key = std::find_if(protocol.keys.begin(), protocol.keys.end(), [&](const auto& each) { return seen.substr(at, length) == press_frame(protocol, address, each.first); });
    if (key != protocol.keys.end()) presses.push_back(key->second);
    at += key == protocol.keys.end() ? 1 : length;
  }
  bytes.erase(0, protocol.press.empty() ? bytes.size() : at);
  return presses;
}

tl::expected<Part, std::string> parse_part(std::string_view text) {
  if (text.size() > 2 && text.front() == '{' && text.back() == '}') return parse_field(text.substr(1, text.size() - 2));
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    unsigned value = 0;
    const std::string_view pair = text.substr(i, 2);
    const auto read = std::from_chars(pair.data(), pair.data() + pair.size(), value, 16);
    if (pair.size() != 2 || read.ec != std::errc{} || read.ptr != pair.data() + 2)
      return tl::unexpected{fmt::format("\"{}\": bytes are pairs of hexadecimal digits, fields stand in braces", text)};
    bytes.push_back(static_cast<char>(value));
  }
  if (bytes.empty()) return tl::unexpected{std::string{"an empty part"}};
  return Part{Bytes{std::move(bytes)}};
}

std::vector<std::string> faults_of(const Protocol& protocol) {
  std::vector<std::string> faults;
  if (count_of<TextField>(protocol) == 0) faults.emplace_back("frame: no {text} field, so nothing would ever be shown");
  if (count_of<AddressField>(protocol) > 1) faults.emplace_back("frame: {address} stands twice");
  if (count_of<ChecksumField>(protocol) > 1) faults.emplace_back("frame: {checksum} stands twice");
  if (count_of<ChecksumField>(protocol) == 1 && protocol.sum == Sum::none) faults.emplace_back("frame: {checksum} without a kind of checksum");
  if (count_of<ChecksumField>(protocol) == 0 && protocol.sum != Sum::none) faults.emplace_back("checksum: the frame has no {checksum} field");
  if (count_of<ModeField>(protocol) > 0)
    for (const auto& [mode, name] : {std::pair{Lit::steady, "steady"}, std::pair{Lit::blink, "blink"}})
      if (!protocol.modes.contains(mode)) faults.push_back(fmt::format("modes: {} is missing, and the frame has a {{mode}} field", name));
  if (count_of<KeyField>(protocol) > 0) faults.emplace_back("frame: {key} is of a press");
  find_press_faults(protocol, faults);
  if (protocol.baud < 300 || protocol.baud > 4'000'000) faults.emplace_back("baud: from 300 to 4000000");
  return faults;
}

}  // namespace skranke::display
