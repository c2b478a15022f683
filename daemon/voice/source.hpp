#pragma once
// Where a voice comes from. The port is asked on a worker thread, never at call time.
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/voice/phrases.hpp"
#include "daemon/voice/wave.hpp"

namespace skranke::daemon {

/// Blocks; one thread. A failure is nothing, and a repeat is harmless.
class VoiceSource {
 public:
  virtual ~VoiceSource() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// Changes whenever `say` would give something else; empty = this source does not have it.
  [[nodiscard]] virtual std::string version(const Fragment& fragment) = 0;
  [[nodiscard]] virtual std::optional<Wave> say(const Fragment& fragment) = 0;
};

/// Recorded clips: DIR/LANGUAGE/manifest.json names a file beside it for each text.
/// {"language":"da","speaker":"…","licence":"…","clips":{"Nummer":"nummer.opus","42":"42.opus"}}
/// What is wrong with a pack is put into `faults`, in words.
[[nodiscard]] std::unique_ptr<VoiceSource> recorded_voice(const std::string& directory, std::vector<std::string>& faults);

/// The program espeak-ng, one process for each clip; nothing when it does not run.
[[nodiscard]] std::unique_ptr<VoiceSource> espeak_voice(const std::string& program);

}  // namespace skranke::daemon
