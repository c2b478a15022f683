#include <algorithm>
#include <limits>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "wire/document.hpp"
#include "wire/toml_depth.hpp"
#include "wire/utf8.hpp"

namespace skranke::wire {
namespace {

Finding refused(std::string_view file, std::uint32_t line, std::uint32_t column, std::string_view reason,
                Message message) {
  return {Severity::error, std::string{file}, line, column, "", reason, std::move(message)};
}

Node convert(const toml::node& node, std::size_t& nodes_left);

void convert_value(const toml::node& node, Node& made) {
  if (const auto* text = node.as_string()) {
    made.kind = Node::Kind::text;
    made.text = text->get();
  } else if (const auto* integer = node.as_integer()) {
    made.kind = Node::Kind::integer;
    made.integer = integer->get();
  } else if (const auto* real = node.as_floating_point()) {
    made.kind = Node::Kind::real;
    made.real = real->get();
  } else if (const auto* flag = node.as_boolean()) {
    made.kind = Node::Kind::boolean;
    made.boolean = flag->get();
  } else if (const auto* date = node.as_date()) {
    made.kind = Node::Kind::date;
    made.text = fmt::format("{:04}-{:02}-{:02}", date->get().year, date->get().month, date->get().day);
  } else if (const auto* time = node.as_time()) {
    made.kind = Node::Kind::time;
    made.text = fmt::format("{:02}:{:02}", time->get().hour, time->get().minute);
  } else {
    made.kind = Node::Kind::other;
  }
}

void convert_table(const toml::table& table, Node& made, std::size_t& nodes_left) {
  made.kind = Node::Kind::table;
  for (const auto& [key, value] : table) {
    if (nodes_left == 0) return;
    Node& item = made.items.emplace_back(convert(value, nodes_left));
    item.key = key.str();
    // A finding about a value points at its key: that is where a person looks.
    if (key.source().begin.line != 0) {
      item.line = key.source().begin.line;
      item.column = key.source().begin.column;
    }
  }
  std::stable_sort(made.items.begin(), made.items.end(), [](const Node& a, const Node& b) {
    return std::pair{a.line, a.column} < std::pair{b.line, b.column};
  });
}

/// Recursion is bounded: toml_depth_is_safe() has seen the text before.
Node convert(const toml::node& node, std::size_t& nodes_left) {
  Node made;
  if (nodes_left == 0) return made;
  --nodes_left;
  made.line = node.source().begin.line;
  made.column = node.source().begin.column;
  if (const toml::table* table = node.as_table()) {
    convert_table(*table, made, nodes_left);
  } else if (const toml::array* list = node.as_array()) {
    made.kind = Node::Kind::list;
    for (const toml::node& item : *list) {
      if (nodes_left == 0) break;
      made.items.push_back(convert(item, nodes_left));
    }
  } else {
    convert_value(node, made);
  }
  return made;
}

}  // namespace

tl::expected<Node, Finding> parse_toml(std::string_view text, const DocumentLimits& limits, std::string_view file) {
  if (text.size() > limits.bytes_max)
    return tl::unexpected{refused(file, 0, 0, "too_large",
                                  {fmt::format("Filen fylder mere end {} byte.", limits.bytes_max),
                                   fmt::format("The file is longer than {} bytes.", limits.bytes_max)})};
  if (const std::uint32_t line = toml_line_too_deep(text, limits.depth_max); line != 0)
    return tl::unexpected{
        refused(file, line, 0, "malformed", {"Filen er indlejret for dybt.", "The file is nested too deeply."})};
  try {
    const toml::table parsed = toml::parse(text);
    std::size_t nodes_left = limits.nodes_max;
    Node root = convert(parsed, nodes_left);
    if (nodes_left == 0)
      return tl::unexpected{
          refused(file, 0, 0, "too_large", {"Filen har for mange værdier.", "The file holds too many values."})};
    return root;
  } catch (const toml::parse_error& error) {
    std::string said{error.description()};
    if (!is_utf8(said)) said = "UTF-8";
    return tl::unexpected{refused(file, error.source().begin.line, error.source().begin.column, "malformed",
                                  {fmt::format("Her kan filen ikke læses som TOML: {}", said),
                                   fmt::format("Here the file cannot be read as TOML: {}", said)})};
  }
}

}  // namespace skranke::wire
