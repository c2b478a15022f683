// Reading ANSI/NIST-ITL transactions of the traditional encoding, as far as an enrolment has them: Types 1, 2, 8,
// 10 and 14.
#include <algorithm>
#include <charconv>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "enrolment/records.hpp"

namespace skranke::enrolment {
namespace {

constexpr std::size_t records_max = 16, fields_max = 40;
constexpr char record_end = 0x1C, field_end = 0x1D, subfield_end = 0x1E, item_end = 0x1F;

struct Record {
  unsigned type = 0;
  std::map<unsigned, std::string_view> fields;
};

Result<unsigned> number_in(std::string_view text, const std::string& where, unsigned least, unsigned most) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most)
    return wrong(where, fmt::format("not a number from {} to {}", least, most));
  return value;
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0;;) {
    const std::size_t end = text.find(at, begin);
    parts.push_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

/// "T.NNN:" in front of a field.
Result<std::pair<unsigned, unsigned>> tag_of(std::string_view& text) {
  const std::size_t colon = text.find(':'), dot = text.find('.');
  if (colon == std::string_view::npos || colon > 8 || dot >= colon) return wrong("an2", "a field without a number");
  const auto type = number_in(text.substr(0, dot), "an2", 1, 99);
  const auto number = number_in(text.substr(dot + 1, colon - dot - 1), "an2", 1, 999);
  if (!type || !number || colon - dot - 1 < 3) return wrong("an2", "a field without a number");
  text.remove_prefix(colon + 1);
  return std::pair{*type, *number};
}

Result<Record> read_fields(std::string_view text) {
  Record record;
  unsigned last = 0;
  for (std::size_t i = 0; i < fields_max; ++i) {
    const auto tag = tag_of(text);
    if (!tag) return tl::unexpected<Error>{tag.error()};
    const std::string where = fmt::format("{}.{:03}", tag->first, tag->second);
    if (i == 0) record.type = tag->first;
    if (tag->first != record.type) return wrong(where, "in a record of another type");
    if (tag->second <= last) return wrong(where, "not in order");
    last = tag->second;
    if (last == 999) {  // whatever bytes there are
      record.fields[last] = text;
      return record;
    }
    const std::size_t end = text.find(field_end);
    record.fields[last] = text.substr(0, end);
    if (record.fields[last].empty()) return wrong(where, "empty");
    if (end == std::string_view::npos) return record;
    text.remove_prefix(end + 1);
  }
  return wrong("an2", "more than 40 fields in a record");
}

constexpr unsigned signature_type = 8;
constexpr std::size_t signature_head = 12;

Result<std::size_t> signature_length(std::string_view text) {
  Reader in{view_of(text)};
  const std::size_t length = in.u32();
  if (!in.good() || length <= signature_head || length > text.size())
    return wrong("8.001", "its length is not the one it says");
  return length;
}

Result<std::vector<Record>> read_records(std::string_view text) {
  std::vector<Record> records;
  while (!text.empty()) {
    if (records.size() == records_max) return wrong("an2", "more than 16 records");
    if (text[0] == '\0') {  // no text begins so: the length of a signature, of which the first byte is never needed
      const Result<std::size_t> length = signature_length(text);
      if (!length) return tl::unexpected<Error>{length.error()};
      records.push_back({signature_type, {{999, text.substr(0, *length)}}});
      text.remove_prefix(*length);
      continue;
    }
    std::string_view head = text.substr(0, 24);
    const auto tag = tag_of(head);
    if (!tag) return tl::unexpected<Error>{tag.error()};
    const std::string where = fmt::format("{}.001", tag->first);
    if (tag->second != 1) return wrong(where, "missing");
    const std::size_t digits_end = head.find_first_not_of("0123456789");
    const auto length = number_in(head.substr(0, digits_end), where, 10, group_bytes_max);
    if (!length) return tl::unexpected<Error>{length.error()};
    if (*length > text.size() || text[*length - 1] != record_end)
      return wrong(where, "its length is not the one it says");
    Result<Record> record = read_fields(text.substr(0, *length - 1));
    if (!record) return tl::unexpected<Error>{record.error()};
    records.push_back(std::move(*record));
    text.remove_prefix(*length);
  }
  if (records.empty()) return wrong("an2", "no records");
  return records;
}

/// Reads the fields of a record by number; the first that is wrong is kept, and at the end none may be left.
class Fields {
 public:
  explicit Fields(const Record& record) : type_{record.type}, left_{record.fields} { left_.erase(1); }

  std::string text(unsigned number) {
    const auto found = left_.find(number);
    if (found == left_.end()) {
      fail(number, "missing");
      return {};
    }
    const std::string value{found->second};
    left_.erase(found);
    return value;
  }
  void expect(unsigned number, std::string_view value) {
    if (text(number) != value) fail(number, fmt::format("not \"{}\"", value));
  }
  unsigned number(unsigned field, unsigned least, unsigned most) {
    const auto value = number_in(text(field), name(field), least, most);
    if (!value) fail(field, value.error().what);
    return value.value_or(least);
  }
  [[nodiscard]] bool has(unsigned number) const { return left_.contains(number); }
  void fail(unsigned number, const std::string& what) {
    if (!error_) error_ = Error{name(number), what};
  }
  Result<void> end() {
    if (!error_ && !left_.empty()) fail(left_.begin()->first, "a field that an enrolment does not have");
    if (error_) return tl::unexpected<Error>{*error_};
    return {};
  }

 private:
  [[nodiscard]] std::string name(unsigned number) const { return fmt::format("{}.{:03}", type_, number); }
  unsigned type_;
  std::map<unsigned, std::string_view> left_;
  std::optional<Error> error_;
};

Bytes bytes_of(const std::string& text) {
  const ByteView view = view_of(text);
  return {view.begin(), view.end()};
}

/// 1.003 lists exactly the records that follow, numbered from nought.
bool lists(const std::string& content, const std::vector<Record>& records) {
  const std::vector<std::string_view> entries = split(content, subfield_end);
  if (entries.size() != records.size() || entries[0] != fmt::format("1{}{}", item_end, records.size() - 1))
    return false;
  for (std::size_t i = 1; i < records.size(); ++i)
    if (entries[i] != fmt::format("{}{}{:02}", records[i].type, item_end, i - 1)) return false;
  return true;
}

Result<Transaction> read_head(const std::vector<Record>& records) {
  if (records[0].type != 1) return wrong("1.001", "the first record is of another type");
  Fields fields{records[0]};
  Transaction transaction;
  transaction.version = fields.text(2);
  if (transaction.version != "0400" && transaction.version != "0500") fields.fail(2, "neither 0400 nor 0500");
  if (!lists(fields.text(3), records)) fields.fail(3, "does not list the records that follow");
  transaction.type = fields.text(4);
  transaction.date = fields.text(5);
  transaction.to = fields.text(7);
  transaction.from = fields.text(8);
  transaction.control = fields.text(9);
  fields.expect(11, "19.69");
  fields.expect(12, "19.69");
  transaction.gmt = fields.text(14);
  if (const auto end = fields.end(); !end) return tl::unexpected<Error>{end.error()};
  return transaction;
}

/// One capture device and one day for all: a second that differs is an error.
void note(std::string& kept, const std::string& found, Fields& fields, unsigned number) {
  if (kept.empty()) kept = found;
  if (kept != found) fields.fail(number, "differs from the records before");
}

void check_picture(Fields& fields, ByteView file, PictureKind kind, int width, int height) {
  const Result<PictureHeader> header = picture_header(file);
  if (!header) return fields.fail(999, header.error().text());
  if (header->kind != kind || header->width != width || header->height != height)
    fields.fail(999, "not the picture that the fields describe");
}

Result<void> read_face(const Record& record, std::size_t index, Transaction& transaction) {
  Fields fields{record};
  if (transaction.face) return wrong("10.002", "a second face");
  FaceSample face;
  fields.expect(2, fmt::format("{:02}", index));
  fields.expect(3, "FACE");
  note(transaction.source, fields.text(4), fields, 4);
  note(transaction.date, fields.text(5), fields, 5);
  face.width = static_cast<int>(fields.number(6, 8, 8192));
  face.height = static_cast<int>(fields.number(7, 8, 8192));
  fields.expect(8, "0");
  fields.expect(9, "1");
  fields.expect(10, "1");
  const std::string kind = fields.text(11);
  if (kind != "JPEGB" && kind != "JP2") fields.fail(11, "neither JPEGB nor JP2");
  face.kind = kind == "JPEGB" ? PictureKind::jpeg : PictureKind::jpeg2000;
  fields.expect(12, "SRGB");
  fields.expect(20, "F");
  face.file = bytes_of(fields.text(999));
  check_picture(fields, face.file, face.kind, face.width, face.height);
  transaction.face = std::move(face);
  return fields.end();
}

void read_missing(Fields& fields, Finger finger, Transaction& transaction) {
  const std::vector<std::string> known{fmt::format("{}{}XX", number_of(finger), item_end),
                                       fmt::format("{}{}UP", number_of(finger), item_end)};
  const std::string told = fields.text(18);
  if (told != known[0] && told != known[1]) fields.fail(18, "neither amputated nor unprintable, or of another finger");
  transaction.missing.push_back({finger, told == known[0]});
}

unsigned read_quality(Fields& fields, Finger finger) {
  const std::string told = fields.text(24);
  const std::vector<std::string_view> items = split(told, item_end);
  const auto score = items.size() == 4 ? number_in(items[1], "14.024", 0, 100) : Result<unsigned>{wrong("14.024", "")};
  if (!score || items[0] != std::to_string(number_of(finger)) || items[2] != "0000" || items[3] != "1")
    fields.fail(24, "not a score of ours of this finger");
  return score.value_or(0);
}

void read_print(Fields& fields, Finger finger, Transaction& transaction) {
  FingerSample print;
  print.finger = finger;
  print.width = static_cast<int>(fields.number(6, 64, 4096));
  print.height = static_cast<int>(fields.number(7, 64, 4096));
  fields.expect(8, "1");
  fields.expect(9, "500");
  fields.expect(10, "500");
  fields.expect(11, "WSQ20");
  fields.expect(12, "8");
  if (fields.has(24)) print.quality = read_quality(fields, finger);
  print.file = bytes_of(fields.text(999));
  check_picture(fields, print.file, PictureKind::wsq, print.width, print.height);
  transaction.prints.push_back(std::move(print));
}

bool known(const Transaction& transaction, Finger finger) {
  const auto is = [&](const auto& one) { return one.finger == finger; };
  return std::ranges::any_of(transaction.prints, is) || std::ranges::any_of(transaction.missing, is);
}

Result<void> read_finger(const Record& record, std::size_t index, Transaction& transaction) {
  Fields fields{record};
  fields.expect(2, fmt::format("{:02}", index));
  fields.expect(3, "0");
  note(transaction.source, fields.text(4), fields, 4);
  note(transaction.date, fields.text(5), fields, 5);
  const Finger finger = finger_of(fields.number(13, 1, 10)).value_or(Finger::right_thumb);
  if (known(transaction, finger)) fields.fail(13, "a finger twice");
  if (fields.has(18))
    read_missing(fields, finger, transaction);
  else
    read_print(fields, finger, transaction);
  return fields.end();
}

Result<void> read_signature(const Record& record, std::size_t index, Transaction& transaction) {
  if (transaction.signature) return wrong("8.002", "a second signature");
  Reader in{view_of(record.fields.at(999))};
  in.u32();
  const unsigned number = in.u8(), whose = in.u8(), how = in.u8(), resolution = in.u8();
  SignatureSample signature;
  signature.width = in.u16();
  signature.height = in.u16();
  if (number != index) return wrong("8.002", "not the number that 1.003 gives it");
  if (whose != 0) return wrong("8.003", "not the subject's");
  if (how != 0) return wrong("8.004", "not plain dots");
  if (resolution != 0) return wrong("8.005", "not 500 dots an inch");
  if (signature.width == 0 || signature.width % 8 != 0) return wrong("8.006", "not a multiple of 8");
  const ByteView bits = in.take(in.left());
  if (bits.size() * 8 != static_cast<std::size_t>(signature.width) * static_cast<std::size_t>(signature.height))
    return wrong("8.008", "not as many dots as its sides say");
  signature.bits.assign(bits.begin(), bits.end());
  transaction.signature = std::move(signature);
  return {};
}

}  // namespace

Result<Transaction> read_an2(ByteView file) {
  if (file.size() > group_bytes_max) return wrong("an2", "more than 4,000,000 bytes");
  const std::string text = text_of(file);
  const Result<std::vector<Record>> records = read_records(text);
  if (!records) return tl::unexpected<Error>{records.error()};
  Result<Transaction> transaction = read_head(*records);
  if (!transaction) return transaction;
  for (std::size_t i = 1; i < records->size(); ++i) {
    const Record& record = (*records)[i];
    Result<void> read;
    if (i == 1) {
      Fields fields{record};
      if (record.type != 2) return wrong("2.001", "the second record is of another type");
      fields.expect(2, "00");
      read = fields.end();
    } else if (record.type == 10) {
      read = read_face(record, i - 1, *transaction);
    } else if (record.type == 14) {
      read = read_finger(record, i - 1, *transaction);
    } else if (record.type == signature_type) {
      read = read_signature(record, i - 1, *transaction);
    } else {
      read = wrong(fmt::format("{}.001", record.type), "a type that an enrolment does not have");
    }
    if (!read) return tl::unexpected<Error>{read.error()};
  }
  if (records->size() < 2) return wrong("1.003", "no record but the first");
  return transaction;
}

}  // namespace skranke::enrolment
