#include <fmt/format.h>
#include <boost/json/basic_parser_impl.hpp>

#include "wire/document.hpp"

namespace skranke::wire {
namespace {

namespace json = boost::json;
using error_code = boost::system::error_code;

/// Receives the parser's events and builds the tree. Boost's own values would forget keys that come twice and where
/// things stand.
struct TreeBuilder {
  static constexpr std::size_t max_object_size = 100'000;
  static constexpr std::size_t max_array_size = 100'000;
  static constexpr std::size_t max_key_size = 512 * 1024;
  static constexpr std::size_t max_string_size = 8 * 1024 * 1024;

  Node root;
  std::vector<Node*> open;  // the containers around the value that comes next; they never move while they are open
  std::string key, text;
  std::size_t nodes_left = 0;
  std::uint32_t line = 1;
  std::string repeated_key;
  bool too_many = false;

  bool add(Node::Kind kind, error_code& ec) { return add_node(kind, ec) != nullptr; }

  Node* add_node(Node::Kind kind, error_code& ec) {
    if (nodes_left-- == 0) {
      too_many = true;
      ec = json::error::array_too_large;
      nodes_left = 0;
      return nullptr;
    }
    Node* place = &root;
    if (!open.empty()) place = &open.back()->items.emplace_back();
    place->kind = kind;
    place->line = line;
    if (!open.empty() && open.back()->kind == Node::Kind::table) place->key = std::move(key);
    key.clear();
    return place;
  }

  bool begin(Node::Kind kind, error_code& ec) {
    Node* place = add_node(kind, ec);
    if (place != nullptr) open.push_back(place);
    return place != nullptr;
  }
  bool end() { return open.pop_back(), true; }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code& ec) { return begin(Node::Kind::table, ec); }
  bool on_object_end(std::size_t, error_code&) { return end(); }
  bool on_array_begin(error_code& ec) { return begin(Node::Kind::list, ec); }
  bool on_array_end(std::size_t, error_code&) { return end(); }
  bool on_key_part(json::string_view part, std::size_t, error_code&) {
    return key.append(part.data(), part.size()), true;
  }
  bool on_key(json::string_view part, std::size_t, error_code& ec) {
    key.append(part.data(), part.size());
    // Tables of people's requests are small; the node limit keeps this square small for those that are not.
    if (open.back()->items.size() <= 256 && open.back()->find(key) == nullptr) return true;
    repeated_key = key;
    ec = json::error::syntax;
    return false;
  }
  bool on_string_part(json::string_view part, std::size_t, error_code&) {
    return text.append(part.data(), part.size()), true;
  }
  bool on_string(json::string_view part, std::size_t, error_code& ec) {
    text.append(part.data(), part.size());
    Node* place = add_node(Node::Kind::text, ec);
    if (place != nullptr) place->text = std::move(text);
    text.clear();
    return place != nullptr;
  }
  bool on_number_part(json::string_view, error_code&) { return true; }
  bool on_int64(std::int64_t value, json::string_view, error_code& ec) {
    Node* place = add_node(Node::Kind::integer, ec);
    if (place != nullptr) place->integer = value;
    return place != nullptr;
  }
  bool on_uint64(std::uint64_t value, json::string_view digits, error_code& ec) {
    return on_double(static_cast<double>(value), digits, ec);  // beyond every range that a reader allows
  }
  bool on_double(double value, json::string_view, error_code& ec) {
    Node* place = add_node(Node::Kind::real, ec);
    if (place != nullptr) place->real = value;
    return place != nullptr;
  }
  bool on_bool(bool value, error_code& ec) {
    Node* place = add_node(Node::Kind::boolean, ec);
    if (place != nullptr) place->boolean = value;
    return place != nullptr;
  }
  bool on_null(error_code& ec) { return add(Node::Kind::null, ec); }
  bool on_comment_part(json::string_view, error_code&) { return true; }
  bool on_comment(json::string_view, error_code&) { return true; }
};

Finding refused(std::string_view file, std::uint32_t line, std::uint32_t column, std::string_view reason,
                Message message) {
  return {Severity::error, std::string{file}, line, column, "", reason, std::move(message)};
}

Finding explain(const TreeBuilder& builder, error_code ec, std::string_view file, std::uint32_t column) {
  if (builder.too_many)
    return refused(file, builder.line, column, "too_large",
                   {"Teksten har for mange værdier.", "The text holds too many values."});
  if (!builder.repeated_key.empty())
    return refused(
        file, builder.line, column, "malformed",
        {fmt::format("Nøglen {} står to gange, eller tabellen har for mange nøgler.", quoted(builder.repeated_key)),
         fmt::format("The key {} stands twice, or its table has too many keys.", quoted(builder.repeated_key))});
  if (ec == json::error::too_deep)
    return refused(file, builder.line, column, "malformed",
                   {"Teksten er indlejret for dybt.", "The text is nested too deeply."});
  return refused(file, builder.line, column, "malformed",
                 {fmt::format("Teksten er ikke gyldig JSON ({}).", ec.message()),
                  fmt::format("The text is not valid JSON ({}).", ec.message())});
}

}  // namespace

const Node* Node::find(std::string_view name) const {
  for (const Node& item : items)
    if (item.key == name) return &item;
  return nullptr;
}

tl::expected<Node, Finding> parse_json(std::string_view text, const DocumentLimits& limits, std::string_view file) {
  if (text.size() > limits.bytes_max)
    return tl::unexpected{refused(file, 0, 0, "too_large",
                                  {fmt::format("Teksten fylder mere end {} byte.", limits.bytes_max),
                                   fmt::format("The text is longer than {} bytes.", limits.bytes_max)})};
  json::parse_options options;
  options.max_depth = limits.depth_max;
  json::basic_parser<TreeBuilder> parser{options};
  parser.handler().nodes_left = limits.nodes_max;
  // Fed line by line, so that every value knows its line.
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t line_end = std::min(text.find('\n', at), text.size());
    const bool more = line_end < text.size();
    const std::size_t length = line_end - at + (more ? 1 : 0);
    error_code ec;
    const std::size_t used = parser.write_some(more, text.data() + at, length, ec);
    // The parser stops behind the value; only white space may follow, on this line and on all others.
    if (!ec && parser.done()) {
      if (text.find_first_not_of(" \t\r\n", at + used) == std::string_view::npos) break;
      ec = json::error::extra_data;
    }
    if (ec) return tl::unexpected{explain(parser.handler(), ec, file, static_cast<std::uint32_t>(used + 1))};
    ++parser.handler().line;
    at += length;
    if (!more) break;
  }
  return std::move(parser.handler().root);
}

}  // namespace skranke::wire
