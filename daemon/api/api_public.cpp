// What screens, monitors and staff look at: boards, kiosks, services, devices, health, metrics.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "daemon/api/api.hpp"
#include "embed/openapi.hpp"

namespace skranke::daemon {

namespace {

constexpr std::size_t pictures_shown = 50;

/// `name` is one file of the folder, nothing else.
bool is_plain_name(std::string_view name) {
  return !name.empty() && name.front() != '.' && name.find('/') == std::string_view::npos && name.ends_with(".png");
}

}  // namespace

http::Reply Api::get_services(Call& call) {
  std::string body;
  services_view(view(call.language), core::Channel::kiosk, body);
  return shown(std::move(body));
}

http::Reply Api::get_kiosk(Call& call) {
  auto data = topic_data("kiosk:" + std::string{call.part(1)}, call.language);
  if (!data) return now(fail(call, 404, "unknown_kiosk"));
  return shown(std::move(*data));
}

/// The hottest read: the body is kept until something changes or the second is over.
http::Reply Api::get_board(Call& call) {
  const core::Board* board = wiring_.engine.facility().find(core::BoardId{call.part(1)});
  if (board == nullptr) return now(fail(call, 404, "unknown_board"));
  CachedBoard& cached = boards_[board->id.str() + "@" + call.language];
  const std::uint64_t seq = wiring_.engine.last_seq();
  const std::int64_t second = std::chrono::floor<std::chrono::seconds>(wiring_.engine.now()).time_since_epoch().count();
  if (!cached.body || cached.seq != seq || cached.second != second) {
    cached = {seq, second, std::make_shared<const std::string>(board_frame(*board, call.language))};
  }
  http::Response response;
  response.shared = cached.body;
  return {std::move(response), seq, {}, {}};
}

http::Reply Api::get_health(Call& call) {
  const Intake intake = wiring_.engine.intake();
  http::Response response;
  if (intake != Intake::ready) response = fail(call, 503, intake == Intake::storage_full ? "storage_full" : intake == Intake::busy ? "busy" : "stopping");
  if (intake == Intake::ready)
    response.body = fmt::format(R"({{"status":"ok","version":"{}","seq":{},"epoch":{}}})", SKRANKE_VERSION, wiring_.engine.durable_seq(), wiring_.engine.epoch());
  return now(std::move(response));
}

http::Reply Api::get_metrics(Call& call) {
  using config::Metrics;
  const bool from_here = call.request.remote == "127.0.0.1" || call.request.remote == "::1";
  const bool by_token = call.who.acting_for(auth::Permission::see_metrics) != nullptr;
  if (wiring_.config.metrics == Metrics::off) return now(fail(call, 404, "not_found"));
  if (!by_token && !(wiring_.config.metrics == Metrics::local && from_here)) return now(fail(call, 401, "unauthorized"));
  const core::State& state = wiring_.engine.state();
  std::string out;
  const auto put = [&](std::string_view name, std::string_view kind, std::string_view help, auto value) {
    fmt::format_to(std::back_inserter(out), "# HELP {0} {1}\n# TYPE {0} {2}\n{0} {3}\n", name, help, kind, value);
  };
  put("skranke_visits_waiting", "gauge", "Visits that wait now", state.waiting_count());
  put("skranke_visits_taken_today", "gauge", "Tickets taken this business day", state.counts.taken);
  put("skranke_visits_done_today", "gauge", "Visits finished this business day", state.counts.done);
  put("skranke_visits_no_show_today", "gauge", "Visits that did not come when called, this business day", state.counts.no_show);
  put("skranke_visits_left_today", "gauge", "Visits that left the queue, this business day", state.counts.left);
  put("skranke_journal_seq", "counter", "Last durable event", wiring_.engine.durable_seq());
  put("skranke_journal_epoch", "gauge", "Epoch of the journal", wiring_.engine.epoch());
  put("skranke_journal_batches_total", "counter", "Transactions of events", wiring_.engine.batches());
  put("skranke_journal_batch_age_ms", "gauge", "How long the disk has had the batch in hand", wiring_.engine.batch_age().count());
  put("skranke_intake_open", "gauge", "1 when commands are taken", wiring_.engine.intake() == Intake::ready ? 1 : 0);
  put("skranke_catalogue_missing_total", "counter", "Sentences asked for in a language that lacks them", wiring_.catalogue.missing_count());
  if (const http::Counters* c = wiring_.counters()) {
    put("skranke_http_requests_total", "counter", "Requests answered", c->requests);
    put("skranke_http_refused_total", "counter", "Requests refused by the edge", c->refused);
    put("skranke_http_handler_failures_total", "counter", "Requests that ended in an internal error", c->handler_failures);
    put("skranke_http_timed_out_total", "counter", "Connections that ran into a deadline", c->timed_out);
    put("skranke_http_connections", "gauge", "Open connections", c->open_connections);
    put("skranke_websockets", "gauge", "Open WebSockets", c->open_web_sockets);
    put("skranke_frames_sent_total", "counter", "WebSocket messages sent", c->frames_sent);
    put("skranke_frames_overtaken_total", "counter", "WebSocket messages replaced by a newer one before they were sent", c->frames_overtaken);
  }
  out += "# HELP skranke_device_up 1 when a device is ready or only warns\n# TYPE skranke_device_up gauge\n";
  for (const Device& device : wiring_.devices.all())
    fmt::format_to(std::back_inserter(out), "skranke_device_up{{kind=\"{}\",id=\"{}\"}} {}\n", device.kind, device.id,
                   device.state == DeviceState::ready || device.state == DeviceState::warning ? 1 : 0);
  agent_metrics(out);
  rules_metrics(out);
  estimate_metrics(out);
  http::Response response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = std::move(out);
  return now(std::move(response));
}

http::Reply Api::get_openapi(Call&) {
  http::Response response;
  response.fixed = embed::openapi().front().bytes;
  return now(std::move(response));
}

http::Reply Api::get_devices(Call& call) { return shown(*topic_data("devices", call.language)); }

http::Reply Api::get_tickets(Call& call) {
  if (wiring_.engine.facility().find(core::PrinterId{call.part(1)}) == nullptr) return now(fail(call, 404, "unknown_printer"));
  std::vector<std::pair<std::filesystem::file_time_type, std::string>> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator{wiring_.printing.tickets_directory(call.part(1)), error})
    if (is_plain_name(entry.path().filename().string())) files.emplace_back(entry.last_write_time(error), entry.path().filename().string());
  std::sort(files.begin(), files.end(), std::greater<>{});
  if (files.size() > pictures_shown) files.resize(pictures_shown);
  std::string body;
  wire::JsonWriter w{body};
  w.list();
  for (const auto& [written, name] : files) {
    const auto at = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::file_clock::to_sys(written));
    w.object().field("file", name).field("at", core::to_rfc3339(wiring_.engine.facility().zone, at)).end_object();
  }
  w.end_list();
  return shown(std::move(body));
}

http::Reply Api::get_ticket_picture(Call& call) {
  if (wiring_.engine.facility().find(core::PrinterId{call.part(1)}) == nullptr) return now(fail(call, 404, "unknown_printer"));
  if (!is_plain_name(call.part(3))) return now(fail(call, 404, "not_found"));
  std::ifstream file{wiring_.printing.tickets_directory(call.part(1)) + "/" + std::string{call.part(3)}, std::ios::binary};
  if (!file) return now(fail(call, 404, "not_found"));
  http::Response response;
  response.content_type = "image/png";
  response.body.assign(std::istreambuf_iterator<char>{file}, {});
  return now(std::move(response));
}

}  // namespace skranke::daemon
