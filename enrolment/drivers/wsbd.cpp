// skranke-driver-wsbd unix:PATH | https://HOST/PATH [CA_FILE]: a service that speaks WS-BD, a vendor's on this box or a foreign one by TLS. What HTTP and TLS need is curl's;
// no redirect, no proxy, no other scheme.
#include <array>
#include <thread>

#include <curl/curl.h>

#include "enrolment/drivers/drive.hpp"
#include "enrolment/wsbd/client.hpp"
#include "enrolment/wsbd/xml.hpp"

namespace skranke::enrolment {
namespace {

constexpr std::string_view unix_prefix = "unix:";
constexpr long connect_ms = 2000;

struct FreeList {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
struct FreeCurl {
  void operator()(CURL* curl) const noexcept { curl_easy_cleanup(curl); }
};

std::size_t receive(char* data, std::size_t size, std::size_t count, void* into) {
  std::string& text = *static_cast<std::string*>(into);
  if (text.size() + size * count > wsbd::xml_bytes_max) return 0;   // ends the transfer
  text.append(data, size * count);
  return size * count;
}

/// A curl handle as the way to the service: one connection, kept.
class Line {
 public:
  Line(const std::string& where, const std::string& trust) : curl_{curl_easy_init()} {
    const bool here = where.starts_with(unix_prefix);
    base_ = here ? "http://wsbd" : where;
    while (base_.ends_with('/')) base_.pop_back();
    set(CURLOPT_PROTOCOLS_STR, here ? "http" : "https");
    if (here) set(CURLOPT_UNIX_SOCKET_PATH, where.substr(unix_prefix.size()).c_str());
    if (!here && !trust.empty()) set(CURLOPT_CAINFO, trust.c_str());
    set(CURLOPT_PROXY, "");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_WRITEFUNCTION, receive);
  }

  Result<std::string> ask(std::string_view method, const std::string& path, const std::string& body, std::chrono::milliseconds patience) {
    std::string answer;
    const std::unique_ptr<curl_slist, FreeList> fields{curl_slist_append(curl_slist_append(nullptr, "Content-Type: application/xml"), "Expect:")};
    set(CURLOPT_URL, (base_ + path).c_str());
    set(CURLOPT_HTTPHEADER, fields.get());
    set(CURLOPT_CUSTOMREQUEST, std::string{method}.c_str());
    if (method == "GET" || method == "DELETE") set(CURLOPT_HTTPGET, 1L), set(CURLOPT_CUSTOMREQUEST, std::string{method}.c_str());
    else set(CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size())), set(CURLOPT_COPYPOSTFIELDS, body.c_str());
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(patience.count()));
    set(CURLOPT_WRITEDATA, static_cast<void*>(&answer));
    const CURLcode code = curl_easy_perform(curl_.get());
    long status = 0;
    curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST) return wrong("absent", "nobody answers there");
    if (code == CURLE_OPERATION_TIMEDOUT) return wrong("time", "it does not answer");
    if (code != CURLE_OK) return wrong("fault", curl_easy_strerror(code));
    if (status != 200) return wrong("fault", "it answers with status " + std::to_string(status));
    return answer;
  }

 private:
  template <class T>
  void set(CURLoption option, T value) {
    curl_easy_setopt(curl_.get(), option, value);
  }
  std::unique_ptr<CURL, FreeCurl> curl_;
  std::string base_;
};

Result<std::unique_ptr<Device>> open(const std::string& where, const std::string& trust) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  auto line = std::make_shared<Line>(where, trust);
  auto exchange = [line](std::string_view method, const std::string& path, const std::string& body, std::chrono::milliseconds patience) { return line->ask(method, path, body, patience); };
  return std::make_unique<wsbd::Client>(std::move(exchange), [] { std::this_thread::sleep_for(std::chrono::milliseconds{100}); });
}

}  // namespace
}  // namespace skranke::enrolment

int main(int argc, char** argv) { return skranke::enrolment::drive(argc, argv, skranke::enrolment::open, skranke::enrolment::Confined::driver_with_sockets); }
