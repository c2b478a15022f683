// Facts of some kinds in some time, for reports: on a connection of its own, so the writer is not kept waiting.
#include <algorithm>

#include <fmt/format.h>

#include "db/directory.hpp"
#include "db/facts.hpp"
#include "db/journal.hpp"
#include "db/sqlite.hpp"

namespace skranke::db {
namespace {

std::string question(std::span<const std::string_view> types) {
  std::string places;
  for (std::size_t i = 0; i < types.size(); ++i) places += fmt::format("{}?{}", i == 0 ? "" : ",", i + 3);
  return fmt::format("SELECT seq, at_ms, type, payload, actor FROM event WHERE at_ms >= ?1 AND at_ms < ?2 AND type IN ({}) ORDER BY seq", places);
}

Result<std::vector<Fact>> read_facts(Statement& statement) {
  std::vector<Fact> facts;
  while (facts.size() < facts_max) {
    auto found = statement.step();
    if (!found) return tl::unexpected{std::move(found).error()};
    if (!*found) break;
    Row row;
    row.seq = statement.natural(0);
    row.at_ms = statement.integer(1);
    row.type = statement.text(2);
    row.payload = statement.text(3);
    auto event = event_of(row);
    if (!event) return tl::unexpected{std::move(event).error()};
    facts.push_back({std::move(*event), std::string{statement.text(4)}});
  }
  return facts;
}

}  // namespace

Result<std::vector<Fact>> facts_between(const std::filesystem::path& directory, std::span<const std::string_view> types, core::Instant from, core::Instant to) {
  auto connection = Connection::open(database_file(directory).string(), Connection::Mode::read_only, {});
  if (!connection) return while_doing("report", std::move(connection).error());
  auto statement = connection->prepare(question(types).c_str());
  if (!statement) return while_doing("report", std::move(statement).error());
  statement->bind(1, core::millis(from));
  statement->bind(2, core::millis(to));
  for (std::size_t i = 0; i < types.size(); ++i) statement->bind(static_cast<int>(i) + 3, types[i]);
  auto facts = read_facts(*statement);
  return facts ? std::move(facts) : while_doing("report", std::move(facts).error());
}

Result<std::vector<core::Event>> events_between(const std::filesystem::path& directory, std::span<const std::string_view> types, core::Instant from,
                                                core::Instant to) {
  auto facts = facts_between(directory, types, from, to);
  if (!facts) return tl::unexpected{std::move(facts).error()};
  std::vector<core::Event> events;
  events.reserve(facts->size());
  for (Fact& fact : *facts) events.push_back(std::move(fact.event));
  return events;
}

}  // namespace skranke::db
