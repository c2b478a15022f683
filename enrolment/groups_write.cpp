// Writing the data groups, from the inside out.
#include <algorithm>
#include <string>
#include <tuple>

#include <fmt/format.h>

#include "enrolment/records.hpp"

namespace skranke::enrolment {
namespace {

Bytes tlv(unsigned tag, ByteView value) {
  Writer out;
  out.number(tag, tag > 0xFF ? 2 : 1);
  if (value.size() < 0x80)
    out.u8(value.size());
  else if (value.size() <= 0xFF)
    out.u8(0x81).u8(value.size());
  else if (value.size() <= 0xFFFF)
    out.u8(0x82).u16(value.size());
  else
    out.u8(0x83).number(value.size(), 3);
  return out.put(value).take();
}
template <class... Parts>
Bytes nested(unsigned tag, const Parts&... parts) {
  Writer inside;
  (inside.put(ByteView{parts}), ...);
  return tlv(tag, inside.bytes());
}
Bytes small(unsigned tag, unsigned value, std::size_t size = 1) {
  return tlv(tag, Writer{}.number(value, size).bytes());
}

bool digits(const std::string& text, std::size_t count) {
  return text.size() == count && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}
Bytes bcd(const std::string& text) {
  Bytes out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    out.push_back(static_cast<std::uint8_t>(((text[i] - '0') << 4) | (text[i + 1] - '0')));
  return out;
}

constexpr unsigned type_face = 2, type_finger = 8, owner_sc37 = 0x0101;

/// Hand in the low two bits (1 right, 2 left), then which finger of it.
unsigned subtype_of(Finger finger) {
  const unsigned number = number_of(finger);
  return is_right(finger) ? (number << 2U) | 1U : ((number - 5) << 2U) | 2U;
}

Bytes header(unsigned type, unsigned subtype, unsigned format, const std::string& created) {
  const Bytes when = created.empty() ? Bytes{} : tlv(0x83, bcd(created));
  return nested(0xA1, small(0x80, 0x0101, 2), small(0x81, type), small(0x82, subtype), when, small(0x87, owner_sc37, 2),
                small(0x88, format, 2));
}

Bytes face_19794(const FaceSample& face) {
  constexpr unsigned full_frontal = 1, srgb = 1;
  constexpr unsigned point_2d = 1, left_eye = 0xC1, right_eye = 0xC2;  // MPEG-4 12.1 and 12.2
  const std::size_t points = face.eyes ? 2 : 0, block = 20 + 8 * points + 12 + face.file.size();
  Writer out;
  out.put(std::string_view{"FAC\0"
                           "010\0",
                           8})
      .u32(14 + block)
      .u16(1)
      .u32(block);
  out.u16(static_cast<unsigned>(points)).u8(0).u8(0).u8(0).number(0, 3);  // nothing about the person
  out.u16(face.neutral ? 1 : 0).number(0, 3).number(0, 3);
  if (face.eyes)
    for (const auto& [code, x, y] : {std::tuple{left_eye, face.eyes->left_x, face.eyes->left_y},
                                     {right_eye, face.eyes->right_x, face.eyes->right_y}})
      out.u8(point_2d).u8(code).u16(static_cast<unsigned>(x)).u16(static_cast<unsigned>(y)).u16(0);
  out.u8(full_frontal).u8(face.kind == PictureKind::jpeg ? 0 : 1);
  out.u16(static_cast<unsigned>(face.width)).u16(static_cast<unsigned>(face.height));
  out.u8(srgb).u8(static_cast<unsigned>(face.source)).u16(0).u16(0).put(face.file);
  return out.take();
}

Bytes finger_19794(const FingerSample& print) {
  constexpr unsigned level_500 = 31, per_inch = 1, wsq = 2;
  const auto ppi = static_cast<unsigned>(print.ppi);
  const std::size_t view = 14 + print.file.size();
  Writer out;
  out.put(std::string_view{"FIR\0"
                           "010\0",
                           8})
      .number(32 + view, 6)
      .u16(0)
      .u16(level_500)
      .u8(1)
      .u8(per_inch);
  out.u16(ppi).u16(ppi).u16(ppi).u16(ppi).u8(8).u8(wsq).u16(0);
  out.u32(view).u8(number_of(print.finger)).u8(1).u8(1).u8(print.quality).u8(0);
  out.u16(static_cast<unsigned>(print.width)).u16(static_cast<unsigned>(print.height)).u8(0).put(print.file);
  return out.take();
}

Bytes version_2019() { return nested(0xA0, small(0x80, 3), small(0x81, 2019, 2)); }

Bytes face_39794(const FaceSample& face) {
  const unsigned format = face.kind == PictureKind::jpeg ? 2 : 3;
  const Bytes picture = nested(0xA0, tlv(0x80, face.file), nested(0xA1, nested(0xA0, small(0x80, format))));
  const Bytes representation = nested(0x30, small(0x80, 0), nested(0xA1, nested(0xA0, picture)));
  return nested(0x65, version_2019(), nested(0xA1, representation));
}

/// Provisional: the application profile of part 4 could not be consulted (docs/STATUS.md).
Bytes finger_39794(const FingerSample& print) {
  constexpr unsigned wsq = 1, plain_live = 0;
  const Bytes representation =
      nested(0x30, nested(0xA0, small(0x80, number_of(print.finger))), nested(0xA1, small(0x80, plain_live)),
             nested(0xA2, small(0x80, wsq)), tlv(0x83, print.file));
  return nested(0x64, version_2019(), nested(0xA1, representation));
}

Bytes instance(const Bytes& head, const Bytes& record, Encoding encoding) {
  return encoding == Encoding::iso19794 ? nested(0x7F60, head, tlv(0x5F2E, record))
                                        : nested(0x7F60, head, nested(0x7F2E, nested(0xA1, record)));
}

Result<void> check_created(const std::string& created) {
  if (!created.empty() && !digits(created, 14)) return wrong("created", "not YYYYMMDDhhmmss");
  return {};
}

/// The file says itself what it is; what the record says about it must be the same.
Result<void> check_file(const std::string& where, ByteView file, PictureKind kind, int width, int height) {
  const Result<PictureHeader> found = picture_header(file);
  if (!found) return tl::unexpected<Error>{found.error()};
  if (found->kind != kind) return wrong(where, "the picture is of another kind than the record says");
  if (found->width != width || found->height != height)
    return wrong(where, fmt::format("the picture has {} × {} pixels, the record {} × {}", found->width, found->height,
                                    width, height));
  return {};
}

Result<Bytes> whole(unsigned tag, std::size_t count, const Bytes& instances, const Bytes& after) {
  Bytes group = nested(tag, nested(0x7F61, small(0x02, static_cast<unsigned>(count)), instances), after);
  if (group.size() > group_bytes_max) return wrong("group", "more than 4,000,000 bytes");
  return group;
}

}  // namespace

Result<Bytes> write_dg2(const FaceSample& face, Encoding encoding, const std::string& created) {
  if (const auto fine = check_created(created); !fine) return tl::unexpected<Error>{fine.error()};
  if (face.kind != PictureKind::jpeg && face.kind != PictureKind::jpeg2000)
    return wrong("dg2: face", "neither JPEG nor JPEG 2000");
  if (const auto fine = check_file("dg2: face", face.file, face.kind, face.width, face.height); !fine)
    return tl::unexpected<Error>{fine.error()};
  if (const auto& eyes = face.eyes)
    for (const auto& [x, y] : {std::pair{eyes->left_x, eyes->left_y}, {eyes->right_x, eyes->right_y}})
      if (x < 0 || y < 0 || x >= face.width || y >= face.height || eyes->left_x <= eyes->right_x)
        return wrong("dg2: face", "eyes that are not in the picture, or the wrong way round");
  const bool older = encoding == Encoding::iso19794;
  const Bytes head = header(type_face, 0, older ? 0x0008 : 0x002A, created);
  return whole(0x75, 1, instance(head, older ? face_19794(face) : face_39794(face), encoding), {});
}

Result<Bytes> write_dg3(std::span<const FingerSample> prints, Encoding encoding, const std::string& created,
                        ByteView random) {
  if (const auto fine = check_created(created); !fine) return tl::unexpected<Error>{fine.error()};
  if (prints.size() > 10) return wrong("dg3", "more than ten prints");
  if (prints.empty()) {
    if (random.size() < 8 || random.size() > 64) return wrong("dg3: random", "8 to 64 bytes are wanted");
    return whole(0x63, 0, {}, tlv(0x53, random));
  }
  const bool older = encoding == Encoding::iso19794;
  Writer instances;
  for (std::size_t i = 0; i < prints.size(); ++i) {
    const FingerSample& print = prints[i];
    const std::string where = fmt::format("dg3: {}", name_of(print.finger));
    if (std::any_of(prints.begin(), prints.begin() + static_cast<std::ptrdiff_t>(i),
                    [&](const auto& one) { return one.finger == print.finger; }))
      return wrong(where, "twice");
    if (print.ppi != 500) return wrong(where, fmt::format("{} ppi; WSQ is defined for 500", print.ppi));
    if (print.quality > 100 && print.quality != quality_unknown)
      return wrong(where, "a quality that is neither 0 to 100 nor unknown");
    if (const auto fine = check_file(where, print.file, PictureKind::wsq, print.width, print.height); !fine)
      return tl::unexpected<Error>{fine.error()};
    const Bytes head = header(type_finger, subtype_of(print.finger), older ? 0x0007 : 0x0028, created);
    instances.put(instance(head, older ? finger_19794(print) : finger_39794(print), encoding));
  }
  return whole(0x63, prints.size(), instances.bytes(), {});
}

}  // namespace skranke::enrolment
