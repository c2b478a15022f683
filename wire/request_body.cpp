#include "wire/request_body.hpp"

namespace skranke::wire {

RequestBody::RequestBody(std::string_view bytes, std::size_t bytes_max) {
  document_.kind = Node::Kind::table;
  if (!bytes.empty()) {
    tl::expected<Node, Finding> parsed =
        parse_json(bytes, {.bytes_max = bytes_max, .depth_max = 16, .nodes_max = 5'000});
    readable_ = parsed.has_value() && parsed->kind == Node::Kind::table;
    if (!parsed)
      findings_.add(std::move(parsed.error()));
    else if (!readable_)
      findings_.error(nullptr, "", "malformed", {"Her skal stå et JSON-objekt.", "The body must be a JSON object."});
    else
      document_ = *std::move(parsed);
  }
  top_ = std::make_unique<TableReader>(document_, "", findings_);
}

const Finding* RequestBody::finish() {
  // Of a body that cannot be read everything is missing; saying so would only hide why.
  if (readable_ && !finished_) top_->done();
  finished_ = true;
  return findings_.all().empty() ? nullptr : &findings_.all().front();
}

}  // namespace skranke::wire
