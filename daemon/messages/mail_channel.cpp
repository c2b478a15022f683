#include "daemon/messages/mail_channel.hpp"

#include <algorithm>
#include <cstring>

#include "daemon/messages/curl.hpp"

namespace skranke::daemon {
namespace {

using Fate = Outcome::Fate;

struct Upload {
  std::string bytes;
  std::size_t at = 0;
  bool handed_over = false;   ///< curl has asked for more than there is: the end of the letter is on its way or there
};

std::size_t read_more(char* into, std::size_t size, std::size_t count, void* from) {
  auto& upload = *static_cast<Upload*>(from);
  const std::size_t bytes = std::min(size * count, upload.bytes.size() - upload.at);
  std::memcpy(into, upload.bytes.data() + upload.at, bytes);
  upload.at += bytes;
  upload.handed_over = upload.handed_over || bytes == 0;
  return bytes;
}

/// What the server's last figure and curl's word say together.
Outcome outcome_of(CURLcode code, long answer, const Upload& upload, bool connected) {
  if (code == CURLE_OK) return {Fate::sent};
  if (code == CURLE_LOGIN_DENIED) return {Fate::down, "mail_login"};
  if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CONNECT_ERROR || code == CURLE_USE_SSL_FAILED || code == CURLE_SSL_CACERT_BADFILE)
    return {Fate::down, "mail_tls"};
  if (answer >= 500) return {Fate::refused, "mail_refused"};
  if (answer == 421) return {Fate::down, "mail_unreachable"};   // "service not available, closing"
  if (answer >= 400) return {Fate::later, "mail_later"};
  // The whole letter was handed over and no word came back: the server may have taken it.
  if (upload.handed_over) return {Fate::unknown, "mail_no_answer"};
  return {Fate::down, connected ? "mail_broken_off" : "mail_unreachable"};
}

}  // namespace

Outcome MailChannel::send(const Parcel& parcel) {
  Curl curl{"smtp,smtps"};
  if (curl.get() == nullptr) return {Fate::down, "mail_unreachable"};
  Upload upload{letter(parcel, from_)};
  const std::string from = "<" + from_.address + ">", password = settings_.password_file.empty() ? std::string{} : secret_in(settings_.password_file);
  CurlList receivers;
  receivers.add("<" + parcel.to + ">");
  curl_easy_setopt(curl.get(), CURLOPT_URL, settings_.server.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_USE_SSL, static_cast<long>(settings_.tls == config::MailTls::required ? CURLUSESSL_ALL : settings_.tls == config::MailTls::offered ? CURLUSESSL_TRY : CURLUSESSL_NONE));
  if (!settings_.ca_file.empty()) curl_easy_setopt(curl.get(), CURLOPT_CAINFO, settings_.ca_file.c_str());
  if (!settings_.user.empty()) {
    curl_easy_setopt(curl.get(), CURLOPT_USERNAME, settings_.user.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_PASSWORD, password.c_str());
  }
  curl_easy_setopt(curl.get(), CURLOPT_MAIL_FROM, from.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_MAIL_RCPT, receivers.get());
  curl_easy_setopt(curl.get(), CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_READFUNCTION, &read_more);
  curl_easy_setopt(curl.get(), CURLOPT_READDATA, &upload);
  const CURLcode code = curl.perform();
  return outcome_of(code, curl.answer(), upload, curl.connected());
}

}  // namespace skranke::daemon
