#include "enrolment/session.hpp"

#include <algorithm>
#include <cmath>

namespace skranke::enrolment {
namespace {

/// What goes into the record and the trail as it is: there, and not long.
bool short_text(std::string_view text) { return !text.empty() && text.size() <= note_value_bytes_max; }

/// A failed check may be overridden with a reason; that there is exactly one face may not.
Outcome<void> check_verdicts(const std::vector<FaceCheck>& checks, bool reason_given) {
  for (const FaceCheck& check : checks) {
    if (check.verdict != Verdict::fail) continue;
    if (check.id == "single_face") return tl::unexpected<Refusal>{Refusal::unusable};
    if (!reason_given) return tl::unexpected<Refusal>{Refusal::override_needed};
  }
  return {};
}

tl::unexpected<Refusal> no(Refusal refusal) { return tl::unexpected<Refusal>{refusal}; }

Finger finger_at(bool right, int of_hand) { return static_cast<Finger>(of_hand + (right ? 0 : 5)); }

}  // namespace

std::string digest_of(const Image& image) {
  Writer head;
  head.u32(static_cast<unsigned>(image.width))
      .u32(static_cast<unsigned>(image.height))
      .u8(static_cast<unsigned>(image.channels));
  return sha256_hex(view_of(sha256_hex(head.bytes()) + sha256_hex(image.pixels)));
}

Outcome<void> Session::open(Stage wanted, Millis now) {
  if (tick(now) || stage_ == Stage::expired) return no(Refusal::expired);
  if (stage_ != wanted) return no(Refusal::wrong_stage);
  return {};
}

bool Session::wants_fingers() const { return profile_.fingers && least_age(case_.age) >= profile_.fingers->age_from; }
bool Session::wants_signature() const {
  return profile_.signature && least_age(case_.age) >= profile_.signature->age_from;
}

bool Session::has(Finger finger) const {
  return std::ranges::any_of(accepted_, [&](const Accepted& one) { return one.finger == finger; });
}

/// The first finger of the order that is not excepted; none if the hand is done or has none left.
std::optional<Finger> Session::wanted_of(bool right) const {
  if (!wants_fingers()) return std::nullopt;
  for (const Accepted& one : accepted_)
    if (one.finger && is_right(*one.finger) == right) return std::nullopt;
  for (const int of_hand : profile_.fingers->order) {
    const Finger finger = finger_at(right, of_hand);
    if (std::ranges::none_of(exceptions_, [&](const Exception& one) { return one.finger == finger; })) return finger;
  }
  return std::nullopt;
}

std::vector<Finger> Session::fingers_wanted() const {
  std::vector<Finger> wanted;
  for (const bool right : {true, false})
    if (const auto finger = wanted_of(right)) wanted.push_back(*finger);
  return wanted;
}

/// Facts that are empty are left out.
void Session::note(std::string what, std::vector<std::pair<std::string, std::string>> facts) {
  std::erase_if(facts, [](const auto& fact) { return fact.second.empty(); });
  if (notes_.size() < notes_max)
    notes_.push_back({std::move(what), std::move(facts)});
  else
    ++notes_lost_;
}

std::vector<Note> Session::take_notes() {
  std::vector<Note> notes = std::exchange(notes_, {});
  if (notes_lost_ > 0) notes.push_back({"notes_lost", {{"count", std::to_string(std::exchange(notes_lost_, 0))}}});
  return notes;
}

std::size_t Session::samples_held() const {
  std::size_t held = 0;
  for (const auto& [number, taken] : taken_) held += taken.capture.image.pixels.empty() ? 0 : 1;
  for (const Accepted& one : accepted_) held += one.file.empty() ? 0 : 1;
  return held;
}

std::optional<int> Session::follow_up_days() const {
  const bool temporary = std::ranges::any_of(exceptions_, [](const Exception& one) { return one.temporary; });
  return temporary && profile_.fingers ? std::optional{profile_.fingers->follow_up_days} : std::nullopt;
}

Outcome<void> Session::start(const Case& about, const Profile& profile, Millis now) {
  if (stage_ != Stage::idle) return no(Refusal::wrong_stage);
  for (const std::string* text : {&about.enrolment, &about.application, &about.clerk, &about.desk})
    if (!short_text(*text)) return no(Refusal::incomplete);
  case_ = about;
  profile_ = profile;
  expires_at_ = now + Millis{profile.minutes} * 60'000;
  stage_ = Stage::info;
  note("started", {{"application", about.application},
                   {"profile", profile.id},
                   {"version", std::to_string(profile.version)},
                   {"age_class", std::string{name_of(about.age)}},
                   {"clerk", about.clerk},
                   {"desk", about.desk}});
  return {};
}

Outcome<void> Session::inform(const std::string& text_version, const std::string& language, Millis now) {
  if (const auto fine = open(Stage::info, now); !fine) return fine;
  if (!short_text(text_version) || !short_text(language)) return no(Refusal::incomplete);
  text_version_ = text_version;
  language_ = language;
  stage_ = Stage::face;
  note("informed", {{"text", text_version}, {"language", language}});
  return {};
}

Outcome<Request> Session::ask(Modality modality, std::optional<Finger> finger, Millis now) {
  const Stage stage = modality == Modality::face     ? Stage::face
                      : modality == Modality::finger ? Stage::fingers
                                                     : Stage::signature;
  if (const auto fine = open(stage, now); !fine) return no(fine.error());
  if ((modality == Modality::finger) != finger.has_value()) return no(Refusal::wrong_position);
  if (finger && wanted_of(is_right(*finger)) != finger) return no(Refusal::no_such_need);
  if (captures_ >= captures_max) return no(Refusal::too_many_captures);
  if (finger) {
    const auto same = [&](const auto& one) { return one.second.capture.finger == finger; };
    if (std::ranges::count_if(taken_, same) >= profile_.fingers->captures) return no(Refusal::too_many_captures);
  }
  ++captures_;
  asked_ = Request{case_.enrolment, ++last_number_, modality, finger, now};
  asked_again_ = false;
  note("asked", {{"number", std::to_string(last_number_)},
                 {"modality", std::string{name_of(modality)}},
                 {"finger", finger ? std::string{name_of(*finger)} : ""}});
  return *asked_;
}

/// From sensor to session: is this the answer to what was asked, now, here, of this finger, and whole?
Outcome<void> Session::check_answer(const Capture& capture, Millis now) const {
  if (!asked_) return no(Refusal::not_asked_for);
  if (checks_.request) {
    if (capture.enrolment != case_.enrolment) return no(Refusal::other_enrolment);
    if (capture.number != asked_->number) return no(Refusal::not_asked_for);
    if (capture.modality != asked_->modality || capture.finger != asked_->finger) return no(Refusal::wrong_position);
  }
  if (checks_.fresh && (capture.taken_at < asked_->at || capture.taken_at > now || now - asked_->at > fresh_for_ms))
    return no(Refusal::stale);
  if (!capture.image.consistent() || !short_text(capture.device)) return no(Refusal::damaged);
  const std::string digest = digest_of(capture.image);
  if (checks_.digest && capture.digest != digest) return no(Refusal::damaged);
  if (checks_.repeat && seen_.contains(digest)) return no(Refusal::repeated);
  const bool allowed = std::ranges::find(profile_.face.sources, capture.source) != profile_.face.sources.end();
  if (asked_->modality == Modality::face ? !allowed : capture.source != Source::live)
    return no(Refusal::source_not_allowed);
  return {};
}

/// No two fingers of a person are alike: a print that matches another position's was given twice.
Outcome<void> Session::check_twice(const PrintAnalysis& analysis, Finger finger) const {
  if (!checks_.same_finger) return {};
  for (const Accepted& one : accepted_)
    if (one.finger && *one.finger != finger && one.analysis && workshop_.same_finger(analysis, *one.analysis))
      return no(Refusal::same_finger_twice);
  for (const auto& [number, taken] : taken_)
    if (taken.capture.finger && *taken.capture.finger != finger && taken.analysis &&
        workshop_.same_finger(analysis, *taken.analysis))
      return no(Refusal::same_finger_twice);
  return {};
}

Outcome<Offered> Session::offer(Capture capture, Millis now) {
  const std::string device = short_text(capture.device) ? capture.device : "without a name";
  Outcome<Offered> offered = take_offer(capture, now);
  if (offered)
    note("captured",
         {{"number", std::to_string(offered->capture)},
          {"device", device},
          {"score", std::to_string(offered->score)},
          {"assessed", offered->assessed ? std::to_string(offered->assessed->value) : ""},
          {"assessed_by", offered->assessed ? offered->assessed->name + " " + offered->assessed->version : ""}});
  else
    note("capture_refused", {{"device", device}, {"reason", std::string{name_of(offered.error())}}});
  return offered;
}

Outcome<Offered> Session::take_offer(Capture& capture, Millis now) {
  if (tick(now) || stage_ == Stage::expired) return no(Refusal::expired);
  if (stage_ != Stage::face && stage_ != Stage::fingers && stage_ != Stage::signature) return no(Refusal::wrong_stage);
  const auto fine = asked_again_ ? Outcome<void>{no(Refusal::not_asked_for)} : check_answer(capture, now);
  if (!fine) {
    wipe(capture.image.pixels);
    return no(fine.error());
  }
  const Request asked = *asked_;
  asked_.reset();  // answered: the number is used up, whatever comes of it
  seen_.insert(digest_of(capture.image));
  Taken taken{std::move(capture), std::nullopt, {}};
  taken.capture.finger = asked.finger;
  taken.capture.modality = asked.modality;
  if (asked.modality == Modality::face && workshop_.judge_face) {
    Result<std::vector<FaceCheck>> checks = workshop_.judge_face(taken.capture.image, profile_.face.limits);
    if (!checks) {
      wipe(taken.capture.image.pixels);
      return no(Refusal::unusable);
    }
    taken.checks = std::move(*checks);
    const bool found = taken.checks.size() > 1;
    if (auto check = found && workshop_.judge_file ? workshop_.judge_file(taken.capture.image, profile_.face) : std::nullopt)
      taken.checks.push_back(*check);
  }
  if (asked.finger) {
    Result<PrintAnalysis> analysis = workshop_.analyse(taken.capture.image);
    const auto twice = analysis ? check_twice(*analysis, *asked.finger) : Outcome<void>{no(Refusal::unusable)};
    if (!twice) {
      wipe(taken.capture.image.pixels);
      return no(twice.error());
    }
    taken.analysis = std::move(*analysis);
  }
  Offered offered = offered_of(asked.number, taken);
  taken_.insert_or_assign(asked.number, std::move(taken));
  return offered;
}

/// Of several captures of one finger the clerk's choice stands for them all: the one most like the others is kept.
Outcome<unsigned> Session::choose(unsigned capture) const {
  const auto found = taken_.find(capture);
  if (found == taken_.end()) return no(Refusal::unknown_capture);
  if (!found->second.capture.finger) return capture;
  std::vector<unsigned> numbers;
  std::vector<PrintAnalysis> analyses;
  for (const auto& [number, taken] : taken_)
    if (taken.capture.finger == found->second.capture.finger && taken.analysis) {
      numbers.push_back(number);
      analyses.push_back(*taken.analysis);
    }
  return numbers[std::min(workshop_.best_of(analyses), numbers.size() - 1)];
}

Outcome<Bytes> Session::file_of(const Capture& capture) const {
  Result<Bytes> file = capture.modality == Modality::finger ? workshop_.print_file(capture.image)
                       : capture.modality == Modality::face ? workshop_.face_file(capture.image, profile_.face)
                                                            : workshop_.signature_file(capture.image);
  if (!file) return no(Refusal::unusable);
  if (checks_.encoded && !workshop_.shows(*file, capture.image)) return no(Refusal::record_differs);
  return std::move(*file);
}

Outcome<void> Session::accept(unsigned capture, bool attested, const std::optional<Override>& reason, Millis now) {
  const Outcome<int> score = take_accepted(capture, attested, reason, now);
  if (!score) {
    note("not_accepted", {{"number", std::to_string(capture)}, {"reason", std::string{name_of(score.error())}}});
    return no(score.error());
  }
  const Accepted& kept = accepted_.back();
  note("accepted", {{"number", std::to_string(kept.capture)},
                    {"chosen", std::to_string(capture)},
                    {"modality", std::string{name_of(kept.modality)}},
                    {"finger", kept.finger ? std::string{name_of(*kept.finger)} : ""},
                    {"score", std::to_string(*score)},
                    {"attested", attested ? "yes" : "no"},
                    {"override", reason ? reason->check : ""},
                    {"override_reason", reason ? reason->reason : ""}});
  return {};
}

Outcome<int> Session::take_accepted(unsigned capture, bool attested, const std::optional<Override>& reason,
                                    Millis now) {
  if (tick(now) || stage_ == Stage::expired) return no(Refusal::expired);
  if (stage_ != Stage::face && stage_ != Stage::fingers && stage_ != Stage::signature) return no(Refusal::wrong_stage);
  const auto chosen = choose(capture);
  if (!chosen) return no(chosen.error());
  const Taken& taken = taken_.at(*chosen);
  const Capture& picture = taken.capture;
  if (picture.finger && wanted_of(is_right(*picture.finger)) != picture.finger) return no(Refusal::no_such_need);
  if (picture.modality == Modality::face && !attested) return no(Refusal::not_attested);
  if (reason && (!short_text(reason->check) || !short_text(reason->reason))) return no(Refusal::override_needed);
  if (const auto fine = check_verdicts(taken.checks, reason && !reason->reason.empty()); !fine) return no(fine.error());
  const int score = taken.analysis ? taken.analysis->score : 0;
  if (picture.finger && score == 0) return no(Refusal::unusable);  // no reason makes a print of nothing
  if (picture.finger && score < profile_.fingers->score_min && (!reason || reason->reason.empty()))
    return no(Refusal::override_needed);
  Outcome<Bytes> file = file_of(picture);
  if (!file) return no(file.error());
  Accepted kept{picture.modality,
                picture.finger,
                *chosen,
                picture.device,
                digest_of(picture.image),
                sha256_hex(*file),
                picture.source,
                picture.image.width,
                picture.image.height,
                score,
                std::move(*file),
                taken.analysis,
                reason,
                picture.assessed,
                attested && picture.modality == Modality::face ? case_.clerk : ""};
  if (kept.modality == Modality::face && workshop_.eyes) kept.eyes = workshop_.eyes(kept.file);
  drop_others(kept);
  accepted_.push_back(std::move(kept));
  advance();
  return score;
}

void Session::drop_others(const Accepted& kept) {
  asked_.reset();  // a late answer is not wanted any more
  for (auto at = taken_.begin(); at != taken_.end();) {
    const bool same = at->second.capture.modality == kept.modality && at->second.capture.finger == kept.finger;
    if (same) wipe(at->second.capture.image.pixels);
    at = same ? taken_.erase(at) : std::next(at);
  }
}

Outcome<void> Session::except(const Exception& exception, Millis now) {
  if (const auto fine = open(Stage::fingers, now); !fine) return fine;
  if (std::ranges::find(grounds, exception.ground) == grounds.end() ||
      (exception.ground == grounds[0] && exception.temporary))
    return no(Refusal::unknown_ground);
  if (wanted_of(is_right(exception.finger)) != exception.finger) return no(Refusal::no_such_need);
  exceptions_.push_back(exception);
  note("excepted", {{"finger", std::string{name_of(exception.finger)}},
                    {"ground", exception.ground},
                    {"temporary", exception.temporary ? "yes" : "no"}});
  Accepted none;
  none.modality = Modality::finger;
  none.finger = exception.finger;
  drop_others(none);
  advance();
  return {};
}

Outcome<void> Session::without_signature(const std::string& reason, Millis now) {
  if (const auto fine = open(Stage::signature, now); !fine) return fine;
  if (profile_.signature->required && reason.empty()) return no(Refusal::override_needed);
  if (!reason.empty() && !short_text(reason)) return no(Refusal::override_needed);
  no_signature_ = reason;
  note("no_signature", {{"reason", reason}});
  asked_.reset();
  advance();
  return {};
}

Outcome<void> Session::redo(Modality modality, Millis now) {
  if (const auto fine = open(Stage::review, now); !fine) return fine;
  if ((modality == Modality::finger && !wants_fingers()) || (modality == Modality::signature && !wants_signature()))
    return no(Refusal::no_such_need);
  forget(modality);
  note("redone", {{"modality", std::string{name_of(modality)}}});
  advance();
  return {};
}

void Session::forget(Modality modality) {
  for (Accepted& one : accepted_)
    if (one.modality == modality) wipe(one.file);
  std::erase_if(accepted_, [&](const Accepted& one) { return one.modality == modality; });
  if (modality == Modality::finger) exceptions_.clear(), doubted_.clear();
  if (modality == Modality::signature) no_signature_.reset();
}

/// The first stage that still wants something.
void Session::advance() {
  const auto has_any = [&](Modality modality) {
    return std::ranges::any_of(accepted_, [&](const Accepted& one) { return one.modality == modality; });
  };
  if (!has_any(Modality::face))
    stage_ = Stage::face;
  else if (!fingers_wanted().empty())
    stage_ = Stage::fingers;
  else if (wants_signature() && !has_any(Modality::signature) && !no_signature_)
    stage_ = Stage::signature;
  else
    stage_ = Stage::review;
}

Outcome<void> Session::sealed(const std::string& envelope_sha256, Millis now) {
  if (const auto fine = open(Stage::review, now); !fine) return fine;
  envelope_sha256_ = envelope_sha256;
  wipe_all();  // from here on only what we cannot open is left
  stage_ = Stage::sealed;
  note("sealed", {{"envelope_sha256", envelope_sha256}});
  return {};
}

Outcome<void> Session::sent() {
  if (stage_ != Stage::sealed && stage_ != Stage::sent) return no(Refusal::wrong_stage);
  stage_ = Stage::sent;
  note("sent");
  return {};
}

Outcome<void> Session::receipted(const Receipt& receipt) {
  if (stage_ != Stage::sent) return no(Refusal::wrong_stage);
  if (receipt.record_id != case_.enrolment) return no(Refusal::other_enrolment);
  if (receipt.envelope_sha256 != envelope_sha256_) return no(Refusal::record_differs);
  stage_ = Stage::receipted;
  note("receipted", {{"received_at", receipt.received_at}});
  return {};
}

void Session::wipe_all() {
  const auto wipe_analysis = [](std::optional<PrintAnalysis>& analysis) {
    if (analysis) std::ranges::fill(analysis->minutiae, Minutia{});
    analysis.reset();
  };
  for (auto& [number, taken] : taken_) {
    wipe(taken.capture.image.pixels);
    wipe_analysis(taken.analysis);
  }
  for (Accepted& one : accepted_) {
    wipe(one.file);
    wipe_analysis(one.analysis);
  }
  taken_.clear();
  asked_.reset();
}

void Session::erase() {
  wipe_all();
  accepted_.clear();
  stage_ = Stage::erased;
  note("erased", {{"left", std::to_string(samples_held())}});
}

void Session::cancel() {
  if (stage_ >= Stage::sealed) return;  // what is sealed is with the receiver to answer for
  erase();
  stage_ = Stage::cancelled;
  note("cancelled");
}

bool Session::tick(Millis now) {
  if (stage_ == Stage::idle || stage_ >= Stage::sealed || now < expires_at_) return false;
  erase();
  stage_ = Stage::expired;
  note("expired");
  return true;
}

}  // namespace skranke::enrolment
