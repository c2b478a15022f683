#include "daemon/contacts.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <functional>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace skranke::daemon {
namespace {

// secure_delete overwrites erased rows with zeros; a rollback journal is truncated to nothing, where a log would keep old pages for long. Nothing is
// sorted or kept in temporary files elsewhere.
constexpr const char* settings = R"sql(
PRAGMA secure_delete = ON;
PRAGMA temp_store = MEMORY;
PRAGMA journal_mode = TRUNCATE;
PRAGMA synchronous = FULL;
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS sealed_contact (
  booking TEXT PRIMARY KEY,
  email_tag BLOB,
  phone_tag BLOB,
  sealed BLOB NOT NULL,
  erase_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS sealed_contact_by_email ON sealed_contact (email_tag);
CREATE INDEX IF NOT EXISTS sealed_contact_by_phone ON sealed_contact (phone_tag);
CREATE INDEX IF NOT EXISTS sealed_contact_by_end ON sealed_contact (erase_at_ms);
CREATE TABLE IF NOT EXISTS look (
  booking TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  by TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS look_by_booking ON look (booking, at_ms);
COMMIT;
)sql";

constexpr int others_max = 50;   ///< more than anybody may have
constexpr std::string_view looks_without_contact = "DELETE FROM look WHERE booking NOT IN (SELECT booking FROM sealed_contact)";

/// An address has no line break (the API refuses it; if not, the number would begin there and no message go anywhere else).
std::string joined(const Contact& contact) { return contact.email + '\n' + contact.phone + (contact.push.empty() ? "" : '\n' + contact.push); }

Contact parted(const std::string& text) {
  const std::size_t email = std::min(text.find('\n'), text.size()), phone = std::min(email + 1, text.size()), end = std::min(text.find('\n', phone), text.size());
  return {text.substr(0, email), text.substr(phone, end - phone), text.substr(std::min(end + 1, text.size()))};
}

/// Zeros over the whole file, on disk: the rollback journal of the change that sealed earlier rows holds the pages as they were.
bool overwrite(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) return errno == ENOENT;
  struct stat about {};
  bool done = ::fstat(file, &about) == 0;
  static constexpr std::array<char, 4096> zeros{};
  for (off_t at = 0; done && at < about.st_size; at += static_cast<off_t>(zeros.size()))
    done = ::pwrite(file, zeros.data(), zeros.size(), at) == static_cast<ssize_t>(zeros.size());
  done = done && ::fsync(file) == 0;
  ::close(file);
  return done;
}

}  // namespace

Contact as_compared(const Contact& contact) {
  Contact plain;
  plain.push = contact.push;
  for (const char c : contact.email)
    if (c != ' ') plain.email += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const char c : contact.phone)
    if (c == '+' || (c >= '0' && c <= '9')) plain.phone += c;
  if (plain.phone.starts_with("00")) plain.phone = "+" + plain.phone.substr(2);
  if (plain.phone.size() == 8 && plain.phone.front() != '+') plain.phone = "+45" + plain.phone;
  return plain;
}

tl::expected<Contacts, std::string> Contacts::open(const std::string& directory) {
  const auto key = ContactKey::load(directory);
  if (!key) return tl::unexpected{key.error()};
  const std::string path = directory + "/contacts.db";
  const int made = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (made < 0) return tl::unexpected{path + ": cannot be made"};
  ::close(made);
  sqlite3* raw = nullptr;
  const int opened = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  auth::Connection database{raw};
  if (opened != SQLITE_OK) return tl::unexpected{path + ": cannot be opened"};
  if (sqlite3_exec(raw, settings, nullptr, nullptr, nullptr) != SQLITE_OK) return tl::unexpected{path + ": " + sqlite3_errmsg(raw)};
  Contacts contacts{std::move(database), *key};
  if (const auto sealed = contacts.seal_earlier_rows(path); !sealed) return tl::unexpected{sealed.error()};
  return contacts;
}

/// Tables of before hold addresses in the clear. Their pages pass through the rollback journal once more, so that it is kept this once and overwritten.
/// After a power cut in between, the table is still there and all of it happens again, or only the journal is left, which the next start overwrites.
tl::expected<void, std::string> Contacts::seal_earlier_rows(const std::string& path) {
  const bool earlier = auth::Statement{database_.get(), "SELECT 1 FROM sqlite_master WHERE name = 'contact'"}.step();
  // Its own line: a statement that is not over keeps a table from being dropped.
  const bool kept = !earlier || auth::Statement{database_.get(), "PRAGMA journal_mode = PERSIST"}.step();
  if (!kept || (earlier && !move_rows())) return tl::unexpected{path + ": earlier rows cannot be sealed: " + sqlite3_errmsg(database_.get())};
  if (!overwrite(path + "-journal")) return tl::unexpected{path + "-journal: cannot be overwritten"};
  if (!auth::Statement{database_.get(), "PRAGMA journal_mode = TRUNCATE"}.step()) return tl::unexpected{path + ": " + sqlite3_errmsg(database_.get())};
  return {};
}

bool Contacts::move_rows() {
  auth::Transaction all{database_.get()};
  {
    auth::Statement rows{database_.get(), "SELECT booking, email, phone, erase_at_ms FROM contact"};
    while (rows.step())
      if (!insert(rows.text(0), {rows.text(1), rows.text(2)}, rows.number(3))) return false;
    if (!rows.ok()) return false;
  }
  return auth::Statement{database_.get(), "DROP TABLE contact"}.run() && all.commit();
}

