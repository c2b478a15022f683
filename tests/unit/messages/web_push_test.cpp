// Web push: shapes, bounds, and what is no subscription. That the bytes are right is held against another library in tests/integration/push_test.py.
#include "daemon/messages/web_push.hpp"

#include <gtest/gtest.h>

#include "daemon/messages/push_channel.hpp"
#include "tests/unit/auth/folder.hpp"

namespace skranke::daemon {
namespace {

PushSubscription browser(const PushKey& key) { return {"https://push.example/x", key.public_bytes(), std::string(16, 'a')}; }

TEST(WebPush, ASubscriptionIsKeptInOneLineAndWhatIsNoneIsRefused) {
  const PushSubscription to = browser(*PushKey::fresh());
  const auto read = PushSubscription::from_line(to.line());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->endpoint, to.endpoint);
  EXPECT_EQ(read->p256dh, to.p256dh);
  EXPECT_EQ(read->auth, to.auth);
  const std::string key = base64url(to.p256dh), secret = base64url(to.auth), off_curve = base64url('\4' + std::string(64, '\1'));
  for (const std::string& bad : {std::string{}, to.endpoint, to.endpoint + " " + key, "http://push.example/x " + key + " " + secret, to.endpoint + " " + off_curve + " " + secret,
                                 to.endpoint + " " + key + " " + base64url("short"), "https://a@b/x " + key + " " + secret, "https:///x " + key + " " + secret})
    EXPECT_FALSE(PushSubscription::from_line(bad)) << bad;
}

TEST(WebPush, TheSameTextIsNeverTheSameBytesTwiceUnlessSaltAndKeyAre) {
  const auto theirs = PushKey::fresh(), ours = PushKey::fresh(), other = PushKey::fresh();
  const std::string salt(16, 's');
  const auto one = push_sealed("soon", browser(*theirs), *ours, salt), again = push_sealed("soon", browser(*theirs), *ours, salt), third = push_sealed("soon", browser(*theirs), *other, salt);
  ASSERT_TRUE(one && again && third);
  EXPECT_EQ(*one, *again);
  EXPECT_NE(*one, *third);
  EXPECT_EQ(one->size(), 16U + 4 + 1 + 65 + 4 + 1 + 16) << "salt, record size, key, text with its mark, tag";
  EXPECT_FALSE(push_sealed(std::string(3001, 'x'), browser(*theirs), *ours, salt)) << "more than a service takes";
  EXPECT_FALSE(push_sealed("soon", browser(*theirs), *ours, "short"));
}

TEST(WebPush, TheHousesKeyIsMadeOnceAndAFileThatIsNoneIsLeftAlone) {
  const auth::Folder folder;
  const auto made = PushKey::load(folder.path()), read = PushKey::load(folder.path());
  ASSERT_TRUE(made && read);
  EXPECT_EQ(made->public_bytes(), read->public_bytes());
  const auth::Folder other;
  std::FILE* file = std::fopen((other.path() + "/push.key").c_str(), "w");
  std::fputs("nonsense", file);
  std::fclose(file);
  EXPECT_FALSE(PushKey::load(other.path()));
}

TEST(WebPush, OnlyServicesThatTheSettingsNameAreWrittenTo) {
  config::Push settings;
  const auto may = [&](const char* endpoint) { return may_push_to(settings, {endpoint, {}, {}}); };
  for (const char* good : {"https://fcm.googleapis.com/fcm/send/x", "https://web.push.apple.com/x", "https://db5p.notify.windows.com/w/?t=x"}) EXPECT_TRUE(may(good)) << good;
  for (const char* bad : {"https://localhost/x", "https://fcm.googleapis.com.example/x", "https://evil.example/fcm.googleapis.com", "https://push.apple.com/x",
                          "https://fcm.googleapis.com:8443/x", "https://xpush.apple.com/x"})
    EXPECT_FALSE(may(bad)) << bad;
}

}  // namespace
}  // namespace skranke::daemon
