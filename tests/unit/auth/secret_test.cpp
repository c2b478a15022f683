#include "daemon/auth/secret.hpp"

#include <set>

#include <gtest/gtest.h>

namespace skranke::auth {
namespace {

constexpr PasswordCost cheap{1, 8192};

class Secrets : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(start_cryptography()); }
};

TEST_F(Secrets, TokensHaveTheirFormAndNeverRepeat) {
  std::set<std::string> seen;
  std::set<char> letters;
  for (int count = 0; count < 1000; ++count) {
    const std::string token = new_token();
    EXPECT_TRUE(is_token(token)) << token.size();
    EXPECT_TRUE(seen.insert(token).second);
    letters.insert(token.begin(), token.end());
  }
  EXPECT_EQ(letters.size(), 32U);
  const std::string good = new_token();
  for (const std::string& bad : {std::string{}, good.substr(1), good + "a", "A" + good.substr(1), "1" + good.substr(1)})
    EXPECT_FALSE(is_token(bad)) << bad;
}

TEST_F(Secrets, DigestsTellTokensApart) {
  const std::string token = new_token();
  EXPECT_TRUE(equal(digest_of(token), digest_of(token)));
  EXPECT_FALSE(equal(digest_of(token), digest_of(new_token())));
  // BLAKE2b-256 of "abc", a published value.
  EXPECT_EQ(digest_of("abc")[0], 0xbd);
  EXPECT_EQ(digest_of("abc")[31], 0x19);
}

TEST_F(Secrets, PasswordsAreSaltedArgon2id) {
  const auto hash = hash_password("correct horse", cheap), again = hash_password("correct horse", cheap);
  ASSERT_TRUE(hash && again);
  EXPECT_TRUE(hash->starts_with("$argon2id$v=19$"));
  EXPECT_NE(*hash, *again);
  EXPECT_TRUE(verify_password("correct horse", *hash));
  EXPECT_FALSE(verify_password("correct horsf", *hash));
  EXPECT_FALSE(verify_password("", *hash));
}

TEST_F(Secrets, TheDefaultCostIsWhatItSays) {
  const auto hash = hash_password("correct horse");
  ASSERT_TRUE(hash);
  EXPECT_NE(hash->find("$m=65536,t=3,p=1$"), std::string::npos) << *hash;
}

TEST_F(Secrets, LengthsAreBounded) {
  EXPECT_FALSE(hash_password(std::string(password_min - 1, 'x'), cheap));
  EXPECT_TRUE(hash_password(std::string(password_max, 'x'), cheap));
  EXPECT_FALSE(hash_password(std::string(password_max + 1, 'x'), cheap));
  EXPECT_FALSE(verify_password("correct horse", ""));
  EXPECT_FALSE(verify_password("correct horse", "plain text"));
  EXPECT_FALSE(verify_password("correct horse", std::string(10'000, '$')));
}

TEST_F(Secrets, NothingMatchesTheDecoy) {
  const std::string decoy = decoy_hash(cheap);
  EXPECT_TRUE(decoy.starts_with("$argon2id$"));
  EXPECT_FALSE(verify_password("", decoy));
  EXPECT_FALSE(verify_password("password12", decoy));
}

}  // namespace
}  // namespace skranke::auth
