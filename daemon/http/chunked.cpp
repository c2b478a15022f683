#include "daemon/http/chunked.hpp"

#include <algorithm>
#include <cstring>

namespace skranke::http {
namespace {
constexpr std::size_t size_line_bytes_max = 256;
constexpr std::size_t trailer_bytes_max = 1024;
constexpr unsigned size_digits_max = 8;  // 4 GiB; the body limit is far below
}  // namespace

ChunkDecoder::State ChunkDecoder::decode(std::span<const char> in, char* out, std::size_t body_bytes_max,
                                         std::size_t& used, std::size_t& made) {
  std::size_t at = 0;
  made = used = 0;
  while (at < in.size() && step_ != Step::done) {
    if (step_ == Step::data) {
      const std::size_t n = static_cast<std::size_t>(std::min<std::uint64_t>(left_, in.size() - at));
      if (total_ + n > body_bytes_max) return State::too_large;
      std::memmove(out + made, in.data() + at, n);
      at += n;
      made += n;
      total_ += n;
      left_ -= n;
      if (left_ == 0) step_ = Step::data_cr;
      continue;
    }
    if (!take(in[at])) return State::malformed;
    ++at;
    if (step_ == Step::data && total_ + left_ > body_bytes_max) return State::too_large;
  }
  used = at;
  return step_ == Step::done ? State::complete : State::running;
}

bool ChunkDecoder::take(char c) {
  const auto expect = [&](char wanted, Step next) {
    step_ = next;
    return c == wanted;
  };
  switch (step_) {
    case Step::size: return take_size(c);
    case Step::extension:
      if (c == '\r') return expect('\r', Step::size_lf);
      return ++overhead_ <= size_line_bytes_max && (c == '\t' || static_cast<unsigned char>(c) >= ' ');
    case Step::size_lf:
      last_ = left_ == 0;
      overhead_ = 0;
      digits_ = 0;
      return expect('\n', last_ ? Step::trailer_start : Step::data);
    case Step::data_cr: return expect('\r', Step::data_lf);
    case Step::data_lf: return expect('\n', Step::size);
    case Step::trailer_start:
      if (c == '\r') return expect('\r', Step::last_lf);
      step_ = Step::trailer;
      return ++overhead_ <= trailer_bytes_max && static_cast<unsigned char>(c) > ' ';
    case Step::trailer:  // read and thrown away: nothing of ours comes in a trailer
      if (c == '\r') return expect('\r', Step::trailer_lf);
      return ++overhead_ <= trailer_bytes_max && (c == '\t' || static_cast<unsigned char>(c) >= ' ');
    case Step::trailer_lf: return expect('\n', Step::trailer_start);
    case Step::last_lf: return expect('\n', Step::done);
    case Step::data:
    case Step::done: break;
  }
  return false;
}

bool ChunkDecoder::take_size(char c) {
  int digit = -1;
  if (c >= '0' && c <= '9') digit = c - '0';
  if (c >= 'a' && c <= 'f') digit = c - 'a' + 10;
  if (c >= 'A' && c <= 'F') digit = c - 'A' + 10;
  if (digit >= 0) {
    left_ = (digits_ == 0 ? 0 : left_ * 16) + static_cast<unsigned>(digit);
    return ++digits_ <= size_digits_max;
  }
  if (digits_ == 0) return false;
  if (c == '\r')
    step_ = Step::size_lf;
  else if (c == ';')
    step_ = Step::extension;
  else
    return false;
  return true;
}

}  // namespace skranke::http
