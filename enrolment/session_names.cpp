// The words of the API for stages, modalities and refusals.
#include "enrolment/session.hpp"

namespace skranke::enrolment {

std::string_view name_of(Stage stage) {
  switch (stage) {
    case Stage::idle: return "idle";
    case Stage::info: return "info";
    case Stage::face: return "face";
    case Stage::fingers: return "fingers";
    case Stage::signature: return "signature";
    case Stage::review: return "review";
    case Stage::sealed: return "sealed";
    case Stage::sent: return "sent";
    case Stage::receipted: return "receipted";
    case Stage::erased: return "erased";
    case Stage::cancelled: return "cancelled";
    case Stage::expired: return "expired";
  }
  return "";
}

std::string_view name_of(Modality modality) {
  switch (modality) {
    case Modality::face: return "face";
    case Modality::finger: return "finger";
    case Modality::signature: return "signature";
  }
  return "";
}

std::string_view name_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::wrong_stage: return "wrong_stage";
    case Refusal::not_asked_for: return "not_asked_for";
    case Refusal::wrong_position: return "wrong_position";
    case Refusal::stale: return "stale";
    case Refusal::repeated: return "repeated";
    case Refusal::damaged: return "damaged";
    case Refusal::other_enrolment: return "other_enrolment";
    case Refusal::same_finger_twice: return "same_finger_twice";
    case Refusal::unusable: return "unusable";
    case Refusal::override_needed: return "override_needed";
    case Refusal::unknown_capture: return "unknown_capture";
    case Refusal::unknown_ground: return "unknown_ground";
    case Refusal::no_such_need: return "no_such_need";
    case Refusal::too_many_captures: return "too_many_captures";
    case Refusal::source_not_allowed: return "source_not_allowed";
    case Refusal::not_attested: return "not_attested";
    case Refusal::incomplete: return "incomplete";
    case Refusal::record_differs: return "record_differs";
    case Refusal::not_verified: return "not_verified";
    case Refusal::expired: return "expired";
  }
  return "";
}

}  // namespace skranke::enrolment
