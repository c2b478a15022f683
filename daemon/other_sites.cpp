#include "daemon/other_sites.hpp"

#include <algorithm>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include "daemon/api/api.hpp"
#include "daemon/messages/curl.hpp"

namespace skranke::daemon {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

constexpr int days_asked = 60;
constexpr long seconds_max = 4;   ///< of one question, from the first packet to the last

}  // namespace

FirstTime first_time_in(std::string_view body) {
  boost::system::error_code error;
  const json::value read = json::parse(json::string_view{body.data(), body.size()}, error);
  const json::array* slots = error ? nullptr : read.if_array();
  if (slots == nullptr) return {};
  if (slots->empty()) return {true, std::nullopt};
  const json::object* first = slots->front().if_object();
  const json::value* start = first == nullptr ? nullptr : first->if_contains("start");
  const json::string* text = start == nullptr ? nullptr : start->if_string();
  const auto at = text == nullptr ? std::nullopt : instant_in(std::string_view{text->data(), text->size()});
  return {at.has_value(), at};
}

OtherSites::OtherSites(Wiring wiring) : wiring_{std::move(wiring)}, sites_(wiring_.sites.size()) {
  for (std::size_t i = 0; i < sites_.size(); ++i) tell(i, DeviceState::ready, "other_site_unasked");
  begun_ = true;
}

OtherSites::~OtherSites() {
  *alive_ = false;
  worker_.stop();
}

std::vector<OtherSites::Earlier> OtherSites::known(const core::ServiceId& service) {
  std::vector<Earlier> found;
  const core::Instant now = wiring_.now();
  for (std::size_t i = 0; i < sites_.size(); ++i) {
    const Answer& answer = sites_[i].answers[service];
    const bool fresh = answer.at && now - *answer.at < cache_for;
    // An answer that is too old is not told: the time may be gone, and somebody would go there for nothing.
    if (fresh && answer.start && *answer.start > now) found.push_back({&wiring_.sites[i], *answer.start});
    if (!fresh && !answer.asked && (!sites_[i].not_before || *sites_[i].not_before <= now)) ask(i, service);
  }
  std::stable_sort(found.begin(), found.end(), [](const Earlier& a, const Earlier& b) { return a.start < b.start; });
  return found;
}

bool OtherSites::asking(const core::ServiceId& service) const {
  return std::any_of(sites_.begin(), sites_.end(), [&](const Site& site) {
    const auto found = site.answers.find(service);
    return found != site.answers.end() && found->second.asked;
  });
}

void OtherSites::ask(std::size_t index, const core::ServiceId& service) {
  const config::OtherSite& site = wiring_.sites[index];
  const std::string url = fmt::format("{}/api/v1/slots?service={}&days={}", site.url, service.str(), days_asked);   // an id is letters, digits and hyphens
  sites_[index].answers[service].asked = worker_.run([this, alive = alive_, index, service, url, ca_file = site.ca_file] {
    const Heard heard = fetch(url, ca_file);
    asio::post(wiring_.io, [this, alive, index, service, heard] {
      if (*alive) take(index, service, heard);
    });
  });
}

OtherSites::Heard OtherSites::fetch(const std::string& url, const std::string& ca_file) {
  Curl curl{"http,https"};
  if (curl.get() == nullptr) return {};
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, seconds_max);
  curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT, seconds_max);
  curl.keep_answer(bytes_max);
  if (!ca_file.empty()) curl_easy_setopt(curl.get(), CURLOPT_CAINFO, ca_file.c_str());
  if (curl.perform() != CURLE_OK) return {};
  if (curl.answer() == 422) return {true, true, std::nullopt};   // it answers, and does not do that
  if (curl.answer() != 200) return {};
  const FirstTime first = first_time_in(curl.kept());
  return {first.good, false, first.start};
}

void OtherSites::take(std::size_t index, const core::ServiceId& service, const Heard& heard) {
  Site& site = sites_[index];
  Answer& answer = site.answers[service];
  answer.asked = false;
  const core::Instant now = wiring_.now();
  if (!heard.good) {
    site.back_off = std::clamp(site.back_off * 2, Minutes{1}, back_off_max);
    site.not_before = now + site.back_off;
    return tell(index, DeviceState::warning, "other_site_silent");
  }
  site.back_off = Minutes{0};
  site.not_before.reset();
  answer.at = now;
  answer.start = heard.start;
  if (heard.unknown_service) return tell(index, DeviceState::ready, "other_site_without");
  tell(index, DeviceState::ready, "");
}

void OtherSites::tell(std::size_t index, DeviceState state, std::string_view reason) {
  const config::OtherSite& site = wiring_.sites[index];
  core::Text name;
  name.by_language.emplace_back("", site.name);
  if (wiring_.devices.set("other_site", site.id, name, state, reason, wiring_.now(), {{"url", site.url}}) && begun_) wiring_.changed();
}

}  // namespace skranke::daemon
