#include "daemon/messages/push_channel.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <sodium.h>

#include "daemon/messages/curl.hpp"
#include "wire/json.hpp"

namespace skranke::daemon {
namespace {

using Fate = Outcome::Fate;
constexpr int keep_s = 900;                      ///< so long a push service keeps it for a phone that is off: later it is worthless
constexpr std::chrono::seconds wait_max{3600};

std::string said(const Parcel& parcel) {
  std::string out;
  wire::JsonWriter{out}.object().field("title", parcel.title).field("text", parcel.text).field("page", parcel.page).end_object();
  return out;
}

Outcome outcome_of(long answer, std::chrono::seconds wait) {
  if (answer >= 200 && answer < 300) return {Fate::sent};
  if (answer == 404 || answer == 410) return {Fate::refused, "push_gone"};
  if (answer == 401 || answer == 403) return {Fate::down, "push_login"};
  if (answer == 429 || answer == 408 || answer >= 500) return {Fate::later, "push_later", wait};   // one service of several
  return {Fate::refused, "push_refused"};
}

}  // namespace

bool may_push_to(const config::Push& settings, const PushSubscription& subscription) {
  const std::string host = push_origin(subscription.endpoint).host;
  return std::any_of(settings.hosts.begin(), settings.hosts.end(), [&](const std::string& known) {
    return known.starts_with("*.") ? host.size() > known.size() - 1 && host.ends_with(std::string_view{known}.substr(1)) : host == known;
  });
}

Outcome PushChannel::send(const Parcel& parcel) {
  const auto to = PushSubscription::from_line(parcel.to);
  const auto fresh = PushKey::fresh();
  if (!to || !fresh || !may_push_to(settings_, *to)) return {Fate::refused, "push_refused"};
  std::string salt(16, '\0');
  randombytes_buf(salt.data(), salt.size());
  const auto body = push_sealed(said(parcel), *to, *fresh, salt);
  const auto signature = vapid_header(key_, push_origin(to->endpoint).origin, settings_.contact, parcel.at);
  Curl curl{"https"};
  if (!body || !signature || curl.get() == nullptr) return {Fate::refused, "push_refused"};
  std::string topic(24, '\0');   // a newer message of the same kind takes its place
  crypto_generichash(reinterpret_cast<unsigned char*>(topic.data()), topic.size(), reinterpret_cast<const unsigned char*>(parcel.id.data()), parcel.id.size(), nullptr, 0);
  CurlList headers;
  headers.add("Content-Type: application/octet-stream");
  headers.add("Content-Encoding: aes128gcm");
  headers.add("Authorization: " + *signature);
  headers.add(fmt::format("TTL: {}", keep_s));
  headers.add("Urgency: high");
  headers.add("Topic: " + base64url(topic));
  headers.add("Expect:");
  curl_easy_setopt(curl.get(), CURLOPT_URL, to->endpoint.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(body->size()));
  curl_easy_setopt(curl.get(), CURLOPT_COPYPOSTFIELDS, body->data());
  if (!settings_.ca_file.empty()) curl_easy_setopt(curl.get(), CURLOPT_CAINFO, settings_.ca_file.c_str());
  const CURLcode code = curl.perform();
  curl_off_t after = 0, sent = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RETRY_AFTER, &after);
  curl_easy_getinfo(curl.get(), CURLINFO_SIZE_UPLOAD_T, &sent);
  if (code == CURLE_OK) return outcome_of(curl.answer(), std::clamp(std::chrono::seconds{after}, std::chrono::seconds{0}, wait_max));
  if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CONNECT_ERROR || code == CURLE_SSL_CACERT_BADFILE) return {Fate::down, "push_tls"};
  if (sent >= static_cast<curl_off_t>(body->size()) && curl.connected()) return {Fate::unknown, "push_no_answer"};
  return {Fate::down, "push_unreachable"};
}

}  // namespace skranke::daemon
