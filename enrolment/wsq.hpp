#pragma once
// Fingerprints after the FBI's WSQ gray-scale fingerprint image compression specification, IAFIS-IC-0110 version 3.1:
// 8 bit grey at 500 ppi. Not certified by the FBI's laboratory; a scanner's certified encoder is to be preferred.
#include <cstdint>
#include <string>

#include "enrolment/bytes.hpp"
#include "enrolment/error.hpp"
#include "enrolment/image.hpp"

namespace skranke::enrolment::wsq {

constexpr int side_min = 64, side_max = 4096, pixels_max = 4'000'000;
constexpr std::size_t file_bytes_max = 4'000'000;

struct Options {
  double bits_per_pixel = 0.75;  ///< the rate that the quantiser aims at; 0.75 is what the exchanges ask for
  double ratio_min = 0;          ///< lower the rate until the file is at least so many times smaller; 0 = leave it
  int ppi = 500;                 ///< said in the comment; the format itself has no resolution
};

[[nodiscard]] Result<Bytes> encode(const Image& image, const Options& options = {});

struct Header {
  int width = 0, height = 0;
  double shift = 0, scale = 1;
  int encoder = 0, software = 0;  ///< which algorithm and whose program wrote it
  std::string comment;            ///< of the first comment segment, at most 2,000 bytes
};
/// The frame without the pixels: what a record must agree with.
[[nodiscard]] Result<Header> read_header(ByteView file);

[[nodiscard]] Result<Image> decode(ByteView file);

}  // namespace skranke::enrolment::wsq
