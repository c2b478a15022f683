#pragma once
// One enrolment from "may we begin" to "nothing is left here", as a machine without clock, device, file or thread. A
// sample knows what it was asked for, and that is looked at wherever it changes hands: sensor, record, sealed bytes.
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "enrolment/assessment.hpp"
#include "enrolment/audit.hpp"
#include "enrolment/faces.hpp"
#include "enrolment/prints.hpp"
#include "enrolment/profile.hpp"
#include "enrolment/seal.hpp"

namespace skranke::enrolment {

enum class Stage : std::uint8_t {
  idle,
  info,
  face,
  fingers,
  signature,
  review,
  sealed,
  sent,
  receipted,
  erased,
  cancelled,
  expired
};
[[nodiscard]] std::string_view name_of(Stage stage);
enum class Modality : std::uint8_t { face, finger, signature };
[[nodiscard]] std::string_view name_of(Modality modality);

/// Why something is not taken, in the words of the API.
enum class Refusal : std::uint8_t {
  wrong_stage,
  not_asked_for,
  wrong_position,
  stale,
  repeated,
  damaged,
  other_enrolment,
  same_finger_twice,
  unusable,
  override_needed,
  unknown_capture,
  unknown_ground,
  no_such_need,
  too_many_captures,
  source_not_allowed,
  not_attested,
  incomplete,
  record_differs,
  not_verified,
  expired
};
[[nodiscard]] std::string_view name_of(Refusal refusal);
template <class T>
using Outcome = tl::expected<T, Refusal>;

using Millis = std::int64_t;

/// What a device is asked for. The number is used once.
struct Request {
  std::string enrolment;
  unsigned number = 0;
  Modality modality = Modality::face;
  std::optional<Finger> finger;
  Millis at = 0;
  bool operator==(const Request&) const = default;
};
/// What it answers, with what it was asked repeated and the digest of the pixels as they left the sensor.
struct Capture {
  std::string enrolment;
  unsigned number = 0;
  Modality modality = Modality::face;
  std::optional<Finger> finger;
  Millis taken_at = 0;
  std::string device;
  Source source = Source::live;
  Image image;
  std::string digest;
  std::optional<Assessment> assessed{};  ///< by a program of the site, if it has one
  bool unassessed = false;               ///< it has one, which gave no answer
};
[[nodiscard]] std::string digest_of(const Image& image);

struct Case {
  std::string enrolment;    ///< id, also of the record
  std::string application;  ///< the authority's number of the case; never a person's
  AgeClass age = AgeClass::from_12;
  std::string clerk, desk;
};

/// What the session needs done by code that takes time, so that a simulation can do without.
struct Workshop {
  std::function<Result<Bytes>(const Image&)> print_file;
  std::function<Result<Bytes>(const Image&, const FaceRules&)> face_file;
  std::function<Result<Bytes>(const Image&)> signature_file;
  std::function<Result<std::vector<FaceCheck>>(const Image&, const FaceLimits&)> judge_face;  ///< may be left out
  /// What the document's file lost of the portrait; nothing when there is no such file. May be left out.
  std::function<std::optional<FaceCheck>(const Image&, const FaceRules&)> judge_file;
  std::function<std::optional<FaceEyes>(const Bytes&)> eyes;               ///< of a portrait's file; may be left out
  std::function<Result<PrintAnalysis>(const Image&)> analyse;
  std::function<bool(const PrintAnalysis&, const PrintAnalysis&)> same_finger;
  std::function<std::size_t(std::span<const PrintAnalysis>)> best_of;
  /// Whether a file holds this picture, as well as its codec can tell.
  std::function<bool(const Bytes&, const Image&)> shows;
  std::function<Result<Bytes>(std::span<const FingerSample>, Encoding, const std::string&, ByteView)> prints_group;
};
/// Without a finder faces are not judged by machine, and portraits are cut around the picture's middle.
[[nodiscard]] Workshop real_workshop(const std::optional<FaceFinder>& finder = std::nullopt);

/// Which of the checks are on. All are; a simulation switches one off to see that it would be missed.
struct Checks {
  bool request = true, digest = true, fresh = true, repeat = true, same_finger = true, encoded = true, reread = true;
};

struct Offered {
  unsigned capture = 0;
  Modality modality = Modality::face;
  std::optional<Finger> finger{};
  int score = 0;                      ///< of a print, algorithm own/1
  std::vector<PrintHint> hints{};     ///< what to say to the citizen
  std::vector<FaceCheck> checks{};    ///< of a face
  std::vector<Unjudged> unjudged{};   ///< what a machine was to look at and could not
  std::optional<Assessment> assessed{};
};
struct Exception {
  Finger finger = Finger::right_index;
  std::string ground;
  bool temporary = false;
};
struct Override {
  std::string check, reason;
};
/// What was accepted, and how far it all is: a portrait, each hand and a signature are a part each.
struct Part {
  Modality modality = Modality::face;
  std::optional<Finger> finger;
  unsigned capture = 0;
  int score = 0;
};
struct Progress {
  int done = 0, of = 0;
  bool operator==(const Progress&) const = default;
};
struct Shown {
  Modality modality = Modality::face;
  Image image;
};
/// A finger laid once more, held against the print that goes into the record.
struct Again {
  bool same = false;
  int score = 0;
  std::vector<PrintHint> hints;
};

/// A picture cut to the ratio of these sides around its middle and brought to this size.
[[nodiscard]] Image fitted(const Image& image, int width, int height);

/// The id that a record's manifest gives; letters, digits, dashes and underscores only.
[[nodiscard]] Result<std::string> record_id_of(std::span<const PackedFile> files);
/// What a receiver finds when it holds a record against its own manifest: names, digests, fingers.
[[nodiscard]] Result<void> check_record(std::span<const PackedFile> files, const std::string& record_id);

/// Known grounds: why a finger gives no print. The first means that there is none.
constexpr std::array<std::string_view, 5> grounds = {"amputated", "injured", "bandaged", "worn", "disability"};
constexpr Millis fresh_for_ms = 30'000;
constexpr unsigned captures_max = 60;
constexpr std::size_t notes_max = 1000;

class Session {
 public:
  explicit Session(Workshop workshop, Checks checks = {}) : workshop_{std::move(workshop)}, checks_{checks} {}

