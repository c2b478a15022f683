#pragma once
// How the holders of bookings can be reached, if they want to be: DIR/contacts.db, apart from the journal and from backups of it. A row is erased, not
// only hidden, when the day of its booking is over or the booking is cancelled.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "core/ids.hpp"
#include "core/time.hpp"
#include "daemon/auth/database.hpp"

namespace skranke::daemon {

struct Contact {
  std::string email, phone;   ///< either may be empty
  [[nodiscard]] bool empty() const { return email.empty() && phone.empty(); }
};

/// "+45 12 34 56 78" as "+4512345678", addresses in lower case: the same person is known again.
[[nodiscard]] Contact as_compared(const Contact& contact);

/// One thread. Calls that change something write to disk and wait for it (some milliseconds).
class Contacts {
 public:
  static constexpr std::size_t rows_max = 200'000;

  /// Creates DIR/contacts.db (mode 0600) when it is not there. The error is one English sentence.
  [[nodiscard]] static tl::expected<Contacts, std::string> open(const std::string& directory);

  /// False when the disk refuses or the table is full; the booking holds without.
  bool put(const core::BookingId& booking, const Contact& contact, core::Instant erase_at);
  void erase(const core::BookingId& booking);
  /// Erases what is due and gives the file's free pages back, overwritten.
  void erase_due(core::Instant now);
  [[nodiscard]] std::optional<Contact> of(const core::BookingId& booking) const;
  /// Other bookings with the same address or the same number.
  [[nodiscard]] std::vector<core::BookingId> same_holder(const Contact& contact) const;

 private:
  explicit Contacts(auth::Connection database) : database_{std::move(database)} {}
  auth::Connection database_;
};

}  // namespace skranke::daemon
