#include "tests/fuzz/enrolment/targets.hpp"

#include <cstdio>
#include <cstdlib>

#include "enrolment/pictures.hpp"
#include "enrolment/wsq.hpp"

namespace skranke::enrolment::fuzz {
namespace {

void must(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", promise);
  std::abort();
}

void must_be_told(const Error& error) {
  must(!error.where.empty() && !error.what.empty(), "a refusal names the part and the reason");
}

}  // namespace

void wsq(ByteView input) {
  const Result<wsq::Header> header = wsq::read_header(input);
  const Result<Image> image = wsq::decode(input);
  if (!header) must_be_told(header.error());
  if (!image) return must_be_told(image.error());
  must(header.has_value(), "what is decoded has a header");
  must(image->consistent() && image->width == header->width && image->height == header->height,
       "pixels as the header says");
  const Result<Bytes> again = wsq::encode(*image);
  if (!again) return must_be_told(again.error());
  must(wsq::decode(*again).has_value(), "what we write we read");
}

void picture(ByteView input) {
  const Result<PictureHeader> header = picture_header(input);
  if (!header) must_be_told(header.error());
  if (header && header->width > 1024) return;  // time, not safety
  const Result<Image> image = picture_decode(input);
  if (!image) return must_be_told(image.error());
  must(header.has_value(), "what is decoded has a header");
  must(image->consistent() && image->width == header->width && image->height == header->height &&
           image->channels == header->channels,
       "pixels as the header says");
}

}  // namespace skranke::enrolment::fuzz
