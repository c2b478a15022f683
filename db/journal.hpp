#pragma once
// The event table: appending records to it and reading it back, both along the chain of hashes.
#include <functional>
#include <span>

#include "db/chain.hpp"
#include "db/sqlite.hpp"

namespace skranke::db {

/// Where the journal ends: the last event's number and hash. {0, zeros} = no event yet.
struct Head {
  std::uint64_t seq = 0;
  Hash hash{};
};

/// Writes events into the open transaction of its connection.
class Appender {
 public:
  [[nodiscard]] static Result<Appender> make(Connection& connection);
  /// Adds the events of `record` behind `head`, which moves along. The caller commits, or drops `head` when it does not.
  [[nodiscard]] Result<void> add(const Record& record, std::uint64_t epoch, Head& head);

 private:
  [[nodiscard]] Result<void> insert(const Row& row, const Hash& hash);

  Statement insert_;
  std::unique_ptr<Chain> chain_ = std::make_unique<Chain>();
  std::string payload_;   ///< reused
};

/// The end of the journal, by its last row.
[[nodiscard]] Result<Head> read_head(Connection& connection);
/// The hash of the event `seq`; zeros for 0; Errc::corrupt when there is none.
[[nodiscard]] Result<Hash> hash_at(Connection& connection, std::uint64_t seq);

/// What is wrong with a row in the chain.
struct ChainFault {
  std::uint64_t seq = 0;
  std::string what;
};
/// Calls `each` with every row after `from`, in order, while it returns true. `fault` (may be empty) is told of gaps, of hashes that
/// do not follow and of epochs that go back; without it the first fault ends the walk as Errc::corrupt. Returns the last row's place.
[[nodiscard]] Result<Head> walk(Connection& connection, Head from, const std::function<bool(const Row&)>& each,
                                const std::function<void(ChainFault)>& fault = {});

/// The event in a row; Errc::corrupt when it cannot be read.
[[nodiscard]] Result<core::Event> event_of(const Row& row);

}  // namespace skranke::db
