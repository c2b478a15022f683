#pragma once
// The voice of the house: hears calls, plans when each is announced at which loudspeaker, and tells screens and boxes what to play. Runs on the I/O thread.
#include <functional>
#include <string>
#include <string_view>

#include "core/sound.hpp"
#include "daemon/devices.hpp"
#include "daemon/engine/engine.hpp"
#include "daemon/voice/clip_store.hpp"
#include "daemon/voice/phrases.hpp"
#include "display/announcer.hpp"
#include "wire/json.hpp"

namespace skranke::daemon {

class Voice {
 public:
  struct Wiring {
    boost::asio::io_context& io;
    Engine& engine;
    Devices& devices;
    const wire::Catalogue& catalogue;
    std::string cache, recorded, espeak;        ///< as in ClipStore
    std::function<void()> changed;
    std::function<void(std::string_view)> log;
  };
  explicit Voice(Wiring wiring);

  /// Once a second.
  void tick();
  /// Chime and a sentence at a loudspeaker (a board's or a box's id); false when there is no such.
  [[nodiscard]] bool test(std::string_view output);

  /// What a board needs of it, as JSON: when each call is announced, and, at the board that sounds, what to play.
  [[nodiscard]] std::string for_board(const core::Board& board) const;
  /// What a loudspeaker of a box plays; empty when there is none of that name.
  [[nodiscard]] std::string for_speaker(std::string_view id) const;
  /// For staff: languages with their sources, loudspeakers with their health.
  void view(std::string_view language, std::string& out) const;
  [[nodiscard]] ClipStore& clips() { return clips_; }

  static constexpr std::chrono::milliseconds chime_length{1'120};

 private:
  void on_event(const core::Event& event);
  void announce(core::Serial serial, const core::DeskId& desk);
  void configure();
  void note_health();
  [[nodiscard]] std::chrono::milliseconds length_of(const display::Announcement& announcement) const;
  /// Everything said after the chime; a language of which a piece is missing is left out.
  [[nodiscard]] std::vector<Spoken> said(const display::Announcement& announcement) const;
  [[nodiscard]] std::vector<Spoken> said_once(const display::Announcement& announcement) const;
  [[nodiscard]] bool complete(const std::vector<Spoken>& said) const;
  [[nodiscard]] std::vector<core::SoundOutput> outputs() const;
  void announcements(wire::JsonWriter& w, std::string_view output, bool play, int volume) const;
  void parts(wire::JsonWriter& w, const display::Announcement& announcement) const;

  Wiring wiring_;
  Phrases phrases_;
  ClipStore clips_;
  display::Announcer announcer_;
  std::shared_ptr<const core::Facility> made_for_;
  unsigned seconds_ = 0;
};

}  // namespace skranke::daemon
