#include "daemon/auth/principal.hpp"

#include <gtest/gtest.h>

namespace skranke::auth {
namespace {

const std::string token_a(52, 'a'), token_b(52, 'b');

TEST(Principal, BearerHeaders) {
  EXPECT_EQ(bearer_token("Bearer abc"), "abc");
  EXPECT_EQ(bearer_token("bearer  abc "), "abc");
  for (const char* header : {"", "Bearer", "Bearer ", "Basic abc", "Bearerabc", "abc"})
    EXPECT_EQ(bearer_token(header), "") << header;
}

TEST(Principal, CookiesAreSortedAndStrict) {
  const std::string header = "theme=dark; skranke_clerk=" + token_a + ";skranke_board=" + token_b +
                             "; skranke_clerk=" + token_b + "; skranke_root=" + token_a +
                             "; skranke_kiosk=short; skranke_host";
  const auto found = session_cookies(header);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0], (std::pair{Role::board, std::string_view{token_b}}));
  EXPECT_EQ(found[1], (std::pair{Role::clerk, std::string_view{token_a}}));
  EXPECT_TRUE(session_cookies("").empty());
  EXPECT_TRUE(session_cookies(";;;=;skranke_=;skranke_clerk=").empty());
}

TEST(Principal, TheLeastPrivilegedActs) {
  Principal principal{
      {{Role::kiosk, "K", "token-1"}, {Role::clerk, "C", "person-1"}, {Role::admin, "A", "person-2"}}, true, false};
  EXPECT_EQ(principal.acting_for(Permission::take_visit)->role, Role::kiosk);
  EXPECT_EQ(principal.acting_for(Permission::work_desk)->role, Role::clerk);
  EXPECT_EQ(principal.acting_for(Permission::facility)->role, Role::admin);
  EXPECT_EQ(principal.as(Role::clerk)->name, "C");
  EXPECT_EQ(principal.as(Role::board), nullptr);
  principal.identities.resize(1);
  EXPECT_EQ(principal.acting_for(Permission::work_desk), nullptr);
  EXPECT_EQ(Principal{}.acting_for(Permission::see_services), nullptr);
}

TEST(Principal, CookiesKeepTheirFences) {
  EXPECT_EQ(set_cookie(Role::kiosk, "T", false),
            "skranke_kiosk=T; Path=/; Max-Age=34560000; HttpOnly; SameSite=Strict");
  EXPECT_TRUE(set_cookie(Role::kiosk, "T", true).ends_with("; Secure"));
  EXPECT_EQ(clear_cookie(Role::admin), "skranke_admin=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
}

}  // namespace
}  // namespace skranke::auth
