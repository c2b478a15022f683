#pragma once
// FlatBuffers as far as a model needs them: tables, vectors, scalars; whatever lies outside the file reads as nought.
#include <bit>
#include <cstring>
#include <type_traits>

#include "enrolment/bytes.hpp"

namespace skranke::enrolment {

class FlatTable {
 public:
  FlatTable(ByteView file, std::size_t at) : file_{file}, at_{at} {}
  static FlatTable root(ByteView file) { return {file, FlatTable{file, 0}.get<std::uint32_t>(0)}; }

  template <class Number>
  [[nodiscard]] Number scalar(int field, Number otherwise = 0) const {
    const std::size_t place = place_of(field);
    return place == 0 ? otherwise : get<Number>(place);
  }
  [[nodiscard]] bool has(int field) const { return place_of(field) != 0; }
  [[nodiscard]] FlatTable table(int field) const {
    const std::size_t place = place_of(field);
    return {file_, place == 0 ? file_.size() : place + get<std::uint32_t>(place)};
  }
  /// Bytes of a vector whose elements have `size` bytes.
  [[nodiscard]] ByteView vector(int field, std::size_t size) const {
    const std::size_t place = place_of(field);
    if (place == 0) return {};
    const std::size_t begin = place + get<std::uint32_t>(place);
    const std::size_t count = get<std::uint32_t>(begin);
    if (begin + 4 > file_.size() || count > (file_.size() - begin - 4) / size) return {};
    return file_.subspan(begin + 4, count * size);
  }
  template <class Number>
  [[nodiscard]] std::vector<Number> numbers(int field) const {
    const ByteView bytes = vector(field, sizeof(Number));
    std::vector<Number> values(bytes.size() / sizeof(Number));
    if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  }
  [[nodiscard]] std::vector<FlatTable> tables(int field) const {
    std::vector<FlatTable> found;
    const ByteView bytes = vector(field, 4);
    const auto begin = static_cast<std::size_t>(bytes.data() - file_.data());
    for (std::size_t i = 0; i < bytes.size() / 4; ++i)
      found.emplace_back(file_, begin + 4 * i + get<std::uint32_t>(begin + 4 * i));
    return found;
  }

 private:
  template <class Number>
  [[nodiscard]] Number get(std::size_t at) const {
    static_assert(std::endian::native == std::endian::little);  // as the format is
    Number value{};
    if (at <= file_.size() && file_.size() - at >= sizeof(Number))
      std::memcpy(&value, file_.data() + at, sizeof(Number));
    return value;
  }
  /// Where a field lies in the file; nought if the table has none of it.
  [[nodiscard]] std::size_t place_of(int field) const {
    const std::size_t layout = at_ - static_cast<std::size_t>(static_cast<std::ptrdiff_t>(get<std::int32_t>(at_)));
    const auto entry = static_cast<std::size_t>(4 + 2 * field);
    if (entry + 2 > get<std::uint16_t>(layout)) return 0;
    const std::size_t offset = get<std::uint16_t>(layout + entry);
    return offset == 0 ? 0 : at_ + offset;
  }

  ByteView file_;
  std::size_t at_;
};

}  // namespace skranke::enrolment
