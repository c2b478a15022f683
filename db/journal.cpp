#include "db/journal.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "wire/events.hpp"

namespace skranke::db {
namespace {

constexpr const char* insert_sql =
    "INSERT INTO event (seq, epoch, at_ms, type, actor, payload, key, request, status, answer, hash) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)";
constexpr const char* rows_sql =
    "SELECT seq, epoch, at_ms, type, actor, payload, key, request, status, answer, hash FROM event WHERE seq > ?1 ORDER BY seq";

Row row_of(const Statement& statement) {
  Row row;
  row.seq = statement.natural(0);
  row.epoch = statement.natural(1);
  row.at_ms = statement.integer(2);
  row.type = statement.text(3);
  row.actor = statement.text(4);
  row.payload = statement.text(5);
  row.key = statement.text(6);
  row.answered = !statement.is_null(7) || !statement.is_null(8) || !statement.is_null(9);
  row.request = statement.natural(7);
  row.status = statement.integer(8);
  row.answer = statement.text(9);
  return row;
}

bool copy_hash(std::string_view bytes, Hash& hash) {
  if (bytes.size() != hash.size()) return false;
  std::memcpy(hash.data(), bytes.data(), hash.size());
  return true;
}

std::string fault_of(const Row& row, const Head& before, std::uint64_t epoch_before, bool follows) {
  if (row.seq != before.seq + 1) return fmt::format("event {} is missing", before.seq + 1);
  if (!follows) return fmt::format("event {} does not follow from event {}: one of them was altered", row.seq, before.seq);
  if (row.epoch < epoch_before) return fmt::format("event {} has epoch {} after epoch {}", row.seq, row.epoch, epoch_before);
  return {};
}

}  // namespace

Result<Appender> Appender::make(Connection& connection) {
  auto insert = connection.prepare(insert_sql, true);
  if (!insert) return tl::unexpected{std::move(insert).error()};
  Appender appender;
  appender.insert_ = std::move(*insert);
  return appender;
}

Result<void> Appender::insert(const Row& row, const Hash& hash) {
  insert_.bind_unsigned(1, row.seq);
  insert_.bind_unsigned(2, row.epoch);
  insert_.bind(3, row.at_ms);
  insert_.bind(4, row.type);
  insert_.bind(5, row.actor);
  insert_.bind(6, row.payload);
  row.key.empty() ? insert_.bind_null(7) : insert_.bind(7, row.key);
  if (row.answered) {
    insert_.bind_unsigned(8, row.request);
    insert_.bind(9, row.status);
    insert_.bind(10, row.answer);
  } else {
    for (const int column : {8, 9, 10}) insert_.bind_null(column);
  }
  insert_.bind_blob(11, bytes_of(hash));
  return insert_.run();
}

Result<void> Appender::add(const Record& record, std::uint64_t epoch, Head& head) {
  bool first = true;
  for (const core::Event& event : record.events) {
    payload_.clear();
    wire::encode_event(event, payload_);
    Row row;
    row.seq = head.seq + 1;
    row.epoch = epoch;
    row.at_ms = core::millis(event.at);
    row.type = wire::event_type(event);
    row.actor = record.actor;
    row.payload = payload_;
    if (first) {
      row.key = record.key;
      row.answered = !record.key.empty() && record.answer.has_value();
      if (row.answered) row.request = record.answer->request, row.status = record.answer->status, row.answer = record.answer->body;
    }
    first = false;
    const Hash hash = chain_->next(head.hash, row);
    SKRANKE_TRY(insert(row, hash));
    head = {row.seq, hash};
  }
  return {};
}

Result<Head> read_head(Connection& connection) {
  auto statement = connection.prepare("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1");
  if (!statement) return tl::unexpected{std::move(statement).error()};
  auto row = statement->step();
  if (!row) return tl::unexpected{std::move(row).error()};
  Head head;
  if (!*row) return head;
  head.seq = statement->natural(0);
  if (!copy_hash(statement->text(1), head.hash)) return tl::unexpected{Error{Errc::corrupt, fmt::format("event {} has no hash", head.seq)}};
  return head;
}

Result<Hash> hash_at(Connection& connection, std::uint64_t seq) {
  Hash hash{};
  if (seq == 0) return hash;
  auto statement = connection.prepare("SELECT hash FROM event WHERE seq = ?1");
  if (!statement) return tl::unexpected{std::move(statement).error()};
  statement->bind_unsigned(1, seq);
  auto row = statement->step();
  if (!row) return tl::unexpected{std::move(row).error()};
  if (!*row || !copy_hash(statement->text(0), hash)) return tl::unexpected{Error{Errc::corrupt, fmt::format("event {} is missing", seq)}};
  return hash;
}

Result<Head> walk(Connection& connection, Head from, const std::function<bool(const Row&)>& each,
                  const std::function<void(ChainFault)>& fault) {
  auto statement = connection.prepare(rows_sql);
  if (!statement) return tl::unexpected{std::move(statement).error()};
  statement->bind_unsigned(1, from.seq);
  Chain chain;
  std::uint64_t epoch = 0;
  for (;;) {
    auto stepped = statement->step();
    if (!stepped) return while_doing("read the journal", std::move(stepped).error());
    if (!*stepped) return from;
    const Row row = row_of(*statement);
    Hash stored{};
    const bool follows = copy_hash(statement->text(10), stored) && chain.next(from.hash, row) == stored;
    if (std::string what = fault_of(row, from, epoch, follows); !what.empty()) {
      if (!fault) return tl::unexpected{Error{Errc::corrupt, std::move(what)}};
      fault({row.seq, std::move(what)});
    }
    from = {row.seq, stored};
    epoch = std::max(epoch, row.epoch);
    if (!each(row)) return from;
  }
}

Result<core::Event> event_of(const Row& row) {
  auto event = wire::decode_event(row.type, core::from_millis(row.at_ms), row.payload);
  if (!event) return tl::unexpected{Error{Errc::corrupt, fmt::format("event {} ({}): {}", row.seq, row.type, event.error())}};
  return std::move(*event);
}

}  // namespace skranke::db
