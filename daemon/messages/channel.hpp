#pragma once
// A way to tell somebody something: text message or e-mail. The port that the outbox sends through.
#include <chrono>
#include <string>

namespace skranke::daemon {

/// One message on its way to one address. Nothing of it is kept once it went.
struct Parcel {
  std::string id;            ///< the same for every attempt, different for every message: a receiver can tell a repeat
  std::string to;            ///< "+4500112233" or an address
  std::string title, text;   ///< the title is an e-mail's subject
  std::string calendar;      ///< an iCalendar file that goes along; empty = none
  std::string page{};        ///< what a tap on it opens; of a message to a browser
  std::string language;
  std::chrono::sys_seconds at{};
};

/// What became of an attempt.
struct Outcome {
  enum class Fate : std::uint8_t {
    sent,      ///< the next station has it
    refused,   ///< and always will be: this message is over
    later,     ///< this message not now (greylisting, a full mailbox)
    down,      ///< nobody's message now: the channel itself does not work
    unknown,   ///< it may have gone; sending it again could be twice
  };
  Fate fate = Fate::unknown;
  std::string reason{};                  ///< a word for the journal and for staff ("mail_unreachable"); never a server's own text, which may hold an address
  std::chrono::seconds wait{0};          ///< not before that, where the other side said so
};

/// Calls block, at most `seconds_max` each; on the courier's thread only.
class Channel {
 public:
  static constexpr std::chrono::seconds seconds_max{30};
  Channel() = default;
  virtual ~Channel() = default;
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  [[nodiscard]] virtual Outcome send(const Parcel& parcel) = 0;
};

}  // namespace skranke::daemon
