#pragma once
// libcurl with the rules of this house: bounded time, no signals, no redirects, no proxy from the environment, no protocol but the one named.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <curl/curl.h>

#include "system/owned.hpp"

namespace skranke::daemon {

class CurlList {
 public:
  void add(const std::string& line);
  [[nodiscard]] curl_slist* get() const { return list_.get(); }

 private:
  std::unique_ptr<curl_slist, Closer<curl_slist_free_all>> list_;
};

/// One transfer. What the other side answers is read and thrown away, but for its first line of figures; unless it is to be kept.
class Curl {
 public:
  explicit Curl(std::string_view protocol);
  Curl(const Curl&) = delete;
  Curl& operator=(const Curl&) = delete;
  /// What it answers; more than that ends the transfer.
  void keep_answer(std::size_t bytes_max);
  [[nodiscard]] const std::string& kept() const { return kept_; }
  [[nodiscard]] CURL* get() const { return handle_.get(); }
  [[nodiscard]] CURLcode perform() { return curl_easy_perform(handle_.get()); }
  [[nodiscard]] long answer() const;
  /// Whether the other side was reached at all.
  [[nodiscard]] bool connected() const;

 private:
  static std::size_t keep(char* bytes, std::size_t size, std::size_t count, void* curl);
  std::unique_ptr<CURL, Closer<curl_easy_cleanup>> handle_;
  std::string kept_;
  std::size_t kept_max_ = 0;
};

/// The first line of a file, at most 1,000 bytes, without what ends it; nothing when it cannot be read. A secret is read each time: a new one holds at once.
[[nodiscard]] std::string secret_in(const std::string& path);

}  // namespace skranke::daemon
