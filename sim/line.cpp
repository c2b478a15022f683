#include "sim/line.hpp"

namespace skranke::sim {

Line::Line(std::string_view text, bool strict) : strict_{strict} {
  document_.kind = wire::Node::Kind::table;
  auto parsed = wire::parse_json(text, {.bytes_max = bytes_max, .depth_max = 16, .nodes_max = 5'000});
  if (!parsed)
    findings_.add(std::move(parsed.error()));
  else if (parsed->kind != wire::Node::Kind::table)
    findings_.error(nullptr, "", "malformed", {"Her skal stå et JSON-objekt.", "The line must be a JSON object."});
  else
    document_ = *std::move(parsed);
  top_ = std::make_unique<wire::TableReader>(document_, "", findings_);
}

bool Line::well() {
  if (strict_) top_->done();
  strict_ = false;   // each is found once
  return fault() == nullptr;
}

}  // namespace skranke::sim
