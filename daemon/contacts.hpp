#pragma once
// How the holders of bookings can be reached, if they want to be: DIR/contacts.db, apart from the journal and from backups of it. Every row is sealed
// with a key that is not in the database, and erased, not only hidden, when the day of its booking is over or the booking is cancelled.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "core/ids.hpp"
#include "core/time.hpp"
#include "daemon/auth/database.hpp"
#include "daemon/contact_key.hpp"

namespace skranke::daemon {

struct Contact {
  std::string email, phone;   ///< either may be empty
  std::string push{};         ///< a browser's subscription in one line (daemon/messages/web_push.hpp)
  [[nodiscard]] bool empty() const { return email.empty() && phone.empty() && push.empty(); }
};

/// "+45 12 34 56 78" as "+4512345678", addresses in lower case: the same person is known again.
[[nodiscard]] Contact as_compared(const Contact& contact);

/// One thread. Calls that change something write to disk and wait for it (some milliseconds).
class Contacts {
 public:
  static constexpr std::size_t rows_max = 200'000;
  static constexpr int looks_max = 100;   ///< of one contact; the oldest goes first

  static constexpr std::size_t swept_max = 1'000;

  struct Look {
    core::Instant at;
    std::string by;   ///< "person-5", "token-3"; never a name
  };

  /// Creates DIR/contacts.db (mode 0600) and its key when they are not there; rows of earlier versions are sealed and their bytes overwritten. The error
  /// is one English sentence.
  [[nodiscard]] static tl::expected<Contacts, std::string> open(const std::string& directory);

  /// False when the disk refuses or the table is full; the booking holds without.
  bool put(const core::BookingId& booking, const Contact& contact, core::Instant erase_at);
  /// False when the disk refuses: the row may still be there.
  bool erase(const core::BookingId& booking);
  /// Erases what is due and overwrites it in the file.
  void erase_due(core::Instant now);
  /// Erases those whose booking has `ended` (a hold that ran out, a cancellation that a power cut parted from its erasing). Looks at `swept_max` rows at a
  /// time and goes on from there at the next call; returns how many it erased.
  std::size_t sweep(const std::function<bool(const core::BookingId&)>& ended);
  [[nodiscard]] std::optional<Contact> of(const core::BookingId& booking) const;
  [[nodiscard]] std::optional<core::Instant> erased_at(const core::BookingId& booking) const;
  /// Other bookings with the same address or the same number.
  [[nodiscard]] std::vector<core::BookingId> same_holder(const Contact& contact) const;
  /// Staff read the contact of a booking. False when that cannot be written down: then it is not shown either.
  bool note_look(const core::BookingId& booking, std::string_view by, core::Instant at);
  [[nodiscard]] std::vector<Look> looks(const core::BookingId& booking) const;
  /// Rows that another key sealed: nobody can be reached by them, they are erased on their day like the others.
  [[nodiscard]] std::size_t unreadable() const;

 private:
  Contacts(auth::Connection database, const ContactKey& key) : database_{std::move(database)}, key_{key} {}
  [[nodiscard]] bool insert(std::string_view booking, const Contact& plain, std::int64_t erase_at_ms);
  [[nodiscard]] tl::expected<void, std::string> seal_earlier_rows(const std::string& path);
  [[nodiscard]] bool move_rows();
  auth::Connection database_;
  ContactKey key_;
  std::string swept_to_;   ///< the last row that the sweep looked at
};

}  // namespace skranke::daemon
