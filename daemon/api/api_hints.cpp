// Hints that were followed: "I will do it myself", at a kiosk or on the web. Counted by service; nothing of whoever pressed is known or kept.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "daemon/api/api.hpp"
#include "daemon/api/report_query.hpp"
#include "daemon/hint_book.hpp"
#include "daemon/service_name.hpp"
#include "wire/json.hpp"

namespace skranke::daemon {
namespace {

constexpr std::chrono::days usual{30}, longest{370};

struct Sum {
  std::int64_t kiosk = 0, web = 0;
  void add(const HintBook::Row& row) { (row.place == HintPlace::kiosk ? kiosk : web) += row.taken; }
};

std::string as_json(const wire::View& view, const ReportQuery& asked, const std::vector<HintBook::Row>& rows) {
  std::map<core::ServiceId, Sum> services;
  Sum total;
  for (const HintBook::Row& row : rows) {
    services[row.service].add(row);
    total.add(row);
  }
  std::vector<std::pair<core::ServiceId, Sum>> sorted{services.begin(), services.end()};
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second.kiosk + a.second.web > b.second.kiosk + b.second.web; });
  std::string out;
  wire::JsonWriter w{out};
  w.object().field("from", core::to_string(asked.from)).field("to", core::to_string(asked.to)).key("services").list();
  for (const auto& [id, sum] : sorted)
    w.object().field("service", id.str()).field("name", service_name(view.facility, id, view.language)).field("kiosk", sum.kiosk).field("web", sum.web).end_object();
  w.end_list().key("total").object().field("kiosk", total.kiosk).field("web", total.web).end_object().field("at", view.time(view.now)).end_object();
  return out;
}

std::string as_csv(const std::vector<HintBook::Row>& rows) {
  std::string out = "day,service,place,taken\r\n";
  for (const HintBook::Row& row : rows) out += fmt::format("{},{},{},{}\r\n", core::to_string(row.day), row.service.str(), word(row.place), row.taken);
  return out;
}

}  // namespace

http::Reply Api::post_self_service(Call& call) {
  wire::RequestBody body{call.request.body};
  const std::string id = body.required_slug("service");
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  const core::Facility& facility = wiring_.engine.facility();
  const core::Service* service = facility.find(core::ServiceId{id});
  if (service == nullptr) return now(fail(call, 422, "unknown_service", "service"));
  if (auto first = repeated(call)) return std::move(*first);
  if (wiring_.hints != nullptr && !service->self_service.empty())   // where there is no hint, none was followed
    wiring_.hints->note(core::business_day(facility.zone, facility.site.business_day_starts, wiring_.engine.now()), service->id,
                        call.acting.role == auth::Role::kiosk ? HintPlace::kiosk : HintPlace::web);
  http::Response response;
  response.status = 204;
  keep(call.asked, response);
  return now(std::move(response));
}

http::Reply Api::get_hint_report(Call& call) {
  const auto asked = report_query(call.request, wiring_.engine.facility(), wiring_.engine.now(), usual, longest);
  if (!asked) return now(fail(call, 422, "wrong_content", asked.error()));
  const auto rows = wiring_.hints == nullptr ? std::vector<HintBook::Row>{} : wiring_.hints->between(asked->from, asked->to);
  http::Response response;
  response.body = asked->csv ? as_csv(rows) : as_json(view(call.language), *asked, rows);
  if (asked->csv) response.content_type = "text/csv; charset=utf-8";
  return now(std::move(response));
}

/// A disk that refuses is asked again a second later; the journal's own state says that it is full.
void Api::write_hints(bool all) {
  if (wiring_.hints == nullptr) return;
  const core::Facility& facility = wiring_.engine.facility();
  static_cast<void>(wiring_.hints->write(wiring_.engine.now(), core::business_day(facility.zone, facility.site.business_day_starts, wiring_.engine.now()), all));
}

}  // namespace skranke::daemon
