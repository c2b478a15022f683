#pragma once
// Short messages by way of a folder: each is a text file that the SMS Server Tools (Debian package smstools: `smsd`, a modem on a serial or USB port) take
// from there and send. A file holds a number in the clear until it is taken; keep smsd's `sent` folder switched off.
#include <string>
#include <string_view>

#include "core/time.hpp"
#include "daemon/messages/channel.hpp"

namespace skranke::daemon {

class SmsSpool {
 public:
  static constexpr std::size_t waiting_max = 500;              ///< no more files than that are put there
  static constexpr std::chrono::minutes untouched_max{10};     ///< a file that was not sent for so long: smsd or the modem is down

  enum class Health : std::uint8_t { ready, missing, stuck };
  struct Look {
    Health health = Health::ready;
    std::size_t waiting = 0;
  };

  explicit SmsSpool(std::string folder) : folder_{std::move(folder)} {}

  [[nodiscard]] Look look(core::Instant now) const;
  /// Whole and on disk under `name`, or not there: smsd passes over names that end in .LOCK. Blocks for one flush. The same name again replaces a file that
  /// was not taken yet.
  [[nodiscard]] bool put(std::string_view name, std::string_view phone, std::string_view text) const;
  /// With its country code: what smsd can dial.
  [[nodiscard]] static bool can_reach(std::string_view phone);

 private:
  std::string folder_;
};

/// The folder as a channel.
class SpoolChannel final : public Channel {
 public:
  explicit SpoolChannel(std::string folder) : spool_{std::move(folder)} {}
  [[nodiscard]] Outcome send(const Parcel& parcel) override;

 private:
  SmsSpool spool_;
};

}  // namespace skranke::daemon
