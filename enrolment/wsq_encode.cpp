// Grey picture → WSQ. The arithmetic is in single precision where the reference's is, so that both choose the same
// bins.
#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "enrolment/wsq.hpp"
#include "enrolment/wsq_parts.hpp"

namespace skranke::enrolment::wsq {
namespace {

constexpr float variance_min = 1.01F;             // a subband with less is left out
constexpr float full_variance_below = 20'000.0F;  // a faint picture is judged on all of its area
constexpr double dead_zone = 1.2;
constexpr std::size_t low_bands = 4, corner_band = 51;
constexpr int rate_tries_max = 24;
constexpr double rate_step = 0.97;

struct Samples {
  std::vector<float> values;
  float shift = 0, scale = 1;
};

Result<Samples> normalised(const Image& image) {
  std::uint64_t sum = 0;
  for (const std::uint8_t pixel : image.pixels) sum += pixel;
  const auto [low, high] = std::minmax_element(image.pixels.begin(), image.pixels.end());
  if (*low == *high) return wrong("wsq: image", "one flat grey, nothing to code");
  Samples samples;
  samples.shift = static_cast<float>(sum) / static_cast<float>(image.pixels.size());
  samples.scale =
      std::max(samples.shift - static_cast<float>(*low), static_cast<float>(*high) - samples.shift) / 128.0F;
  samples.values.reserve(image.pixels.size());
  for (const std::uint8_t pixel : image.pixels)
    samples.values.push_back((static_cast<float>(pixel) - samples.shift) / samples.scale);
  return samples;
}

using PerBand = std::array<float, bands_coded>;

float variance(const std::vector<float>& values, int width, const Band& band) {
  float sum = 0, squares = 0;
  for (int y = 0; y < band.height; ++y) {
    const float* row = values.data() + static_cast<std::ptrdiff_t>(band.y + y) * width + band.x;
    for (int x = 0; x < band.width; ++x) {
      sum += row[x];
      squares += row[x] * row[x];
    }
  }
  const auto count = static_cast<float>(band.size());
  const float mean_part = (sum * sum) / count;
  return static_cast<float>(static_cast<double>(squares - mean_part) / (static_cast<double>(band.size()) - 1.0));
}

/// The middle of a band, where the ridges are.
Band middle(const Band& band) {
  Band inner;
  inner.x = band.x + band.width / 8;
  inner.y = band.y + 9 * band.height / 32;
  inner.width = 3 * band.width / 4;
  inner.height = 7 * band.height / 16;
  return inner.width * inner.height > 1 ? inner : band;
}

PerBand variances(const std::vector<float>& values, int width, const Tree& tree) {
  PerBand found{};
  float low_sum = 0;
  for (std::size_t i = 0; i < bands_coded; ++i) {
    found[i] = variance(values, width, middle(tree.bands[i]));
    if (i < low_bands) low_sum += found[i];
  }
  if (low_sum < full_variance_below)
    for (std::size_t i = 0; i < bands_coded; ++i) found[i] = variance(values, width, tree.bands[i]);
  return found;
}

float weight(std::size_t band) {
  constexpr std::array<float, 8> last = {1.32F, 1.08F, 1.42F, 1.08F, 1.32F, 1.42F, 1.08F, 1.08F};
  return band < block_begin[2] ? 1.0F : last[band - block_begin[2]];
}
float share_of_image(std::size_t band) {
  return band < low_bands ? 1.0F / 1024.0F : band < corner_band ? 1.0F / 256.0F : 1.0F / 16.0F;
}

/// Bin widths for the wanted rate: bands that would get no bits are left out of the sum, until all that remain get
/// some.
PerBand bin_widths(const PerBand& variance_of, float rate) {
  PerBand bins{}, sigma{};
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < bands_coded; ++i) {
    if (variance_of[i] < variance_min) continue;
    const float spread = weight(i) * static_cast<float>(std::log(static_cast<double>(variance_of[i])));
    bins[i] = i < low_bands ? 1.0F : static_cast<float>(10.0 / static_cast<double>(spread));
    sigma[i] = static_cast<float>(std::sqrt(static_cast<double>(variance_of[i])));
    kept.push_back(i);
  }
  float divisor = 1;
  for (bool again = !kept.empty(); again;) {
    float share = 0, product = 1;
    for (const std::size_t i : kept) share += share_of_image(i);
    for (const std::size_t i : kept)
      product = static_cast<float>(static_cast<double>(product) * std::pow(static_cast<double>(sigma[i] / bins[i]),
                                                                           static_cast<double>(share_of_image(i))));
    divisor = static_cast<float>((std::pow(2.0, static_cast<double>(rate / share) - 1.0) / 2.5) /
                                 std::pow(static_cast<double>(product), 1.0 / static_cast<double>(share)));
    const std::size_t before = kept.size();
    std::erase_if(kept, [&](std::size_t i) {
      return static_cast<double>(bins[i] / divisor) >= 5.0 * static_cast<double>(sigma[i]);
    });
    again = kept.size() != before && !kept.empty();
  }
  for (float& bin : bins) bin /= divisor;
  return bins;
}

float zero_bin(float bin) { return static_cast<float>(dead_zone * static_cast<double>(bin)); }

Result<std::vector<std::int16_t>> quantised(const std::vector<float>& values, int width, const Band& band, float bin) {
  const float half = zero_bin(bin) / 2.0F;
  std::vector<std::int16_t> out;
  out.reserve(band.size());
  for (int y = 0; y < band.height; ++y) {
    const float* row = values.data() + static_cast<std::ptrdiff_t>(band.y + y) * width + band.x;
    for (int x = 0; x < band.width; ++x) {
      const float value = row[x];
      double level = 0;
      if (value > half) level = static_cast<double>((value - half) / bin) + 1.0;
      if (value < -half) level = static_cast<double>((value + half) / bin) - 1.0;
      if (std::abs(level) > std::numeric_limits<std::int16_t>::max())
        return wrong("wsq: image", "the rate is too high for this picture");
      out.push_back(static_cast<std::int16_t>(level));
    }
  }
  return out;
}

/// A decimal as large as it fits, and how many places its point was moved.
template <class Stored>
void write_scaled(Writer& out, float value) {
  constexpr double limit = std::numeric_limits<Stored>::max();
  int places = -1;
  while (value != 0.0F && static_cast<double>(value) < limit) {
    value *= 10.0F;
    ++places;
  }
  const double stored = value == 0.0F ? 0.0 : static_cast<double>(value) / 10.0 + 0.5;
  out.u8(static_cast<std::uint64_t>(std::max(places, 0)));
  out.number(static_cast<std::uint64_t>(stored), sizeof(Stored));
}

void write_transform(Writer& out, const Filters& filters) {
  out.u16(transform_table).u16(58).u8(filters.low.size()).u8(filters.high.size());
  for (const auto* taps : {&filters.low, &filters.high})
    for (std::size_t i = taps->size() / 2; i < taps->size(); ++i) {
      out.u8((*taps)[i] < 0 ? 1 : 0);
      write_scaled<std::uint32_t>(out, std::abs((*taps)[i]));
    }
}

void write_quantization(Writer& out, const PerBand& bins) {
  out.u16(quantization_table).u16(389).u8(2).u16(44);  // bins are restored at 0.44 of their width
  for (std::size_t i = 0; i < bands_all; ++i) {
    const float bin = i < bands_coded ? bins[i] : 0.0F;
    write_scaled<std::uint16_t>(out, bin);
    write_scaled<std::uint16_t>(out, zero_bin(bin));
  }
}

void write_frame(Writer& out, const Image& image, const Samples& samples) {
  constexpr unsigned algorithm = 2, our_software = 0;  // no number was given to us
  out.u16(start_of_frame).u16(17).u8(0).u8(255);
  out.u16(static_cast<std::uint64_t>(image.height)).u16(static_cast<std::uint64_t>(image.width));
  write_scaled<std::uint16_t>(out, samples.shift);
  write_scaled<std::uint16_t>(out, samples.scale);
  out.u8(algorithm).u16(our_software);
}

void write_table(Writer& out, unsigned id, const CodeTable& table) {
  out.u16(huffman_table).u16(3 + table.counts.size() + table.values.size()).u8(id).put(table.counts).put(table.values);
}

std::string comment_of(const Image& image, const Options& options, double rate) {
  return fmt::format(
      "NIST_COM 9\nPIX_WIDTH {}\nPIX_HEIGHT {}\nPIX_DEPTH 8\nPPI {}\nLOSSY 1\nCOLORSPACE GRAY\nCOMPRESSION "
      "WSQ\nWSQ_BITRATE {:.6f}",
      image.width, image.height, options.ppi, rate);
}

CodeTable never_empty(CodeTable table) {
  if (table.values.empty()) {  // every subband of the block was left out
    table.counts[0] = 1;
    table.values = {1};
  }
  return table;
}

Result<Bytes> written(const Image& image, const Options& options, const Samples& samples, const Tree& tree,
                      const PerBand& variance_of, double rate) {
  const PerBand bins = bin_widths(variance_of, static_cast<float>(rate));
  std::array<std::vector<std::int16_t>, 3> blocks;
  for (std::size_t block = 0; block < 3; ++block)
    for (std::size_t i = block_begin[block]; i < block_begin[block + 1]; ++i) {
      if (!(bins[i] > 0.0F)) continue;
      const auto band = quantised(samples.values, image.width, tree.bands[i], bins[i]);
      if (!band) return tl::unexpected<Error>{band.error()};
      blocks[block].insert(blocks[block].end(), band->begin(), band->end());
    }
  const std::string words = comment_of(image, options, rate);
  Writer out;
  out.u16(start_of_image).u16(comment).u16(2 + words.size()).put(words);
  write_transform(out, standard_filters());
  write_quantization(out, bins);
  write_frame(out, image, samples);
  const std::array<std::span<const std::int16_t>, 1> first{blocks[0]};
  const std::array<std::span<const std::int16_t>, 2> others{blocks[1], blocks[2]};
  const std::array<CodeTable, 2> tables{never_empty(table_for(first)), never_empty(table_for(others))};
  for (std::size_t block = 0; block < 3; ++block) {
    const unsigned id = block == 0 ? 0 : 1;
    if (block < 2) write_table(out, id, tables[id]);
    out.u16(start_of_block).u16(3).u8(id);
    write_block(out, blocks[block], tables[id]);
  }
  out.u16(end_of_image);
  return out.take();
}

}  // namespace

