#pragma once
// Writes JSON straight into a string: for journal payloads and hot answers, where a DOM would cost more than the work.
#include <charconv>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/time.hpp"

namespace skranke::wire {

/// Appends `text` as a JSON string with quotes. `text` must be valid UTF-8 (everything from outside was checked on entry).
void append_json_string(std::string& out, std::string_view text);

class Fields {
 public:
  explicit Fields(std::string& out) : out_{out} {}

  template <class Body>
  void object(Body body) {
    separate();
    open('{');
    body();
    close('}');
  }
  template <class Body>
  void object(std::string_view name, Body body) {
    key(name);
    open('{');
    body();
    close('}');
  }
  /// Calls `each(item)` for every item; it writes one value by `element` or `object`.
  template <class Items, class Each>
  void array(std::string_view name, const Items& items, Each each) {
    key(name);
    elements(items, each);
  }
  template <class Items, class Each>
  void array(const Items& items, Each each) {
    separate();
    elements(items, each);
  }
  void text(std::string_view name, std::string_view value) {
    key(name);
    append_json_string(out_, value);
    first_ = false;
  }
  void text_if(std::string_view name, std::string_view value) {
    if (!value.empty()) text(name, value);
  }
  template <std::integral Int>
  void number(std::string_view name, Int value) {
    key(name);
    digits(value);
  }
  template <std::integral Int>
  void number_if(std::string_view name, Int value) {
    if (value != 0) number(name, value);
  }
  void time_if(std::string_view name, core::Instant at) { number_if(name, core::millis(at)); }
  void flag(std::string_view name, bool value) {
    key(name);
    out_ += value ? "true" : "false";
    first_ = false;
  }
  /// A member whose value is already JSON.
  void raw(std::string_view name, std::string_view json) {
    key(name);
    out_ += json;
    first_ = false;
  }
  void element(std::string_view value) {
    separate();
    append_json_string(out_, value);
    first_ = false;
  }
  template <std::integral Int>
  void element(Int value) {
    separate();
    digits(value);
  }
  void element_raw(std::string_view json) {
    separate();
    out_ += json;
    first_ = false;
  }

 private:
  void separate() {
    if (!first_) out_ += ',';
  }
  void key(std::string_view name) {
    separate();
    out_ += '"';
    out_ += name;
    out_ += "\":";
    first_ = true;
  }
  void open(char bracket) {
    out_ += bracket;
    first_ = true;
  }
  void close(char bracket) {
    out_ += bracket;
    first_ = false;
  }
  template <class Items, class Each>
  void elements(const Items& items, Each each) {
    open('[');
    for (const auto& item : items) each(item);
    close(']');
  }
  template <std::integral Int>
  void digits(Int value) {
    char buffer[24];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    out_.append(buffer, end);
    first_ = false;
  }

  std::string& out_;
  bool first_ = true;
};

}  // namespace skranke::wire
