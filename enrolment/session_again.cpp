// What a session shows of itself, the finger that is laid once more, and the way to another desk.
#include <algorithm>

#include "enrolment/pictures.hpp"
#include "enrolment/session.hpp"

namespace skranke::enrolment {
namespace {

tl::unexpected<Refusal> no(Refusal refusal) { return tl::unexpected<Refusal>{refusal}; }

bool open_for_more(Stage stage) {
  return stage == Stage::face || stage == Stage::fingers || stage == Stage::signature || stage == Stage::review;
}

}  // namespace

std::vector<Part> Session::parts() const {
  std::vector<Part> parts;
  for (const Accepted& one : accepted_)
    if (!one.file.empty()) parts.push_back({one.modality, one.finger, one.capture, one.score});
  return parts;
}

Progress Session::progress() const {
  const auto has_any = [&](Modality modality) {
    return std::ranges::any_of(accepted_, [&](const Accepted& one) { return one.modality == modality; });
  };
  Progress progress{has_any(Modality::face) ? 1 : 0, 1};
  if (wants_fingers()) {
    progress.of += 2;
    for (const bool right : {true, false}) progress.done += wanted_of(right) ? 0 : 1;
  }
  if (wants_signature()) {
    ++progress.of;
    progress.done += has_any(Modality::signature) || no_signature_ ? 1 : 0;
  }
  return progress;
}

Outcome<Shown> Session::shown(unsigned capture) const {
  const auto kept = std::ranges::find(accepted_, capture, &Accepted::capture);
  const auto taken = taken_.find(capture);
  if (kept != accepted_.end() && !kept->file.empty()) {
    Result<Image> image = picture_decode(kept->file);
    return image ? Outcome<Shown>{Shown{kept->modality, std::move(*image)}} : no(Refusal::unusable);
  }
  if (taken == taken_.end()) return no(Refusal::unknown_capture);
  const Capture& picture = taken->second.capture;
  if (picture.modality != Modality::face) return Shown{picture.modality, picture.image};
  // What cannot be coded for the document is shown as it is: its checks say why.
  Outcome<Bytes> file = file_of(picture);
  Result<Image> cut = file ? picture_decode(*file) : Result<Image>{wrong("face", "it fits no document")};
  if (file) wipe(*file);
  if (!cut) return Shown{picture.modality, fitted(picture.image, profile_.face.width, profile_.face.height)};
  return Shown{picture.modality, std::move(*cut)};
}

Offered Session::offered_of(unsigned number, const Taken& taken) {
  const Capture& capture = taken.capture;
  Offered offered{number, capture.modality, capture.finger};
  if (taken.analysis) {
    offered.score = taken.analysis->score;
    offered.hints = taken.analysis->hints;
  }
  offered.checks = taken.checks;
  if (capture.modality == Modality::face) offered.unjudged = not_judged(taken.checks);
  if (capture.unassessed) offered.unjudged.push_back({"quality_program", "no_answer"});
  offered.assessed = capture.assessed;
  return offered;
}

std::optional<Offered> Session::offered() const {
  const auto is_wanted = [&](const Capture& capture) {
    if (capture.finger) return stage_ == Stage::fingers && wanted_of(is_right(*capture.finger)) == capture.finger;
    return stage_ == (capture.modality == Modality::face ? Stage::face : Stage::signature);
  };
  for (auto at = taken_.rbegin(); at != taken_.rend(); ++at)
    if (is_wanted(at->second.capture)) return offered_of(at->first, at->second);
  return std::nullopt;
}

Outcome<Request> Session::ask_again(Finger finger, Millis now) {
  if (tick(now) || stage_ == Stage::expired) return no(Refusal::expired);
  if (!open_for_more(stage_)) return no(Refusal::wrong_stage);
  if (!has(finger)) return no(Refusal::no_such_need);
  if (captures_ >= captures_max) return no(Refusal::too_many_captures);
  ++captures_;
  asked_ = Request{case_.enrolment, ++last_number_, Modality::finger, finger, now};
  asked_again_ = true;
  note("asked_again", {{"number", std::to_string(last_number_)}, {"finger", std::string{name_of(finger)}}});
  return *asked_;
}

Outcome<Again> Session::compare(Capture capture, Millis now) {
  const auto erased = [&](Refusal refusal) {
    wipe(capture.image.pixels);
    return no(refusal);
  };
  if (tick(now) || stage_ == Stage::expired) return erased(Refusal::expired);
  if (!asked_again_) return erased(Refusal::not_asked_for);
  if (const auto fine = check_answer(capture, now); !fine) return erased(fine.error());
  const Request asked = *asked_;
  asked_.reset();
  seen_.insert(digest_of(capture.image));
  const auto kept = std::ranges::find_if(accepted_, [&](const Accepted& one) { return one.finger == asked.finger; });
  if (kept == accepted_.end() || !kept->analysis) return erased(Refusal::no_such_need);
  Result<PrintAnalysis> analysis = workshop_.analyse(capture.image);
  if (!analysis || analysis->score == 0) return erased(Refusal::unusable);  // nothing that could be compared
  Again again{workshop_.same_finger(*analysis, *kept->analysis), analysis->score, analysis->hints};
  std::ranges::fill(analysis->minutiae, Minutia{});
  wipe(capture.image.pixels);
  if (again.same) doubted_.erase(*asked.finger);
  else doubted_.insert(*asked.finger);
  note("compared", {{"number", std::to_string(asked.number)},
                    {"finger", std::string{name_of(*asked.finger)}},
                    {"same", again.same ? "yes" : "no"},
                    {"score", std::to_string(again.score)}});
  return again;
}

Outcome<void> Session::move(const std::string& clerk, const std::string& desk, Millis now) {
  if (tick(now) || stage_ == Stage::expired) return no(Refusal::expired);
  if (!open_for_more(stage_)) return no(Refusal::wrong_stage);
  if (clerk.empty() || desk.empty() || clerk.size() > note_value_bytes_max || desk.size() > note_value_bytes_max)
    return no(Refusal::incomplete);
  for (auto& [number, taken] : taken_) {
    wipe(taken.capture.image.pixels);
    if (taken.analysis) std::ranges::fill(taken.analysis->minutiae, Minutia{});
  }
  taken_.clear();
  asked_.reset();
  note("moved", {{"from", case_.desk}, {"desk", desk}, {"clerk", clerk}});
  case_.clerk = clerk;
  case_.desk = desk;
  return {};
}

}  // namespace skranke::enrolment
