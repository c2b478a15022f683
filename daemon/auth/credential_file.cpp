// How the credentials come into being: the database file with its tables, and the first administrator's token.
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/auth/credential_store.hpp"
#include "system/whole_file.hpp"

namespace skranke::auth {
namespace {

constexpr int schema_version = 2;
constexpr const char* schema = R"(
CREATE TABLE token(id INTEGER PRIMARY KEY AUTOINCREMENT, digest BLOB NOT NULL UNIQUE, role TEXT NOT NULL, name TEXT NOT NULL,
  created_ms INTEGER NOT NULL, last_used_day INTEGER) STRICT;
CREATE TABLE person(id INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT NOT NULL UNIQUE, role TEXT NOT NULL, name TEXT NOT NULL,
  password TEXT NOT NULL, created_ms INTEGER NOT NULL) STRICT;
CREATE TABLE session(id INTEGER PRIMARY KEY AUTOINCREMENT, digest BLOB NOT NULL UNIQUE, role TEXT NOT NULL,
  token_id INTEGER REFERENCES token(id) ON DELETE CASCADE, person_id INTEGER REFERENCES person(id) ON DELETE CASCADE,
  seen_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL, CHECK((token_id IS NULL) <> (person_id IS NULL))) STRICT;
CREATE INDEX session_by_token ON session(token_id);
CREATE INDEX session_by_person ON session(person_id);
)";

/// Version 2: for whom a contact centre may book.
constexpr const char* rights_added = R"(
ALTER TABLE token ADD COLUMN rights TEXT NOT NULL DEFAULT '';
ALTER TABLE person ADD COLUMN rights TEXT NOT NULL DEFAULT '';
)";

bool execute(sqlite3* database, const char* sql) {
  return sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
}

/// Two processes may come here at once: the version is read again inside the transaction.
bool create_tables(sqlite3* database) {
  Transaction transaction{database};
  Statement version{database, "PRAGMA user_version"};
  if (!version.step()) return false;
  const std::int64_t found = version.number(0);
  if (found == 0 && !execute(database, schema)) return false;
  if (found < 2 && !execute(database, rights_added)) return false;
  if (found < schema_version && !execute(database, fmt::format("PRAGMA user_version = {}", schema_version).c_str())) return false;
  return found <= schema_version && transaction.commit();
}

}  // namespace

tl::expected<CredentialStore, std::string> CredentialStore::open(const std::string& directory) {
  if (!start_cryptography()) return tl::unexpected{std::string{"no source of randomness"}};
  const std::string path = directory + "/credentials.db";
  {
    const Descriptor file{
        ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};  // SQLite's side files take this mode over
    if (!file) return tl::unexpected{fmt::format("{}: {}", path, std::strerror(errno))};
  }
  sqlite3* raw = nullptr;
  const int result = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  Connection database{raw};
  const auto failed = [&] { return tl::unexpected{fmt::format("{}: {}", path, sqlite3_errmsg(database.get()))}; };
  if (result != SQLITE_OK) return failed();
  sqlite3_busy_timeout(database.get(), 2000);
  if (!execute(database.get(),
               "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; "
               "PRAGMA trusted_schema=OFF"))
    return failed();
  if (!create_tables(database.get())) return failed();
  CredentialStore store{std::move(database)};
  if (!store.load()) return tl::unexpected{fmt::format("{}: {}", path, sqlite3_errmsg(store.database_.get()))};
  return store;
}

tl::expected<std::optional<std::string>, std::string> ensure_admin(CredentialStore& store, const std::string& directory,
                                                                   Instant now) {
  if (store.has_admin()) return std::optional<std::string>{};
  // The file first: a power cut between the two leaves a file that opens nothing, and the next start replaces it. The
  // other way round nobody could ever sign in.
  std::string token = new_token();
  if (!write_whole_file(directory + "/admin.token", token + "\n", 0600))
    return tl::unexpected{fmt::format("{}/admin.token: {}", directory, std::strerror(errno))};
  const auto stored = store.adopt_token(std::move(token), Role::admin, "admin.token", now);
  if (!stored)
    return tl::unexpected{fmt::format("the administrator's token cannot be stored: {}", word(stored.error()))};
  return std::optional{directory + "/admin.token"};
}

}  // namespace skranke::auth
