#include "sim/drive_pipe.hpp"

#include <unistd.h>

#include <cerrno>

namespace skranke::sim {
namespace {

constexpr std::size_t read_bytes = 256 * 1024, write_bytes = 1024 * 1024;

bool write_all(int output, std::string& bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const ssize_t written = ::write(output, bytes.data() + at, bytes.size() - at);
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) at += static_cast<std::size_t>(written);
  }
  bytes.clear();
  return true;
}

/// Cuts the input into lines and keeps what is not a whole line yet, but never more than a line may have.
class Lines {
 public:
  Lines(Drive& drive, int output) : drive_{drive}, output_{output} {}

  bool feed(std::string_view bytes) {
    for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t end = bytes.find('\n', at);
      const bool whole = end != std::string_view::npos;
      keep(bytes.substr(at, whole ? end - at : end));
      at = whole ? end + 1 : bytes.size();
      if (whole && !finish_line()) return false;
    }
    return write_all(output_, answers_);
  }

  /// The last line may lack its line end.
  bool finish() { return (kept_.empty() && !too_long_) || (finish_line() && write_all(output_, answers_)); }

 private:
  void keep(std::string_view piece) {
    too_long_ = too_long_ || kept_.size() + piece.size() > Line::bytes_max;
    too_long_ ? kept_.clear() : void(kept_.append(piece));
  }

  bool finish_line() {
    too_long_ ? drive_.answer_too_long(answers_) : drive_.answer(kept_, answers_);
    kept_.clear();
    too_long_ = false;
    return answers_.size() < write_bytes || write_all(output_, answers_);
  }

  Drive& drive_;
  int output_;
  std::string kept_, answers_;
  bool too_long_ = false;
};

}  // namespace

bool drive_pipe(Drive& drive, int input, int output) {
  Lines lines{drive, output};
  std::string piece(read_bytes, '\0');
  for (;;) {
    const ssize_t got = ::read(input, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return lines.finish() && got == 0;
    if (!lines.feed({piece.data(), static_cast<std::size_t>(got)})) return false;
  }
}

}  // namespace skranke::sim
