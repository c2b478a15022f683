// The entropy code of the blocks: Huffman tables as JPEG builds them (ITU-T T.81, annex K.2), zero runs and escapes.
#include <algorithm>
#include <cstdlib>

#include "enrolment/wsq_parts.hpp"

namespace skranke::enrolment::wsq {
namespace {

constexpr std::size_t lengths_max = 64;  // before they are cut to 16; 256 symbols of 2^32 pixels cannot pass it
constexpr int run_max = 0xFFFF;

/// Calls take(symbol, extra, extra_bits) for each thing that the block says.
template <class Take>
void tell(std::span<const std::int16_t> block, const Take& take) {
  const auto tell_run = [&](int run) {
    if (run <= zero_run_max)
      take(run, 0, 0);
    else if (run <= 0xFF)
      take(zeros_8, run, 8);
    else
      take(zeros_16, run, 16);
  };
  int run = 0;
  for (const int value : block) {
    if (value == 0) {
      if (run == run_max) {
        tell_run(run);
        run = 0;
      }
      ++run;
      continue;
    }
    if (run > 0) tell_run(run);
    run = 0;
    if (value >= value_low && value <= value_high)
      take(value + value_zero, 0, 0);
    else if (std::abs(value) <= 0xFF)
      take(value > 0 ? plus_8 : minus_8, std::abs(value), 8);
    else
      take(value > 0 ? plus_16 : minus_16, std::abs(value), 16);
  }
  if (run > 0) tell_run(run);
}

/// The two rarest; of equals the later, which is how everybody reads the standard.
struct Rarest {
  int first = -1, second = -1;
};
Rarest rarest(const std::array<std::uint64_t, symbols + 1>& counts) {
  Rarest found;
  const auto rarer = [&](std::size_t i, int than) {
    return than < 0 || counts[i] <= counts[static_cast<std::size_t>(than)];
  };
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    if (rarer(i, found.first)) {
      found.second = found.first;
      found.first = static_cast<int>(i);
    } else if (rarer(i, found.second)) {
      found.second = static_cast<int>(i);
    }
  }
  return found;
}

std::array<std::size_t, symbols + 1> code_lengths(std::array<std::uint64_t, symbols + 1> counts) {
  std::array<std::size_t, symbols + 1> lengths{};
  std::array<int, symbols + 1> next{};
  next.fill(-1);
  const auto deepen = [&](int symbol) {
    int last = symbol;
    for (int at = symbol; at >= 0; at = next[static_cast<std::size_t>(at)]) {
      ++lengths[static_cast<std::size_t>(at)];
      last = at;
    }
    return static_cast<std::size_t>(last);
  };
  for (Rarest two = rarest(counts); two.second >= 0; two = rarest(counts)) {
    const auto first = static_cast<std::size_t>(two.first), second = static_cast<std::size_t>(two.second);
    counts[first] += counts[second];
    counts[second] = 0;
    next[deepen(two.first)] = two.second;
    deepen(two.second);
  }
  return lengths;
}

/// No code is longer than 16 bits; one code of the longest length stays free, so that none is all ones.
void limit(std::array<std::size_t, lengths_max + 1>& counts) {
  for (std::size_t length = lengths_max; length > code_bits_max; --length)
    while (counts[length] > 0) {
      std::size_t shorter = length - 2;
      while (counts[shorter] == 0) --shorter;
      counts[length] -= 2;
      counts[length - 1] += 1;
      counts[shorter + 1] += 2;
      counts[shorter] -= 1;
    }
  std::size_t longest = code_bits_max;
  while (longest > 0 && counts[longest] == 0) --longest;
  if (longest > 0) --counts[longest];
}

class BitWriter {
 public:
  explicit BitWriter(Writer& out) : out_{out} {}
  void put(unsigned value, std::size_t bits) {
    for (std::size_t i = bits; i-- > 0;) bit((value >> i) & 1U);
  }
  void finish() {
    while (used_ > 0) bit(1);
  }

 private:
  void bit(unsigned one) {
    byte_ = (byte_ << 1U) | one;
    if (++used_ < 8) return;
    out_.u8(byte_ & 0xFFU);
    if ((byte_ & 0xFFU) == 0xFFU) out_.u8(0);  // so that no marker appears among the codes
    byte_ = used_ = 0;
  }
  Writer& out_;
  unsigned byte_ = 0, used_ = 0;
};

struct Code {
  unsigned bits = 0;
  std::size_t length = 0;
};
std::array<Code, symbols> codes_of(const CodeTable& table) {
  std::array<Code, symbols> codes{};
  unsigned code = 0;
  std::size_t value = 0;
  for (std::size_t length = 1; length <= code_bits_max; ++length, code <<= 1U)
    for (std::size_t i = 0; i < table.counts[length - 1] && value < table.values.size(); ++i)
      codes[table.values[value++]] = {code++, length};
  return codes;
}

class BitReader {
 public:
  explicit BitReader(Reader& in) : in_{in} {}
  unsigned bit() {
    if (left_ == 0) load();
    --left_;
    return (byte_ >> left_) & 1U;
  }
  unsigned bits(unsigned count) {
    unsigned value = 0;
    while (count-- > 0) value = (value << 1U) | bit();
    return value;
  }
  [[nodiscard]] bool good() const { return good_ && in_.good(); }

