// Words between desks and to the supervisor.
#include "daemon/api/api.hpp"

namespace skranke::daemon {

core::Day Api::business_day_now() {
  const core::Facility& facility = wiring_.engine.facility();
  return core::business_day(facility.zone, facility.site.business_day_starts, wiring_.engine.now());
}

http::Reply Api::post_message(Call& call) {
  wire::RequestBody body{call.request.body};
  wire::DeskMessage message;
  message.text = body.required_text("text", {.max = DeskMessages::text_max});
  message.from_desk = core::DeskId{body.slug("from").value_or("")};
  message.to_desk = core::DeskId{body.slug("to").value_or("")};
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  const core::Facility& facility = wiring_.engine.facility();
  for (const auto& [desk, field] : {std::pair{&message.from_desk, "from"}, std::pair{&message.to_desk, "to"}})
    if (!desk->empty() && facility.find(*desk) == nullptr) return now(fail(call, 404, "unknown_desk", field));
  if (auto first = repeated(call)) return std::move(*first);
  message.at = wiring_.engine.now();
  message.from = wiring_.credentials.name_of(call.acting.actor_id);
  http::Response response;
  response.status = 201;
  wire::message_view(view(call.language), messages_.add(std::move(message), business_day_now()), response.body);
  keep(call.asked, response);
  if (publisher_ != nullptr) publisher_->changed();
  return now(std::move(response));
}

http::Reply Api::get_messages(Call& call) {
  const core::DeskId desk{call.request.query_value("desk")};
  if (!desk.empty() && wiring_.engine.facility().find(desk) == nullptr) return now(fail(call, 404, "unknown_desk", "desk"));
  std::string list = "[";
  for (const wire::DeskMessage* message : messages_.of(desk, business_day_now())) {
    if (list.size() > 1) list += ',';
    wire::message_view(view(call.language), *message, list);
  }
  return shown(list + "]");
}

}  // namespace skranke::daemon
