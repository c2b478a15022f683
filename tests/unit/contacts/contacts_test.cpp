// Contacts on disk: sealed, found again, erased without a trace; what an earlier version left in the clear is sealed and its bytes are gone.
#include "daemon/contacts.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/unit/auth/folder.hpp"

namespace skranke::daemon {
namespace {

using auth::Folder;
using core::BookingId;

constexpr std::string_view email = "planted.marker@example.org", phone = "+4500112233";
const Contact planted{std::string{email}, std::string{phone}};
constexpr core::Instant at{std::chrono::milliseconds{1'795'422'600'000}};
constexpr std::chrono::hours day{24};

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// Names of the files that hold either text, in the clear.
std::vector<std::string> files_with(const Folder& folder, std::string_view one, std::string_view other) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator{folder.path()}) {
    const std::string bytes = bytes_of(entry.path());
    if (bytes.find(one) != std::string::npos || bytes.find(other) != std::string::npos) names.push_back(entry.path().filename());
  }
  return names;
}
std::vector<std::string> files_with_planted(const Folder& folder) { return files_with(folder, email, phone); }

Contacts opened(const Folder& folder) {
  auto contacts = Contacts::open(folder.path());
  EXPECT_TRUE(contacts) << (contacts ? "" : contacts.error());
  return std::move(*contacts);
}

