#include "display/register_map.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "display/segments.hpp"

namespace skranke::display {
namespace {

constexpr std::size_t digits_per_register = 4, digits_in_binary = 4;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_dash(char c) { return c == '-'; }

std::size_t width_of(const RegisterField& field) {
  switch (field.form) {
    case RegisterForm::ascii: return 2U * field.count;
    case RegisterForm::ascii_low:
    case RegisterForm::segments: return field.count;
    case RegisterForm::bcd: return digits_per_register * field.count;
    case RegisterForm::binary: return digits_in_binary;
  }
  return 0;
}

/// The characters of a field as they are meant, not yet cut to its width.
std::string meant(const RegisterField& field, const Sign& sign, const Face& face) {
  const std::size_t letters = static_cast<std::size_t>(std::find_if(face.number.begin(), face.number.end(), [](char c) { return std::isupper(static_cast<unsigned char>(c)) == 0; }) - face.number.begin());
  switch (field.holds) {
    case Held::text: {
      const std::size_t gap = sign.desk_digits - std::min(sign.desk_digits, face.desk.size());
      return sign.desk_digits == 0 ? face.number : face.number + std::string(gap, ' ') + face.desk;
    }
    case Held::number: return face.number.substr(letters);
    case Held::letter: return face.number.substr(0, letters);
    case Held::desk: return face.desk;
    case Held::mode:
    case Held::brightness:
    case Held::constant: break;
  }
  return {};
}

std::string fitted(const std::string& text, std::size_t width) {
  if (text.size() > width) return std::string(width, '-');
  return std::string(width - text.size(), ' ') + text;
}

/// One value of decimal digits, or nothing: blanks, dashes and letters have none.
std::optional<unsigned> value_of(std::string_view text, unsigned base) {
  const std::size_t from = text.find_first_not_of(' ');
  if (from == std::string_view::npos) return std::nullopt;
  unsigned value = 0;
  for (const char c : text.substr(from)) {
    if (!is_digit(c)) return std::nullopt;
    value = value * base + static_cast<unsigned>(c - '0');
  }
  return value;
}

/// Values have no place for a dash that wanders: it comes and goes instead, which no free desk's dash does.
std::uint16_t no_value(const RegisterField& field, const Face& face, const std::string& text) {
  const std::size_t dash = face.number.find('-');
  if (face.showing == Showing::stale && dash != std::string::npos && dash % 2 == 1) return field.blank;
  return std::any_of(text.begin(), text.end(), is_dash) ? field.dash : field.blank;
}

std::vector<std::uint16_t> as_values(const RegisterField& field, const Face& face, const std::string& text) {
  const auto binary = value_of(text, 10);
  if (!binary) return std::vector<std::uint16_t>(field.count, no_value(field, face, text));
  if (field.form == RegisterForm::binary) return {static_cast<std::uint16_t>(*binary)};
  std::vector<std::uint16_t> values;
  for (std::size_t i = 0; i < field.count; ++i) values.push_back(static_cast<std::uint16_t>(value_of(text.substr(digits_per_register * i, digits_per_register), 16).value_or(0)));
  return values;
}

std::vector<std::uint16_t> values_of(const RegisterField& field, const Sign& sign, const Face& face, int brightness_percent) {
  switch (field.holds) {
    case Held::mode: return {face.lit ? field.steady : field.dark};
    case Held::brightness: return {static_cast<std::uint16_t>(std::max(1U, static_cast<unsigned>(std::clamp(brightness_percent, 1, 100)) * field.at_full / 100U))};
    case Held::constant: return {field.value};
    case Held::text:
    case Held::number:
    case Held::letter:
    case Held::desk: break;
  }
  const std::size_t width = width_of(field);
  const std::string text = fitted(face.lit ? meant(field, sign, face) : "", width);
  std::vector<std::uint16_t> values;
  switch (field.form) {
    case RegisterForm::ascii:
      for (std::size_t i = 0; i < width; i += 2)
        values.push_back(static_cast<std::uint16_t>(static_cast<unsigned char>(text[i]) << 8U | static_cast<unsigned char>(text[i + 1])));
      break;
    case RegisterForm::ascii_low:
      for (const char c : text) values.push_back(static_cast<unsigned char>(c));
      break;
    case RegisterForm::segments:
      for (const Segments strokes : face.all_lit ? std::vector<Segments>(width, all_segments) : digits_of(text, width)) values.push_back(strokes);
      break;
    case RegisterForm::bcd:
    case RegisterForm::binary: return as_values(field, face, text);
  }
  return values;
}

/// The characters of a field that stand in the registers; strokes are read as the digits they draw.
std::string characters(const RegisterField& field, const std::vector<std::uint16_t>& values) {
  std::string text;
  for (const std::uint16_t value : values) {
    switch (field.form) {
      case RegisterForm::ascii: text += {static_cast<char>(value >> 8U), static_cast<char>(value & 0xFFU)}; break;
      case RegisterForm::ascii_low: text += static_cast<char>(value & 0xFFU); break;
      case RegisterForm::segments: {
        std::string drawn = " ";
        for (const char c : std::string_view{"0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ"})
          if (value != 0 && digits_of(std::string(1, c), 1).front() == value && drawn == " ") drawn = c;
        text += value == all_segments ? "8" : drawn;
        break;
      }
      case RegisterForm::bcd:
      case RegisterForm::binary:
        text += value == field.blank ? "" : value == field.dash ? "-" : field.form == RegisterForm::bcd ? fmt::format("{:x}", value) : fmt::format("{}", value);
        break;
    }
  }
  return text;
}

bool is_shown(const RegisterField& field) { return field.holds == Held::text || field.holds == Held::number || field.holds == Held::letter || field.holds == Held::desk; }

}  // namespace

std::vector<RegisterBlock> register_blocks(const RegisterMap& map, const Sign& sign, const Face& face, int brightness_percent) {
  std::vector<RegisterBlock> blocks;
  for (const RegisterField& field : map.fields) {
    const std::vector<std::uint16_t> values = values_of(field, sign, face, brightness_percent);
    const bool neighbour = !blocks.empty() && blocks.back().first + blocks.back().values.size() == field.first && blocks.back().values.size() + values.size() <= registers_per_write;
    if (!neighbour) blocks.push_back({field.first, {}});
    blocks.back().values.insert(blocks.back().values.end(), values.begin(), values.end());
  }
  return blocks;
}

std::string read_registers(const RegisterMap& map, const std::map<std::uint16_t, std::uint16_t>& registers) {
  std::string number, desk;
  for (const RegisterField& field : map.fields) {
    std::vector<std::uint16_t> values;
    for (std::uint16_t i = 0; i < field.count; ++i) {
      const auto found = registers.find(static_cast<std::uint16_t>(field.first + i));
      if (found == registers.end()) return {};   // never written
      values.push_back(found->second);
    }
    if (field.holds == Held::mode && field.steady != field.dark && values.front() == field.dark) return {};
    if (is_shown(field)) (field.holds == Held::desk ? desk : number) += characters(field, values);
  }
  const std::string text = number + desk;
  return text.find_first_not_of(' ') == std::string::npos ? std::string{} : text;
}

std::vector<std::string> faults_of(const RegisterMap& map) {
  std::vector<std::string> faults;
  std::map<unsigned, bool> taken;
  bool shows = false;
  for (const RegisterField& field : map.fields) {
    shows = shows || field.holds == Held::text || field.holds == Held::number;
    if (field.count > registers_per_write) faults.push_back(fmt::format("register {}: one request holds {} registers", field.first, registers_per_write));
    if (!is_shown(field) && field.count != 1) faults.push_back(fmt::format("register {}: only characters take several registers", field.first));
    const bool values_only = field.form == RegisterForm::bcd || field.form == RegisterForm::binary;
    if (is_shown(field) && values_only && (field.holds == Held::text || field.holds == Held::letter)) faults.push_back(fmt::format("register {}: digits cannot hold letters", field.first));
    if (is_shown(field) && field.form == RegisterForm::binary && field.count != 1) faults.push_back(fmt::format("register {}: a binary value takes one register", field.first));
    for (unsigned at = field.first; at < static_cast<unsigned>(field.first) + field.count; ++at) {
      if (at > 0xFFFFU) {
        faults.emplace_back("the last register is 65535");
        break;
      }
      if (std::exchange(taken[at], true)) faults.push_back(fmt::format("register {} stands twice", at));
    }
  }
  if (!shows) faults.emplace_back("no register holds text or number, so nothing would ever be shown");
  return faults;
}

}  // namespace skranke::display
