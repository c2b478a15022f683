#pragma once
// DIR/outbox.db: what is to be said, what was, and how it ended. Never a number, an address or a text: those are looked up when a message goes.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.hpp"
#include "daemon/auth/database.hpp"

namespace skranke::daemon {

/// `soon`: of a visit, the turn is near. `place_offered`: a time has become free for somebody on the waiting list.
enum class MessageKind : std::uint8_t { booked, moved, cancelled, reminder, soon, place_offered };
[[nodiscard]] std::string_view word(MessageKind kind);

/// What somebody shall be told. `subject` is what their contact is kept under: a booking's code, a visit's id, or the id of whoever waits for a time.
struct Notice {
  std::string subject;
  MessageKind kind{};
  core::Instant start{};        ///< the time that it is about; with subject and kind it makes the notice one that is given once
  std::string language;
  std::string code{};           ///< what opens it on the page /book; empty = the subject
  core::Instant until{};        ///< worthless from then on; the epoch = from its start on
};

class MessageStore {
 public:
  static constexpr std::size_t rows_max = 100'000;
  static constexpr std::chrono::hours kept{30 * 24};     ///< a row without any contact, for questions afterwards

  struct Row {
    Notice notice;
    std::string channel;
    int attempts = 0;
    [[nodiscard]] std::int64_t start_ms() const { return core::millis(notice.start); }
  };

  /// Rows of earlier versions are taken over. The error is one English sentence.
  [[nodiscard]] static tl::expected<MessageStore, std::string> open(const std::string& directory);

  [[nodiscard]] bool full() const;
  [[nodiscard]] bool known(const Row& row) const;
  bool put(const Row& row, std::string_view state, core::Instant due, core::Instant now);
  /// The one that waits longest for its turn on a channel.
  [[nodiscard]] std::optional<Row> due(std::string_view channel, core::Instant now) const;
  /// Those that were on their way when the power went.
  [[nodiscard]] std::vector<Row> in_state(std::string_view state, std::size_t most) const;
  [[nodiscard]] std::map<std::string, std::int64_t> counts(std::string_view channel) const;
  void forget_before(core::Instant time);

 private:
  explicit MessageStore(auth::Connection database) : database_{std::move(database)} {}
  auth::Connection database_;
};

}  // namespace skranke::daemon
