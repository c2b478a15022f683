// Who could not be told, from the facts of the journal alone.
#include "daemon/messages/reach.hpp"

#include <gtest/gtest.h>

namespace skranke::daemon {
namespace {

class OutOfReach : public testing::Test {
 protected:
  void sent(const std::string& subject, const std::string& kind, const std::string& channel) { see(core::MessageSent{subject, kind, channel, 1}); }
  void failed(const std::string& subject, const std::string& kind, const std::string& channel, bool last = true) {
    see(core::MessageFailed{subject, kind, channel, 1, channel == "sms" ? "gateway_refused" : "mail_refused", last});
  }
  [[nodiscard]] std::vector<std::string> who() const {
    std::vector<std::string> list;
    for (const Reach::Lost& lost : reach_.lost()) list.push_back(lost.subject + " " + lost.kind + " " + lost.channel + " " + lost.reason);
    return list;
  }
  using List = std::vector<std::string>;

 private:
  template <class Fact>
  void see(Fact fact) {
    core::Event event;
    event.at = core::Instant{std::chrono::seconds{++second_}};
    event.body = std::move(fact);
    reach_.see(event);
  }
  Reach reach_;
  int second_ = 0;
};

TEST_F(OutOfReach, WhoGotNothingIsTheNewestFirst) {
  failed("A", "booked", "sms");
  failed("B", "reminder", "email");
  sent("C", "booked", "sms");
  EXPECT_EQ(who(), (List{"B reminder email mail_refused", "A booked sms gateway_refused"}));
}

TEST_F(OutOfReach, AnAttemptThatIsMadeAgainSaysNothing) {
  failed("A", "booked", "sms", false);
  EXPECT_EQ(who(), List{});
}

TEST_F(OutOfReach, WhatArrivesLaterReachesThem) {
  failed("A", "booked", "sms");
  sent("A", "reminder", "sms");
  EXPECT_EQ(who(), List{});
}

TEST_F(OutOfReach, OneOfTwoChannelsIsEnoughInEitherOrder) {
  failed("A", "booked", "email");
  sent("A", "booked", "sms");
  sent("B", "booked", "sms");
  failed("B", "booked", "email");
  EXPECT_EQ(who(), List{});
}

TEST_F(OutOfReach, WhatArrivedBeforeIsNoAnswerToALaterMatter) {
  sent("A", "booked", "sms");
  failed("A", "moved", "sms");
  EXPECT_EQ(who(), List{"A moved sms gateway_refused"});
}

TEST_F(OutOfReach, TheSameMatterOnceMoreIsLostWhenBothChannelsFail) {
  sent("A", "moved", "sms");
  sent("A", "moved", "email");
  failed("A", "moved", "sms");
  EXPECT_EQ(who(), List{});
  failed("A", "moved", "email");
  EXPECT_EQ(who(), List{"A moved email mail_refused"});
}

}  // namespace
}  // namespace skranke::daemon
