#pragma once
// What a document asks for, as data: examples/enrolment/*.toml. Every number that a law or an authority sets is here.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "enrolment/error.hpp"
#include "enrolment/face_checks.hpp"
#include "enrolment/fingers.hpp"
#include "enrolment/pictures.hpp"
#include "enrolment/records.hpp"

namespace skranke::enrolment {

/// All that is known of a person's age here. Ages that decide something lie between these classes.
enum class AgeClass : std::uint8_t { under_6, from_6, from_12 };
[[nodiscard]] std::optional<AgeClass> age_class_named(std::string_view name);
[[nodiscard]] std::string_view name_of(AgeClass age);
[[nodiscard]] int least_age(AgeClass age);

enum class Source : std::uint8_t { live, scanned, imported };
[[nodiscard]] std::string_view name_of(Source source);

struct FaceRules {
  PictureKind format = PictureKind::jpeg2000;
  std::size_t bytes_max = 15'000;
  int width = 413, height = 531;  ///< of the portrait in the record
  std::vector<Source> sources{Source::live};
  FaceLimits limits{};  ///< where the document asks for others than the usual ones
};
struct FingerRules {
  int age_from = 12;
  /// Which finger of a hand, and which instead: 1 thumb to 5 little. The little one last, if at all.
  std::vector<int> order{2, 1, 3, 4};
  int captures = 3;         ///< of one finger; the one most like the others is kept
  int score_min = 40;       ///< of our own score; a lower one needs a reason
  int follow_up_days = 30;  ///< when the hindrance is temporary
};
struct SignatureRules {
  int age_from = 12;
  bool required = true;
};

struct Profile {
  std::string id, name_da, name_en;
  int version = 1;
  int minutes = 20;  ///< then all is erased
  Encoding encoding = Encoding::iso19794;
  bool groups = true, an2 = false;  ///< what the record holds
  std::string to, from;             ///< agencies of the ANSI/NIST-ITL head
  FaceRules face;
  std::optional<FingerRules> fingers;
  std::optional<SignatureRules> signature;
};

/// All that is wrong, each by its field, or the profile.
[[nodiscard]] tl::expected<Profile, std::vector<Error>> read_profile(std::string_view toml, const std::string& name);

}  // namespace skranke::enrolment
