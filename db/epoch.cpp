#include "db/epoch.hpp"

#include <algorithm>

namespace skranke::db {

Result<Epoch> current_epoch(Connection& connection) {
  auto statement = connection.prepare("SELECT epoch, box FROM epoch ORDER BY epoch DESC LIMIT 1");
  if (!statement) return tl::unexpected{std::move(statement).error()};
  auto row = statement->step();
  if (!row) return while_doing("epoch", std::move(row).error());
  if (!*row) return Epoch{};
  return Epoch{statement->natural(0), std::string{statement->text(1)}};
}

Result<std::uint64_t> begin_epoch(Connection& connection, const NewEpoch& wanted) {
  auto before = current_epoch(connection);
  if (!before) return tl::unexpected{std::move(before).error()};
  const std::int64_t seconds = std::max<std::int64_t>(1, core::millis(wanted.now) / 1000);
  const std::uint64_t number = std::max({static_cast<std::uint64_t>(seconds), before->number + 1, wanted.at_least});
  auto insert = connection.prepare("INSERT INTO epoch VALUES (?1, ?2, (SELECT coalesce(max(seq), 0) + 1 FROM event), ?3, ?4)");
  if (!insert) return tl::unexpected{std::move(insert).error()};
  insert->bind_unsigned(1, number);
  insert->bind(2, core::millis(wanted.now));
  insert->bind(3, std::string_view{wanted.box});
  insert->bind(4, wanted.reason);
  if (auto begun = insert->run(); !begun) return while_doing("begin an epoch", std::move(begun).error());
  return number;
}

}  // namespace skranke::db
