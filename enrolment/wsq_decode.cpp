// WSQ → grey picture. Every table and dimension is checked before anything is sized by it.
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "enrolment/wsq.hpp"
#include "enrolment/wsq_parts.hpp"

namespace skranke::enrolment::wsq {
namespace {

constexpr std::size_t comment_bytes_max = 2000, segments_max = 64, tables_max = 8;
constexpr double tap_max = 8;

double scaled(std::uint64_t value, unsigned places) { return static_cast<double>(value) / std::pow(10.0, places); }

struct Quantization {
  float centre = 0.44F;
  std::array<float, bands_coded> bin{}, zero{};
};

struct File {
  std::optional<Filters> filters;
  std::optional<Quantization> quantization;
  std::optional<Header> frame;
  std::string comment;
  std::map<unsigned, CodeTable> tables;
  std::size_t block = 0;
  Tree tree;
  std::vector<float> values;
};

Result<std::vector<float>> read_taps(Reader& in, std::size_t count) {
  std::vector<float> taps(count);
  for (std::size_t i = 0; i <= count / 2; ++i) {
    const bool minus = in.u8() != 0;
    const unsigned places = in.u8();
    const double tap = scaled(in.u32(), places);
    if (!in.good()) return wrong("wsq: transform table", "ends too early");
    if (tap > tap_max) return wrong("wsq: transform table", "a coefficient beyond 8");
    taps[count / 2 + i] = taps[count / 2 - i] = static_cast<float>(minus ? -tap : tap);
  }
  return taps;
}

Result<void> read_transform(ByteView segment, File& file) {
  Reader in{segment};
  const std::size_t low = in.u8(), high = in.u8();
  if (low % 2 == 0 || high % 2 == 0) return wrong("wsq: transform table", "filters of even length are not supported");
  if (low > taps_max || high > taps_max) return wrong("wsq: transform table", "filters of more than 31 taps");
  auto low_taps = read_taps(in, low);
  if (!low_taps) return tl::unexpected<Error>{low_taps.error()};
  auto high_taps = read_taps(in, high);
  if (!high_taps) return tl::unexpected<Error>{high_taps.error()};
  if (in.left() != 0) return wrong("wsq: transform table", "longer than its filters");
  file.filters = Filters{std::move(*low_taps), std::move(*high_taps)};
  return {};
}

Result<void> read_quantization(ByteView segment, File& file) {
  Reader in{segment};
  Quantization found;
  const unsigned centre_places = in.u8();
  found.centre = static_cast<float>(scaled(in.u16(), centre_places));
  for (std::size_t i = 0; i < bands_all; ++i) {
    const unsigned bin_places = in.u8();
    const double bin = scaled(in.u16(), bin_places);
    const unsigned zero_places = in.u8();
    const double zero = scaled(in.u16(), zero_places);
    if (i >= bands_coded) continue;
    found.bin[i] = static_cast<float>(bin);
    found.zero[i] = static_cast<float>(zero);
  }
  if (!in.good() || in.left() != 0) return wrong("wsq: quantization table", "its length is not that of 64 subbands");
  if (found.centre > 1) return wrong("wsq: quantization table", "bins restored outside themselves");
  file.quantization = found;
  return {};
}

Result<void> read_frame(ByteView segment, File& file) {
  Reader in{segment};
  in.u8();  // black and white: told, and of no use
  in.u8();
  Header found;
  found.height = in.u16();
  found.width = in.u16();
  const unsigned shift_places = in.u8();
  found.shift = scaled(in.u16(), shift_places);
  const unsigned scale_places = in.u8();
  found.scale = scaled(in.u16(), scale_places);
  found.encoder = in.u8();
  found.software = in.u16();
  if (!in.good() || in.left() != 0) return wrong("wsq: frame header", "its length is not 17");
  if (std::min(found.width, found.height) < side_min || std::max(found.width, found.height) > side_max ||
      found.width * found.height > pixels_max)
    return wrong("wsq: frame header", "sides outside 64 to 4096 pixels, or more than 4,000,000 pixels");
  if (!(found.scale > 0 && found.scale <= 255) || found.shift > 255)
    return wrong("wsq: frame header", "shift or scale outside the grey levels");
  if (file.frame) return wrong("wsq: frame header", "a second one");
  file.frame = found;
  return {};
}

Result<void> read_tables(ByteView segment, File& file) {
  Reader in{segment};
  while (in.left() > 0) {
    const unsigned id = in.u8();
    CodeTable table;
    const ByteView counts = in.take(code_bits_max);
    std::copy(counts.begin(), counts.end(), table.counts.begin());
    std::size_t codes = 0;
    for (const std::uint8_t count : counts) codes += count;
    const ByteView values = in.take(codes);
    if (!in.good()) return wrong("wsq: Huffman table", "ends too early");
    table.values.assign(values.begin(), values.end());
    if (const auto fine = check_table(table); !fine) return fine;
    if (id >= tables_max) return wrong("wsq: Huffman table", "a number above 7");
    file.tables[id] = std::move(table);
  }
  return {};
}

void restore(const Quantization& quantization, std::size_t i, std::span<const std::int16_t> levels, int width,
             File& file) {
  const Band& band = file.tree.bands[i];
  const float bin = quantization.bin[i], half = quantization.zero[i] / 2.0F, centre = quantization.centre;
  std::size_t at = 0;
  for (int y = 0; y < band.height; ++y) {
    float* row = file.values.data() + static_cast<std::ptrdiff_t>(band.y + y) * width + band.x;
    for (int x = 0; x < band.width; ++x, ++at) {
      const auto level = static_cast<float>(levels[at]);
      if (level > 0) row[x] = bin * (level - centre) + half;
      if (level < 0) row[x] = bin * (level + centre) - half;
    }
  }
}

Result<void> read_one_block(ByteView segment, Reader& in, File& file) {
  Reader head{segment};
  const unsigned id = head.u8();
  if (!head.good() || head.left() != 0) return wrong("wsq: block header", "its length is not 3");
  if (!file.frame || !file.quantization || !file.filters)
    return wrong("wsq: block header", "before frame header or tables");
  if (file.block >= 3) return wrong("wsq: block header", "a fourth block");
  const auto table = file.tables.find(id);
  if (table == file.tables.end()) return wrong("wsq: block header", "names a Huffman table that was not given");
  if (file.block == 0) {
    file.tree = make_tree(file.frame->width, file.frame->height);
    file.values.assign(static_cast<std::size_t>(file.frame->width) * static_cast<std::size_t>(file.frame->height),
                       0.0F);
  }
  std::size_t size = 0;
  const auto sent = [&](std::size_t i) { return file.quantization->bin[i] > 0.0F; };
  for (std::size_t i = block_begin[file.block]; i < block_begin[file.block + 1]; ++i)
    if (sent(i)) size += file.tree.bands[i].size();
  std::vector<std::int16_t> levels(size);
  if (const auto read = read_block(in, levels, table->second); !read) return read;
  std::span<const std::int16_t> rest{levels};
  for (std::size_t i = block_begin[file.block]; i < block_begin[file.block + 1]; ++i) {
    if (!sent(i)) continue;
    restore(*file.quantization, i, rest, file.frame->width, file);
    rest = rest.subspan(file.tree.bands[i].size());
  }
  ++file.block;
  return {};
}

Result<void> read_segment(std::uint16_t marker, ByteView segment, Reader& in, File& file) {
  switch (marker) {
    case transform_table: return read_transform(segment, file);
    case quantization_table: return read_quantization(segment, file);
    case start_of_frame: return read_frame(segment, file);
    case huffman_table: return read_tables(segment, file);
    case start_of_block: return read_one_block(segment, in, file);
    case comment:
      if (file.comment.empty()) file.comment = text_of(segment.first(std::min(segment.size(), comment_bytes_max)));
      return {};
    default: return wrong("wsq: marker", "one that does not belong here");
  }
}

/// Reads until the frame is known (`header_only`) or to the end of the image.
Result<File> read_file(ByteView bytes, bool header_only) {
  if (bytes.size() > file_bytes_max) return wrong("wsq: file", "more than 4,000,000 bytes");
  Reader in{bytes};
  if (in.u16() != start_of_image) return wrong("wsq: start of image", "missing, this is not a WSQ file");
  File file;
  for (std::size_t i = 0; i < segments_max; ++i) {
    const std::uint16_t marker = in.u16();
    if (marker == end_of_image) {
      if (file.block < 3) return wrong("wsq: end of image", "before the third block");
      return file;
    }
    const std::size_t length = in.u16();
    const ByteView segment = in.take(length < 2 ? 0 : length - 2);
    if (!in.good() || length < 2) return wrong("wsq: segment", "ends too early");
    if (const auto read = read_segment(marker, segment, in, file); !read) return tl::unexpected<Error>{read.error()};
    if (header_only && file.frame) return file;
  }
  return wrong("wsq: file", "more than 64 segments");
}

}  // namespace

Result<Header> read_header(ByteView bytes) {
  const Result<File> file = read_file(bytes, true);
  if (!file) return tl::unexpected<Error>{file.error()};
  Header header = *file->frame;
  header.comment = file->comment;
  return header;
}

Result<Image> decode(ByteView bytes) {
  Result<File> file = read_file(bytes, false);
  if (!file) return tl::unexpected<Error>{file.error()};
  synthesise(file->values, file->frame->width, file->tree, *file->filters);
  Image image{file->frame->width, file->frame->height, 1, {}};
  image.pixels.reserve(file->values.size());
  const auto shift = static_cast<float>(file->frame->shift), scale = static_cast<float>(file->frame->scale);
  for (const float value : file->values) {
    const float pixel = value * scale + shift + 0.5F;
    image.pixels.push_back(pixel > 0.0F ? static_cast<std::uint8_t>(std::min(pixel, 255.0F)) : std::uint8_t{0});
  }
  return image;
}

}  // namespace skranke::enrolment::wsq