 private:
  void load() {
    byte_ = in_.u8();
    if (byte_ == 0xFF && in_.u8() != 0) good_ = false;  // a marker inside the block
    left_ = 8;
  }
  Reader& in_;
  unsigned byte_ = 0, left_ = 0;
  bool good_ = true;
};

class Decoder {
 public:
  Decoder(Reader& in, const CodeTable& table) : in_{in}, table_{table} {
    unsigned code = 0;
    std::size_t at = 0;
    for (std::size_t i = 0; i < code_bits_max; ++i, code <<= 1U) {
      first_[i] = code;
      offset_[i] = at;
      code += table.counts[i];
      at += table.counts[i];
    }
  }
  /// −1 when no code fits.
  int symbol() {
    unsigned code = 0;
    for (std::size_t i = 0; i < code_bits_max; ++i) {
      code = (code << 1U) | in_.bit();
      if (code - first_[i] < table_.counts[i] && code >= first_[i]) return table_.values[offset_[i] + code - first_[i]];
    }
    return -1;
  }
  unsigned bits(unsigned count) { return in_.bits(count); }
  [[nodiscard]] bool good() const { return in_.good(); }

 private:
  BitReader in_;
  const CodeTable& table_;
  std::array<unsigned, code_bits_max> first_{};
  std::array<std::size_t, code_bits_max> offset_{};
};

}  // namespace

CodeTable table_for(std::span<const std::span<const std::int16_t>> blocks) {
  std::array<std::uint64_t, symbols + 1> counts{};
  counts[symbols] = 1;  // the place that is kept free
  for (const auto& block : blocks)
    tell(block, [&](int symbol, int, int) { ++counts[static_cast<std::size_t>(symbol)]; });
  const std::array<std::size_t, symbols + 1> lengths = code_lengths(counts);
  std::array<std::size_t, lengths_max + 1> of_length{};
  for (const std::size_t length : lengths)
    if (length > 0) ++of_length[std::min(length, lengths_max)];
  limit(of_length);
  CodeTable table;
  for (std::size_t i = 0; i < code_bits_max; ++i) table.counts[i] = static_cast<std::uint8_t>(of_length[i + 1]);
  for (std::size_t length = 1; length <= lengths_max; ++length)
    for (std::size_t symbol = 0; symbol < symbols; ++symbol)
      if (lengths[symbol] == length) table.values.push_back(static_cast<std::uint8_t>(symbol));
  return table;
}

void write_block(Writer& out, std::span<const std::int16_t> block, const CodeTable& table) {
  const std::array<Code, symbols> codes = codes_of(table);
  BitWriter bits{out};
  tell(block, [&](int symbol, int extra, int extra_bits) {
    const Code& code = codes[static_cast<std::size_t>(symbol)];
    bits.put(code.bits, code.length);
    bits.put(static_cast<unsigned>(extra), static_cast<std::size_t>(extra_bits));
  });
  bits.finish();
}

Result<void> check_table(const CodeTable& table) {
  std::size_t codes = 0, room = 1;
  for (const std::uint8_t count : table.counts) {
    room = 2 * room;
    if (count > room) return wrong("wsq: Huffman table", "more codes than its lengths have room for");
    room -= count;
    codes += count;
  }
  if (codes != table.values.size()) return wrong("wsq: Huffman table", "counts and symbols differ");
  if (codes == 0 || codes > symbols) return wrong("wsq: Huffman table", "no symbols, or too many");
  return {};
}

Result<void> read_block(Reader& in, std::span<std::int16_t> block, const CodeTable& table) {
  Decoder decoder{in, table};
  for (std::size_t at = 0; at < block.size();) {
    const int symbol = decoder.symbol();
    if (symbol < 0 || !decoder.good())
      return wrong("wsq: block", symbol < 0 ? "a code that is not in the table" : "ends too early");
    if (symbol >= value_min) {
      if (symbol > value_high + value_zero) return wrong("wsq: block", "the unused symbol 255");
      block[at++] = static_cast<std::int16_t>(symbol - value_zero);
      continue;
    }
    if (symbol >= plus_8 && symbol <= minus_16) {
      const int size = static_cast<int>(decoder.bits(symbol <= minus_8 ? 8 : 16));
      if (size > 0x7FFF) return wrong("wsq: block", "a value beyond 15 bits");
      block[at++] = static_cast<std::int16_t>(symbol == plus_8 || symbol == plus_16 ? size : -size);
      continue;
    }
    const std::size_t run = symbol == zeros_8    ? decoder.bits(8)
                            : symbol == zeros_16 ? decoder.bits(16)
                                                 : static_cast<std::size_t>(symbol);
    if (run == 0 || run > block.size() - at) return wrong("wsq: block", "a run of zeros that leaves the block");
    at += run;  // they are zero already
  }
  if (!decoder.good()) return wrong("wsq: block", "ends too early");
  return {};
}

}  // namespace skranke::enrolment::wsq
