#pragma once
// JSON for hot answers: written straight into a string, no tree in between. Reading of requests: wire/request_body.hpp.
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "wire/request_body.hpp"

namespace skranke::wire {

/// Appends `text` in quotes. The text must be valid UTF-8 (everything that came in was held against it).
void append_json_string(std::string& out, std::string_view text);

/// Appends one JSON value to a string; commas come by themselves. A wrong nesting is the caller's bug and gives wrong
/// JSON, never a crash.
///   JsonWriter{out}.object().field("id", id).key("steps").list().value(1).end_list().end_object();
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_{out}, begin_{out.size()} {}

  JsonWriter& object() { return comma(), out_.push_back('{'), *this; }
  JsonWriter& end_object() { return out_.push_back('}'), *this; }
  JsonWriter& list() { return comma(), out_.push_back('['), *this; }
  JsonWriter& end_list() { return out_.push_back(']'), *this; }
  JsonWriter& key(std::string_view name) { return comma(), append_json_string(out_, name), out_.push_back(':'), *this; }

  JsonWriter& value(std::string_view text) { return comma(), append_json_string(out_, text), *this; }
  JsonWriter& value(const char* text) { return value(std::string_view{text}); }
  JsonWriter& value(const std::string& text) { return value(std::string_view{text}); }
  template <class T>
  requires std::same_as<T, bool> JsonWriter& value(T flag) { return comma(), out_ += flag ? "true" : "false", *this; }
  template <std::integral T>
  requires(!std::same_as<T, bool> && !std::same_as<T, char>) JsonWriter& value(T number) {
    comma();
    if constexpr (std::unsigned_integral<T>)
      append_unsigned(number);
    else
      append_signed(number);
    return *this;
  }
  /// Shortest form that reads back equal; not-a-number and infinity become null.
  JsonWriter& value(double number);
  JsonWriter& null() { return comma(), out_ += "null", *this; }
  /// A value that is JSON already.
  JsonWriter& raw(std::string_view json) { return comma(), out_ += json, *this; }

  template <class T>
  JsonWriter& field(std::string_view name, const T& content) {
    return key(name).value(content);
  }
  /// Optional values: absent means the field is left out.
  template <class T>
  JsonWriter& field_if(std::string_view name, const T& content) {
    if (content) field(name, *content);
    return *this;
  }
  /// Empty texts are left out.
  JsonWriter& field_unless_empty(std::string_view name, std::string_view text) {
    return text.empty() ? *this : field(name, text);
  }
  JsonWriter& raw_field(std::string_view name, std::string_view json) { return key(name).raw(json); }

 private:
  // A value needs a comma before it unless it comes first or after its key. A string never ends in one of these bytes:
  // it ends in a quote.
  void comma() {
    if (out_.size() == begin_) return;
    const char last = out_.back();
    if (last != '{' && last != '[' && last != ':') out_.push_back(',');
  }
  void append_signed(std::int64_t number);
  void append_unsigned(std::uint64_t number);

  std::string& out_;
  std::size_t begin_;
};

}  // namespace skranke::wire