Result<Bytes> encode(const Image& image, const Options& options) {
  if (!image.consistent() || image.channels != 1) return wrong("wsq: image", "not an 8 bit grey picture");
  if (std::min(image.width, image.height) < side_min || std::max(image.width, image.height) > side_max ||
      image.pixels.size() > static_cast<std::size_t>(pixels_max))
    return wrong("wsq: image", fmt::format("{} × {} pixels; sides of {} to {} are possible, and {} pixels", image.width,
                                           image.height, side_min, side_max, pixels_max));
  if (!(options.bits_per_pixel > 0.01 && options.bits_per_pixel <= 4))
    return wrong("wsq: rate", "not between 0.01 and 4 bits a pixel");
  Result<Samples> samples = normalised(image);
  if (!samples) return tl::unexpected<Error>{samples.error()};
  const Tree tree = make_tree(image.width, image.height);
  analyse(samples->values, image.width, tree, standard_filters());
  const PerBand variance_of = variances(samples->values, image.width, tree);
  Result<Bytes> file = written(image, options, *samples, tree, variance_of, options.bits_per_pixel);
  double rate = options.bits_per_pixel;
  for (int i = 0; file && options.ratio_min > 0 && i < rate_tries_max; ++i) {
    if (static_cast<double>(image.pixels.size()) / static_cast<double>(file->size()) >= options.ratio_min) break;
    rate *= rate_step;
    file = written(image, options, *samples, tree, variance_of, rate);
  }
  return file;
}

}  // namespace skranke::enrolment::wsq
