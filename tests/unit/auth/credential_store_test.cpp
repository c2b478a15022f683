#include "daemon/auth/credential_store.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/unit/auth/folder.hpp"

namespace skranke::auth {
namespace {

using std::chrono::hours, std::chrono::minutes, std::chrono::seconds;

const Instant noon{seconds{1'800'000'000}};
constexpr PasswordCost cheap{1, 8192};

CredentialStore open_in(const Folder& folder) {
  auto store = CredentialStore::open(folder.path());
  if (!store) throw std::runtime_error{store.error()};
  return *std::move(store);
}

std::string file_text(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::string cookie(Role role, const std::string& token) { return "skranke_" + std::string{word(role)} + "=" + token; }
bool knows_bearer(CredentialStore& store, const std::string& token, Instant now = noon) {
  return store.identify("Bearer " + token, "", now).signed_in();
}
bool knows_cookie(CredentialStore& store, Role role, const std::string& token, Instant now) {
  return store.identify("", cookie(role, token), now).signed_in();
}
/// A key pair of libsodium's is not needed: the store takes the word of who saw the signature.
const std::string box_key(32, 'k'), other_key(32, 'o');

std::string any_hash() { return hash_password("correct horse", cheap).value(); }

TEST(CredentialStore, ATokenOpensItsRoleAndNothingElse) {
  const Folder folder;
  CredentialStore store = open_in(folder);
  const auto made = store.create_token(Role::kiosk, "Hall", noon);
  ASSERT_TRUE(made);
  const Principal principal = store.identify("Bearer " + made->token, cookie(Role::admin, std::string(52, 'a')), noon);
  ASSERT_EQ(principal.identities.size(), 1U);
  EXPECT_EQ(principal.identities[0].role, Role::kiosk);
  EXPECT_EQ(principal.identities[0].name, "Hall");
  EXPECT_EQ(principal.identities[0].actor_id, "token-" + std::to_string(made->info.id));
  EXPECT_FALSE(principal.by_cookie);
  const Principal stranger = store.identify("Bearer " + new_token(), "", noon);
  EXPECT_TRUE(stranger.rejected);
  EXPECT_FALSE(stranger.signed_in());
  EXPECT_FALSE(store.identify("", "", noon).rejected);
}

TEST(CredentialStore, ATokenIsNoCookieAndASessionIsNoToken) {
  const Folder folder;
  CredentialStore store = open_in(folder);
  const auto made = store.create_token(Role::board, "B", noon);
  const auto session = store.open_session_by_token(made->token, noon);
  ASSERT_TRUE(session);
  EXPECT_TRUE(knows_cookie(store, Role::board, session->token, noon));
  EXPECT_FALSE(knows_cookie(store, Role::board, made->token, noon));
  EXPECT_FALSE(knows_bearer(store, session->token));
  EXPECT_FALSE(knows_cookie(store, Role::admin, session->token, noon)) << "a cookie's name must not raise its role";
}

TEST(CredentialStore, EverythingComesBackAfterARestart) {
  const Folder folder;
  std::string token, session;
  {
    CredentialStore store = open_in(folder);
    token = store.create_token(Role::kiosk, "Hall", noon)->token;
    session = store.open_session_by_token(token, noon)->token;
    ASSERT_TRUE(store.create_person("anna", Role::clerk, "Anna", any_hash(), noon));
  }
  CredentialStore store = open_in(folder);
  EXPECT_TRUE(knows_bearer(store, token));
  EXPECT_TRUE(knows_cookie(store, Role::kiosk, session, noon + hours{24 * 399}));
  EXPECT_FALSE(knows_cookie(store, Role::kiosk, session, noon + hours{24 * 400}));
  EXPECT_TRUE(verify_password("correct horse", store.password_hash_of("anna", "")));
  EXPECT_EQ(store.password_hash_of("bo", "decoy"), "decoy");
}

TEST(CredentialStore, PeopleAreSignedOutAfterTwelveQuietHours) {
  const Folder folder;
  CredentialStore store = open_in(folder);
  ASSERT_TRUE(store.create_person("anna", Role::clerk, "Anna", any_hash(), noon));
  const auto session = store.open_session_for("anna", noon);
  ASSERT_TRUE(session);
  EXPECT_EQ(session->identity.name, "Anna");
  EXPECT_TRUE(session->identity.actor_id.starts_with("person-"));
  EXPECT_TRUE(knows_cookie(store, Role::clerk, session->token, noon + hours{11}));
  EXPECT_TRUE(knows_cookie(store, Role::clerk, session->token, noon + hours{22}));  // used at 11, so not quiet for 12
  EXPECT_FALSE(knows_cookie(store, Role::clerk, session->token, noon + hours{34}));
  // However busy, two weeks are the end.
  const auto busy = store.open_session_for("anna", noon);
  Instant now = noon;
  for (; now < noon + CredentialStore::person_session; now += hours{6})
    ASSERT_TRUE(knows_cookie(store, Role::clerk, busy->token, now));
  EXPECT_FALSE(knows_cookie(store, Role::clerk, busy->token, now));
}

TEST(CredentialStore, UseIsWrittenDownByMaintain) {
  const Folder folder;
  std::string session;
  {
    CredentialStore store = open_in(folder);
    const auto token = store.create_token(Role::clerk, "C", noon);
    session = store.open_session_by_token(token->token, noon)->token;
    ASSERT_TRUE(knows_cookie(store, Role::clerk, session, noon + hours{11}));
    ASSERT_TRUE(knows_bearer(store, token->token, noon + hours{48}));
    ASSERT_TRUE(store.maintain(noon + hours{11}));
  }
  CredentialStore store = open_in(folder);
  EXPECT_TRUE(knows_cookie(store, Role::clerk, session, noon + hours{22}));
  EXPECT_EQ(store.tokens().at(0).last_used, std::chrono::floor<std::chrono::days>(noon + hours{48}));
  ASSERT_TRUE(store.maintain(noon + hours{24 * 30}));
  EXPECT_FALSE(knows_cookie(store, Role::clerk, session, noon + hours{22})) << "swept away";
}

TEST(CredentialStore, RevokingATokenOrPersonEndsItsSessions) {
  const Folder folder;
  CredentialStore store = open_in(folder);
  const auto token = store.create_token(Role::kiosk, "K", noon), other = store.create_token(Role::kiosk, "L", noon);
  const std::string one = store.open_session_by_token(token->token, noon)->token,
                    two = store.open_session_by_token(other->token, noon)->token;
  ASSERT_TRUE(store.remove_token(token->info.id));
  EXPECT_FALSE(knows_bearer(store, token->token));
  EXPECT_FALSE(knows_cookie(store, Role::kiosk, one, noon));
  EXPECT_TRUE(knows_cookie(store, Role::kiosk, two, noon));
  EXPECT_EQ(store.remove_token(token->info.id).error(), Refusal::not_found);

  ASSERT_TRUE(store.create_person("anna", Role::clerk, "Anna", any_hash(), noon));
  const std::string before = store.open_session_for("anna", noon)->token;
  ASSERT_TRUE(store.change_password("anna", hash_password("another horse", cheap).value()));
  EXPECT_FALSE(knows_cookie(store, Role::clerk, before, noon));
  EXPECT_TRUE(verify_password("another horse", store.password_hash_of("anna", "")));
  const std::string after = store.open_session_for("anna", noon)->token;
  ASSERT_TRUE(store.remove_person("anna"));
  EXPECT_FALSE(knows_cookie(store, Role::clerk, after, noon));
  EXPECT_EQ(store.open_session_for("anna", noon).error(), Refusal::not_found);
  CredentialStore again = open_in(folder);
  EXPECT_FALSE(knows_bearer(again, token->token));
  EXPECT_FALSE(knows_cookie(again, Role::clerk, after, noon));
}

TEST(CredentialStore, AnotherRoleEndsTheSessionsAndTheLastAdministratorStays) {
  const Folder folder;
  CredentialStore store = open_in(folder);
  ASSERT_TRUE(store.create_person("anna", Role::contact_centre, "Anna", any_hash(), noon, Rights{{}, {"pas"}, {}}));
  const std::string before = store.open_session_for("anna", noon)->token;
  ASSERT_TRUE(store.change_role("anna", Role::contact_centre));
  EXPECT_TRUE(knows_cookie(store, Role::contact_centre, before, noon)) << "nothing was changed";
  ASSERT_TRUE(store.change_role("anna", Role::admin));
  EXPECT_FALSE(knows_cookie(store, Role::contact_centre, before, noon));
  EXPECT_EQ(store.people().front().rights, Rights{}) << "what a contact centre may is nothing for others";
  EXPECT_EQ(store.change_role("anna", Role::clerk).error(), Refusal::last_admin);
  EXPECT_EQ(store.change_role("nobody", Role::clerk).error(), Refusal::not_found);
  const CredentialStore again = open_in(folder);
  EXPECT_EQ(again.people().front().role, Role::admin);
  EXPECT_EQ(again.people().front().rights, Rights{});
}

TEST(CredentialStore, SignOutEndsTheSessionForGood) {
  const Folder folder;
  CredentialStore store = open_in(folder);
  const auto token = store.create_token(Role::host, "H", noon);
  const std::string session = store.open_session_by_token(token->token, noon)->token;
  store.close_session(session);
  store.close_session(session);
  EXPECT_FALSE(knows_cookie(store, Role::host, session, noon));
  CredentialStore again = open_in(folder);
  EXPECT_FALSE(knows_cookie(again, Role::host, session, noon));
  EXPECT_TRUE(knows_bearer(again, token->token));
}

TEST(CredentialStore, TheLastAdministratorStays) {
  const Folder folder;
  CredentialStore store = open_in(folder);
  EXPECT_FALSE(store.has_admin());
  const auto admin = store.create_token(Role::admin, "A", noon);
  EXPECT_TRUE(store.has_admin());
  EXPECT_EQ(store.remove_token(admin->info.id).error(), Refusal::last_admin);
  ASSERT_TRUE(store.create_person("chief", Role::admin, "Chief", any_hash(), noon));
  EXPECT_TRUE(store.remove_token(admin->info.id));
  EXPECT_EQ(store.remove_person("chief").error(), Refusal::last_admin);
}

TEST(CredentialStore, WrongContentIsRefused) {
  const Folder folder;
  CredentialStore store = open_in(folder);
  EXPECT_EQ(store.create_token(Role::kiosk, std::string(201, 'x'), noon).error(), Refusal::wrong_content);
  EXPECT_EQ(store.create_token(Role::kiosk, "a\nb", noon).error(), Refusal::wrong_content);
  for (const char* user : {"", "a", "Anna", "an na", "anna'", "ænna"})
    EXPECT_EQ(store.create_person(user, Role::clerk, "x", any_hash(), noon).error(), Refusal::wrong_content) << user;
  EXPECT_EQ(store.create_person("anna", Role::clerk, "x", "plain", noon).error(), Refusal::wrong_content);
  ASSERT_TRUE(store.create_person("anna", Role::clerk, "x", any_hash(), noon));
  EXPECT_EQ(store.create_person("anna", Role::clerk, "x", any_hash(), noon).error(), Refusal::taken);
}

TEST(CredentialStore, IdsOfTheGoneAreNotUsedAgain) {
  const Folder folder;
  CredentialStore store = open_in(folder);
  const auto first = store.create_token(Role::kiosk, "K", noon);
  ASSERT_TRUE(store.remove_token(first->info.id));
  EXPECT_GT(store.create_token(Role::kiosk, "K", noon)->info.id, first->info.id);
}

TEST(CredentialStore, AnotherProcessMayAddAndRevoke) {
  const Folder folder;
  CredentialStore daemon = open_in(folder), tool = open_in(folder);
  const auto made = tool.create_token(Role::kiosk, "K", noon);
  ASSERT_TRUE(made);
  EXPECT_TRUE(knows_bearer(daemon, made->token)) << "made beside the running daemon";
  ASSERT_TRUE(tool.remove_token(made->info.id));
  ASSERT_TRUE(daemon.maintain(noon));
  EXPECT_FALSE(knows_bearer(daemon, made->token));
}

TEST(CredentialStore, TablesAreBounded) {
  const Folder folder;
  CredentialStore store = open_in(folder);
  std::string last;
  for (std::size_t count = 0; count < CredentialStore::tokens_max; ++count)
    last = store.create_token(Role::clerk, "C", noon).value().token;
  EXPECT_EQ(store.create_token(Role::clerk, "C", noon).error(), Refusal::full);
  const std::string oldest = store.open_session_by_token(last, noon)->token;
  for (std::size_t count = 1; count < CredentialStore::sessions_max; ++count)
    ASSERT_TRUE(store.open_session_by_token(last, noon + seconds{1}));
  EXPECT_TRUE(knows_cookie(store, Role::clerk, oldest, noon));
  ASSERT_TRUE(store.open_session_by_token(last, noon + seconds{2}));
  EXPECT_FALSE(knows_cookie(store, Role::clerk, oldest, noon)) << "the one unused for longest gives way";
}

TEST(CredentialStore, NoSecretIsInAnyFile) {
  const Folder folder;
  std::vector<std::string> secrets{"correct horse"};
  CredentialStore store = open_in(folder);
  ASSERT_TRUE(ensure_admin(store, folder.path(), noon));
  for (const Role role : all_roles) {
    const Rights rights = role == Role::citizen_screen ? Rights{{}, {}, {}, "desk-1"} : Rights{};
    secrets.push_back(store.create_token(role, "name of it", noon, rights)->token);
    secrets.push_back(store.open_session_by_token(secrets.back(), noon)->token);
  }
  ASSERT_TRUE(store.create_person("anna", Role::clerk, "Anna", any_hash(), noon));
  secrets.push_back(store.open_session_for("anna", noon)->token);
  std::string all;
  for (const auto& entry : std::filesystem::directory_iterator{folder.path()})
    if (entry.path().filename() != "admin.token") all += file_text(entry.path());
  ASSERT_NE(all.find("name of it"), std::string::npos) << "the search would find it";
  for (const std::string& secret : secrets) EXPECT_EQ(all.find(secret.substr(0, 13)), std::string::npos);
}

TEST(CredentialStore, FilesAreForTheOwnerOnly) {
  const Folder folder;
  CredentialStore store = open_in(folder);
  ASSERT_TRUE(ensure_admin(store, folder.path(), noon));
  for (const auto& entry : std::filesystem::directory_iterator{folder.path()}) {
    struct stat status {};
    ASSERT_EQ(::stat(entry.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << entry.path();
  }
}

TEST(CredentialStore, WhatCannotBeOpenedSaysSo) {
  EXPECT_NE(CredentialStore::open("/does/not/exist").error().find("/does/not/exist"), std::string::npos);
  const Folder folder;
  std::ofstream{folder.path() + "/credentials.db"} << std::string(5000, 'x');
  EXPECT_FALSE(CredentialStore::open(folder.path()));
}

TEST(FirstStart, LeavesAWorkingAdministratorTokenOnce) {
  const Folder folder;
  CredentialStore store = open_in(folder);
  const auto path = ensure_admin(store, folder.path(), noon);
  ASSERT_TRUE(path && *path);
  std::string token = file_text(**path);
  ASSERT_TRUE(token.ends_with('\n'));
  token.pop_back();
  EXPECT_EQ(store.identify("Bearer " + token, "", noon).identities.at(0).role, Role::admin);
  const auto second = ensure_admin(store, folder.path(), noon);
  ASSERT_TRUE(second);
  EXPECT_FALSE(*second);
  EXPECT_EQ(file_text(**path), token + "\n");
}

TEST(FirstStart, APowerCutBetweenFileAndDatabaseIsHealed) {
  const Folder folder;
  std::ofstream{folder.path() + "/admin.token"} << new_token() << "\n";  // written, never stored
  std::ofstream{folder.path() + "/admin.token.new"} << "half";           // and one cut off before its rename
  CredentialStore store = open_in(folder);
  ASSERT_TRUE(ensure_admin(store, folder.path(), noon));
  std::string token = file_text(folder.path() + "/admin.token");
  token.pop_back();
  EXPECT_TRUE(knows_bearer(store, token));
  EXPECT_FALSE(std::filesystem::exists(folder.path() + "/admin.token.new"));
}

TEST(FirstStart, AFolderThatCannotBeWrittenLeavesNoCredential) {
  const Folder folder;
  CredentialStore store = open_in(folder);
  ASSERT_TRUE(
      std::filesystem::create_directory(folder.path() + "/admin.token"));  // a rename onto it fails, for root too
  EXPECT_FALSE(ensure_admin(store, folder.path(), noon));
  EXPECT_FALSE(store.has_admin());
}

TEST(CredentialStore, RightsOfAContactCentreLastAndAreNobodyElses) {
  const Folder folder;
  const Rights rights{{"kommune"}, {"pas"}};
  std::string token;
  {
    auto store = open_in(folder);
    token = store.create_token(Role::contact_centre, "Evening", noon, rights)->token;
    ASSERT_TRUE(store.create_person("eva", Role::contact_centre, "Eva", any_hash(), noon, {{"siri"}, {}}));
    EXPECT_EQ(store.create_token(Role::host, "H", noon, rights).error(), Refusal::wrong_content);
  }
  auto store = open_in(folder);
  const Principal principal = store.identify("Bearer " + token, "", noon);
  ASSERT_EQ(principal.identities.size(), 1U);
  EXPECT_EQ(principal.identities[0].rights, rights);
  EXPECT_TRUE(principal.identities[0].rights.cover("kommune", "cpr"));
  EXPECT_TRUE(principal.identities[0].rights.cover("politi", "pas"));
  EXPECT_FALSE(principal.identities[0].rights.cover("politi", "cpr"));
  EXPECT_FALSE(Rights{}.cover("kommune", "pas"));
  EXPECT_EQ(store.people().at(0).rights, (Rights{{"siri"}, {}}));
}

TEST(CredentialStore, ACitizensScreenBelongsToOneDeskAndHasNoOtherRight) {
  const Folder folder;
  const Rights desk{{}, {}, {}, "desk-1"};
  std::string token;
  {
    auto store = open_in(folder);
    token = store.create_token(Role::citizen_screen, "C", noon, desk)->token;
    EXPECT_EQ(store.create_token(Role::citizen_screen, "C", noon).error(), Refusal::wrong_content) << "without a desk it is nothing";
    EXPECT_EQ(store.create_token(Role::citizen_screen, "C", noon, {{"kommune"}, {}, {}, "desk-1"}).error(), Refusal::wrong_content);
    EXPECT_EQ(store.create_token(Role::contact_centre, "C", noon, desk).error(), Refusal::wrong_content);
    EXPECT_EQ(store.create_token(Role::clerk, "C", noon, desk).error(), Refusal::wrong_content);
    EXPECT_EQ(store.create_person("screen", Role::citizen_screen, "S", any_hash(), noon, desk).error(), Refusal::wrong_content);
  }
  auto store = open_in(folder);
  const Principal principal = store.identify("Bearer " + token, "", noon);
  ASSERT_EQ(principal.identities.size(), 1U);
  EXPECT_EQ(principal.identities[0].rights, desk);
  EXPECT_TRUE(store.has_screen_of("desk-1"));
  EXPECT_FALSE(store.has_screen_of("desk-2"));
  ASSERT_TRUE(store.remove_token(store.tokens().at(0).id));
  EXPECT_FALSE(store.has_screen_of("desk-1"));
}

TEST(CredentialStore, AFileOfVersionOneGetsItsRightsAndKeepsItsTokens) {
  const Folder folder;
  const std::string token = [&] { return open_in(folder).create_token(Role::host, "H", noon)->token; }();
  {
    sqlite3* raw = nullptr;
    ASSERT_EQ(sqlite3_open((folder.path() + "/credentials.db").c_str(), &raw), SQLITE_OK);
    const char* back = "ALTER TABLE token DROP COLUMN rights; ALTER TABLE person DROP COLUMN rights; PRAGMA user_version = 1";
    EXPECT_EQ(sqlite3_exec(raw, back, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(raw);
  }
  CredentialStore store = open_in(folder);
  EXPECT_TRUE(knows_bearer(store, token));
  EXPECT_TRUE(store.create_token(Role::contact_centre, "E", noon, {{"kommune"}, {}}));
}

TEST(CredentialStore, ABoxIsKnownByItsKeyAndHasOneOnly) {
  const Folder folder;
  CredentialStore store = open_in(folder);
  const auto first = store.adopt_key(box_key, Role::agent, "box, own key", noon);
  ASSERT_TRUE(first);
  ASSERT_TRUE(store.identify_key(box_key, noon).signed_in());
  EXPECT_EQ(store.identify_key(box_key, noon).identities.front().role, Role::agent);
  EXPECT_TRUE(store.identify_key(other_key, noon).rejected);
  EXPECT_FALSE(knows_bearer(store, box_key)) << "a key is not secret: it opens nothing as a token";
  // Paired once more, with a new key: the former opens nothing.
  ASSERT_TRUE(store.adopt_key(other_key, Role::agent, "box, own key", noon));
  EXPECT_FALSE(store.identify_key(box_key, noon).signed_in());
  EXPECT_EQ(store.tokens().size(), 1U);
  EXPECT_TRUE(open_in(folder).identify_key(other_key, noon).signed_in()) << "after a restart too";
  const auto id = store.tokens().front().id;
  EXPECT_TRUE(store.still_holds("token-" + std::to_string(id)));
  ASSERT_TRUE(store.remove_token(id));
  EXPECT_FALSE(store.still_holds("token-" + std::to_string(id)));
  EXPECT_TRUE(store.still_holds("agent-local"));
  EXPECT_FALSE(store.identify_key(other_key, noon).signed_in());
}

}  // namespace
}  // namespace skranke::auth
