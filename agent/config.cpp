#include "agent/config.hpp"

#include <netdb.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

#include <fmt/format.h>

#include "devices/dimmer.hpp"
#include "devices/key_lines.hpp"
#include "devices/modbus_lines.hpp"
#include "display/matrix.hpp"
#include "wire/table_reader.hpp"

namespace skranke::agent {
namespace {

using wire::Findings, wire::Node, wire::TableReader;

constexpr std::size_t devices_max = 64;

template <class Enum>
Enum read_word(TableReader& table, std::string_view key, std::span<const std::string_view> words, Enum fallback) {
  const auto word = table.one_of(key, words);
  return word ? static_cast<Enum>(std::find(words.begin(), words.end(), *word) - words.begin()) : fallback;
}

std::string beside(const std::string& file_name, const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path{file_name}.parent_path();
  if (path.empty() || folder.empty() || std::filesystem::path{path}.is_absolute()) return path;
  return (folder / path).lexically_normal().string();
}

devices::LineSettings read_wiring(TableReader& table, bool input) {
  static constexpr std::array<std::string_view, 4> pulls{"as_is", "up", "down", "none"};
  devices::LineSettings wiring;
  wiring.active_low = table.flag("active_low").value_or(false);
  if (!input) return wiring;
  wiring.bias = read_word(table, "pull", pulls, wiring.bias);
  wiring.debounce = std::chrono::milliseconds{table.integer("debounce_ms", 0, 200).value_or(10)};
  return wiring;
}

ButtonConfig read_button(TableReader table) {
  ButtonConfig button;
  button.id = table.required_slug("id");
  button.line = table.required_text("line", {.max = 100});
  button.wiring = read_wiring(table, true);
  button.rules.double_within = std::chrono::milliseconds{table.integer("double_within_ms", 0, 2'000).value_or(button.rules.double_within.count())};
  button.rules.held_after = std::chrono::milliseconds{table.integer("held_after_ms", 0, 10'000).value_or(button.rules.held_after.count())};
  button.desk = core::DeskId{table.slug("desk").value_or("")};
  for (auto& service : table.slugs("services", {.count_max = 16})) button.services.emplace_back(std::move(service));
  button.printer = core::PrinterId{table.slug("printer").value_or("")};
  const bool evacuation = table.flag("evacuation").value_or(false);
  button.door = table.slug("door").value_or("");
  const int uses = (button.desk.empty() ? 0 : 1) + (button.services.empty() ? 0 : 1) + (evacuation ? 1 : 0) + (button.door.empty() ? 0 : 1);
  if (uses != 1)
    table.error("desk", "wrong_content", {"En knap hører til netop ét: desk, services, door eller evacuation.", "A button belongs to exactly one: desk, services, door or evacuation."});
  button.use = evacuation ? ButtonUse::evacuation : !button.door.empty() ? ButtonUse::door : button.services.empty() ? ButtonUse::desk : ButtonUse::ticket;
  static constexpr std::array<std::string_view, 2> deeds{"next", "recall"};
  if (const auto does = table.one_of("does", deeds)) {
    if (button.use != ButtonUse::desk) table.error("does", "wrong_content", {"does hører til en knap for en skranke.", "does belongs to a button of a desk."});
    button.recalls = *does == "recall";
  }
  // One press, one ticket, at once: nobody means a double or a long press at the entrance. An evacuation contact is a level.
  if (button.use != ButtonUse::desk || button.recalls) button.rules = {std::chrono::milliseconds{0}, std::chrono::milliseconds{0}, button.rules.stuck_after};
  table.done();
  return button;
}

LampConfig read_lamp(TableReader table) {
  static constexpr std::array<std::string_view, 10> whens{"open", "called", "serving", "on_break", "waiting", "evacuation", "too_long", "help", "device_fault", "all_well"};
  LampConfig lamp;
  lamp.id = table.required_slug("id");
  lamp.line = table.required_text("line", {.max = 100});
  lamp.wiring = read_wiring(table, false);
  lamp.when = read_word(table, "when", whens, lamp.when);
  if (!is_of_room(lamp.when)) lamp.desk = core::DeskId{table.required_slug("desk")};
  lamp.blinks = table.flag("blinks").value_or(false);
  lamp.lit_for = std::chrono::seconds{table.integer("lit_for_s", 1, 600).value_or(0)};
  table.done();
  return lamp;
}

/// What the keys of any pad do, as they are labelled.
std::vector<PadKey> usual_keys() {
  std::vector<PadKey> keys{{"KEY_ENTER", PadDoes::enter},      {"KEY_KPENTER", PadDoes::enter}, {"KEY_BACKSPACE", PadDoes::erase}, {"KEY_DELETE", PadDoes::erase},
                           {"KEY_ESC", PadDoes::erase},        {"KEY_KPDOT", PadDoes::erase},   {"KEY_KPPLUS", PadDoes::next},     {"KEY_KPMINUS", PadDoes::recall}};
  for (char digit = '0'; digit <= '9'; ++digit)
    for (const auto* name : {"KEY_", "KEY_KP"}) keys.push_back({std::string{name} + digit, PadDoes::types, digit});
  for (char letter = 'A'; letter <= 'Z'; ++letter) keys.push_back({std::string{"KEY_"} + letter, PadDoes::types, letter});
  return keys;
}

bool is_typed(std::string_view text) { return text.size() == 1 && ((text[0] >= '0' && text[0] <= '9') || (text[0] >= 'A' && text[0] <= 'Z')); }

PadKey read_pad_key(TableReader table, const std::string& device) {
  static constexpr std::array<std::string_view, 5> deeds{"types", "next", "recall", "enter", "erase"};
  PadKey key;
  key.wanted = true;
  key.name = table.required_text("key", {.max = 40});
  if (!key.name.empty() && !devices::parse_key_point("key:" + device + ":" + key.name)) table.error("key", "wrong_content", {"Skriv tastens navn, f.eks. KEY_KPSLASH.", "Write the key's name, e.g. KEY_KPSLASH."});
  const std::string typed = table.text("types", {.max = 1}).value_or("");
  key.does = read_word(table, "does", deeds, key.does);
  if (!typed.empty() && !is_typed(typed)) table.error("types", "wrong_content", {"Skriv ét ciffer eller ét stort bogstav.", "Write one digit or one capital letter."});
  if (typed.empty() == (key.does == PadDoes::types)) table.error("types", "wrong_content", {"En tast har netop ét: types eller does.", "A key has exactly one: types or does."});
  if (!typed.empty()) key.what = typed.front();
  table.done();
  return key;
}

KeypadConfig read_keypad(TableReader table) {
  KeypadConfig pad;
  pad.id = table.required_slug("id");
  pad.device = table.required_text("device", {.max = 200});
  const bool stays = devices::parse_key_point("key:" + pad.device + ":KEY_1").has_value();
  if (!pad.device.empty() && !stays) table.error("device", "wrong_content", {"Skriv /dev/input/by-id/NAVN.", "Write /dev/input/by-id/NAME."});
  pad.desk = core::DeskId{table.required_slug("desk")};
  pad.letter = table.text("letter", {.max = 1}).value_or("");
  if (!pad.letter.empty() && (!is_typed(pad.letter) || pad.letter.front() <= '9')) table.error("letter", "wrong_content", {"Skriv ét stort bogstav.", "Write one capital letter."});
  pad.keys = usual_keys();
  for (TableReader& entry : table.tables("key", 32)) {
    PadKey key = read_pad_key(entry, stays ? pad.device : "/dev/input/by-id/x");
    std::erase_if(pad.keys, [&](const PadKey& usual) { return usual.name == key.name; });
    pad.keys.push_back(std::move(key));
  }
  table.done();
  return pad;
}

ChimeConfig read_chime(TableReader table) {
  ChimeConfig chime;
  chime.id = table.required_slug("id");
  chime.line = table.required_text("line", {.max = 100});
  chime.wiring = read_wiring(table, false);
  chime.board = core::BoardId{table.required_slug("board")};
  chime.pulse = std::chrono::milliseconds{table.integer("pulse_ms", 50, 10'000).value_or(chime.pulse.count())};
  table.done();
  return chime;
}

DoorConfig read_door(TableReader table) {
  DoorConfig door;
  door.id = table.required_slug("id");
  door.line = table.required_text("line", {.max = 100});
  door.wiring = read_wiring(table, false);
  door.desk = core::DeskId{table.slug("desk").value_or("")};
  door.pulse = std::chrono::milliseconds{table.integer("pulse_ms", 50, 10'000).value_or(door.pulse.count())};
  table.done();
  return door;
}

/// Follows each chain from the box outwards; what hangs behind nothing, or behind itself, is never reached.
void link_chains(TableReader& table, AgentConfig& config) {
  const auto on_chips = [](const SignConfig& sign) { return sign.driver == SignDriver::registers || sign.driver == SignDriver::max7219 || sign.driver == SignDriver::matrix; };
  for (const SignConfig& first : config.signs) {
    if (!first.behind.empty() || !on_chips(first)) continue;
    std::vector<SignConfig*> chain;
    for (std::string id = first.id; !id.empty();) {
      const auto named = std::find_if(config.signs.begin(), config.signs.end(), [&](const SignConfig& sign) { return sign.id == id && on_chips(sign); });
      if (named == config.signs.end()) break;
      chain.push_back(&*named);
      const auto next = std::find_if(config.signs.begin(), config.signs.end(), [&](const SignConfig& sign) { return sign.behind == id; });
      id = next == config.signs.end() || chain.size() == config.signs.size() ? "" : next->id;
    }
    std::vector<std::string> ids;
    for (const SignConfig* sign : chain) ids.push_back(sign->id);
    const SignConfig nearest = *chain.front();
    for (SignConfig* sign : chain) {
      if (sign->driver != nearest.driver)
        table.error("sign", "wrong_content", {fmt::format("{} og {} har ikke samme driver.", wire::quoted(nearest.id), wire::quoted(sign->id)), fmt::format("{} and {} have not the same driver.", wire::quoted(nearest.id), wire::quoted(sign->id))});
      sign->chain = ids;
      sign->data = nearest.data, sign->clock = nearest.clock, sign->latch = nearest.latch;
    }
  }
  for (const SignConfig& sign : config.signs)
    if (on_chips(sign) && std::find(sign.chain.begin(), sign.chain.end(), sign.id) == sign.chain.end())
      table.error("sign", "wrong_content", {fmt::format("{} hænger ikke bag et skilt med ledninger, eller to hænger bag det samme.", wire::quoted(sign.id)),
                                            fmt::format("{} hangs behind no sign with wires, or two hang behind the same.", wire::quoted(sign.id))});
}

/// A button that opens nothing would never be missed until somebody stands before the door.
void find_doors(TableReader& table, const AgentConfig& config) {
  const auto opens = [&](const std::string& id) { return std::any_of(config.doors.begin(), config.doors.end(), [&](const DoorConfig& door) { return door.id == id; }); };
  for (const auto& button : config.buttons)
    if (!button.door.empty() && !opens(button.door)) table.error("button", "wrong_content", {fmt::format("Døren {} findes ikke.", wire::quoted(button.door)), fmt::format("There is no door {}.", wire::quoted(button.door))});
}

std::optional<core::Minutes> clock_of(std::string_view text) {
  int hour = 0, minute = 0;
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto read_hour = std::from_chars(text.data(), text.data() + 2, hour);
  const auto read_minute = std::from_chars(text.data() + 3, text.data() + 5, minute);
  if (read_hour.ptr != text.data() + 2 || read_minute.ptr != text.data() + 5 || hour > 23 || minute > 59) return std::nullopt;
  return core::Minutes{hour * 60 + minute};
}

display::DayPlan read_brightness(TableReader& table) {
  display::DayPlan plan;
  for (TableReader& entry : table.tables("brightness", 24)) {
    const auto from = clock_of(entry.required_text("from", {.max = 5}));
    const auto percent = entry.required_integer("percent", 1, 100);
    if (!from) entry.error("from", "wrong_content", {"Skriv et klokkeslæt, f.eks. \"07:00\".", "Write a time of day, e.g. \"07:00\"."});
    if (from && !plan.from.empty() && *from <= plan.from.back().first)
      entry.error("from", "wrong_content", {"Tiderne skal stå i stigende orden.", "The times must rise."});
    if (from) plan.from.emplace_back(*from, static_cast<int>(percent));
    entry.done();
  }
  return plan;
}

void find_in_protocol(TableReader& table, std::string_view key, const std::string& sentence) {
  table.error(key, "wrong_content", {fmt::format("Beskrivelsen dur ikke: {}", sentence), sentence});
}

void read_checksum(TableReader& protocol_table, display::Protocol& protocol) {
  static constexpr std::array<std::string_view, 4> kinds{"none", "sum8", "xor", "crc16_modbus"};
  static constexpr std::array<std::string_view, 2> encodings{"raw", "hex2"};
  auto sum = protocol_table.table("checksum");
  if (!sum) return;
  protocol.sum = read_word(*sum, "kind", kinds, protocol.sum);
  protocol.sum_from = static_cast<std::size_t>(sum->integer("from", 0, 64).value_or(0));
  protocol.sum_encoding = read_word(*sum, "encoding", encodings, protocol.sum_encoding);
  sum->done();
}

void read_modes(TableReader& protocol_table, display::Protocol& protocol) {
  auto modes = protocol_table.table("modes");
  if (!modes) return;
  for (const auto& [mode, name] : {std::pair{display::Lit::steady, "steady"}, std::pair{display::Lit::blink, "blink"}, std::pair{display::Lit::dark, "dark"}}) {
    const auto written = modes->text(name, {.max = 32});
    if (!written) continue;
    const auto part = display::parse_part(*written);
    if (part && std::holds_alternative<display::Bytes>(*part))
      protocol.modes[mode] = std::get<display::Bytes>(*part).bytes;
    else
      find_in_protocol(*modes, name, part ? fmt::format("{} is a field; a mode is bytes", *written) : part.error());
  }
  modes->done();
}

/// What a module with keys sends, and which of them does what.
void read_press(TableReader& table, display::Protocol& protocol) {
  for (const std::string& text : table.texts("press", {.count_max = 16, .distinct = false})) {
    if (auto part = display::parse_part(text))
      protocol.press.push_back(std::move(*part));
    else
      find_in_protocol(table, "press", part.error());
  }
  auto keys = table.table("keys");
  if (!keys) return;
  for (const auto& [key, name] : {std::pair{display::Key::next, "next"}, std::pair{display::Key::recall, "recall"}}) {
    const auto written = keys->text(name, {.max = 2});
    if (!written) continue;
    const auto part = display::parse_part(*written);
    if (part && std::holds_alternative<display::Bytes>(*part))
      protocol.keys[std::get<display::Bytes>(*part).bytes.front()] = key;
    else
      find_in_protocol(*keys, name, fmt::format("{} is no byte", *written));
  }
  keys->done();
}

display::Protocol read_protocol(TableReader table) {
  static constexpr std::array<std::string_view, 3> parities{"none", "even", "odd"};
  display::Protocol protocol;
  protocol.name = table.required_text("name", {.max = 60});
  protocol.baud = static_cast<unsigned>(table.integer("baud", 300, 4'000'000).value_or(protocol.baud));
  protocol.data_bits = static_cast<unsigned>(table.integer("data_bits", 7, 8).value_or(protocol.data_bits));
  protocol.stop_bits = static_cast<unsigned>(table.integer("stop_bits", 1, 2).value_or(protocol.stop_bits));
  protocol.parity = read_word(table, "parity", parities, protocol.parity);
  for (const std::string& text : table.texts("frame", {.count_min = 1, .count_max = 32, .distinct = false})) {
    if (auto part = display::parse_part(text))
      protocol.frame.push_back(std::move(*part));
    else
      find_in_protocol(table, "frame", part.error());
  }
  read_modes(table, protocol);
  read_press(table, protocol);
  read_checksum(table, protocol);
  if (!table.findings().has_error())
    for (const std::string& fault : display::faults_of(protocol)) find_in_protocol(table, "frame", fault);
  table.done();
  return protocol;
}

/// Keys that only some of what is held have; the reader finds the others as unknown.
void read_register_values(TableReader& table, display::RegisterField& field) {
  using display::Held, display::RegisterForm;
  static constexpr std::array<std::string_view, 5> forms{"ascii", "ascii_low", "bcd", "binary", "segments"};
  const auto value = [&](TableReader& from, std::string_view key, std::uint16_t usual) { return static_cast<std::uint16_t>(from.integer(key, 0, 0xFFFF).value_or(usual)); };
  switch (field.holds) {
    case Held::mode:
      if (auto modes = table.table("values")) {
        field.steady = static_cast<std::uint16_t>(modes->required_integer("steady", 0, 0xFFFF));
        field.dark = static_cast<std::uint16_t>(modes->required_integer("dark", 0, 0xFFFF));
        modes->done();
      } else {
        table.error("values", "missing", {"values med steady og dark mangler.", "values with steady and dark is missing."});
      }
      return;
    case Held::brightness: field.at_full = value(table, "at_full", field.at_full); return;
    case Held::constant: field.value = static_cast<std::uint16_t>(table.required_integer("value", 0, 0xFFFF)); return;
    case Held::text:
    case Held::number:
    case Held::letter:
    case Held::desk: break;
  }
  field.form = read_word(table, "form", forms, field.form);
  field.count = static_cast<std::uint16_t>(table.integer("count", 1, display::registers_per_write).value_or(1));
  if (field.form != RegisterForm::bcd && field.form != RegisterForm::binary) return;
  field.dash = value(table, "dash", field.dash);
  field.blank = value(table, "blank", field.blank);
}

display::RegisterMap read_register_map(TableReader table) {
  static constexpr std::array<std::string_view, 7> holds{"text", "number", "letter", "desk", "mode", "brightness", "constant"};
  display::RegisterMap map;
  map.name = table.required_text("name", {.max = 60});
  for (TableReader& entry : table.tables("register", 32)) {
    display::RegisterField field;
    field.first = static_cast<std::uint16_t>(entry.required_integer("first", 0, 0xFFFF));
    field.holds = read_word(entry, "holds", holds, field.holds);
    read_register_values(entry, field);
    entry.done();
    map.fields.push_back(field);
  }
  if (!table.findings().has_error())
    for (const std::string& fault : display::faults_of(map)) find_in_protocol(table, "register", fault);
  table.done();
  return map;
}

/// A description beside the settings; what is wrong in it is told with its own file and line.
template <class Read>
auto read_description(TableReader& table, const std::string& file_name, ReadFile read_file, Read read) -> std::optional<decltype(read(std::declval<TableReader>()))> {
  const std::string path = beside(file_name, table.required_text("protocol", {.max = 1000}));
  const auto text = path.empty() ? std::nullopt : read_file(path);
  if (!text) {
    if (!path.empty()) table.error("protocol", "wrong_content", {fmt::format("{} kan ikke læses.", path), fmt::format("{} cannot be read.", path)});
    return std::nullopt;
  }
  const auto document = wire::parse_toml(*text, {.bytes_max = 64 * 1024, .depth_max = 6, .nodes_max = 1000}, path);
  Findings own{path, wire::PathStyle::dotted};
  if (document) {
    auto description = read(TableReader{*document, "", own});
    if (!own.has_error()) return description;
  }
  const wire::Finding first = document ? own.take().front() : document.error();
  table.error("protocol", "wrong_content", {fmt::format("{}:{}: {}", path, first.line, first.message.da), fmt::format("{}:{}: {}", path, first.line, first.message.en)});
  return std::nullopt;
}

void read_driver(TableReader& table, SignConfig& sign, const std::string& file_name, ReadFile read_file) {
  static constexpr std::array<std::string_view, 5> drivers{"registers", "max7219", "line_board", "matrix", "modbus"};
  sign.driver = read_word(table, "driver", drivers, sign.driver);
  if (sign.driver == SignDriver::line_board) {
    sign.device = table.required_text("device", {.max = 200});
    sign.address = static_cast<unsigned>(table.integer("address", 0, 255).value_or(1));
    sign.protocol = read_description(table, file_name, read_file, read_protocol);
    return;
  }
  if (sign.driver == SignDriver::modbus) {
    sign.bus = table.required_slug("bus");
    sign.address = static_cast<unsigned>(table.integer("unit", 1, 255).value_or(1));
    sign.map = read_description(table, file_name, read_file, read_register_map);
    return;
  }
  sign.behind = table.slug("behind").value_or("");
  if (sign.behind.empty()) {
    sign.data = table.required_text("data", {.max = 100});
    sign.clock = table.required_text("clock", {.max = 100});
    sign.latch = table.required_text("latch", {.max = 100});
  }
  if (sign.driver == SignDriver::max7219) {
    sign.chips = static_cast<std::size_t>(table.integer("chips", 1, 8).value_or(1));
    return;
  }
  sign.leftmost_is_farthest = table.flag("leftmost_is_farthest").value_or(true);
  if (sign.driver == SignDriver::matrix) {
    sign.chips = static_cast<std::size_t>(table.integer("chips", 1, 16).value_or(4));
    return;
  }
  sign.active_low = table.flag("active_low").value_or(false);
  sign.dimmer = table.text("dimmer", {.max = 100}).value_or("");
  sign.dimmer_high_is_lit = table.flag("dimmer_high_is_lit").value_or(false);
  if (!sign.dimmer.empty() && !devices::parse_dimmer_point(sign.dimmer))
    table.error("dimmer", "wrong_content", {"Skriv PWM-kredsens enhed og kanal, f.eks. \"fe20c000.pwm:0\".", "Write the PWM chip's device and channel, e.g. \"fe20c000.pwm:0\"."});
}

SignConfig read_sign(TableReader table, const std::string& file_name, ReadFile read_file) {
  SignConfig sign;
  sign.id = table.required_slug("id");
  sign.board = core::BoardId{table.required_slug("board")};
  sign.face.above = core::DeskId{table.slug("above").value_or("")};
  sign.face.number_digits = static_cast<std::size_t>(table.integer("digits", 2, 16).value_or(4));
  sign.face.desk_digits = static_cast<std::size_t>(table.integer("desk_digits", 0, 4).value_or(0));
  sign.face.blink_for = std::chrono::seconds{table.integer("blink_s", 0, 60).value_or(10)};
  sign.brightness = read_brightness(table);
  read_driver(table, sign, file_name, read_file);
  if (sign.driver == SignDriver::max7219 && sign.face.number_digits + sign.face.desk_digits > sign.chips * 8)
    table.error("chips", "wrong_content", {"Der er flere cifre end 8 pr. kreds.", "There are more digits than 8 a chip."});
  const std::size_t characters = sign.face.number_digits + (sign.face.desk_digits > 0 ? 1 + sign.face.desk_digits : 0);   // an arrow before the desk
  if (sign.driver == SignDriver::matrix && display::columns_for(characters) > sign.chips * display::dots_per_chip)
    table.error("chips", "wrong_content", {"Der skal 6 søjler til hvert tegn, og hvert modul har 8.", "Each character takes 6 columns, and each module has 8."});
  table.done();
  return sign;
}

bool is_numeric_host(const std::string& host) {
  addrinfo hints{}, *found = nullptr;
  hints.ai_flags = AI_NUMERICHOST;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return false;
  ::freeaddrinfo(found);
  return true;
}

std::pair<std::string, devices::ModbusBus> read_bus(TableReader table) {
  static constexpr std::array<std::string_view, 3> parities{"none", "even", "odd"};
  static constexpr std::array<std::int64_t, 8> speeds{1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200};
  devices::ModbusBus bus;
  const std::string id = table.required_slug("id");
  bus.device = table.text("device", {.max = 200}).value_or("");
  bus.host = table.text("host", {.max = 60}).value_or("");
  if (bus.device.empty() == bus.host.empty())
    table.error("device", "wrong_content", {"En bus har netop ét: device (RTU) eller host (TCP).", "A bus has exactly one: device (RTU) or host (TCP)."});
  if (!bus.host.empty() && !is_numeric_host(bus.host)) table.error("host", "wrong_content", {"Skriv enhedens IP-adresse.", "Write the unit's IP address."});
  if (bus.device.empty()) {
    bus.port = static_cast<unsigned>(table.integer("port", 1, 65535).value_or(bus.port));
  } else {
    const std::int64_t baud = table.integer("baud", 1200, 115'200).value_or(bus.serial.baud);
    if (std::find(speeds.begin(), speeds.end(), baud) == speeds.end()) table.error("baud", "wrong_content", {"Den hastighed findes ikke.", "There is no such speed."});
    bus.serial.baud = static_cast<unsigned>(baud);
    bus.serial.stop_bits = static_cast<unsigned>(table.integer("stop_bits", 1, 2).value_or(bus.serial.stop_bits));
    bus.serial.parity = read_word(table, "parity", parities, bus.serial.parity);
  }
  bus.answer_within = std::chrono::milliseconds{table.integer("answer_within_ms", 20, 2'000).value_or(bus.answer_within.count())};
  table.done();
  return {id, bus};
}

/// Every bus that is named is there, and every point on it has the right form.
void find_buses(TableReader& table, const AgentConfig& config) {
  const auto known = [&](const std::string& bus, std::string_view key) {
    if (!config.buses.contains(bus)) table.error(key, "wrong_content", {fmt::format("Bussen {} findes ikke.", wire::quoted(bus)), fmt::format("There is no bus {}.", wire::quoted(bus))});
  };
  const auto point = [&](const std::string& line, bool coil, std::string_view key) {
    if (devices::is_key_line(line) && (coil || !devices::parse_key_point(line)))
      table.error(key, "wrong_content", {fmt::format("{}: skriv key:/dev/input/by-id/NAVN:KEY_…, og kun til en knap.", line), fmt::format("{}: write key:/dev/input/by-id/NAME:KEY_…, and for a button only.", line)});
    if (!devices::is_modbus_line(line)) return;
    const auto read = devices::parse_modbus_point(line);
    if (!read || read->coil != coil)
      table.error(key, "wrong_content", {fmt::format("{}: skriv modbus:BUS:ENHED:{}:NUMMER.", line, coil ? "coil" : "input"), fmt::format("{}: write modbus:BUS:UNIT:{}:NUMBER.", line, coil ? "coil" : "input")});
    else
      known(read->bus, key);
  };
  for (const auto& button : config.buttons) point(button.line, false, "button");
  for (const auto& lamp : config.lamps) point(lamp.line, true, "lamp");
  for (const auto& door : config.doors) point(door.line, true, "door");
  for (const auto& chime : config.chimes) point(chime.line, true, "chime");
  for (const auto& sign : config.signs) {
    if (sign.driver == SignDriver::modbus) known(sign.bus, "sign");
    for (const auto& [id, bus] : config.buses)
      if (sign.driver == SignDriver::line_board && sign.device == bus.device)
        table.error("sign", "wrong_content", {fmt::format("{} er også bussen {}.", sign.device, wire::quoted(id)), fmt::format("{} is the bus {}, too.", sign.device, wire::quoted(id))});
  }
}

SoundConfig read_sound(TableReader table) {
  SoundConfig sound;
  sound.id = table.required_slug("id");
  sound.device = table.text("device", {.max = 200}).value_or(sound.device);
  sound.program = table.text("program", {.max = 200}).value_or(sound.program);
  table.done();
  return sound;
}

DaemonAddress read_daemon(TableReader table, const std::string& file_name) {
  DaemonAddress address;
  address.url = table.text("url", {.max = 500}).value_or(address.url);
  const bool known = address.url.starts_with("http://") || address.url.starts_with("https://") || address.url.starts_with("unix:/");
  if (!known)
    table.error("url", "wrong_content", {"Skriv http://, https:// eller unix:/sti.", "Write http://, https:// or unix:/path."});
  const bool elsewhere = address.url.starts_with("http://");   // in clear there is nothing but a token
  address.token_file = beside(file_name, (elsewhere ? table.required_text("token_file", {.max = 1000}) : table.text("token_file", {.max = 1000}).value_or("")));
  address.certificate_file = beside(file_name, table.text("certificate_file", {.max = 1000}).value_or(""));
  if (address.by_own_key() && !address.certificate_file.empty())
    table.error("certificate_file", "wrong_content", {"certificate_file hører til token_file; uden den huskes systemets nøgle ved parringen.", "certificate_file goes with token_file; without that the daemon's key is remembered when the box is paired."});
  address.identity = beside(file_name, table.text("identity", {.max = 1000}).value_or(address.identity));
  table.done();
  return address;
}

/// Two devices of one kind with one id could not be told apart on the devices page; two on one line would fight over it.
void find_repeats(TableReader& table, const AgentConfig& config) {
  std::vector<std::string> ids, lines, boards, pads;
  const auto once = [&](std::vector<std::string>& seen, const std::string& word, std::string_view key) {
    if (word.empty()) return;
    if (std::find(seen.begin(), seen.end(), word) != seen.end())
      table.error(key, "wrong_content", {fmt::format("{} står to gange.", wire::quoted(word)), fmt::format("{} stands twice.", wire::quoted(word))});
    seen.push_back(word);
  };
  for (const auto& button : config.buttons) once(ids, button.id, "button"), once(lines, button.line, "button");
  for (const auto& lamp : config.lamps) once(ids, lamp.id, "lamp"), once(lines, lamp.line, "lamp");
  for (const auto& door : config.doors) once(ids, door.id, "door"), once(lines, door.line, "door");
  for (const auto& chime : config.chimes) once(ids, chime.id, "chime"), once(lines, chime.line, "chime");
  for (const auto& pad : config.keypads) once(ids, pad.id, "keypad"), once(pads, pad.device, "keypad");
  for (const auto& sound : config.sounds) once(ids, sound.id, "sound");
  for (const auto& sign : config.signs) {
    once(ids, sign.id, "sign");
    for (const auto* line : {&sign.data, &sign.clock, &sign.latch, &sign.dimmer}) once(lines, *line, "sign");
    if (sign.driver == SignDriver::modbus) once(boards, fmt::format("{}, {}", sign.bus, sign.address), "sign");
    if (sign.driver == SignDriver::line_board) once(boards, fmt::format("{}, {}", sign.device, sign.address), "sign");
  }
}

AgentConfig read_all(TableReader table, const std::string& file_name, ReadFile read_file) {
  AgentConfig config;
  if (auto agent = table.table("agent")) {
    config.id = agent->required_slug("id");
    config.machine_root = beside(file_name, agent->text("machine_root", {.max = 1000}).value_or(config.machine_root));
    agent->done();
  } else {
    table.error("agent", "missing", {"Tabellen [agent] med id mangler.", "The table [agent] with an id is missing."});
  }
  if (auto daemon = table.table("daemon"))
    config.daemon = read_daemon(*daemon, file_name);
  else
    table.error("daemon", "missing", {"Tabellen [daemon] mangler.", "The table [daemon] is missing."});
  for (TableReader& entry : table.tables("modbus", 8)) {
    const auto [id, bus] = read_bus(entry);
    if (!config.buses.emplace(id, bus).second) table.error("modbus", "wrong_content", {fmt::format("{} står to gange.", wire::quoted(id)), fmt::format("{} stands twice.", wire::quoted(id))});
  }
  for (TableReader& button : table.tables("button", devices_max)) config.buttons.push_back(read_button(button));
  for (TableReader& lamp : table.tables("lamp", devices_max)) config.lamps.push_back(read_lamp(lamp));
  for (TableReader& door : table.tables("door", devices_max)) config.doors.push_back(read_door(door));
  for (TableReader& chime : table.tables("chime", devices_max)) config.chimes.push_back(read_chime(chime));
  for (TableReader& pad : table.tables("keypad", 16)) config.keypads.push_back(read_keypad(pad));
  for (TableReader& sign : table.tables("sign", devices_max)) config.signs.push_back(read_sign(sign, file_name, read_file));
  for (TableReader& sound : table.tables("sound", 4)) config.sounds.push_back(read_sound(sound));
  find_repeats(table, config);
  link_chains(table, config);
  find_buses(table, config);
  find_doors(table, config);
  table.done();
  return config;
}

}  // namespace

tl::expected<AgentConfig, std::vector<wire::Finding>> read_config(std::string_view text, const std::string& file_name, ReadFile read_file) {
  const auto document = wire::parse_toml(text, {.bytes_max = 64 * 1024, .depth_max = 8, .nodes_max = 4000}, file_name);
  if (!document) return tl::unexpected{std::vector{document.error()}};
  Findings findings{file_name, wire::PathStyle::dotted};
  AgentConfig config = read_all(TableReader{*document, "", findings}, file_name, read_file);
  if (findings.has_error()) return tl::unexpected{findings.take()};
  return config;
}

}  // namespace skranke::agent
