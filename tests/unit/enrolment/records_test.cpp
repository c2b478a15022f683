// Records against files that others wrote and read (tests/enrolment/data), and our reader against our writer.
#include "enrolment/records.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/unit/enrolment/support.hpp"

namespace skranke::enrolment {
namespace {

using test::load;

FaceSample face() { return {PictureKind::jpeg, 480, 600, FaceSource::video_camera, load("faces/A_neutral.jpg")}; }
FingerSample print(Finger finger, const char* name, unsigned quality = 70) {
  return {finger, 416, 560, 500, quality, load(std::string{"fingers/"} + name + ".wsq")};
}
std::vector<FingerSample> two_prints() {
  return {print(Finger::right_index, "f1_0"), print(Finger::left_index, "f2_0", quality_unknown)};
}

const std::string moment = "20261128093000";

template <class T>
std::string why(const Result<T>& result) {
  return result ? "taken" : result.error().text();
}

TEST(Groups, GoldenPortraitsAreReadAndWrittenAgainIdentically) {
  for (const auto& [name, encoding, kind] : {std::tuple{"dg2_19794_jpeg", Encoding::iso19794, PictureKind::jpeg},
                                             {"dg2_19794_jp2", Encoding::iso19794, PictureKind::jpeg2000},
                                             {"dg2_39794_jp2", Encoding::iso39794, PictureKind::jpeg2000}}) {
    const Bytes golden = load(std::string{"records/"} + name + ".bin");
    const Result<Dg2> group = read_dg2(golden);
    ASSERT_TRUE(group) << name << ": " << why(group);
    EXPECT_EQ(group->encoding, encoding);
    EXPECT_EQ(group->created, encoding == Encoding::iso19794 ? "20261122010203" : "");
    EXPECT_EQ(group->face.kind, kind);
    EXPECT_EQ(group->face.width, 413);
    EXPECT_EQ(group->face.height, 531);
    EXPECT_EQ(write_dg2(group->face, group->encoding, group->created).value(), golden) << name;
  }
}

TEST(Groups, GoldenPrintsAreReadAndWrittenAgainIdentically) {
  const Bytes golden = load("records/dg3_19794_wsq.bin");
  const Result<Dg3> group = read_dg3(golden);
  ASSERT_TRUE(group) << why(group);
  ASSERT_EQ(group->prints.size(), 2U);
  EXPECT_EQ(group->prints[0].finger, Finger::right_index);
  EXPECT_EQ(group->prints[1].finger, Finger::left_index);
  EXPECT_EQ(group->prints[0].quality, 70U);
  EXPECT_EQ(group->prints[0].file, load("fingers/f1_0.wsq"));
  EXPECT_EQ(group->prints[1].file, load("fingers/f2_0.wsq"));
  EXPECT_EQ(write_dg3(group->prints, group->encoding, group->created, {}).value(), golden);
  const Bytes empty = load("records/dg3_empty.bin");
  const Result<Dg3> none = read_dg3(empty);
  ASSERT_TRUE(none) << why(none);
  EXPECT_TRUE(none->prints.empty());
  EXPECT_EQ(none->random.size(), 8U);
  EXPECT_EQ(write_dg3({}, Encoding::iso19794, "", none->random).value(), empty);
}

TEST(Groups, WhatIsWrittenIsReadBackWhole) {
  for (const Encoding encoding : {Encoding::iso19794, Encoding::iso39794}) {
    const Result<Dg2> portrait = read_dg2(write_dg2(face(), encoding, moment).value());
    ASSERT_TRUE(portrait) << why(portrait);
    FaceSample expected = face();
    if (encoding == Encoding::iso39794)
      expected.source = FaceSource::still_camera;  // the minimum profile does not say it
    EXPECT_EQ(*portrait, (Dg2{encoding, moment, expected}));
    const Result<Dg3> prints = read_dg3(write_dg3(two_prints(), encoding, moment, {}).value());
    ASSERT_TRUE(prints) << why(prints);
    std::vector<FingerSample> kept = two_prints();
    if (encoding == Encoding::iso39794) kept[0].quality = quality_unknown;
    EXPECT_EQ(*prints, (Dg3{encoding, moment, kept, {}}));
  }
}

FaceSample face_with_eyes() {
  FaceSample one = face();
  one.eyes = FaceEyes{293, 270, 187, 271};
  return one;
}

TEST(Groups, BothEyesAreSaidWhereTheyWereMeasured) {
  const Bytes group = write_dg2(face_with_eyes(), Encoding::iso19794, moment).value();
  ASSERT_TRUE(read_dg2(group)) << why(read_dg2(group));
  EXPECT_EQ(read_dg2(group)->face, face_with_eyes());
  // The table of the standard, written out: two points; 2D, MPEG-4 12.1 (left) and 12.2, x, y, nothing.
  const Bytes record{'F', 'A', 'C', 0, '0', '1', '0', 0}, points{1, 0xC1, 1, 37, 1, 14, 0, 0, 1, 0xC2, 0, 187, 1, 15, 0, 0};
  const auto begin = std::search(group.begin(), group.end(), record.begin(), record.end());
  EXPECT_EQ(Bytes(begin + 18, begin + 20), (Bytes{0, 2}));
  EXPECT_EQ(Bytes(begin + 34, begin + 50), points);
  EXPECT_FALSE(read_dg2(write_dg2(face_with_eyes(), Encoding::iso39794, moment).value())->face.eyes);
}

TEST(Groups, EyesThatCannotBeAreRefused) {
  const auto told = [](FaceEyes eyes) {
    FaceSample one = face();
    one.eyes = eyes;
    return why(write_dg2(one, Encoding::iso19794, ""));
  };
  EXPECT_EQ(told({293, 270, 187, 271}), "taken");
  for (const FaceEyes& eyes : {FaceEyes{187, 270, 293, 271}, {480, 270, 187, 271}, {293, 600, 187, 271}, {293, 270, -1, 271}, {293, 270, 187, -1}})
    EXPECT_EQ(told(eyes), "dg2: face: eyes that are not in the picture, or the wrong way round");
  // And by the reader, whatever the writer was.
  Bytes swapped = write_dg2(face_with_eyes(), Encoding::iso19794, "").value();
  const Bytes left{1, 0xC1, 1, 37};
  const auto at = std::search(swapped.begin(), swapped.end(), left.begin(), left.end());
  *(at + 2) = 0;  // 293 becomes 37: the person's left eye lies left of the right one
  EXPECT_EQ(why(read_dg2(swapped)), "19794-5: eyes that are not in the picture");
}

TEST(Groups, EachFingerHasItsOwnSubtype) {
  // The table of the specification, written out: right thumb to little, left thumb to little.
  const std::vector<unsigned> subtypes{0x05, 0x09, 0x0D, 0x11, 0x15, 0x06, 0x0A, 0x0E, 0x12, 0x16};
  for (unsigned number = 1; number <= 10; ++number) {
    const Bytes group =
        write_dg3(std::vector{print(*finger_of(number), "f1_partial")}, Encoding::iso19794, "", {}).value();
    const Bytes wanted{0x81, 0x01, 0x08, 0x82, 0x01, static_cast<std::uint8_t>(subtypes[number - 1])};
    EXPECT_NE(std::search(group.begin(), group.end(), wanted.begin(), wanted.end()), group.end()) << number;
    EXPECT_EQ(read_dg3(group)->prints[0].finger, *finger_of(number));
  }
}

TEST(Groups, HeaderAndRecordMustNameTheSameFinger) {
  Bytes group = load("records/dg3_19794_wsq.bin");
  const Bytes subtype{0x82, 0x01, 0x09};
  const auto at = std::search(group.begin(), group.end(), subtype.begin(), subtype.end());
  *(at + 2) = 0x0A;  // left index outside, right index inside: what went wrong 228,000 times
  EXPECT_EQ(why(read_dg3(group)), "dg3: header and record name different fingers");
}

TEST(Groups, WritersRefuseWhatIsNotSo) {
  FaceSample wrong_size = face();
  wrong_size.width = 481;
  EXPECT_EQ(why(write_dg2(wrong_size, Encoding::iso19794, "")),
            "dg2: face: the picture has 480 × 600 pixels, the record 481 × 600");
  FaceSample wrong_kind = face();
  wrong_kind.kind = PictureKind::jpeg2000;
  EXPECT_EQ(why(write_dg2(wrong_kind, Encoding::iso19794, "")),
            "dg2: face: the picture is of another kind than the record says");
  EXPECT_EQ(why(write_dg2(face(), Encoding::iso19794, "2026")), "created: not YYYYMMDDhhmmss");
  EXPECT_EQ(why(write_dg3({}, Encoding::iso19794, "", {})), "dg3: random: 8 to 64 bytes are wanted");
  const std::vector twice{print(Finger::left_ring, "f1_0"), print(Finger::left_ring, "f2_0")};
  EXPECT_EQ(why(write_dg3(twice, Encoding::iso19794, "", {})), "dg3: left_ring: twice");
  FingerSample coarse = print(Finger::left_ring, "f1_0");
  coarse.ppi = 508;
  EXPECT_EQ(why(write_dg3(std::vector{coarse}, Encoding::iso19794, "", {})),
            "dg3: left_ring: 508 ppi; WSQ is defined for 500");
}

/// With one byte changed the file is refused or says the same; never something else in silence.
template <class Read>
void changed_bytes_never_pass_unseen(const Bytes& file, const Read& read, std::size_t headers) {
  const auto before = read(file);
  ASSERT_TRUE(before) << why(before);
  std::size_t refused = 0;
  for (std::size_t at = 0; at < std::min(headers, file.size()); ++at) {
    Bytes changed = file;
    changed[at] ^= 0x01U;
    const auto after = read(changed);
    refused += after ? 0U : 1U;
    EXPECT_FALSE(after && *after == *before) << "byte " << at << " has no meaning";
  }
  EXPECT_GE(refused, headers / 2);
}

TEST(Groups, EveryByteOfTheHeadersHasAMeaning) {
  changed_bytes_never_pass_unseen(
      load("records/dg2_19794_jpeg.bin"), [](const Bytes& file) { return read_dg2(file); }, 0x61);
  changed_bytes_never_pass_unseen(
      write_dg2(face_with_eyes(), Encoding::iso19794, moment).value(), [](const Bytes& file) { return read_dg2(file); },
      0x71);
  changed_bytes_never_pass_unseen(
      load("records/dg3_19794_wsq.bin"), [](const Bytes& file) { return read_dg3(file); }, 0x61);
  changed_bytes_never_pass_unseen(
      load("records/enrol_0500.an2"), [](const Bytes& file) { return read_an2(file); }, 340);
}

TEST(Groups, CutOffIsRefused) {
  const Bytes group = load("records/dg3_19794_wsq.bin");
  for (std::size_t length = 0; length < group.size(); length += 97)
    EXPECT_FALSE(read_dg3(ByteView{group}.first(length))) << length;
  Bytes longer = group;
  longer.push_back(0);
  EXPECT_EQ(why(read_dg3(longer)), "dg3: 1 bytes too many");
}

TEST(An2, GoldenFilesAreReadAndWrittenAgainIdentically) {
  for (const char* name : {"enrol_0400", "enrol_0500"}) {
    const Bytes golden = load(std::string{"records/"} + name + ".an2");
    const Result<Transaction> transaction = read_an2(golden);
    ASSERT_TRUE(transaction) << name << ": " << why(transaction);
    EXPECT_EQ(transaction->version, std::string{name}.substr(6));
    EXPECT_EQ(transaction->to, "DKPAS001");
    EXPECT_EQ(transaction->control, "TCN-0001");
    EXPECT_EQ(transaction->source, "DK0000001");
    ASSERT_TRUE(transaction->face);
    EXPECT_EQ(transaction->face->width, 413);
    ASSERT_EQ(transaction->prints.size(), 2U);
    EXPECT_EQ(transaction->prints[1].finger, Finger::left_index);
    EXPECT_EQ(transaction->prints[1].file, load("fingers/f2_0.wsq"));
    EXPECT_EQ(write_an2(*transaction).value(), golden) << name;
  }
}

Transaction full() {
  Transaction transaction;
  transaction.date = "20261128";
  transaction.to = "DKTEST01";
  transaction.from = "DKTEST02";
  transaction.control = "E-1";
  transaction.gmt = "20261128093000Z";
  transaction.source = "DESK-4";
  transaction.face = face();
  transaction.prints = two_prints();
  transaction.missing = {{Finger::right_thumb, true}, {Finger::left_little, false}};
  return transaction;
}

TEST(An2, WhatIsWrittenIsReadBackWhole) {
  Transaction transaction = full();
  Result<Transaction> back = read_an2(write_an2(transaction).value());
  ASSERT_TRUE(back) << why(back);
  transaction.face->source = FaceSource::still_camera;  // Type-10 of this profile does not say it
  EXPECT_EQ(*back, transaction);
  const std::string text = text_of(write_an2(transaction).value());
  EXPECT_NE(text.find("\x1D"
                      "14.018:1\x1FXX\x1C"),
            std::string::npos);
  EXPECT_NE(text.find("\x1D"
                      "14.018:10\x1FUP\x1C"),
            std::string::npos);
  EXPECT_NE(text.find("\x1D"
                      "14.024:2\x1F"
                      "70\x1F"
                      "0000\x1F"
                      "1\x1D"),
            std::string::npos);
}

Transaction signed_one() {
  Transaction transaction = full();
  transaction.face.reset();
  transaction.prints.clear();
  transaction.signature = SignatureSample{16, 3, {0x00, 0x01, 0xFF, 0x00, 0x1C, 0x1D}};  // with bytes that end things elsewhere
  return transaction;
}

TEST(An2, ASignatureIsReadBackWhole) {
  for (Transaction transaction : {signed_one(), full()}) {
    transaction.signature = signed_one().signature;
    const Bytes file = write_an2(transaction).value();
    if (transaction.face) transaction.face->source = FaceSource::still_camera;
    ASSERT_TRUE(read_an2(file)) << why(read_an2(file));
    EXPECT_EQ(*read_an2(file), transaction);
  }
  // The table of the standard, written out: length, number, of the subject, plain, 500 an inch, sides, dots.
  const Bytes file = write_an2(signed_one()).value();
  const Bytes wanted{0, 0, 0, 18, 3, 0, 0, 0, 0, 16, 0, 3, 0x00, 0x01, 0xFF, 0x00, 0x1C, 0x1D};
  EXPECT_EQ(Bytes(file.end() - 18, file.end()), wanted);
  changed_bytes_never_pass_unseen(
      Bytes(file), [](const Bytes& one) { return read_an2(one); }, file.size());
}

TEST(An2, ASignatureThatCannotBeIsRefused) {
  const auto told = [](auto change) {
    Transaction transaction = signed_one();
    change(*transaction.signature);
    const auto file = write_an2(transaction);
    return file ? "" : file.error().where;
  };
  EXPECT_EQ(told([](SignatureSample& s) { s.width = 15; }), "8.006");
  EXPECT_EQ(told([](SignatureSample& s) { s.height = 0; }), "8.007");
  EXPECT_EQ(told([](SignatureSample& s) { s.bits.pop_back(); }), "8.008");
  const Bytes file = write_an2(signed_one()).value();
  for (const auto& [from_end, value, where] : {std::tuple{15, 9, "8.001"}, {14, 9, "8.002"}, {13, 1, "8.003"}, {12, 1, "8.004"}, {11, 1, "8.005"}, {9, 17, "8.006"}, {7, 4, "8.008"}}) {
    Bytes wrong = file;
    wrong[wrong.size() - static_cast<std::size_t>(from_end)] = static_cast<std::uint8_t>(value);
    ASSERT_FALSE(read_an2(wrong)) << where;
    EXPECT_EQ(read_an2(wrong).error().where, where);
  }
}

TEST(An2, ADrawingIsScannedAtFiveHundred) {
  Image drawing{30, 6, 1, Bytes(180, 255)};
  for (int x = 3; x < 6; ++x) drawing.pixels[static_cast<std::size_t>(3 * 30 + x)] = 0;  // at 300 an inch: dots 5 to 9, rows 5 and 6
  const SignatureSample scanned = scanned_signature(drawing, 300);
  EXPECT_EQ(scanned.width, 56);
  EXPECT_EQ(scanned.height, 10);
  Bytes wanted(70, 0);
  for (const std::size_t row : {5U, 6U}) wanted[row * 7] = 0x07, wanted[row * 7 + 1] = 0xC0;
  EXPECT_EQ(scanned.bits, wanted);
}

TEST(An2, LengthsCountThemselvesAtEveryCarry) {
  for (std::size_t size = 1; size <= 40; ++size) {  // the first record passes 100 and 200 bytes on the way
    Transaction transaction = full();
    transaction.to = std::string(size, 'A');
    EXPECT_TRUE(read_an2(write_an2(transaction).value())) << size;
  }
}

TEST(An2, RefusesByField) {
  const auto refused = [](auto change) {
    Transaction transaction = full();
    change(transaction);
    const Result<Bytes> file = write_an2(transaction);
    return file ? "taken" : file.error().where;
  };
  EXPECT_EQ(refused([](Transaction& t) { t.version = "0600"; }), "1.002");
  EXPECT_EQ(refused([](Transaction& t) { t.type = "X"; }), "1.004");
  EXPECT_EQ(refused([](Transaction& t) { t.date = "2026-11-28"; }), "1.005");
  EXPECT_EQ(refused([](Transaction& t) { t.to = ""; }), "1.007");
  EXPECT_EQ(refused([](Transaction& t) {
              t.from =
                  "a\x1D"
                  "1.999:b";
            }),
            "1.008");  // no field smuggled in
  EXPECT_EQ(refused([](Transaction& t) { t.control = std::string(41, 'x'); }), "1.009");
  EXPECT_EQ(refused([](Transaction& t) { t.gmt = "now"; }), "1.014");
  EXPECT_EQ(refused([](Transaction& t) { t.source = ""; }), "14.004");
  EXPECT_EQ(refused([](Transaction& t) { t.face->width = 1; }), "10.999");
  EXPECT_EQ(refused([](Transaction& t) { t.prints[1].finger = Finger::right_index; }), "14.013");
  EXPECT_EQ(refused([](Transaction& t) { t.missing[0].finger = Finger::right_index; }), "14.018");
  EXPECT_EQ(refused([](Transaction& t) { t.prints[0].ppi = 1000; }), "14.009");
}

std::string replaced(const std::string& old, const std::string& fresh) {
  std::string text = text_of(load("records/enrol_0500.an2"));
  text.replace(text.find(old), old.size(), fresh);
  const Result<Transaction> read = read_an2(view_of(text));
  return read ? "taken" : read.error().where;
}

TEST(An2, ReaderRefusesByField) {
  EXPECT_EQ(replaced("1.001:170", "1.001:171"), "1.001");
  EXPECT_EQ(replaced("\x1F"
                     "4\x1E",
                     "\x1F"
                     "3\x1E"),
            "1.003");
  EXPECT_EQ(replaced("14\x1F"
                     "03",
                     "14\x1F"
                     "04"),
            "1.003");
  EXPECT_EQ(replaced("14.013:7", "14.013:2"), "14.013");  // the right index twice
  EXPECT_EQ(replaced("14.006:416", "14.006:417"), "14.999");
  EXPECT_EQ(replaced("10.011:JPEGB", "10.011:JPEGX"), "10.011");
  EXPECT_EQ(replaced("10.007:531", "10.007:5x1"), "10.007");
  EXPECT_EQ(replaced("14.005:20261122", "14.005:20261123"), "14.005");
  EXPECT_EQ(replaced("14.002:03", "14.002:02"), "14.002");
}

}  // namespace
}  // namespace skranke::enrolment
