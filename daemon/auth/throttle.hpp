#pragma once
// Slows down whoever guesses: after five failed sign-ins each further try must wait longer. Pure: the time comes in.
#include <chrono>
#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace skranke::auth {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

/// Counts per remote address and per user name, each in a table of at most `entries_max` (the one unused for longest
/// goes first). An address waits up to 15 minutes, a user at most one, so that nobody can lock another out for long.
/// What failed is forgotten after an hour of quiet.
class SignInThrottle {
 public:
  static constexpr std::size_t entries_max = 4096;
  static constexpr int free_tries = 5;

  /// How long this caller must still wait; zero = may try now. `user` is empty for a token.
  [[nodiscard]] std::chrono::seconds wait(std::string_view remote, std::string_view user, Instant now);
  void failed(std::string_view remote, std::string_view user, Instant now);
  void succeeded(std::string_view remote, std::string_view user);
  [[nodiscard]] std::size_t size() const { return remotes_.order.size() + users_.order.size(); }

 private:
  struct Entry {
    std::string key;
    int failures = 0;
    Instant last;
  };
  /// Newest first.
  struct Table {
    std::list<Entry> order;
    std::unordered_map<std::string, std::list<Entry>::iterator> by_key;
  };
  static void note(Table& table, std::string_view key, Instant now);
  static void forget(Table& table, std::string_view key);
  [[nodiscard]] static std::chrono::seconds wait_of(Table& table, std::string_view key, std::chrono::seconds longest,
                                                    Instant now);

  Table remotes_, users_;
};

}  // namespace skranke::auth
