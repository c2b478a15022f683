// JPEG 2000 by OpenJPEG, over memory.
#include <algorithm>
#include <cstring>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <openjpeg.h>

#include "enrolment/pictures.hpp"
#include "enrolment/pictures_kinds.hpp"
#include "system/owned.hpp"

namespace skranke::enrolment {
namespace {

using Codec = std::unique_ptr<opj_codec_t, Closer<opj_destroy_codec>>;
using Stream = std::unique_ptr<opj_stream_t, Closer<opj_stream_destroy>>;
using Picture = std::unique_ptr<opj_image_t, Closer<opj_image_destroy>>;

constexpr int tries_max = 12;
constexpr OPJ_SIZE_T failed = static_cast<OPJ_SIZE_T>(-1);

struct Source {
  ByteView bytes;
  std::size_t at = 0;
};
struct Target {
  Bytes bytes;
  std::size_t at = 0;
};

OPJ_SIZE_T read_some(void* buffer, OPJ_SIZE_T size, void* data) {
  auto& source = *static_cast<Source*>(data);
  const std::size_t count = std::min<std::size_t>(size, source.bytes.size() - source.at);
  if (count == 0) return failed;
  std::memcpy(buffer, source.bytes.data() + source.at, count);
  source.at += count;
  return count;
}
OPJ_OFF_T skip_some(OPJ_OFF_T count, void* data) {
  auto& source = *static_cast<Source*>(data);
  if (count < 0) return -1;
  const auto step = std::min(static_cast<std::size_t>(count), source.bytes.size() - source.at);
  source.at += step;
  return static_cast<OPJ_OFF_T>(step);
}
OPJ_BOOL seek_in(OPJ_OFF_T to, void* data) {
  auto& source = *static_cast<Source*>(data);
  if (to < 0 || static_cast<std::size_t>(to) > source.bytes.size()) return OPJ_FALSE;
  source.at = static_cast<std::size_t>(to);
  return OPJ_TRUE;
}
OPJ_SIZE_T write_some(void* buffer, OPJ_SIZE_T size, void* data) {
  auto& target = *static_cast<Target*>(data);
  if (target.at + size > picture_bytes_max) return failed;
  target.bytes.resize(std::max(target.bytes.size(), target.at + size));
  std::memcpy(target.bytes.data() + target.at, buffer, size);
  target.at += size;
  return size;
}
OPJ_OFF_T skip_out(OPJ_OFF_T count, void* data) {
  auto& target = *static_cast<Target*>(data);
  if (count < 0 || target.at + static_cast<std::size_t>(count) > picture_bytes_max) return -1;
  target.at += static_cast<std::size_t>(count);
  target.bytes.resize(std::max(target.bytes.size(), target.at));
  return count;
}
OPJ_BOOL seek_out(OPJ_OFF_T to, void* data) {
  auto& target = *static_cast<Target*>(data);
  if (to < 0 || static_cast<std::size_t>(to) > picture_bytes_max) return OPJ_FALSE;
  target.at = static_cast<std::size_t>(to);
  target.bytes.resize(std::max(target.bytes.size(), target.at));
  return OPJ_TRUE;
}

void note(const char* words, void* data) {
  auto& last = *static_cast<std::string*>(data);
  last = words;
  while (!last.empty() && (last.back() == '\n' || last.back() == '.')) last.pop_back();
}

/// An open file whose header was read.
struct Opened {
  Source source;
  std::string said;
  Stream stream;
  Codec codec;
  Picture picture;