/// As version 0.2 wrote it.
void write_earlier_database(const Folder& folder, std::size_t rows) {
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open((folder.path() + "/contacts.db").c_str(), &raw), SQLITE_OK);
  const auth::Connection database{raw};
  ASSERT_EQ(sqlite3_exec(raw,
                         "CREATE TABLE contact (booking TEXT PRIMARY KEY, email TEXT NOT NULL, phone TEXT NOT NULL, erase_at_ms INTEGER NOT NULL) STRICT;"
                         "CREATE INDEX contact_by_email ON contact (email); CREATE INDEX contact_by_phone ON contact (phone);",
                         nullptr, nullptr, nullptr),
            SQLITE_OK);
  auth::Transaction all{raw};
  for (std::size_t n = 0; n < rows; ++n)
    ASSERT_TRUE(auth::Statement(raw, "INSERT INTO contact VALUES (?, ?, ?, ?)")
                    .bind("code" + std::to_string(10'000 + n)).bind(std::to_string(n) + std::string{email}).bind(phone).bind(core::millis(at)).run());
  ASSERT_TRUE(all.commit());
}

TEST(Contacts, AreFoundAgainAndLieSealedOnDisk) {
  const Folder folder;
  {
    Contacts contacts = opened(folder);
    ASSERT_TRUE(contacts.put(BookingId{"k7p2xw4m"}, {"Planted.Marker@Example.org", "00 11 22 33"}, at));
    EXPECT_TRUE(files_with_planted(folder).empty());
  }
  Contacts contacts = opened(folder);
  const auto known = contacts.of(BookingId{"k7p2xw4m"});
  ASSERT_TRUE(known);
  EXPECT_EQ(known->email, email);
  EXPECT_EQ(known->phone, "+112233");
  EXPECT_EQ(contacts.erased_at(BookingId{"k7p2xw4m"}), at);
  EXPECT_FALSE(contacts.of(BookingId{"another"}));
  EXPECT_EQ(contacts.unreadable(), 0U);
}

TEST(Contacts, TheSameAddressOrNumberIsKnownWithoutOpeningARow) {
  const Folder folder;
  Contacts contacts = opened(folder);
  ASSERT_TRUE(contacts.put(BookingId{"one"}, planted, at));
  ASSERT_TRUE(contacts.put(BookingId{"two"}, {"", std::string{phone}}, at));
  ASSERT_TRUE(contacts.put(BookingId{"three"}, {"other@example.org", ""}, at));
  EXPECT_EQ(contacts.same_holder({std::string{email}, ""}), std::vector{BookingId{"one"}});
  EXPECT_EQ(contacts.same_holder({"", "+45 00 11 22 33"}).size(), 2U);
  EXPECT_TRUE(contacts.same_holder({"", ""}).empty());
  // A number in the place of an address is nobody's.
  EXPECT_TRUE(contacts.same_holder({std::string{phone}, ""}).empty());
}

TEST(Contacts, NothingIsLeftOfARowThatWasErasedOrIsDue) {
  const Folder folder;
  Contacts contacts = opened(folder);
  ASSERT_TRUE(contacts.put(BookingId{"one"}, planted, at));
  ASSERT_TRUE(contacts.put(BookingId{"two"}, planted, at + day));
  ASSERT_TRUE(contacts.note_look(BookingId{"one"}, "person-5", at - day));
  const std::string before = bytes_of(folder.path() + "/contacts.db");
  ASSERT_NE(before.find("person-5"), std::string::npos) << "the search would find nothing anyway";
  contacts.erase_due(at - std::chrono::milliseconds{1});
  EXPECT_TRUE(contacts.of(BookingId{"one"}));
  contacts.erase_due(at);
  EXPECT_FALSE(contacts.of(BookingId{"one"}));
  EXPECT_TRUE(contacts.of(BookingId{"two"}));
  EXPECT_TRUE(contacts.looks(BookingId{"one"}).empty());
  EXPECT_TRUE(contacts.erase(BookingId{"two"}));
  EXPECT_TRUE(contacts.same_holder(planted).empty());
  // Not even sealed: neither the code of the booking nor who looked stands in any file.
  EXPECT_TRUE(files_with(folder, "person-5", "two").empty());
}

TEST(Contacts, RowsOfAnEarlierVersionAreSealedAndTheirBytesGone) {
  const Folder folder;
  constexpr std::size_t rows = 500;
  write_earlier_database(folder, rows);
  ASSERT_FALSE(files_with_planted(folder).empty()) << "the search would find nothing anyway";
  Contacts contacts = opened(folder);
  EXPECT_TRUE(files_with_planted(folder).empty());
  EXPECT_EQ(contacts.of(BookingId{"code10499"})->email, "499" + std::string{email});
  EXPECT_EQ(contacts.of(BookingId{"code10000"})->phone, phone);
  EXPECT_EQ(contacts.unreadable(), 0U);
  contacts.erase_due(at);
  EXPECT_FALSE(contacts.of(BookingId{"code10499"}));
}

/// The power went after the rows were sealed and before the journal of that change was overwritten.
TEST(Contacts, AJournalThatWasLeftIsOverwrittenAtTheNextStart) {
  const Folder folder;
  { const Contacts made = opened(folder); }
  const std::string journal = folder.path() + "/contacts.db-journal";
  std::ofstream{journal, std::ios::binary} << std::string(512, '\0') << email;
  ASSERT_FALSE(files_with_planted(folder).empty());
  const Contacts contacts = opened(folder);
  EXPECT_TRUE(files_with_planted(folder).empty());
}

TEST(Contacts, ASweepErasesWhatEndedHoweverManyRowsThereAre) {
  const Folder folder;
  write_earlier_database(folder, Contacts::swept_max + 50);
  Contacts contacts = opened(folder);
  const BookingId first{"code10000"}, last{"code11049"}, lives{"code10001"};
  const auto ended = [&](const BookingId& booking) { return booking == first || booking == last; };
  EXPECT_EQ(contacts.sweep(ended), 1U);
  EXPECT_EQ(contacts.sweep(ended), 1U);
  EXPECT_EQ(contacts.sweep(ended), 0U) << "begins again at the first row";
  EXPECT_FALSE(contacts.of(first) || contacts.of(last));
  EXPECT_TRUE(contacts.of(lives));
  EXPECT_EQ(contacts.sweep([&](const BookingId& booking) { return booking == lives; }), 0U) << "the second half";
  EXPECT_EQ(contacts.sweep([&](const BookingId& booking) { return booking == lives; }), 1U);
}

TEST(Contacts, ANumberOfLooksIsKeptAndTheOldestGoesFirst) {
  const Folder folder;
  Contacts contacts = opened(folder);
  ASSERT_TRUE(contacts.put(BookingId{"one"}, planted, at));
  for (int n = 0; n < Contacts::looks_max + 20; ++n) ASSERT_TRUE(contacts.note_look(BookingId{"one"}, "person-" + std::to_string(n), at));
  const auto looks = contacts.looks(BookingId{"one"});
  ASSERT_EQ(looks.size(), static_cast<std::size_t>(Contacts::looks_max));
  EXPECT_EQ(looks.front().by, "person-20");
  EXPECT_EQ(looks.back().by, "person-119");
}

TEST(ContactKey, ItsFileIsForItsOwnerOnlyAndStays) {
  const Folder folder;
  const std::string path = folder.path() + "/contacts.key";
  const auto first = ContactKey::load(folder.path());
  ASSERT_TRUE(first);
  struct stat about {};
  ASSERT_EQ(stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
  EXPECT_EQ(about.st_size, 32);
  ASSERT_EQ(chmod(path.c_str(), 0644), 0);
  const auto again = ContactKey::load(folder.path());
  ASSERT_TRUE(again);
  ASSERT_EQ(stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
  EXPECT_EQ(again->open(first->seal("text", "label"), "label"), "text");
  EXPECT_EQ(again->tag("text"), first->tag("text"));
}

TEST(ContactKey, OpensOnlyWhatItSealedUnderThatLabel) {
  const Folder one, two;
  const auto key = ContactKey::load(one.path()), other = ContactKey::load(two.path());
  ASSERT_TRUE(key && other);
  std::string sealed = key->seal("text", "label");
  EXPECT_NE(sealed, key->seal("text", "label"));
  EXPECT_NE(key->tag("text"), other->tag("text"));
  EXPECT_FALSE(other->open(sealed, "label"));
  EXPECT_FALSE(key->open(sealed, "another booking"));
  EXPECT_FALSE(key->open("short", "label"));
  for (char& byte : sealed) {
    byte = static_cast<char>(byte ^ 1);
    EXPECT_FALSE(key->open(sealed, "label"));
    byte = static_cast<char>(byte ^ 1);
  }
}

TEST(ContactKey, AFileThatIsNoKeyIsRefusedAndLeftAlone) {
  const Folder folder;
  const std::string path = folder.path() + "/contacts.key";
  for (const std::size_t size : {std::size_t{0}, std::size_t{31}, std::size_t{33}}) {
    std::ofstream{path, std::ios::binary | std::ios::trunc} << std::string(size, 'k');
    EXPECT_FALSE(Contacts::open(folder.path()));
    EXPECT_EQ(bytes_of(path), std::string(size, 'k'));
  }
}

TEST(ContactKey, RowsUnderALostKeyReachNobodyAndAreErasedOnTheirDay) {
  const Folder folder;
  {
    Contacts contacts = opened(folder);
    ASSERT_TRUE(contacts.put(BookingId{"one"}, planted, at));
  }
  std::filesystem::remove(folder.path() + "/contacts.key");
  Contacts contacts = opened(folder);
  EXPECT_EQ(contacts.unreadable(), 1U);
  EXPECT_FALSE(contacts.of(BookingId{"one"}));
  EXPECT_TRUE(contacts.same_holder(planted).empty());
  ASSERT_TRUE(contacts.put(BookingId{"two"}, planted, at + day));
  EXPECT_EQ(contacts.of(BookingId{"two"})->email, email);
  contacts.erase_due(at);
  EXPECT_EQ(contacts.unreadable(), 0U);
}

}  // namespace
}  // namespace skranke::daemon
