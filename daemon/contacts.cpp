#include "daemon/contacts.hpp"

#include <algorithm>
#include <cctype>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace skranke::daemon {
namespace {

// secure_delete overwrites erased rows with zeros; a rollback journal is truncated to nothing, where a log would keep old pages for long.
constexpr const char* settings = R"sql(
PRAGMA secure_delete = ON;
PRAGMA journal_mode = TRUNCATE;
PRAGMA synchronous = FULL;
CREATE TABLE IF NOT EXISTS contact (
  booking TEXT PRIMARY KEY,
  email TEXT NOT NULL,
  phone TEXT NOT NULL,
  erase_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS contact_by_email ON contact (email);
CREATE INDEX IF NOT EXISTS contact_by_phone ON contact (phone);
CREATE INDEX IF NOT EXISTS contact_by_end ON contact (erase_at_ms);
)sql";

constexpr int others_max = 50;   ///< more than anybody may have

}  // namespace

Contact as_compared(const Contact& contact) {
  Contact plain;
  for (const char c : contact.email)
    if (c != ' ') plain.email += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const char c : contact.phone)
    if (c == '+' || (c >= '0' && c <= '9')) plain.phone += c;
  if (plain.phone.starts_with("00")) plain.phone = "+" + plain.phone.substr(2);
  if (plain.phone.size() == 8 && plain.phone.front() != '+') plain.phone = "+45" + plain.phone;
  return plain;
}

tl::expected<Contacts, std::string> Contacts::open(const std::string& directory) {
  const std::string path = directory + "/contacts.db";
  const int made = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (made < 0) return tl::unexpected{path + ": cannot be made"};
  ::close(made);
  sqlite3* raw = nullptr;
  const int opened = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  auth::Connection database{raw};
  if (opened != SQLITE_OK) return tl::unexpected{path + ": cannot be opened"};
  if (sqlite3_exec(raw, settings, nullptr, nullptr, nullptr) != SQLITE_OK) return tl::unexpected{path + ": " + sqlite3_errmsg(raw)};
  return Contacts{std::move(database)};
}

bool Contacts::put(const core::BookingId& booking, const Contact& contact, core::Instant erase_at) {
  auth::Statement count{database_.get(), "SELECT count(*) FROM contact"};
  if (!count.step() || count.number(0) >= static_cast<std::int64_t>(rows_max)) return false;
  const Contact plain = as_compared(contact);
  return auth::Statement{database_.get(), "INSERT OR REPLACE INTO contact VALUES (?, ?, ?, ?)"}
      .bind(booking.str()).bind(plain.email).bind(plain.phone).bind(core::millis(erase_at)).run();
}

void Contacts::erase(const core::BookingId& booking) {
  static_cast<void>(auth::Statement{database_.get(), "DELETE FROM contact WHERE booking = ?"}.bind(booking.str()).run());
}

void Contacts::erase_due(core::Instant now) {
  static_cast<void>(auth::Statement{database_.get(), "DELETE FROM contact WHERE erase_at_ms <= ?"}.bind(core::millis(now)).run());
}

std::optional<Contact> Contacts::of(const core::BookingId& booking) const {
  auth::Statement row{database_.get(), "SELECT email, phone FROM contact WHERE booking = ?"};
  row.bind(booking.str());
  if (!row.step()) return std::nullopt;
  return Contact{row.text(0), row.text(1)};
}

std::vector<core::BookingId> Contacts::same_holder(const Contact& contact) const {
  const Contact plain = as_compared(contact);
  std::vector<core::BookingId> others;
  auth::Statement rows{database_.get(), "SELECT booking FROM contact WHERE (email <> '' AND email = ?) OR (phone <> '' AND phone = ?) LIMIT ?"};
  rows.bind(plain.email).bind(plain.phone).bind(static_cast<std::int64_t>(others_max));
  while (rows.step()) others.emplace_back(rows.text(0));
  return others;
}

}  // namespace skranke::daemon
