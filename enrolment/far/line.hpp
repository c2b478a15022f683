#pragma once
// A line between two boxes: TLS 1.3, on which each end knows the other by its public key and by nothing else. Frames take it as they take a pair of sockets.
#include <chrono>
#include <memory>
#include <string>

#include "enrolment/worker/frame.hpp"

struct ssl_st;

namespace skranke::enrolment {

struct LineKeys {
  std::string certificate, key;   ///< PEM files of this end; may be one
  std::string pin;                ///< SHA-256 of the other end's public key, 64 hex digits
};
constexpr std::size_t pin_digits = 64;
[[nodiscard]] bool is_pin(std::string_view text);

/// The larger of what a camera or a ten-print reader gives; more is no frame of a line.
constexpr std::size_t line_body_max = 32UL * 1024 * 1024;

class Line {
 public:
  enum class End : bool { asks, answers };
  /// Takes the connected socket; both ends have shown their keys, or it is an error: "keys" ours cannot be used, "stranger" the other end has another key than we know,
  /// "unknown" it does not know ours, "time", "end".
  static Result<Line> meet(int fd, End end, const LineKeys& keys, std::chrono::milliseconds patience);

  /// The other end has as long as a slow network wants for one picture.
  [[nodiscard]] Result<void> send(ByteView bytes);
  [[nodiscard]] Result<void> receive(std::span<std::uint8_t> into, Until until);
  /// As frames want it; the line must outlive it.
  [[nodiscard]] Way way();
  [[nodiscard]] int fd() const;

 private:
  struct Close {
    void operator()(ssl_st* tls) const noexcept;
  };
  explicit Line(std::unique_ptr<ssl_st, Close> tls) : tls_{std::move(tls)} {}
  std::unique_ptr<ssl_st, Close> tls_;
};

}  // namespace skranke::enrolment