  [[nodiscard]] Stage stage() const { return stage_; }
  [[nodiscard]] const Profile& profile() const { return profile_; }
  [[nodiscard]] const Case& of() const { return case_; }
  [[nodiscard]] Millis expires_at() const { return expires_at_; }
  /// The fingers still to be taken, one of each hand; empty when none.
  [[nodiscard]] std::vector<Finger> fingers_wanted() const;
  [[nodiscard]] bool wants_fingers() const;
  [[nodiscard]] bool wants_signature() const;
  /// Whether a picture with this digest was offered already.
  [[nodiscard]] bool has_seen(const std::string& digest) const { return seen_.contains(digest); }
  /// Pictures and prints still in memory.
  [[nodiscard]] std::size_t samples_held() const;
  /// A temporary hindrance: days after which the citizen is asked back.
  [[nodiscard]] std::optional<int> follow_up_days() const;

  Outcome<void> start(const Case& about, const Profile& profile, Millis now);
  Outcome<void> inform(const std::string& text_version, const std::string& language, Millis now);
  Outcome<Request> ask(Modality modality, std::optional<Finger> finger, Millis now);
  Outcome<Offered> offer(Capture capture, Millis now);
  /// A print below the profile's score and a face that fails a check need an override; a face needs besides that the
  /// clerk attests what no machine here judges. No face, or two, cannot be overridden.
  Outcome<void> accept(unsigned capture, bool attested, const std::optional<Override>& reason, Millis now);
  Outcome<void> except(const Exception& exception, Millis now);
  Outcome<void> without_signature(const std::string& reason, Millis now);
  /// From review back to one modality; what was taken of it is erased.
  Outcome<void> redo(Modality modality, Millis now);