  explicit Opened(ByteView bytes) : source{bytes, 0} {}
};

Result<void> check_components(const opj_image_t& picture) {
  if (picture.x0 != 0 || picture.y0 != 0) return wrong("jpeg2000", "a picture that does not begin at its corner");
  if (const auto fine = check_sides("jpeg2000", static_cast<long>(picture.x1), static_cast<long>(picture.y1)); !fine)
    return fine;
  if (picture.numcomps != 1 && picture.numcomps != 3) return wrong("jpeg2000", "neither grey nor three colours");
  for (OPJ_UINT32 i = 0; i < picture.numcomps; ++i) {
    const opj_image_comp_t& one = picture.comps[i];
    if (one.prec != 8 || one.sgnd != 0 || one.dx != 1 || one.dy != 1 || one.w != picture.x1 || one.h != picture.y1)
      return wrong("jpeg2000", "components that are not 8 bits for each pixel");
  }
  return {};
}

Result<std::unique_ptr<Opened>> open(ByteView bytes) {
  if (bytes.size() > picture_bytes_max || bytes.size() < 12)
    return wrong("jpeg2000", "too short, or more than 32,000,000 bytes");
  auto file = std::make_unique<Opened>(bytes);
  file->codec.reset(opj_create_decompress(bytes[0] == 0xFF ? OPJ_CODEC_J2K : OPJ_CODEC_JP2));
  file->stream.reset(opj_stream_create(1U << 16U, OPJ_TRUE));
  if (!file->codec || !file->stream) return wrong("jpeg2000", "no memory");
  opj_set_error_handler(file->codec.get(), note, &file->said);
  opj_stream_set_read_function(file->stream.get(), read_some);
  opj_stream_set_skip_function(file->stream.get(), skip_some);
  opj_stream_set_seek_function(file->stream.get(), seek_in);
  opj_stream_set_user_data(file->stream.get(), &file->source, nullptr);
  opj_stream_set_user_data_length(file->stream.get(), bytes.size());
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  opj_image_t* picture = nullptr;
  if (opj_setup_decoder(file->codec.get(), &parameters) == OPJ_FALSE ||
      opj_decoder_set_strict_mode(file->codec.get(), OPJ_TRUE) == OPJ_FALSE ||
      opj_read_header(file->stream.get(), file->codec.get(), &picture) == OPJ_FALSE) {
    opj_image_destroy(picture);
    return wrong("jpeg2000", file->said.empty() ? "the header cannot be read" : file->said);
  }
  file->picture.reset(picture);
  if (const auto fine = check_components(*picture); !fine) return tl::unexpected<Error>{fine.error()};
  return file;
}

Picture picture_of(const Image& image) {
  opj_image_cmptparm_t parameters[3] = {};
  for (auto& one : parameters) {
    one.dx = one.dy = 1;
    one.w = static_cast<OPJ_UINT32>(image.width);
    one.h = static_cast<OPJ_UINT32>(image.height);
    one.prec = 8;
  }
  const auto count = static_cast<OPJ_UINT32>(image.channels);
  Picture picture{opj_image_create(count, parameters, count == 1 ? OPJ_CLRSPC_GRAY : OPJ_CLRSPC_SRGB)};
  if (!picture) return picture;
  picture->x1 = parameters[0].w;
  picture->y1 = parameters[0].h;
  for (std::size_t i = 0; i < image.pixels.size(); ++i) picture->comps[i % count].data[i / count] = image.pixels[i];
  return picture;
}

Result<Bytes> encoded(const Image& image, double ratio) {
  const Picture picture = picture_of(image);
  const Codec codec{opj_create_compress(OPJ_CODEC_JP2)};
  const Stream stream{opj_stream_create(1U << 16U, OPJ_FALSE)};
  if (!picture || !codec || !stream) return wrong("jpeg2000", "no memory");
  std::string said;
  opj_set_error_handler(codec.get(), note, &said);
  Target target;
  opj_stream_set_write_function(stream.get(), write_some);
  opj_stream_set_skip_function(stream.get(), skip_out);
  opj_stream_set_seek_function(stream.get(), seek_out);
  opj_stream_set_user_data(stream.get(), &target, nullptr);
  opj_cparameters_t parameters;
  opj_set_default_encoder_parameters(&parameters);
  parameters.tcp_numlayers = 1;
  parameters.tcp_rates[0] = static_cast<float>(ratio);
  parameters.cp_disto_alloc = 1;
  parameters.irreversible = 1;
  parameters.tcp_mct = image.channels == 3 ? 1 : 0;
  while (parameters.numresolution > 1 && (std::min(image.width, image.height) >> (parameters.numresolution - 1)) == 0)
    --parameters.numresolution;
  if (opj_setup_encoder(codec.get(), &parameters, picture.get()) == OPJ_FALSE ||
      opj_start_compress(codec.get(), picture.get(), stream.get()) == OPJ_FALSE ||
      opj_encode(codec.get(), stream.get()) == OPJ_FALSE || opj_end_compress(codec.get(), stream.get()) == OPJ_FALSE)
    return wrong("jpeg2000", said.empty() ? "cannot be written" : said);
  return std::move(target.bytes);
}

}  // namespace

Result<PictureHeader> jpeg2000_header(ByteView bytes) {
  const auto file = open(bytes);
  if (!file) return tl::unexpected<Error>{file.error()};
  const opj_image_t& picture = *(*file)->picture;
  return PictureHeader{PictureKind::jpeg2000, static_cast<int>(picture.x1), static_cast<int>(picture.y1),
                       static_cast<int>(picture.numcomps)};
}

Result<Image> jpeg2000_decode(ByteView bytes) {
  const auto opened = open(bytes);
  if (!opened) return tl::unexpected<Error>{opened.error()};
  Opened& file = **opened;
  opj_image_t* picture = file.picture.get();
  if (opj_decode(file.codec.get(), file.stream.get(), picture) == OPJ_FALSE ||
      opj_end_decompress(file.codec.get(), file.stream.get()) == OPJ_FALSE)
    return wrong("jpeg2000", file.said.empty() ? "the pixels cannot be read" : file.said);
  if (const auto fine = check_components(*picture); !fine) return tl::unexpected<Error>{fine.error()};
  Image image{static_cast<int>(picture->x1), static_cast<int>(picture->y1), static_cast<int>(picture->numcomps), {}};
  const std::size_t count = static_cast<std::size_t>(image.channels);
  image.pixels.resize(static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height) * count);
  for (std::size_t channel = 0; channel < count; ++channel) {
    const OPJ_INT32* from = picture->comps[channel].data;
    if (from == nullptr) return wrong("jpeg2000", "a component without pixels");
    for (std::size_t i = 0; i < image.pixels.size() / count; ++i)
      image.pixels[i * count + channel] = static_cast<std::uint8_t>(std::clamp(from[i], 0, 255));
  }
  return image;
}

Result<Bytes> jpeg2000_within(const Image& image, std::size_t bytes_max) {
  if (!image.consistent()) return wrong("jpeg2000", "not a picture of grey or three colours");
  if (const auto fine = check_sides("jpeg2000", image.width, image.height); !fine)
    return tl::unexpected<Error>{fine.error()};
  if (bytes_max < 500) return wrong("jpeg2000", "fewer than 500 bytes hold no picture");
  double ratio = std::max(1.0, static_cast<double>(image.pixels.size()) / static_cast<double>(bytes_max));
  for (int i = 0; i < tries_max; ++i, ratio *= 1.02) {
    Result<Bytes> file = encoded(image, ratio);
    if (!file || file->size() <= bytes_max) return file;
  }
  return wrong("jpeg2000", fmt::format("does not become as small as {} bytes", bytes_max));
}

}  // namespace skranke::enrolment
