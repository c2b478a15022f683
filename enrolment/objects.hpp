#pragma once
// Tag, length, value: reading what ISO 7816, CBEFF and CMS are made of. Strict, and never past the end.
#include <cstdint>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "enrolment/bytes.hpp"
#include "enrolment/error.hpp"

namespace skranke::enrolment {

/// Data objects of BER, definite lengths in as few bytes as they need, one after the other.
class Objects {
 public:
  Objects(ByteView bytes, std::string where) : bytes_{bytes}, where_{std::move(where)} {}

  [[nodiscard]] bool done() const { return bytes_.empty(); }
  [[nodiscard]] bool next_is(unsigned tag) const {
    Objects copy{*this};
    const auto found = copy.head();
    return found && found->first == tag;
  }
  Result<ByteView> take(unsigned tag) {
    const auto found = head();
    if (!found) return tl::unexpected<Error>{found.error()};
    if (found->first != tag) return fail(fmt::format("tag {:X} where {:X} belongs", found->first, tag));
    const ByteView value = bytes_.first(found->second);
    bytes_ = bytes_.subspan(found->second);
    return value;
  }
  Result<Objects> enter(unsigned tag) {
    return take(tag).map([&](ByteView value) { return Objects{value, fmt::format("{}/{:X}", where_, tag)}; });
  }
  Result<unsigned> integer(unsigned tag, std::size_t size_max) {
    const Result<ByteView> value = take(tag);
    if (!value) return tl::unexpected<Error>{value.error()};
    if (value->empty() || value->size() > size_max)
      return fail(fmt::format("tag {:X} has {} bytes", tag, value->size()));
    unsigned number = 0;
    for (const std::uint8_t byte : *value) number = (number << 8U) | byte;
    return number;
  }
  [[nodiscard]] Result<void> end() const {
    if (!bytes_.empty()) return fail(fmt::format("{} bytes too many", bytes_.size()));
    return {};
  }
  [[nodiscard]] tl::unexpected<Error> fail(std::string what) const { return wrong(where_, std::move(what)); }

 private:
  /// Tag and length, which fits; the bytes are then those of the value and what follows.
  Result<std::pair<unsigned, std::size_t>> head() {
    std::size_t at = 0;
    const auto byte = [&]() -> unsigned { return at < bytes_.size() ? bytes_[at++] : (++at, 0U); };
    unsigned tag = byte();
    if ((tag & 0x1FU) == 0x1FU) tag = (tag << 8U) | byte();
    const unsigned first = byte();
    std::size_t length = first;
    if (first > 0x83 || first == 0x80) return fail("a length of unknown or excessive size");
    if (first > 0x80) {
      length = 0;
      for (unsigned i = 0; i < (first & 0x7FU); ++i) length = (length << 8U) | byte();
      if (length < 0x80 || (first > 0x81 && length >> (8 * ((first & 0x7FU) - 1)) == 0))
        return fail("a length in more bytes than it needs");
    }
    if (at > bytes_.size() || length > bytes_.size() - at) return fail("ends too early");
    bytes_ = bytes_.subspan(at);
    return std::pair{tag, length};
  }

  ByteView bytes_;
  std::string where_;
};

}  // namespace skranke::enrolment
