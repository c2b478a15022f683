#pragma once
// A chunked body, byte by byte, strictly. Pure.
#include <cstddef>
#include <cstdint>
#include <span>

namespace skranke::http {

/// Decodes in place: what comes out is never longer than what went in.
class ChunkDecoder {
 public:
  enum class State : std::uint8_t { running, complete, malformed, too_large };

  /// Decodes `in` towards `out` (which may be the same memory at or before `in`). `used` and `made` are set to the
  /// bytes read and written; when the state is `running` afterwards, all of `in` has been read. `body_bytes_max` bounds
  /// the sum of all decoded bytes.
  State decode(std::span<const char> in, char* out, std::size_t body_bytes_max, std::size_t& used, std::size_t& made);

 private:
  enum class Step : std::uint8_t {
    size,
    extension,
    size_lf,
    data,
    data_cr,
    data_lf,
    trailer_start,
    trailer,
    trailer_lf,
    last_lf,
    done
  };
  bool take(char c);
  bool take_size(char c);

  std::uint64_t left_ = 0;    // of the present chunk
  std::uint64_t total_ = 0;   // decoded so far
  std::size_t overhead_ = 0;  // bytes of the present size line, or of all trailers
  unsigned digits_ = 0;
  Step step_ = Step::size;
  bool last_ = false;
};

}  // namespace skranke::http
