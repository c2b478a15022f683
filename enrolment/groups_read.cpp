// Reading data groups as a reader of chips would: nothing is taken from the writer, every length and field is looked
// at.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "enrolment/objects.hpp"
#include "enrolment/records.hpp"

namespace skranke::enrolment {
namespace {

constexpr std::size_t instances_max = 10;

struct Head {
  unsigned type = 0, subtype = 0, format = 0;
  std::string created;
};

Result<std::string> read_time(Objects& objects) {
  if (!objects.next_is(0x83)) return std::string{};
  const Result<ByteView> value = objects.take(0x83);
  if (!value) return tl::unexpected<Error>{value.error()};
  std::string text;
  for (const std::uint8_t byte : *value) {
    if ((byte >> 4U) > 9 || (byte & 0xFU) > 9) return objects.fail("a time that is not decimal");
    text += static_cast<char>('0' + (byte >> 4U));
    text += static_cast<char>('0' + (byte & 0xFU));
  }
  if (text.size() != 14) return objects.fail("a time that is not of 14 digits");
  return text;
}

Result<Head> read_head(Objects& instance) {
  Result<Objects> objects = instance.enter(0xA1);
  if (!objects) return tl::unexpected<Error>{objects.error()};
  Head head;
  if (objects->next_is(0x80))
    if (const auto version = objects->integer(0x80, 2); !version || *version != 0x0101)
      return objects->fail("not header version 1.1");
  const auto type = objects->integer(0x81, 1);
  const auto subtype = type ? objects->integer(0x82, 1) : type;
  const auto created = subtype ? read_time(*objects) : Result<std::string>{tl::unexpected<Error>{subtype.error()}};
  if (!created) return tl::unexpected<Error>{created.error()};
  const auto owner = objects->integer(0x87, 2);
  if (!owner || *owner != 0x0101) return objects->fail("a format that is not of JTC1/SC37");
  const auto format = objects->integer(0x88, 2);
  if (!format) return tl::unexpected<Error>{format.error()};
  if (const auto end = objects->end(); !end) return tl::unexpected<Error>{end.error()};
  head.type = *type;
  head.subtype = *subtype;
  head.format = *format;
  head.created = *created;
  return head;
}

Result<void> check_picture(const std::string& where, ByteView file, PictureKind kind, int& width, int& height,
                           bool sides_given) {
  const Result<PictureHeader> found = picture_header(file);
  if (!found) return tl::unexpected<Error>{found.error()};
  if (found->kind != kind) return wrong(where, "the picture is of another kind than the record says");
  if (sides_given && (found->width != width || found->height != height))
    return wrong(where, "the picture has other sides than the record says");
  width = found->width;
  height = found->height;
  return {};
}

/// None, or the left and the right one, each as kind, code, place and two bytes of nothing; an error: something else.
Result<std::optional<FaceEyes>> read_eyes(Reader& in, std::uint32_t points) {
  if (points == 0) return std::optional<FaceEyes>{};
  if (points != 2) return wrong("points", "not two");
  std::array<std::array<unsigned, 5>, 2> found{};
  for (auto& point : found) point = {in.u8(), in.u8(), in.u16(), in.u16(), in.u16()};
  for (std::size_t i = 0; i < found.size(); ++i)
    if (found[i][0] != 1 || found[i][1] != 12 * 16 + 1 + i || found[i][4] != 0) return wrong("points", "not the eyes");
  const auto at = [&](std::size_t i, std::size_t k) { return static_cast<int>(found[i][k]); };
  return std::optional{FaceEyes{at(0, 2), at(0, 3), at(1, 2), at(1, 3)}};
}

/// Both in the picture, and the person's own left to the right of the other.
bool lies_within(const FaceEyes& eyes, int width, int height) {
  return eyes.right_x < eyes.left_x && eyes.left_x < width && eyes.left_y < height && eyes.right_y < height;
}

Result<FaceSample> read_face_19794(ByteView record) {
  const std::string where = "19794-5";
  Reader in{record};
  const bool magic = text_of(in.take(8)) == std::string(
                                                "FAC\0"
                                                "010\0",
                                                8);
  const std::uint32_t length = in.u32(), faces = in.u16(), block = in.u32(), points = in.u16();
  if (!magic || !in.good()) return wrong(where, "not a face record of version 010");
  if (length != record.size()) return wrong(where, "its length is not the one it says");
  if (faces != 1) return wrong(where, "not exactly one face");
  if (block != record.size() - 14) return wrong(where, "the block's length is not the one it says");
  const std::uint64_t person = in.number(6), expression = in.u16(), pose = in.number(6);
  if (person != 0 || pose != 0) return wrong(where, "says something about the person or the pose");
  if (expression > 1) return wrong(where, "an expression other than neutral");
  const auto eyes = read_eyes(in, points);
  if (!eyes) return wrong(where, "feature points other than both eyes");
  const unsigned image_type = in.u8(), data_type = in.u8();
  FaceSample face;
  face.width = in.u16();
  face.height = in.u16();
  const unsigned colours = in.u8(), source = in.u8(), device = in.u16(), quality = in.u16();
  if (!in.good()) return wrong(where, "ends too early");
  if (image_type != 1 || data_type > 1 || colours != 1 || device != 0 || quality != 0)
    return wrong(where, "an image header of another profile");
  if (source != 1 && source != 2 && source != 3 && source != 6) return wrong(where, "an unknown source");
  if (*eyes && !lies_within(**eyes, face.width, face.height)) return wrong(where, "eyes that are not in the picture");
  face.eyes = *eyes;
  face.neutral = expression == 1;
  face.source = static_cast<FaceSource>(source);
  face.kind = data_type == 0 ? PictureKind::jpeg : PictureKind::jpeg2000;
  const ByteView file = in.take(in.left());
  face.file.assign(file.begin(), file.end());
  if (const auto fine = check_picture(where, file, face.kind, face.width, face.height, true); !fine)
    return tl::unexpected<Error>{fine.error()};
  return face;
}

Result<FingerSample> read_finger_19794(ByteView record) {
  const std::string where = "19794-4";
  Reader in{record};
  const bool magic = text_of(in.take(8)) == std::string(
                                                "FIR\0"
                                                "010\0",
                                                8);
  const std::uint64_t length = in.number(6);
  const unsigned device = in.u16(), level = in.u16(), fingers = in.u8(), unit = in.u8();
  const unsigned scan_x = in.u16(), scan_y = in.u16(), image_x = in.u16(), image_y = in.u16();
  const unsigned depth = in.u8(), compression = in.u8(), reserved = in.u16();
  const std::uint32_t view = in.u32();
  const std::optional<Finger> finger = finger_of(in.u8());
  const unsigned views = in.u8(), number = in.u8();
  FingerSample print;
  print.quality = in.u8();
  const unsigned impression = in.u8();
  print.width = in.u16();
  print.height = in.u16();
  const unsigned last = in.u8();
  if (!magic || !in.good()) return wrong(where, "not a finger record of version 010");
  if (length != record.size() || view != record.size() - 32) return wrong(where, "its lengths are not those it says");
  if (device != 0 || level != 31 || fingers != 1 || unit != 1 || depth != 8 || compression != 2 || reserved != 0 ||
      last != 0)
    return wrong(where, "a general header of another profile");
  if (scan_x != 500 || scan_y != 500 || image_x != 500 || image_y != 500) return wrong(where, "not 500 pixels an inch");
  if (!finger) return wrong(where, "no such finger");
  if (views != 1 || number != 1 || impression != 0) return wrong(where, "more than one view, or not a plain live one");
  if (print.quality > 100 && print.quality != quality_unknown) return wrong(where, "a quality above 100");
  print.finger = *finger;
  const ByteView file = in.take(in.left());
  print.file.assign(file.begin(), file.end());
  if (const auto fine = check_picture(where, file, PictureKind::wsq, print.width, print.height, true); !fine)
    return tl::unexpected<Error>{fine.error()};
  return print;
}

Result<Objects> enter_all(Objects objects, std::initializer_list<unsigned> tags) {
  for (const unsigned tag : tags) {
    Result<Objects> inside = objects.enter(tag);
    if (!inside) return inside;
    if (const auto end = objects.end(); !end) return tl::unexpected<Error>{end.error()};
    objects = *inside;
  }
  return objects;
}

/// Into the one representation of a 39794 record of the year 2019.
Result<Objects> representation_of(ByteView record, unsigned tag) {
  Objects objects{record, "39794"};
  Result<Objects> whole = objects.enter(tag);
  if (!whole) return whole;
  if (const auto end = objects.end(); !end) return tl::unexpected<Error>{end.error()};
  Result<Objects> version = whole->enter(0xA0);
  if (!version) return version;
  const auto generation = version->integer(0x80, 1), year = version->integer(0x81, 2);
  if (!generation || !year || *generation != 3 || *year != 2019 || !version->done())
    return whole->fail("not generation 3 of 2019");
  Result<Objects> list = whole->enter(0xA1);
  if (!list) return list;
  if (const auto end = whole->end(); !end) return tl::unexpected<Error>{end.error()};
  return enter_all(*list, {0x30});
}

Result<FaceSample> read_face_39794(ByteView record) {
  Result<Objects> one = representation_of(record, 0x65);
  if (!one) return tl::unexpected<Error>{one.error()};
  const auto id = one->integer(0x80, 1);
  if (!id) return tl::unexpected<Error>{id.error()};
  Result<Objects> picture = enter_all(*one, {0xA1, 0xA0, 0xA0});
  if (!picture) return tl::unexpected<Error>{picture.error()};
  const Result<ByteView> file = picture->take(0x80);
  if (!file) return tl::unexpected<Error>{file.error()};
  Result<Objects> kind = enter_all(*picture, {0xA1, 0xA0});
  const auto format = kind ? kind->integer(0x80, 1) : Result<unsigned>{tl::unexpected<Error>{kind.error()}};
  if (!format) return tl::unexpected<Error>{format.error()};
  if ((*format != 2 && *format != 3) || !kind->done()) return picture->fail("neither JPEG nor lossy JPEG 2000");
  FaceSample face;
  face.kind = *format == 2 ? PictureKind::jpeg : PictureKind::jpeg2000;
  face.file.assign(file->begin(), file->end());
  if (const auto fine = check_picture("39794-5", *file, face.kind, face.width, face.height, false); !fine)
    return tl::unexpected<Error>{fine.error()};
  return face;
}

Result<unsigned> choice(Objects& objects, unsigned tag) {
  Result<Objects> inside = objects.enter(tag);
  if (!inside) return tl::unexpected<Error>{inside.error()};
  const Result<unsigned> value = inside->integer(0x80, 1);
  if (value && !inside->done()) return inside->fail("more than a code");
  return value;
}

Result<FingerSample> read_finger_39794(ByteView record) {
  Result<Objects> one = representation_of(record, 0x64);
  if (!one) return tl::unexpected<Error>{one.error()};
  const auto position = choice(*one, 0xA0), impression = position ? choice(*one, 0xA1) : position;
  const auto format = impression ? choice(*one, 0xA2) : impression;
  if (!format) return tl::unexpected<Error>{format.error()};
  const std::optional<Finger> finger = finger_of(*position);
  if (!finger || *impression != 0 || *format != 1) return one->fail("no such finger, or not a plain live print in WSQ");
  const Result<ByteView> file = one->take(0x83);
  if (!file) return tl::unexpected<Error>{file.error()};
  if (const auto end = one->end(); !end) return tl::unexpected<Error>{end.error()};
  FingerSample print;
  print.finger = *finger;
  print.file.assign(file->begin(), file->end());
  if (const auto fine = check_picture("39794-4", *file, PictureKind::wsq, print.width, print.height, false); !fine)
    return tl::unexpected<Error>{fine.error()};
  return print;
}

struct Instance {
  Head head;
  ByteView record;
  Encoding encoding = Encoding::iso19794;
};

Result<Instance> read_instance(Objects& group, unsigned type, unsigned older, unsigned newer) {
  Result<Objects> objects = group.enter(0x7F60);
  if (!objects) return tl::unexpected<Error>{objects.error()};
  const Result<Head> head = read_head(*objects);
  if (!head) return tl::unexpected<Error>{head.error()};
  if (head->type != type) return objects->fail("another modality than the group's");
  if (head->format != older && head->format != newer) return objects->fail("an unknown format");
  Instance instance{*head, {}, head->format == older ? Encoding::iso19794 : Encoding::iso39794};
  if (instance.encoding == Encoding::iso19794) {
    const Result<ByteView> record = objects->take(0x5F2E);
    if (!record) return tl::unexpected<Error>{record.error()};
    instance.record = *record;
  } else {
    Result<Objects> outer = objects->enter(0x7F2E);
    if (!outer) return tl::unexpected<Error>{outer.error()};
    const Result<ByteView> record = outer->take(0xA1);
    if (!record) return tl::unexpected<Error>{record.error()};
    if (const auto end = outer->end(); !end) return tl::unexpected<Error>{end.error()};
    instance.record = *record;
  }
  if (const auto end = objects->end(); !end) return tl::unexpected<Error>{end.error()};
  return instance;
}

/// The finger that a header's subtype means.
std::optional<Finger> finger_of_subtype(unsigned subtype) {
  const unsigned hand = subtype & 3U, finger = subtype >> 2U;
  if (finger < 1 || finger > 5 || (hand != 1 && hand != 2)) return std::nullopt;
  return finger_of(finger + (hand == 2 ? 5 : 0));
}

struct Opened {
  Objects outer, inside;
  unsigned count = 0;
};
Result<Opened> open_group(ByteView group, unsigned tag, const char* name) {
  if (group.size() > group_bytes_max) return wrong(name, "more than 4,000,000 bytes");
  Objects file{group, name};
  Result<Objects> outer = file.enter(tag);
  if (!outer) return tl::unexpected<Error>{outer.error()};
  if (const auto end = file.end(); !end) return tl::unexpected<Error>{end.error()};
  Result<Objects> inside = outer->enter(0x7F61);
  if (!inside) return tl::unexpected<Error>{inside.error()};
  const auto count = inside->integer(0x02, 1);
  if (!count) return tl::unexpected<Error>{count.error()};
  if (*count > instances_max) return inside->fail("more than ten instances");
  return Opened{*outer, *inside, *count};
}

}  // namespace

Result<Dg2> read_dg2(ByteView group) {
  Result<Opened> opened = open_group(group, 0x75, "dg2");
  if (!opened) return tl::unexpected<Error>{opened.error()};
  if (opened->count != 1) return wrong("dg2", "not exactly one face");
  const Result<Instance> instance = read_instance(opened->inside, 2, 0x0008, 0x002A);
  if (!instance) return tl::unexpected<Error>{instance.error()};
  if (instance->head.subtype != 0) return wrong("dg2", "a face of a hand");
  if (!opened->inside.done() || !opened->outer.done()) return wrong("dg2", "more than its one instance");
  Result<FaceSample> face =
      instance->encoding == Encoding::iso19794 ? read_face_19794(instance->record) : read_face_39794(instance->record);
  if (!face) return tl::unexpected<Error>{face.error()};
  return Dg2{instance->encoding, instance->head.created, std::move(*face)};
}

Result<Dg3> read_dg3(ByteView group) {
  Result<Opened> opened = open_group(group, 0x63, "dg3");
  if (!opened) return tl::unexpected<Error>{opened.error()};
  Dg3 found;
  for (unsigned i = 0; i < opened->count; ++i) {
    const Result<Instance> instance = read_instance(opened->inside, 8, 0x0007, 0x0028);
    if (!instance) return tl::unexpected<Error>{instance.error()};
    if (i > 0 && instance->encoding != found.encoding) return wrong("dg3", "records of two standards");
    if (i > 0 && instance->head.created != found.created) return wrong("dg3", "records of two moments");
    found.encoding = instance->encoding;
    found.created = instance->head.created;
    Result<FingerSample> print = instance->encoding == Encoding::iso19794 ? read_finger_19794(instance->record)
                                                                          : read_finger_39794(instance->record);
    if (!print) return tl::unexpected<Error>{print.error()};
    if (finger_of_subtype(instance->head.subtype) != print->finger)
      return wrong("dg3", "header and record name different fingers");
    for (const FingerSample& before : found.prints)
      if (before.finger == print->finger) return wrong("dg3", "a finger twice");
    found.prints.push_back(std::move(*print));
  }
  if (const auto end = opened->inside.end(); !end) return tl::unexpected<Error>{end.error()};
  if (found.prints.empty()) {
    const Result<ByteView> random = opened->outer.take(0x53);
    if (!random) return tl::unexpected<Error>{random.error()};
    found.random.assign(random->begin(), random->end());
  }
  if (const auto end = opened->outer.end(); !end) return tl::unexpected<Error>{end.error()};
  return found;
}

}  // namespace skranke::enrolment
