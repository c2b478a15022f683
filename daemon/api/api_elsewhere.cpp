// Where an earlier time is free: centres that the settings name, compared with this one's own first time.
#include "core/calendar.hpp"
#include "daemon/api/api.hpp"
#include "daemon/other_sites.hpp"
#include "wire/json.hpp"

namespace skranke::daemon {
http::Reply Api::get_elsewhere(Call& call) {
  const core::ServiceId service{call.request.query_value("service")};
  if (wiring_.engine.facility().find(service) == nullptr) return now(fail(call, 422, "unknown_service", "service"));
  std::string body;
  wire::JsonWriter w{body};
  w.object().key("sites").list();
  OtherSites* sites = wiring_.elsewhere;
  const auto known = sites == nullptr ? std::vector<OtherSites::Earlier>{} : sites->known(service);
  const auto own = known.empty() ? std::nullopt : core::next_free(wiring_.engine.state(), wiring_.engine.facility(), {{service}, 1, {}}, wiring_.engine.now(), wiring_.engine.now());
  for (const auto& [site, start] : known) {
    if (own && *own <= start) continue;
    w.object().field("name", site->name).field_unless_empty("address", site->address).field_unless_empty("distance", site->distance);
    w.field("url", site->url + "/book").field("start", view(call.language).time(start)).end_object();
  }
  w.end_list().field("asking", sites != nullptr && sites->asking(service)).end_object();
  return shown(std::move(body));
}

}  // namespace skranke::daemon
