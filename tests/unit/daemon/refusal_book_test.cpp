#include "daemon/refusal_book.hpp"

#include <gtest/gtest.h>

namespace skranke::daemon {
namespace {

using core::Channel;
using core::Instant;
using core::Reject;
using core::ServiceId;
using namespace std::chrono_literals;

const Instant nine = core::from_millis(1'795'420'800'000);

TEST(RefusalBook, WhoIsTurnedAwayIsOnDiskWithinSeconds) {
  RefusalBook book;
  book.note(ServiceId{"pas"}, Reject::closed, Channel::kiosk);
  EXPECT_EQ(book.due(nine).size(), 1U);   // the first at once
  book.note(ServiceId{"pas"}, Reject::closed, Channel::kiosk);
  EXPECT_TRUE(book.due(nine + 1s).empty());
  const auto rows = book.due(nine + 3s);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows.front().count, 1U);
  EXPECT_TRUE(book.due(nine + 60s).empty());   // nothing is written twice
}

TEST(RefusalBook, ManyPressesAreOneRow) {
  RefusalBook book;
  EXPECT_TRUE(book.due(nine).empty());
  for (int press = 0; press < 500; ++press) book.note(ServiceId{"pas"}, Reject::closed, Channel::kiosk);
  book.note(ServiceId{"pas"}, Reject::quota_full, Channel::kiosk);
  const auto rows = book.due(nine);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].count, 500U);
}

TEST(RefusalBook, AClockThatWasSetBackDoesNotSilenceIt) {
  RefusalBook book;
  book.note(ServiceId{"pas"}, Reject::closed, Channel::kiosk);
  EXPECT_EQ(book.due(nine).size(), 1U);
  book.note(ServiceId{"pas"}, Reject::closed, Channel::kiosk);
  EXPECT_EQ(book.due(nine - 1h).size(), 1U);
}

TEST(RefusalBook, IsBounded) {
  RefusalBook book;
  for (std::size_t i = 0; i < 2 * RefusalBook::rows_max; ++i) book.note(ServiceId{"s" + std::to_string(i)}, Reject::closed, Channel::web);
  EXPECT_EQ(book.take().size(), RefusalBook::rows_max);
}

}  // namespace
}  // namespace skranke::daemon
