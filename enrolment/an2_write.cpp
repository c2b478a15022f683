// ANSI/NIST-ITL 1-2011, traditional encoding: numbered fields as text, the picture last.
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "enrolment/records.hpp"

namespace skranke::enrolment {
namespace {

constexpr char end_of_record = '\x1C', end_of_field = '\x1D', end_of_subfield = '\x1E', end_of_item = '\x1F';
constexpr unsigned vendor_unregistered = 0, product = 1;  // our own score, in the field for any vendor's

/// Fields of one record; the length in front counts itself.
class Record {
 public:
  explicit Record(unsigned type) : type_{type} {}
  Record& field(unsigned number, const std::string& value) {
    body_ += fmt::format("{}{}.{:03}:{}", end_of_field, type_, number, value);
    return *this;
  }
  Record& picture(const Bytes& file) { return field(999, text_of(file)); }
  [[nodiscard]] std::string text() const {
    const std::size_t rest = fmt::format("{}.001:", type_).size() + body_.size() + 1;
    std::size_t length = rest + 1;
    while (rest + std::to_string(length).size() > length) ++length;
    return fmt::format("{}.001:{}", type_, length) + body_ + end_of_record;
  }

 private:
  unsigned type_;
  std::string body_;
};

std::string head_text(const Transaction& transaction, const std::vector<unsigned>& types) {
  std::string content = fmt::format("1{}{}", end_of_item, types.size());
  for (std::size_t i = 0; i < types.size(); ++i)
    content += fmt::format("{}{}{}{:02}", end_of_subfield, types[i], end_of_item, i);
  return Record{1}
      .field(2, transaction.version)
      .field(3, content)
      .field(4, transaction.type)
      .field(5, transaction.date)
      .field(7, transaction.to)
      .field(8, transaction.from)
      .field(9, transaction.control)
      .field(11, "19.69")
      .field(12, "19.69")
      .field(14, transaction.gmt)
      .text();
}

std::string face_text(const FaceSample& face, const Transaction& transaction, std::size_t number) {
  return Record{10}
      .field(2, fmt::format("{:02}", number))
      .field(3, "FACE")
      .field(4, transaction.source)
      .field(5, transaction.date)
      .field(6, std::to_string(face.width))
      .field(7, std::to_string(face.height))
      .field(8, "0")
      .field(9, "1")
      .field(10, "1")
      .field(11, face.kind == PictureKind::jpeg ? "JPEGB" : "JP2")
      .field(12, "SRGB")
      .field(20, "F")
      .picture(face.file)
      .text();
}

Record finger_record(const Transaction& transaction, std::size_t number) {
  Record record{14};
  record.field(2, fmt::format("{:02}", number)).field(3, "0").field(4, transaction.source).field(5, transaction.date);
  return record;
}

std::string print_text(const FingerSample& print, const Transaction& transaction, std::size_t number) {
  Record record = finger_record(transaction, number);
  record.field(6, std::to_string(print.width)).field(7, std::to_string(print.height)).field(8, "1");
  record.field(9, std::to_string(print.ppi)).field(10, std::to_string(print.ppi)).field(11, "WSQ20").field(12, "8");
  record.field(13, std::to_string(number_of(print.finger)));
  if (print.quality != quality_unknown)
    record.field(24, fmt::format("{}{}{}{}{:04X}{}{}", number_of(print.finger), end_of_item, print.quality, end_of_item,
                                 vendor_unregistered, end_of_item, product));
  return record.picture(print.file).text();
}

std::string missing_text(const MissingPrint& missing, const Transaction& transaction, std::size_t number) {
  Record record = finger_record(transaction, number);
  record.field(13, std::to_string(number_of(missing.finger)));
  record.field(18, fmt::format("{}{}{}", number_of(missing.finger), end_of_item, missing.amputated ? "XX" : "UP"));
  return record.text();
}

/// The one record that is not fields of text: a head of twelve bytes, then the dots.
std::string signature_text(const SignatureSample& signature, std::size_t number) {
  constexpr unsigned head_size = 12, of_the_subject = 0, uncompressed = 0, at_500 = 0;
  Writer out;
  out.u32(head_size + signature.bits.size()).u8(static_cast<unsigned>(number)).u8(of_the_subject).u8(uncompressed);
  out.u8(at_500).u16(static_cast<unsigned>(signature.width)).u16(static_cast<unsigned>(signature.height));
  return text_of(out.put(signature.bits).bytes());
}

Result<void> check_signature(const Transaction& transaction) {
  const auto& signature = transaction.signature;
  if (!signature) return {};
  if (signature->width < 8 || signature->width > 0xFFFF || signature->width % 8 != 0) return wrong("8.006", "not a multiple of 8 up to 65,535");
  if (signature->height < 1 || signature->height > 0xFFFF) return wrong("8.007", "not 1 to 65,535");
  if (signature->bits.size() != static_cast<std::size_t>(signature->width / 8) * static_cast<std::size_t>(signature->height))
    return wrong("8.008", "not as many dots as its sides say");
  return {};
}

bool plain(const std::string& text, std::size_t least, std::size_t most) {
  return text.size() >= least && text.size() <= most &&
         std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}
bool digits(const std::string& text, std::size_t count) {
  return text.size() == count && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

Result<void> check_head(const Transaction& transaction) {
  if (transaction.version != "0400" && transaction.version != "0500") return wrong("1.002", "neither 0400 nor 0500");
  if (!plain(transaction.type, 3, 16)) return wrong("1.004", "the type of transaction has 3 to 16 plain characters");
  if (!digits(transaction.date, 8)) return wrong("1.005", "not YYYYMMDD");
  if (!plain(transaction.to, 1, 40)) return wrong("1.007", "no agency to send it to, or an unusable one");
  if (!plain(transaction.from, 1, 40)) return wrong("1.008", "no agency that sends it, or an unusable one");
  if (!plain(transaction.control, 1, 40)) return wrong("1.009", "no number of the transaction, or an unusable one");
  if (transaction.gmt.size() != 15 || !digits(transaction.gmt.substr(0, 14), 14) || transaction.gmt.back() != 'Z')
    return wrong("1.014", "not YYYYMMDDhhmmssZ");
  if (!plain(transaction.source, 1, 36)) return wrong("14.004", "nobody who captured, or an unusable name");
  return {};
}

Result<void> check_picture(const char* where, ByteView file, PictureKind kind, int width, int height) {
  const Result<PictureHeader> found = picture_header(file);
  if (!found) return tl::unexpected<Error>{found.error()};
  if (found->kind != kind || found->width != width || found->height != height)
    return wrong(where, "the picture is not what the record says of it");
  return {};
}

Result<void> check_pictures(const Transaction& transaction) {
  std::vector<Finger> seen;
  const auto twice = [&](Finger finger) {
    const bool found = std::ranges::find(seen, finger) != seen.end();
    seen.push_back(finger);
    return found;
  };
  if (const auto& face = transaction.face) {
    if (face->kind != PictureKind::jpeg && face->kind != PictureKind::jpeg2000)
      return wrong("10.011", "neither JPEG nor JPEG 2000");
    if (const auto fine = check_picture("10.999", face->file, face->kind, face->width, face->height); !fine)
      return fine;
  }
  for (const FingerSample& print : transaction.prints) {
    if (twice(print.finger)) return wrong("14.013", "a finger twice");
    if (print.ppi != 500) return wrong("14.009", "not 500 pixels an inch");
    if (print.quality > 100 && print.quality != quality_unknown) return wrong("14.024", "a quality above 100");
    if (const auto fine = check_picture("14.999", print.file, PictureKind::wsq, print.width, print.height); !fine)
      return fine;
  }
  for (const MissingPrint& missing : transaction.missing)
    if (twice(missing.finger)) return wrong("14.018", "a finger that is missing and there, or missing twice");
  return {};
}

}  // namespace

SignatureSample scanned_signature(const Image& drawing, int dpi) {
  constexpr int wanted_dpi = 500, ink_below = 128;
  const int width = (drawing.width * wanted_dpi + dpi - 1) / dpi;
  SignatureSample out{(width + 7) / 8 * 8, (drawing.height * wanted_dpi + dpi - 1) / dpi, {}};
  out.bits.assign(static_cast<std::size_t>(out.width / 8) * static_cast<std::size_t>(out.height), 0);
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < width; ++x) {
      const int from_x = std::min(x * dpi / wanted_dpi, drawing.width - 1), from_y = std::min(y * dpi / wanted_dpi, drawing.height - 1);
      const auto pixel = static_cast<std::size_t>((from_y * drawing.width + from_x) * drawing.channels);
      if (drawing.pixels[pixel] < ink_below) out.bits[static_cast<std::size_t>(y * (out.width / 8) + x / 8)] |= static_cast<std::uint8_t>(0x80U >> static_cast<unsigned>(x % 8));
    }
  return out;
}

Result<Bytes> write_an2(const Transaction& transaction) {
  if (const auto fine = check_head(transaction); !fine) return tl::unexpected<Error>{fine.error()};
  if (const auto fine = check_pictures(transaction); !fine) return tl::unexpected<Error>{fine.error()};
  if (const auto fine = check_signature(transaction); !fine) return tl::unexpected<Error>{fine.error()};
  std::vector<unsigned> types{2};
  std::vector<std::string> records{Record{2}.field(2, "00").text()};
  const auto add = [&](unsigned type, std::string text) {
    types.push_back(type);
    records.push_back(std::move(text));
  };
  if (transaction.face) add(10, face_text(*transaction.face, transaction, types.size()));
  for (const FingerSample& print : transaction.prints) add(14, print_text(print, transaction, types.size()));
  for (const MissingPrint& missing : transaction.missing) add(14, missing_text(missing, transaction, types.size()));
  if (transaction.signature) add(8, signature_text(*transaction.signature, types.size()));
  std::string file = head_text(transaction, types);
  for (const std::string& record : records) file += record;
  if (file.size() > group_bytes_max) return wrong("an2", "more than 4,000,000 bytes");
  const ByteView bytes = view_of(file);
  return Bytes{bytes.begin(), bytes.end()};
}

}  // namespace skranke::enrolment
