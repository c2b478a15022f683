#include "daemon/voice/wave.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace skranke::daemon {

namespace {

constexpr double full_scale = 32768.0;
constexpr double silence_below = 0.02;   // of the clip's own peak
constexpr std::size_t frames_a_second = 100;

std::uint32_t little(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t index = 0; index < count; ++index) value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + index])) << (8 * index);
  return value;
}

void put(std::string& out, std::uint32_t value, std::size_t count) {
  for (std::size_t index = 0; index < count; ++index) out.push_back(static_cast<char>((value >> (8 * index)) & 0xFFU));
}

std::vector<std::int16_t> mixed(std::string_view data, unsigned channels) {
  std::vector<std::int16_t> samples;
  const std::size_t frame = 2UL * channels;
  samples.reserve(data.size() / frame);
  for (std::size_t at = 0; at + frame <= data.size(); at += frame) {
    int sum = 0;
    for (unsigned channel = 0; channel < channels; ++channel) sum += static_cast<std::int16_t>(little(data, at + 2UL * channel, 2));
    samples.push_back(static_cast<std::int16_t>(sum / static_cast<int>(channels)));
  }
  return samples;
}

std::size_t samples_in(const Wave& wave, std::chrono::milliseconds time) { return wave.rate * static_cast<std::size_t>(time.count()) / 1000; }

}  // namespace

std::optional<Wave> read_wave(std::string_view bytes) {
  if (bytes.size() < 12 || !bytes.starts_with("RIFF") || bytes.substr(8, 4) != "WAVE") return std::nullopt;
  Wave wave;
  unsigned channels = 0;
  for (std::size_t at = 12; at + 8 <= bytes.size();) {
    const std::string_view name = bytes.substr(at, 4);
    const std::size_t size = little(bytes, at + 4, 4), left = bytes.size() - at - 8;
    if (name == "fmt ") {
      if (size < 16 || left < 16 || little(bytes, at + 8, 2) != 1 || little(bytes, at + 22, 2) != 16) return std::nullopt;
      channels = little(bytes, at + 10, 2);
      wave.rate = little(bytes, at + 12, 4);
    } else if (name == "data") {
      if (channels == 0 || channels > 8 || wave.rate < 8'000 || wave.rate > 96'000) return std::nullopt;
      wave.samples = mixed(bytes.substr(at + 8, std::min(size, left)), channels);
      if (wave.samples.size() > wave.rate * wave_seconds_max) return std::nullopt;
      return wave;
    }
    if (size > left) break;
    at += 8 + size + (size & 1U);
  }
  return std::nullopt;
}

std::string write_wave(const Wave& wave) {
  const auto bytes = static_cast<std::uint32_t>(wave.samples.size() * 2);
  std::string out{"RIFF"};
  out.reserve(44 + bytes);
  put(out, 36 + bytes, 4);
  out += "WAVEfmt ";
  put(out, 16, 4), put(out, 1, 2), put(out, 1, 2), put(out, wave.rate, 4), put(out, wave.rate * 2, 4), put(out, 2, 2), put(out, 16, 2);
  out += "data";
  put(out, bytes, 4);
  for (const std::int16_t sample : wave.samples) put(out, static_cast<std::uint16_t>(sample), 2);
  return out;
}

double peak_of(const Wave& wave) {
  int peak = 0;
  for (const std::int16_t sample : wave.samples) peak = std::max(peak, std::abs(static_cast<int>(sample)));
  return peak / full_scale;
}

double loudness_of(const Wave& wave) {
  const std::size_t frame = std::max<std::size_t>(1, wave.rate / frames_a_second);
  std::vector<double> powers;
  for (std::size_t at = 0; at < wave.samples.size(); at += frame) {
    double sum = 0;
    const std::size_t end = std::min(at + frame, wave.samples.size());
    for (std::size_t index = at; index < end; ++index) sum += std::pow(wave.samples[index] / full_scale, 2);
    powers.push_back(sum / static_cast<double>(end - at));
  }
  const double loudest = powers.empty() ? 0 : *std::max_element(powers.begin(), powers.end());
  double sum = 0;
  std::size_t heard = 0;
  for (const double power : powers)
    if (power > loudest * 0.01) sum += power, ++heard;   // 20 dB below the loudest moment is pause
  return heard == 0 ? 0 : std::sqrt(sum / static_cast<double>(heard));
}

std::optional<Wave> prepared(Wave wave) {
  const double peak = peak_of(wave);
  if (peak <= 0.001) return std::nullopt;
  const auto heard = [&](std::int16_t sample) { return std::abs(sample / full_scale) > peak * silence_below; };
  const auto first = std::find_if(wave.samples.begin(), wave.samples.end(), heard);
  const auto last = std::find_if(wave.samples.rbegin(), wave.samples.rend(), heard).base();
  // A little air before and after, for consonants that are softer than what counts as sound.
  const auto air_before = static_cast<std::ptrdiff_t>(samples_in(wave, fade_in)), air_after = static_cast<std::ptrdiff_t>(samples_in(wave, 2 * fade_out));
  const auto from = first - std::min(air_before, first - wave.samples.begin());
  const auto to = last + std::min(air_after, wave.samples.end() - last);
  Wave out{wave.rate, {from, to}};
  const double loudness = loudness_of(out);
  const double gain = std::min(loudness_wanted / loudness, peak_max / peak);
  const std::size_t in = samples_in(out, fade_in), tail = samples_in(out, fade_out), count = out.samples.size();
  for (std::size_t index = 0; index < count; ++index) {
    double shape = 1;
    if (index < in) shape = static_cast<double>(index) / static_cast<double>(in);
    if (const std::size_t left = count - 1 - index; left < tail) shape = std::min(shape, static_cast<double>(left) / static_cast<double>(tail));
    out.samples[index] = static_cast<std::int16_t>(std::lround(out.samples[index] * gain * shape));
  }
  return out;
}

}  // namespace skranke::daemon
