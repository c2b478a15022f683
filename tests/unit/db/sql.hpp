#pragma once
// A stranger's hand on the file: plain SQL, as an administrator with the sqlite3 shell would use it.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace skranke::test {

class Sql {
 public:
  explicit Sql(const std::filesystem::path& file) {
    if (sqlite3_open(file.c_str(), &database_) != SQLITE_OK) ADD_FAILURE() << "cannot open " << file;
    sqlite3_busy_timeout(database_, 5000);
  }
  ~Sql() { sqlite3_close_v2(database_); }
  Sql(const Sql&) = delete;
  Sql& operator=(const Sql&) = delete;

  [[nodiscard]] bool tries(const std::string& sql) { return sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK; }
  void run(const std::string& sql) { EXPECT_TRUE(tries(sql)) << sqlite3_errmsg(database_) << ": " << sql; }
  /// All values of all rows, one row a line.
  [[nodiscard]] std::string text(const std::string& sql) {
    std::string found;
    const auto add = [](void* to, int columns, char** values, char**) {
      std::string& out = *static_cast<std::string*>(to);
      if (!out.empty()) out += '\n';
      for (int i = 0; i < columns; ++i) out.append(i == 0 ? "" : "|").append(values[i] == nullptr ? "" : values[i]);
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(database_, sql.c_str(), add, &found, nullptr), SQLITE_OK) << sqlite3_errmsg(database_);
    return found;
  }

 private:
  sqlite3* database_ = nullptr;
};

}  // namespace skranke::test
