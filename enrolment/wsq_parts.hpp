#pragma once
// The parts of the WSQ codec: subband tree, wavelet, Huffman code. Section numbers are those of the specification.
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "enrolment/bytes.hpp"
#include "enrolment/error.hpp"

namespace skranke::enrolment::wsq {

enum Marker : std::uint16_t {
  start_of_image = 0xFFA0,
  end_of_image = 0xFFA1,
  start_of_frame = 0xFFA2,
  start_of_block = 0xFFA3,
  transform_table = 0xFFA4,
  quantization_table = 0xFFA5,
  huffman_table = 0xFFA6,
  restart = 0xFFA7,
  comment = 0xFFA8,
};

constexpr std::size_t bands_coded = 60, bands_all = 64;
constexpr std::array<std::size_t, 4> block_begin = {0, 19, 52, 60};  // subbands of the three blocks

struct Band {
  int x = 0, y = 0, width = 0, height = 0;
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(width) * static_cast<std::size_t>(height); }
};

/// A region to be split once. What lies at the right or at the bottom is a high band, whose halves change places.
struct Node : Band {
  bool high_x = false, high_y = false;
};

struct Tree {
  std::vector<Node> nodes;  ///< parents before children
  std::array<Band, bands_all> bands{};
};
[[nodiscard]] Tree make_tree(int width, int height);

/// Analysis filters of odd length, symmetric; the synthesis filters follow from them.
struct Filters {
  std::vector<float> low, high;
};
constexpr std::size_t taps_max = 31;
[[nodiscard]] const Filters& standard_filters();
/// In place on `width` times `height` values.
void analyse(std::vector<float>& values, int width, const Tree& tree, const Filters& filters);
void synthesise(std::vector<float>& values, int width, const Tree& tree, const Filters& filters);

constexpr std::size_t code_bits_max = 16, symbols = 256;
/// Symbols: 1–100 a run of so many zeros, 101–106 escapes, 107–254 the values −73 to 74.
enum Symbol : std::uint8_t { zero_run_max = 100, plus_8, minus_8, plus_16, minus_16, zeros_8, zeros_16, value_min };
constexpr int value_zero = 180, value_low = -73, value_high = 74;

struct CodeTable {
  std::array<std::uint8_t, code_bits_max> counts{};  ///< codes of each length
  Bytes values;                                      ///< symbols in the order of their codes
};
/// The best table for what these blocks hold.
[[nodiscard]] CodeTable table_for(std::span<const std::span<const std::int16_t>> blocks);
void write_block(Writer& out, std::span<const std::int16_t> block, const CodeTable& table);
/// Fills the block exactly; the reader is then at the next marker.
[[nodiscard]] Result<void> read_block(Reader& in, std::span<std::int16_t> block, const CodeTable& table);
[[nodiscard]] Result<void> check_table(const CodeTable& table);

}  // namespace skranke::enrolment::wsq
