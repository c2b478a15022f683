#include "daemon/messages/gateway_channel.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "daemon/messages/curl.hpp"
#include "wire/json.hpp"

namespace skranke::daemon {
namespace {

using Fate = Outcome::Fate;
constexpr std::chrono::seconds wait_max{3600};   ///< longer than that nobody's "later" is believed

std::string for_form(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool safe = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' || c == '~';
    if (safe) out += c;
    else out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

/// Without the quotes around it: those stand in the template.
std::string for_json(std::string_view text) {
  std::string out;
  wire::JsonWriter{out}.value(text);
  return out.substr(1, out.size() - 2);
}

}  // namespace

std::string filled(std::string_view pattern, const Parcel& parcel, config::BodyType type) {
  const auto safe = [&](std::string_view text) { return type == config::BodyType::json ? for_json(text) : for_form(text); };
  const std::array<std::pair<std::string_view, std::string>, 4> values{{{"{to}", safe(parcel.to)},
                                                                        {"{digits}", safe(std::string_view{parcel.to}.substr(parcel.to.starts_with('+') ? 1 : 0))},
                                                                        {"{text}", safe(parcel.text)},
                                                                        {"{id}", safe(parcel.id)}}};
  std::string out;
  while (!pattern.empty()) {
    const auto value = std::find_if(values.begin(), values.end(), [&](const auto& each) { return pattern.starts_with(each.first); });
    out += value == values.end() ? std::string{pattern.front()} : value->second;
    pattern.remove_prefix(value == values.end() ? 1 : value->first.size());
  }
  return out;
}

Outcome GatewayChannel::outcome_of(long answer, std::chrono::seconds wait) const {
  if (settings_.expect_status == 0 ? answer >= 200 && answer < 300 : answer == settings_.expect_status) return {Fate::sent};
  if (answer == 401 || answer == 403) return {Fate::down, "gateway_login"};
  if (answer == 429) return {Fate::down, "gateway_busy", wait};
  if (answer == 408 || answer >= 500) return {Fate::down, "gateway_unreachable", wait};
  // 409: it has had this id already, so it has gone.
  if (answer == 409) return {Fate::sent};
  return {Fate::refused, "gateway_refused"};
}

Outcome GatewayChannel::send(const Parcel& parcel) {
  Curl curl{"http,https"};
  if (curl.get() == nullptr) return {Fate::down, "gateway_unreachable"};
  const bool json = settings_.type == config::BodyType::json;
  const std::string body = filled(settings_.body, parcel, settings_.type);
  CurlList headers;
  headers.add(json ? "Content-Type: application/json" : "Content-Type: application/x-www-form-urlencoded");
  headers.add("Idempotency-Key: " + parcel.id);
  headers.add("Expect:");
  for (const std::string& line : settings_.headers) headers.add(line);
  if (!settings_.token_file.empty()) headers.add(fmt::format("{}: {}{}", settings_.token_header, settings_.token_prefix, secret_in(settings_.token_file)));
  curl_easy_setopt(curl.get(), CURLOPT_URL, settings_.url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
  curl_easy_setopt(curl.get(), CURLOPT_COPYPOSTFIELDS, body.c_str());
  if (settings_.method == config::Method::put) curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, "PUT");
  if (!settings_.ca_file.empty()) curl_easy_setopt(curl.get(), CURLOPT_CAINFO, settings_.ca_file.c_str());
  const CURLcode code = curl.perform();
  if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CONNECT_ERROR || code == CURLE_SSL_CACERT_BADFILE) return {Fate::down, "gateway_tls"};
  curl_off_t after = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RETRY_AFTER, &after);
  if (code == CURLE_OK) return outcome_of(curl.answer(), std::clamp(std::chrono::seconds{after}, std::chrono::seconds{0}, wait_max));
  // The request went out whole and no answer came: it may have been sent.
  curl_off_t sent = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_SIZE_UPLOAD_T, &sent);
  if (sent >= static_cast<curl_off_t>(body.size()) && curl.connected()) return {Fate::unknown, "gateway_no_answer"};
  return {Fate::down, "gateway_unreachable"};
}

}  // namespace skranke::daemon
