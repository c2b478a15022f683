#pragma once
// Members of JSON payloads, in and out: shared by the files that write events and the small fields of the tables. The way in is wire/events.hpp.
#include <concepts>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "wire/events.hpp"
#include "wire/json.hpp"

namespace skranke::wire::payload {

// Out: what has its usual value is left out.
void number_if(JsonWriter& w, std::string_view name, std::integral auto value) {
  if (value != 0) w.field(name, value);
}
inline void time_if(JsonWriter& w, std::string_view name, core::Instant at) { number_if(w, name, core::millis(at)); }
inline void flag_if(JsonWriter& w, std::string_view name, bool flag) {
  if (flag) w.field(name, true);
}

/// A list that is left out when empty; `each` writes one value.
template <class Items, class Each>
void list_if(JsonWriter& w, std::string_view name, const Items& items, Each each) {
  if (items.empty()) return;
  w.key(name).list();
  for (const auto& item : items) each(item);
  w.end_list();
}
inline void texts_if(JsonWriter& w, std::string_view name, const std::vector<std::string>& texts) {
  list_if(w, name, texts, [&](const std::string& text) { w.value(text); });
}
template <class Enum>
void words_if(JsonWriter& w, std::string_view name, const std::vector<Enum>& values) {
  list_if(w, name, values, [&](Enum value) { w.value(word(value)); });
}

// In: a missing member takes its usual value, a wrong type is thrown.

/// Thrown between the readers only; `decode_*` turn it into their error value.
struct Unreadable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

inline const boost::json::value* member(const boost::json::object& from, std::string_view name) { return from.if_contains({name.data(), name.size()}); }

inline std::string text(const boost::json::object& from, std::string_view name) {
  const boost::json::value* value = member(from, name);
  if (value == nullptr) return {};
  if (!value->is_string()) throw Unreadable{fmt::format("{} is not text", name)};
  return std::string{value->as_string()};
}

template <class Int = std::int64_t>
Int number(const boost::json::object& from, std::string_view name, Int absent = 0) {
  const boost::json::value* value = member(from, name);
  if (value == nullptr) return absent;
  boost::json::error_code error;
  const Int result = value->to_number<Int>(error);
  if (error) throw Unreadable{fmt::format("{} is not a number in range", name)};
  return result;
}

inline core::Instant time(const boost::json::object& from, std::string_view name) { return core::from_millis(number(from, name)); }

inline bool flag(const boost::json::object& from, std::string_view name) {
  const boost::json::value* value = member(from, name);
  if (value == nullptr) return false;
  if (!value->is_bool()) throw Unreadable{fmt::format("{} is not true or false", name)};
  return value->as_bool();
}

template <class Enum>
Enum known_word(std::string_view spelled, std::string_view name) {
  const auto value = from_word<Enum>(spelled);
  if (!value) throw Unreadable{fmt::format("{}: unknown word \"{}\"", name, spelled)};
  return *value;
}
template <class Enum>
Enum enumerator(const boost::json::object& from, std::string_view name) {
  return known_word<Enum>(text(from, name), name);
}

inline const boost::json::object& object(const boost::json::value& value, std::string_view name) {
  if (!value.is_object()) throw Unreadable{fmt::format("{} is not an object", name)};
  return value.as_object();
}

template <class Item>
std::vector<Item> items(const boost::json::object& from, std::string_view name, Item (*read)(const boost::json::value&)) {
  std::vector<Item> result;
  const boost::json::value* value = member(from, name);
  if (value == nullptr) return result;
  if (!value->is_array()) throw Unreadable{fmt::format("{} is not a list", name)};
  for (const boost::json::value& item : value->as_array()) result.push_back(read(item));
  return result;
}

inline std::string item_text(const boost::json::value& value) {
  if (!value.is_string()) throw Unreadable{"a list holds what is not text"};
  return std::string{value.as_string()};
}
inline std::vector<std::string> texts(const boost::json::object& from, std::string_view name) { return items(from, name, &item_text); }
template <class Enum>
std::vector<Enum> words(const boost::json::object& from, std::string_view name) {
  std::vector<Enum> result;
  for (const std::string& spelled : texts(from, name)) result.push_back(known_word<Enum>(spelled, name));
  return result;
}

/// Parts and party of a booking; a booking without a part would be none.
void put_parts(JsonWriter& w, const std::vector<core::BookingPart>& parts, std::uint16_t party);
std::vector<core::BookingPart> read_parts(const boost::json::object& from);
/// As a member "wish".
void put_wish(JsonWriter& w, const core::PlaceWish& wish);
core::PlaceWish read_wish(const boost::json::object& from);
/// A member beside the others.
void put_told(JsonWriter& w, const core::Told& told);
core::Told read_told(const boost::json::object& from);

void put_callback(JsonWriter& w, const std::optional<core::Callback>& callback);
[[nodiscard]] std::optional<core::Callback> read_callback(const boost::json::object& from);

void put_learned(JsonWriter& w, const core::Learned& learned);
core::Learned read_learned(const boost::json::object& from);
inline core::Number ticket_number(std::string_view spelled, std::string_view name) {
  const auto parsed = core::parse_number(spelled);
  if (!parsed) throw Unreadable{fmt::format("{} is not a ticket number", name)};
  return *parsed;
}

/// A roll of paper tickets, in the room's small fields and in the fact that it was put up (wire/more.cpp).
void put_roll(JsonWriter& w, const core::Roll& roll);
[[nodiscard]] core::Roll read_roll(const boost::json::value& value);

// The small fields: members beside the others in a snapshot, an object of their own in the tables' column `more`.
void put_more(JsonWriter& w, const core::Visit& visit);
void put_more(JsonWriter& w, const core::Step& step);
void put_more(JsonWriter& w, const core::DeskStatus& desk);
void put_more(JsonWriter& w, const core::State& room);
void read_more(const boost::json::object& from, core::Visit& visit);
void read_more(const boost::json::object& from, core::Step& step);
void read_more(const boost::json::object& from, core::DeskStatus& desk);
void read_more(const boost::json::object& from, core::State& room);

}  // namespace skranke::wire::payload
