#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "wire/document.hpp"
#include "wire/json.hpp"

namespace skranke::wire {
namespace {

using Kind = Node::Kind;

void append_json(const Node& node, bool indented, std::size_t level, std::string& out);

void new_line(bool indented, std::size_t level, std::string& out) {
  if (indented) out.append("\n").append(2 * level, ' ');
}

void append_json_items(const Node& node, bool indented, std::size_t level, std::string& out) {
  const bool table = node.kind == Kind::table;
  out.push_back(table ? '{' : '[');
  bool first = true;
  for (const Node& item : node.items) {
    if (item.kind == Kind::null) continue;
    if (!first) out.push_back(',');
    first = false;
    new_line(indented, level + 1, out);
    if (table) append_json_string(out, item.key);
    if (table) out += indented ? ": " : ":";
    append_json(item, indented, level + 1, out);
  }
  if (!first) new_line(indented, level, out);
  out.push_back(table ? '}' : ']');
}

void append_json(const Node& node, bool indented, std::size_t level, std::string& out) {
  switch (node.kind) {
    case Kind::null:
    case Kind::other: out += "null"; return;
    case Kind::boolean: out += node.boolean ? "true" : "false"; return;
    case Kind::integer: out += fmt::to_string(node.integer); return;
    case Kind::real: JsonWriter{out}.raw(std::isfinite(node.real) ? fmt::format("{}", node.real) : "null"); return;
    case Kind::text:
    case Kind::date:
    case Kind::time: append_json_string(out, node.text); return;
    case Kind::list:
    case Kind::table: append_json_items(node, indented, level, out); return;
  }
}

// ---- TOML
// --------------------------------------------------------------------------------------------------------------------------------

bool is_list_of_tables(const Node& node) {
  return node.kind == Kind::list && !node.items.empty() &&
         std::all_of(node.items.begin(), node.items.end(), [](const Node& item) { return item.kind == Kind::table; });
}

/// A table of plain texts (a name in several languages) reads best in one line.
bool is_section(const Node& node) {
  if (node.kind != Kind::table) return is_list_of_tables(node);
  return !std::all_of(node.items.begin(), node.items.end(), [](const Node& item) { return item.kind == Kind::text; });
}

std::string toml_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);  // a basic TOML string escapes as JSON does, and the delete character too
  for (std::size_t at = out.find('\x7f'); at != std::string::npos; at = out.find('\x7f', at))
    out.replace(at, 1, "\\u007f");
  return out;
}

std::string toml_key(std::string_view key) {
  const auto bare = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  return !key.empty() && std::all_of(key.begin(), key.end(), bare) ? std::string{key} : toml_string(key);
}

std::string toml_real(double number) {
  std::string text = fmt::format("{}", number);  // "inf" and "nan" are TOML's words as well
  return std::isfinite(number) && text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

std::string toml_inline(const Node& node) {
  const bool table = node.kind == Kind::table;
  switch (node.kind) {
    case Kind::null:
    case Kind::other: return "\"\"";
    case Kind::boolean: return node.boolean ? "true" : "false";
    case Kind::integer: return fmt::to_string(node.integer);
    case Kind::real: return toml_real(node.real);
    case Kind::text: return toml_string(node.text);
    case Kind::date: return node.text;
    case Kind::time: return node.text + ":00";
    case Kind::list:
    case Kind::table: break;
  }
  std::vector<std::string> parts;
  for (const Node& item : node.items) {
    if (item.kind == Kind::null) continue;
    parts.push_back(table ? fmt::format("{} = {}", toml_key(item.key), toml_inline(item)) : toml_inline(item));
  }
  return table ? fmt::format("{{ {} }}", fmt::join(parts, ", ")) : fmt::format("[{}]", fmt::join(parts, ", "));
}

void append_section(const Node& table, const std::string& path, std::string& out) {
  for (const Node& item : table.items)
    if (!is_section(item) && item.kind != Kind::null)
      out += fmt::format("{} = {}\n", toml_key(item.key), toml_inline(item));
  for (const Node& item : table.items) {
    if (!is_section(item)) continue;
    const std::string name = path.empty() ? toml_key(item.key) : fmt::format("{}.{}", path, toml_key(item.key));
    const std::string_view gap = out.empty() ? "" : "\n";
    if (item.kind == Kind::table) {
      out += fmt::format("{}[{}]\n", gap, name);
      append_section(item, name, out);
    }
    for (const Node& element : item.items) {
      if (item.kind != Kind::list) break;
      out += fmt::format("{}[[{}]]\n", out.empty() ? "" : "\n", name);
      append_section(element, name, out);
    }
  }
}

}  // namespace

std::string write_json(const Node& document, bool indented) {
  std::string out;
  append_json(document, indented, 0, out);
  return out;
}

std::string write_toml(const Node& document) {
  std::string out;
  append_section(document, "", out);
  return out;
}

}  // namespace skranke::wire
