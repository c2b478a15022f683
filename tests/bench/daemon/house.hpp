#pragma once
// A fresh data directory with the real daemon in it, pinned to the server's core.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "tests/bench/http/process.hpp"

namespace skranke::bench {

/// A directory on a real disk (flushes of /tmp may cost nothing elsewhere), removed at the end.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class House {
 public:
  House();
  /// Seconds from the start of the process to the first answer that rests on the room. Ends the bench when it does not
  /// come.
  double start();
  void stop() { daemon_.reset(); }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] const std::string& token() const { return token_; }
  [[nodiscard]] const Child& daemon() const { return *daemon_; }
  [[nodiscard]] std::filesystem::path database() const { return folder_.path() / "data/skranke.db"; }
  /// One figure of /metrics.
  [[nodiscard]] double metric(std::string_view name) const;
  /// Body of the answer to one request; ends the bench when it is no success.
  std::string ask(std::string_view method, std::string_view path, std::string_view body = {}) const;

 private:
  Folder folder_;
  std::uint16_t port_;
  std::string token_;
  std::unique_ptr<Child> daemon_;
};

/// Says why on standard error and ends the program with 1.
[[noreturn]] void give_up(std::string_view why);

}  // namespace skranke::bench
