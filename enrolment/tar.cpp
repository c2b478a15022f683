// POSIX ustar: headers of 512 bytes, contents padded to as many, two empty blocks at the end.
#include <algorithm>
#include <array>
#include <cstring>

#include <fmt/format.h>

#include "enrolment/seal.hpp"

namespace skranke::enrolment {
namespace {

constexpr std::size_t block = 512, name_at = 0, mode_at = 100, size_at = 124, time_at = 136, sum_at = 148,
                      type_at = 156, magic_at = 257;
using Block = std::array<char, block>;

bool is_name(std::string_view name) {
  return !name.empty() && name.size() < 60 && name.front() != '.' && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
}

void put(Block& header, std::size_t at, const std::string& text) {
  std::memcpy(header.data() + at, text.data(), text.size());
}

/// The sum of all bytes, those of the sum itself taken as spaces.
unsigned sum_of(const Block& header) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < block; ++i)
    sum += i >= sum_at && i < sum_at + 8 ? ' ' : static_cast<unsigned char>(header[i]);
  return sum;
}

Block header_of(const PackedFile& file, std::int64_t time) {
  Block header{};
  put(header, name_at, file.name);
  put(header, mode_at, "0000600");
  put(header, 108, "0000000");  // owner and group: nobody's
  put(header, 116, "0000000");
  put(header, size_at, fmt::format("{:011o}", file.bytes.size()));
  put(header, time_at, fmt::format("{:011o}", time));
  put(header, type_at, "0");
  put(header, magic_at,
      std::string("ustar\0"
                  "00",
                  8));
  put(header, sum_at, fmt::format("{:06o}", sum_of(header)) + std::string("\0 ", 2));
  return header;
}

std::optional<std::uint64_t> octal(const Block& header, std::size_t at, std::size_t digits) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const char digit = header[at + i];
    if (digit < '0' || digit > '7') return std::nullopt;
    value = value * 8 + static_cast<std::uint64_t>(digit - '0');
  }
  return value;
}

bool empty(ByteView bytes) {
  return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace

Result<Bytes> pack(std::span<const PackedFile> files, std::int64_t time) {
  if (files.size() > packed_files_max) return wrong("tar", "more than 16 files");
  if (time < 0 || time >= (std::int64_t{1} << 33)) return wrong("tar", "a time that a tar cannot hold");
  Writer out;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const PackedFile& file = files[i];
    if (!is_name(file.name))
      return wrong("tar", "a name of other than small letters, digits, dot, dash and underscore");
    for (std::size_t k = 0; k < i; ++k)
      if (files[k].name == file.name) return wrong("tar: " + file.name, "twice");
    if (out.size() + file.bytes.size() > packed_bytes_max)
      return wrong("tar: " + file.name, "more than 12,000,000 bytes in all");
    const Block header = header_of(file, time);
    out.put(std::string_view{header.data(), block}).put(file.bytes);
    out.put(Bytes((block - file.bytes.size() % block) % block, 0));
  }
  return out.put(Bytes(2 * block, 0)).take();
}

Result<std::vector<PackedFile>> unpack(ByteView tar) {
  if (tar.size() > packed_bytes_max + (packed_files_max + 1) * 2 * block || tar.size() % block != 0)
    return wrong("tar", "not whole blocks, or too many");
  std::vector<PackedFile> files;
  Reader in{tar};
  for (;;) {
    const ByteView bytes = in.take(block);
    if (!in.good()) return wrong("tar", "ends without its end");
    if (empty(bytes)) break;
    Block header{};
    std::memcpy(header.data(), bytes.data(), block);
    const std::string name{header.data(), ::strnlen(header.data(), 100)};
    const auto size = octal(header, size_at, 11), sum = octal(header, sum_at, 6), time = octal(header, time_at, 11);
    if (!size || !time || sum != sum_of(header)) return wrong("tar", "a header whose sum is wrong");
    if (!is_name(name) || files.size() == packed_files_max)
      return wrong("tar", "a name that is not ours, or more than 16 files");
    PackedFile file{name, {}};
    const ByteView content = in.take(*size), padding = in.take((block - *size % block) % block);
    if (!in.good() || !empty(padding)) return wrong("tar: " + name, "ends too early, or padded with something");
    file.bytes.assign(content.begin(), content.end());
    if (header != header_of(file, static_cast<std::int64_t>(*time)))
      return wrong("tar: " + name, "not a plain file of ours");
    for (const PackedFile& before : files)
      if (before.name == name) return wrong("tar: " + name, "twice");
    files.push_back(std::move(file));
  }
  if (in.left() != block || !empty(in.take(block))) return wrong("tar", "something after its end");
  return files;
}

}  // namespace skranke::enrolment
