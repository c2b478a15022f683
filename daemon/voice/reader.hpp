#pragma once
// Sentences for those who listen at a kiosk: made while they wait, some tens of milliseconds, kept in memory for a while and nowhere else.
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/voice/phrases.hpp"

namespace boost::asio {
class io_context;
}

namespace skranke::daemon {

class Reader {
 public:
  static constexpr std::size_t text_max = 300;                     ///< bytes would cut letters: counted in characters
  static constexpr std::size_t waiting_max = 32;                   ///< sentences that nobody has made yet
  static constexpr std::size_t held_max = 400;
  static constexpr std::size_t held_bytes_max = 24UL * 1024 * 1024;

  struct Wiring {
    boost::asio::io_context& io;
    std::string recorded;                       ///< as in ClipStore
    std::string espeak;
  };
  explicit Reader(Wiring wiring);
  /// Waits for the sentence in hand.
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  /// The name under which the sentence can be had soon; nothing while too many are waiting.
  [[nodiscard]] std::optional<std::string> ask(Fragment fragment);

  enum class State : std::uint8_t { unknown, coming, ready, no_voice };
  [[nodiscard]] State state(std::string_view name) const;
  /// Of a sentence that is ready.
  [[nodiscard]] std::shared_ptr<const std::string> bytes(std::string_view name) const;

 private:
  struct Held {
    State state = State::coming;
    std::shared_ptr<const std::string> bytes;
  };
  struct Worker;
  void done(const std::string& name, std::shared_ptr<const std::string> bytes);
  void make_room();

  Wiring wiring_;
  std::map<std::string, Held, std::less<>> held_;
  std::deque<std::string> order_;               ///< of what is in `held_`, oldest first
  std::size_t waiting_ = 0, bytes_ = 0;
  std::unique_ptr<Worker> worker_;
};

}  // namespace skranke::daemon