bool Contacts::insert(std::string_view booking, const Contact& plain, std::int64_t erase_at_ms) {
  auth::Statement row{database_.get(), "INSERT OR REPLACE INTO sealed_contact VALUES (?, ?, ?, ?, ?)"};
  row.bind(booking);
  for (const auto& [kind, text] : {std::pair{'e', std::cref(plain.email)}, std::pair{'p', std::cref(plain.phone)}}) {
    const std::string tag = key_.tag(kind + text.get());
    if (text.get().empty()) row.bind_null();
    else row.bind_bytes(tag.data(), tag.size());
  }
  const std::string sealed = key_.seal(joined(plain), booking);
  return row.bind_bytes(sealed.data(), sealed.size()).bind(erase_at_ms).run();
}

bool Contacts::put(const core::BookingId& booking, const Contact& contact, core::Instant erase_at) {
  auth::Statement count{database_.get(), "SELECT count(*) FROM sealed_contact"};
  if (!count.step() || count.number(0) >= static_cast<std::int64_t>(rows_max)) return false;
  return insert(booking.str(), as_compared(contact), core::millis(erase_at));
}

bool Contacts::erase(const core::BookingId& booking) {
  auth::Transaction both{database_.get()};
  return auth::Statement{database_.get(), "DELETE FROM sealed_contact WHERE booking = ?"}.bind(booking.str()).run() &&
         auth::Statement{database_.get(), "DELETE FROM look WHERE booking = ?"}.bind(booking.str()).run() && both.commit();
}

void Contacts::erase_due(core::Instant now) {
  auth::Transaction both{database_.get()};
  if (auth::Statement{database_.get(), "DELETE FROM sealed_contact WHERE erase_at_ms <= ?"}.bind(core::millis(now)).run() &&
      auth::Statement{database_.get(), looks_without_contact}.run())
    static_cast<void>(both.commit());   // what the disk refuses is erased a minute later
}

std::size_t Contacts::sweep(const std::function<bool(const core::BookingId&)>& ended) {
  std::vector<core::BookingId> over;
  std::size_t looked_at = 0;
  {
    auth::Statement rows{database_.get(), "SELECT booking FROM sealed_contact WHERE booking > ? ORDER BY booking LIMIT ?"};
    rows.bind(swept_to_).bind(static_cast<std::int64_t>(swept_max));
    for (; rows.step(); ++looked_at) {
      swept_to_ = rows.text(0);
      if (const core::BookingId booking{swept_to_}; ended(booking)) over.push_back(booking);
    }
  }
  if (looked_at < swept_max) swept_to_.clear();
  return static_cast<std::size_t>(std::count_if(over.begin(), over.end(), [this](const auto& booking) { return erase(booking); }));
}

std::optional<Contact> Contacts::of(const core::BookingId& booking) const {
  auth::Statement row{database_.get(), "SELECT sealed FROM sealed_contact WHERE booking = ?"};
  row.bind(booking.str());
  if (!row.step()) return std::nullopt;
  const auto plain = key_.open(row.bytes(0), booking.str());
  return plain ? std::optional{parted(*plain)} : std::nullopt;
}

std::optional<core::Instant> Contacts::erased_at(const core::BookingId& booking) const {
  auth::Statement row{database_.get(), "SELECT erase_at_ms FROM sealed_contact WHERE booking = ?"};
  row.bind(booking.str());
  if (!row.step()) return std::nullopt;
  return core::Instant{std::chrono::milliseconds{row.number(0)}};
}

std::vector<core::BookingId> Contacts::same_holder(const Contact& contact) const {
  const Contact plain = as_compared(contact);
  std::vector<core::BookingId> others;
  // A row without an address has NULL for a tag, which equals nothing: an empty address here finds none.
  const std::string email = key_.tag('e' + plain.email), phone = key_.tag('p' + plain.phone);
  auth::Statement rows{database_.get(), "SELECT booking FROM sealed_contact WHERE email_tag = ? OR phone_tag = ? LIMIT ?"};
  rows.bind_bytes(email.data(), email.size()).bind_bytes(phone.data(), phone.size()).bind(static_cast<std::int64_t>(others_max));
  while (rows.step()) others.emplace_back(rows.text(0));
  return others;
}

bool Contacts::note_look(const core::BookingId& booking, std::string_view by, core::Instant at) {
  auth::Transaction both{database_.get()};
  return auth::Statement{database_.get(), "INSERT INTO look VALUES (?, ?, ?)"}.bind(booking.str()).bind(core::millis(at)).bind(by).run() &&
         auth::Statement{database_.get(),
                         "DELETE FROM look WHERE booking = ?1 AND rowid NOT IN (SELECT rowid FROM look WHERE booking = ?1 ORDER BY at_ms DESC, rowid DESC LIMIT ?2)"}
             .bind(booking.str()).bind(static_cast<std::int64_t>(looks_max)).run() &&
         both.commit();
}

std::vector<Contacts::Look> Contacts::looks(const core::BookingId& booking) const {
  std::vector<Look> seen;
  auth::Statement rows{database_.get(), "SELECT at_ms, by FROM look WHERE booking = ? ORDER BY at_ms, rowid"};
  rows.bind(booking.str());
  while (rows.step()) seen.push_back({core::Instant{std::chrono::milliseconds{rows.number(0)}}, rows.text(1)});
  return seen;
}

std::size_t Contacts::unreadable() const {
  std::size_t count = 0;
  auth::Statement rows{database_.get(), "SELECT booking, sealed FROM sealed_contact"};
  while (rows.step())
    if (!key_.open(rows.bytes(1), rows.text(0))) ++count;
  return count;
}

}  // namespace skranke::daemon
