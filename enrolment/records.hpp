#pragma once
// What is handed over: data groups of a chip (ICAO Doc 9303 part 10 with ISO/IEC 19794 or 39794 inside) and
// ANSI/NIST-ITL transactions in the traditional encoding. The readers share nothing with the writers but the structures
// below, so that reading back what was written is a check.
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "enrolment/bytes.hpp"
#include "enrolment/error.hpp"
#include "enrolment/fingers.hpp"
#include "enrolment/pictures.hpp"

namespace skranke::enrolment {

enum class Encoding { iso19794, iso39794 };
enum class FaceSource : std::uint8_t { unknown_photograph = 1, still_camera = 2, scanner = 3, video_camera = 6 };

/// The middles of the eyes, in pixels of the portrait; left and right are the person's own. Only 19794 records say them.
struct FaceEyes {
  int left_x = 0, left_y = 0, right_x = 0, right_y = 0;
  bool operator==(const FaceEyes&) const = default;
};

struct FaceSample {
  PictureKind kind = PictureKind::jpeg;
  int width = 0, height = 0;
  FaceSource source = FaceSource::still_camera;  ///< 39794 records of the minimum profile do not say it
  Bytes file;
  bool neutral = true;  ///< expression; only 19794 records say it. Nothing else is told about the person
  std::optional<FaceEyes> eyes{};  ///< where they were measured
  bool operator==(const FaceSample&) const = default;
};

constexpr unsigned quality_unknown = 254;
struct FingerSample {
  Finger finger = Finger::right_index;
  int width = 0, height = 0, ppi = 500;
  unsigned quality = quality_unknown;  ///< 0 to 100, by the algorithm of the record
  Bytes file;                          ///< WSQ
  bool operator==(const FingerSample&) const = default;
};

constexpr std::size_t group_bytes_max = 4'000'000;

/// A portrait in EF.DG2. `created` is YYYYMMDDhhmmss or empty.
[[nodiscard]] Result<Bytes> write_dg2(const FaceSample& face, Encoding encoding, const std::string& created);
/// Prints in EF.DG3. Without prints the group holds `random`, so that its hash tells nothing.
[[nodiscard]] Result<Bytes> write_dg3(std::span<const FingerSample> prints, Encoding encoding,
                                      const std::string& created, ByteView random);

struct Dg2 {
  Encoding encoding = Encoding::iso19794;
  std::string created;
  FaceSample face;
  bool operator==(const Dg2&) const = default;
};
struct Dg3 {
  Encoding encoding = Encoding::iso19794;
  std::string created;
  std::vector<FingerSample> prints;
  Bytes random;  ///< of a group without prints
  bool operator==(const Dg3&) const = default;
};
[[nodiscard]] Result<Dg2> read_dg2(ByteView group);
[[nodiscard]] Result<Dg3> read_dg3(ByteView group);

/// A finger without a print, and why: amputated, or there and not to be printed.
struct MissingPrint {
  Finger finger = Finger::right_index;
  bool amputated = false;
  bool operator==(const MissingPrint&) const = default;
};

/// A signature as Type-8 wants it: 500 dots an inch, one bit each, 1 is ink, the first of a byte its highest.
struct SignatureSample {
  int width = 0, height = 0;  ///< the width a multiple of 8
  Bytes bits;
  bool operator==(const SignatureSample&) const = default;
};
/// From a drawing of `dpi` dots an inch.
[[nodiscard]] SignatureSample scanned_signature(const Image& drawing, int dpi);

struct Transaction {
  std::string version = "0500";
  std::string type = "ENR";       ///< 3 to 4 capital letters
  std::string date;               ///< YYYYMMDD
  std::string to, from, control;  ///< agencies and the number of the transaction
  std::string gmt;                ///< YYYYMMDDhhmmssZ
  std::string source;             ///< who captured
  std::optional<FaceSample> face;
  std::vector<FingerSample> prints;
  std::vector<MissingPrint> missing;
  std::optional<SignatureSample> signature{};
  bool operator==(const Transaction&) const = default;
};
[[nodiscard]] Result<Bytes> write_an2(const Transaction& transaction);
[[nodiscard]] Result<Transaction> read_an2(ByteView file);

}  // namespace skranke::enrolment