  /// Once more a finger whose print was accepted, to see that it is still the same person. Nothing of it is kept but the
  /// verdict; after another finger there is no record until the right one was laid, or the fingers were taken anew.
  Outcome<Request> ask_again(Finger finger, Millis now);
  Outcome<Again> compare(Capture capture, Millis now);
  /// It goes on at another desk, with what was accepted; what was not accepted yet is erased.
  Outcome<void> move(const std::string& clerk, const std::string& desk, Millis now);

  [[nodiscard]] std::vector<Part> parts() const;
  [[nodiscard]] Progress progress() const;
  /// For who judges it: a portrait as the document will have it, everything else as it was taken.
  [[nodiscard]] Outcome<Shown> shown(unsigned capture) const;
  /// The newest capture of what is wanted now that nobody accepted yet, with all that was said of it.
  [[nodiscard]] std::optional<Offered> offered() const;

  /// The files of the record, re-read and compared with what was accepted. `created` is YYYYMMDDhhmmss, `random` fills
  /// an empty DG3.
  Outcome<std::vector<PackedFile>> record(const std::string& created, ByteView random, Millis now);
  Outcome<void> sealed(const std::string& envelope_sha256, Millis now);
  Outcome<void> sent();
  /// Only after its receipt was checked (check_receipt).
  Outcome<void> receipted(const Receipt& receipt);
  void erase();
  void cancel();
  /// Called with every moment that passes; true when it has just expired.
  bool tick(Millis now);
  [[nodiscard]] const std::string& why_record_failed() const { return record_error_; }
  /// What happened since this was asked last, for the audit trail. Beyond a thousand untaken only the number grows.
  [[nodiscard]] std::vector<Note> take_notes();

 private:
  struct Taken {
    Capture capture;
    std::optional<PrintAnalysis> analysis;
    std::vector<FaceCheck> checks;
  };
  struct Accepted {
    Modality modality = Modality::face;
    std::optional<Finger> finger;
    unsigned capture = 0;
    std::string device, digest, file_digest;
    Source source = Source::live;
    int width = 0, height = 0, score = 0;
    Bytes file;
    std::optional<PrintAnalysis> analysis;
    std::optional<Override> reason;
    std::optional<Assessment> assessed{};
    std::string attested_by{};       ///< who looked at what no machine judges
    std::optional<FaceEyes> eyes{};  ///< in the file
  };
  friend class RecordOf;

  [[nodiscard]] static Offered offered_of(unsigned number, const Taken& taken);
  void note(std::string what, std::vector<std::pair<std::string, std::string>> facts = {});
  [[nodiscard]] Outcome<Offered> take_offer(Capture& capture, Millis now);
  [[nodiscard]] Outcome<int> take_accepted(unsigned capture, bool attested, const std::optional<Override>& reason,
                                           Millis now);
  [[nodiscard]] Outcome<void> open(Stage wanted, Millis now);
  [[nodiscard]] std::optional<Finger> wanted_of(bool right) const;
  [[nodiscard]] bool has(Finger finger) const;
  [[nodiscard]] Outcome<void> check_answer(const Capture& capture, Millis now) const;
  [[nodiscard]] Outcome<void> check_twice(const PrintAnalysis& analysis, Finger finger) const;
  [[nodiscard]] Outcome<unsigned> choose(unsigned capture) const;
  [[nodiscard]] Outcome<Bytes> file_of(const Capture& capture) const;
  void forget(Modality modality);
  void drop_others(const Accepted& kept);
  void advance();
  void wipe_all();

  Workshop workshop_;
  Checks checks_;
  Stage stage_ = Stage::idle;
  Profile profile_;
  Case case_;
  Millis expires_at_ = 0;
  std::string text_version_, language_, envelope_sha256_, record_error_;
  std::optional<Request> asked_;
  bool asked_again_ = false;
  std::set<Finger> doubted_;
  unsigned last_number_ = 0, captures_ = 0;
  std::set<std::string> seen_;
  std::map<unsigned, Taken> taken_;
  std::vector<Accepted> accepted_;
  std::vector<Exception> exceptions_;
  std::optional<std::string> no_signature_;
  std::vector<Note> notes_;
  std::size_t notes_lost_ = 0;
};

}  // namespace skranke::enrolment
