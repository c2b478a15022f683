#pragma once
// One clip of sound as numbers: read, trimmed, faded, made as loud as all others, written. Pure.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace skranke::daemon {

/// One channel, 16 bits.
struct Wave {
  unsigned rate = 22'050;
  std::vector<std::int16_t> samples;
  [[nodiscard]] std::chrono::milliseconds length() const { return std::chrono::milliseconds{samples.size() * 1000 / rate}; }
};

inline constexpr std::size_t wave_seconds_max = 20;

/// RIFF with 16-bit samples; several channels become one. A length that is wrong because it was written to a pipe is forgiven.
[[nodiscard]] std::optional<Wave> read_wave(std::string_view bytes);
[[nodiscard]] std::string write_wave(const Wave& wave);

inline constexpr double peak_max = 0.7079;            ///< -3 dB of full scale
inline constexpr double loudness_wanted = 0.1;        ///< root mean square of what is not silence: -20 dB
inline constexpr std::chrono::milliseconds fade_in{8}, fade_out{12};

/// Loudness of what is heard: silence between words does not count.
[[nodiscard]] double loudness_of(const Wave& wave);
[[nodiscard]] double peak_of(const Wave& wave);
/// Without silence at its ends, with soft edges (hard ones click), as loud as every other clip and never clipped. Nothing when all is silence.
[[nodiscard]] std::optional<Wave> prepared(Wave wave);

}  // namespace skranke::daemon
