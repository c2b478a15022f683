#include "daemon/messages/curl.hpp"

#include <fstream>
#include <mutex>

#include "daemon/messages/channel.hpp"

namespace skranke::daemon {
namespace {

std::size_t thrown_away(char*, std::size_t size, std::size_t count, void*) { return size * count; }

}  // namespace

void CurlList::add(const std::string& line) {
  curl_slist* longer = curl_slist_append(list_.get(), line.c_str());
  if (longer == nullptr) return;
  static_cast<void>(list_.release());
  list_.reset(longer);
}

Curl::Curl(std::string_view protocol) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  handle_.reset(curl_easy_init());
  if (handle_ == nullptr) return;
  CURL* handle = handle_.get();
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, std::string{protocol}.c_str());
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, 10L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT, static_cast<long>(Channel::seconds_max.count()));
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &thrown_away);
}

void Curl::keep_answer(std::size_t bytes_max) {
  kept_max_ = bytes_max;
  curl_easy_setopt(handle_.get(), CURLOPT_WRITEFUNCTION, &keep);
  curl_easy_setopt(handle_.get(), CURLOPT_WRITEDATA, this);
}

std::size_t Curl::keep(char* bytes, std::size_t size, std::size_t count, void* curl) {
  Curl& self = *static_cast<Curl*>(curl);
  if (self.kept_.size() + size * count > self.kept_max_) return 0;
  self.kept_.append(bytes, size * count);
  return size * count;
}

long Curl::answer() const {
  long code = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &code);
  return code;
}

bool Curl::connected() const {
  curl_off_t microseconds = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_CONNECT_TIME_T, &microseconds);
  return microseconds > 0;
}

std::string secret_in(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  std::string line(1000, '\0');
  file.read(line.data(), static_cast<std::streamsize>(line.size()));
  line.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return line.substr(0, line.find_first_of("\r\n"));
}

}  // namespace skranke::daemon
