// What the contact centre did while the doors were closed, for the morning: read, and once said to be read.
#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "daemon/api/api.hpp"
#include "daemon/api/report_query.hpp"
#include "daemon/handover.hpp"
#include "daemon/service_name.hpp"
#include "wire/clock_words.hpp"
#include "wire/json.hpp"

namespace skranke::daemon {

namespace {

constexpr std::chrono::days usual{7}, longest{400};
constexpr std::size_t versions_max = 100;   ///< of the facility; older ones are as the oldest of these
constexpr std::size_t rows_max = 1'000;   ///< on the wire; the count says how many there are

/// Everything that the answer needs, away from the loop.
struct Telling {
  std::shared_ptr<const core::Facility> facility;
  std::string language;
  core::Instant seen, at;
  std::vector<std::pair<std::string, std::string>> names;   ///< of actors, as they are called today

  [[nodiscard]] std::string time(core::Instant when) const { return core::to_rfc3339(facility->zone, when); }
  /// Times on the wire have whole seconds, so what was told to have been done until then counts as seen to the end of that second.
  [[nodiscard]] bool has_seen(const HandoverEntry& entry) const { return std::chrono::floor<std::chrono::seconds>(entry.at) <= seen; }
  [[nodiscard]] std::string name(const std::string& actor) const {
    const auto found = std::find_if(names.begin(), names.end(), [&](const auto& each) { return each.first == actor; });
    return found == names.end() || found->second.empty() ? actor : found->second;
  }
  [[nodiscard]] std::string service(const core::ServiceId& id) const { return service_name(*facility, id, language); }
};

std::string as_json(const Telling& telling, const std::vector<HandoverEntry>& entries) {
  const auto unseen = std::count_if(entries.begin(), entries.end(), [&](const HandoverEntry& entry) { return !telling.has_seen(entry); });
  std::string out;
  wire::JsonWriter w{out};
  w.object().field("count", entries.size()).field("unseen", unseen);
  if (telling.seen != core::Instant{}) w.field("seen_until", telling.time(telling.seen));
  w.key("entries").list();
  const std::size_t first = entries.size() - std::min(entries.size(), rows_max);   // the newest, where there are too many
  for (std::size_t i = first; i < entries.size(); ++i) {
    const HandoverEntry& entry = entries[i];
    w.object().field("at", telling.time(entry.at)).field("done", word(entry.done)).field("by", telling.name(entry.by)).field("seen", telling.has_seen(entry));
    w.key("services").list();
    for (const core::ServiceId& id : entry.services) w.value(telling.service(id));
    w.end_list().field_unless_empty("code", entry.booking.str()).field_unless_empty("number", entry.number);
    if (entry.start) w.field("start", telling.time(*entry.start));
    w.end_object();
  }
  w.end_list().field("at", telling.time(telling.at)).end_object();
  return out;
}

std::string as_csv(const Telling& telling, const std::vector<HandoverEntry>& entries) {
  std::string out = "at,done,by,services,start,code,number,seen\r\n";
  const auto quoted = [](std::string text) {
    std::erase(text, '"');
    // A spreadsheet must not take a name for a formula.
    return fmt::format("\"{}{}\"", !text.empty() && std::string_view{"=+-@"}.find(text.front()) != std::string_view::npos ? "'" : "", text);
  };
  for (const HandoverEntry& entry : entries) {
    std::string services;
    for (const core::ServiceId& id : entry.services) services += (services.empty() ? "" : " + ") + telling.service(id);
    out += fmt::format("{},{},{},{},{},{},{},{}\r\n", telling.time(entry.at), word(entry.done), quoted(telling.name(entry.by)), quoted(services),
                       entry.start ? telling.time(*entry.start) : "", entry.booking.str(), entry.number, telling.has_seen(entry) ? 1 : 0);
  }
  return out;
}

}  // namespace

http::Reply Api::get_handover(Call& call) {
  const std::shared_ptr<const core::Facility> facility = wiring_.engine.facility_ptr();
  const core::Minutes begins = facility->site.business_day_starts;
  const auto asked = report_query(call.request, *facility, wiring_.engine.now(), usual, longest);
  if (!asked) return now(fail(call, 422, "wrong_content", asked.error()));
  Telling telling{facility, call.language, wiring_.engine.state().room.handed_over, wiring_.engine.now(), {}};
  for (const auth::TokenInfo& token : wiring_.credentials.tokens()) telling.names.emplace_back(fmt::format("token-{}", token.id), token.name);
  for (const auth::PersonInfo& person : wiring_.credentials.people()) telling.names.emplace_back(fmt::format("person-{}", person.id), person.name);
  http::Reply reply;
  reply.offload = [directory = wiring_.config.data_dir, telling = std::move(telling), from = facility->zone.to_utc(asked->from + begins),
                   to = facility->zone.to_utc(asked->to + std::chrono::days{1} + begins), csv = asked->csv, failed = fail(call, 503, "storage_failed")]() -> http::Reply {
    const auto facts = db::facts_between(directory, handover_facts(), from, to);
    if (!facts) return {failed, 0, {}, {}};
    auto versions = db::facility_versions(directory, versions_max);
    if (!versions) return {failed, 0, {}, {}};
    std::reverse(versions->begin(), versions->end());
    // Of those that were over before the first day only the last one held in it.
    const auto held = std::find_if(versions->begin(), versions->end(), [&](const db::FacilityVersion& version) { return version.at > from; });
    if (held != versions->begin()) versions->erase(versions->begin(), std::prev(held));
    const auto entries = handover(*facts, HoursThen{telling.facility, *versions});
    http::Response response;
    response.body = csv ? as_csv(telling, entries) : as_json(telling, entries);
    if (csv) response.content_type = "text/csv; charset=utf-8";
    return {std::move(response), 0, {}, {}};
  };
  return reply;
}

/// "Read, all of it until then." Who said so stands beside the fact.
http::Reply Api::post_handover_seen(Call& call) {
  wire::RequestBody body{call.request.body};
  const auto text = body.required_text("until", {.min = 17, .max = 40});
  const auto until = instant_in(text);
  if (!until && body.has("until")) body.refuse("until", "wrong_time", {"Skriv tiden som 2026-11-23T09:00:00+01:00.", "Write the time as 2026-11-23T09:00:00+01:00."});
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  return command(call, core::SeeHandover{*until}, [this](std::string& out) {
    wire::JsonWriter w{out};
    w.object().field("seen_until", core::to_rfc3339(wiring_.engine.facility().zone, wiring_.engine.state().room.handed_over)).end_object();
  });
}

}  // namespace skranke::daemon
