// The contact centre: whose times it may decide on, and what its page shows.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "core/calendar.hpp"
#include "daemon/api/api.hpp"
#include "daemon/handover.hpp"
#include "daemon/other_sites.hpp"
#include "wire/json.hpp"

namespace skranke::daemon {

using auth::Role;
using core::Service;
using core::ServiceId;

namespace {

constexpr int hours_days = 7;

/// Why a contact centre with these rights may not decide on times of the service; empty = it may.
std::string_view why_not_theirs(const Service& service, const auth::Rights& rights) {
  if (!service.contact_centre) return "authority_decides";
  return rights.cover(service.authority.str(), service.id.str()) ? "" : "not_your_authority";
}

void hours_field(const wire::View& view, wire::JsonWriter& w) {
  const core::Facility& facility = view.facility;
  w.key("hours").list();
  for (core::Day day = core::local_day(facility, view.now), end = day + std::chrono::days{hours_days}; day < end; day += std::chrono::days{1}) {
    w.object().field("date", core::to_string(day)).key("open").list();
    for (const core::OpenSpan& span : core::site_hours(facility, day)) w.object().field("from", view.time(span.from)).field("to", view.time(span.to)).end_object();
    w.end_list();
    const auto closed = std::find_if(facility.closures.begin(), facility.closures.end(), [&](const core::Closure& each) { return each.date == day; });
    if (closed != facility.closures.end()) w.field_unless_empty("reason", closed->reason.get(view.language));
    w.end_object();
  }
  w.end_list();
}

void service_fields(const wire::View& view, wire::JsonWriter& w, const Service& service, const auth::Rights& rights, bool may_all) {
  w.object().field("id", service.id.str()).field("name", service.name.get(view.language)).field("authority", service.authority.str());
  if (const core::Authority* authority = view.facility.find(service.authority)) w.field("authority_name", authority->name.get(view.language));
  w.field("minutes", service.slot.count()).field("bookable", service.mode != core::Mode::walk_in).field("telephone", service.telephone);
  w.field_unless_empty("self_service", service.self_service.get(view.language));
  if (const std::string_view why = may_all ? "" : why_not_theirs(service, rights); !why.empty()) w.field("refused", why);
  w.end_object();
}

}  // namespace

/// Who acts, as the journal names them.
std::string Api::actor_of(const auth::Identity& identity) {
  return identity.role == Role::contact_centre ? std::string{centre_prefix} + identity.actor_id : identity.actor_id;
}

/// A contact centre decides on times of those it works for, and only where the authority lets it. Names the service and the authority that are missing.
std::optional<http::Reply> Api::beyond_rights(const Call& call, const std::vector<ServiceId>& services) const {
  if (call.acting.role != Role::contact_centre) return std::nullopt;
  const core::Facility& facility = wiring_.engine.facility();
  for (std::size_t i = 0; i < services.size(); ++i) {
    const Service* service = facility.find(services[i]);
    if (service == nullptr) continue;   // said by the room itself
    const std::string_view why = why_not_theirs(*service, call.acting.rights);
    if (why.empty()) continue;
    const core::Authority* authority = facility.find(service->authority);
    const std::string owner = authority == nullptr || authority->name.empty() ? service->authority.str() : authority->name.get(call.language);
    const std::string detail = wiring_.catalogue.format(call.language, std::string{"problem."}.append(why), {{"service", service->name.get(call.language)}, {"authority", owner}});
    return now(fail(call, 403, why, fmt::format("services[{}]", i), detail));
  }
  return std::nullopt;
}

std::optional<http::Reply> Api::beyond_rights(const Call& call, const core::Booking& booking) const {
  std::vector<ServiceId> services;
  for (const core::BookingPart& part : booking.parts) services.push_back(part.service);
  return beyond_rights(call, services);
}

/// Other centres that this caller may look into, with the first free time there as far as it is known by now.
void Api::other_sites_fields(const Call& call, const ServiceId& service, wire::JsonWriter& w) const {
  OtherSites* elsewhere = service.empty() ? nullptr : wiring_.elsewhere;
  const auto known = elsewhere == nullptr ? std::vector<OtherSites::Earlier>{} : elsewhere->known(service);
  w.key("sites").list();
  for (const config::OtherSite& site : wiring_.config.other_sites) {
    const std::vector<std::string>& own = call.acting.rights.sites;
    if (call.acting.role == Role::contact_centre && std::find(own.begin(), own.end(), site.id) == own.end()) continue;
    w.object().field("id", site.id).field("name", site.name).field_unless_empty("address", site.address).field_unless_empty("distance", site.distance);
    w.field("url", site.url + "/contact");
    const auto first = std::find_if(known.begin(), known.end(), [&](const OtherSites::Earlier& each) { return each.site->id == site.id; });
    if (first != known.end()) w.field("first_free", view(call.language).time(first->start));
    w.end_object();
  }
  w.end_list();
  if (elsewhere != nullptr) w.field("asking", elsewhere->asking(service));
}

/// Hours of the week, what may be booked by whom, and with `service` the first free time.
http::Reply Api::get_contact(Call& call) {
  const core::Facility& facility = wiring_.engine.facility();
  const wire::View shown_as = view(call.language);
  const ServiceId wanted{call.request.query_value("service")};
  if (!wanted.empty() && facility.find(wanted) == nullptr) return now(fail(call, 422, "unknown_service", "service"));
  const std::string persons = call.request.query_value("party");
  std::uint16_t party = 1;
  const auto read = std::from_chars(persons.data(), persons.data() + persons.size(), party);
  if (!persons.empty() && (read.ec != std::errc{} || read.ptr != persons.data() + persons.size() || party < 1 || party > 50))
    return now(fail(call, 422, "wrong_content", "party"));
  std::string body;
  wire::JsonWriter w{body};
  w.object().field("site", facility.site.name);
  w.field("open", core::is_open(core::site_hours(facility, core::local_day(facility, shown_as.now)), shown_as.now));
  hours_field(shown_as, w);
  w.key("languages").list();
  for (const std::string& language : facility.site.languages) w.value(language);
  w.end_list().key("services").list();
  for (const Service& service : facility.services) service_fields(shown_as, w, service, call.acting.rights, call.acting.role != Role::contact_centre);
  w.end_list();
  other_sites_fields(call, wanted, w);
  if (!wanted.empty())
    if (const auto first = core::next_free(wiring_.engine.state(), facility, {{wanted}, party, {}}, shown_as.now, shown_as.now)) w.field("first_free", shown_as.time(*first));
  w.field("at", shown_as.time(shown_as.now)).end_object();
  return shown(std::move(body));
}

}  // namespace skranke::daemon
