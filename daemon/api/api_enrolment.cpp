// The enrolment step: photo, fingerprints and signature at the desk where the visit is. The pictures themselves stay in the worker's process.
#include <charconv>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "daemon/api/api.hpp"
#include "daemon/random.hpp"
#include "enrolment/session.hpp"
#include "wire/json.hpp"

namespace skranke::daemon {

using core::Visit;
using core::VisitId;
using Running = Enrolments::Running;
namespace json = boost::json;

namespace {

using namespace std::chrono_literals;
constexpr auto start_patience = 20s, work_patience = 23s;   // models are read once; coding and reading again takes a second or two; a finger is waited for
constexpr std::array<std::string_view, 3> ages{"under_6", "from_6", "from_12"};
constexpr std::array<std::string_view, 3> modalities{"face", "finger", "signature"};
constexpr std::array<std::string_view, 3> sources{"live", "scanned", "imported"};
constexpr std::string_view text_version = "1";
constexpr std::size_t id_bits = 80;

std::int64_t millis(core::Instant at) { return std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count(); }

/// A refusal of the session as a problem of the contract, where that has one.
std::string_view problem_of(std::string_view refusal) {
  if (refusal == "override_needed" || refusal == "incomplete" || refusal == "not_attested") return "profile_unmet";
  return refusal;
}

/// Something that the worker needs and does not have.
std::string_view problem_of_failure(std::string_view part) {
  if (part == "recipient") return "no_recipient_key";
  if (part == "models") return "face_models_missing";
  return part.empty() ? "" : "internal";
}

int status_of(std::string_view problem) {
  if (problem == "no_device" || problem == "device_fault") return 503;
  return problem == "expired" ? 410 : 409;
}

/// What to say first of a capture: the check that fails, else one that is near it, else what there is to say of a print.
std::string first_hint(const json::object& head) {
  for (const std::string_view verdict : {"fail", "warn"})
    if (const auto* checks = head.at("checks").if_array())
      for (const json::value& each : *checks)
        if (enrolment::text_in(each.as_object(), "verdict") == verdict) return enrolment::text_in(each.as_object(), "id");
  const auto* hints = head.at("hints").if_array();
  return hints == nullptr || hints->empty() ? std::string{} : std::string{hints->front().as_string()};
}

int score_of(std::string_view verdict) { return verdict == "pass" ? 100 : verdict == "warn" ? 50 : 0; }

}  // namespace

/// Everything that is the same for all calls of an enrolment: who may, which it is, and what it says to that.
struct Api::EnrolmentCall {
  std::shared_ptr<Running> one;
  std::string desk;
  json::object wish;
  core::Zone zone;
  std::string language;
  core::Instant at;
  int status = 200;
};

/// The desk where the visit is, if it is the caller's own.
std::optional<http::Reply> Api::not_at_this_desk(const Call& call, const Visit* visit, core::DeskId& desk) const {
  if (visit == nullptr) return now(fail(call, 404, "unknown_visit"));
  for (const core::Desk& each : wiring_.engine.facility().desks) {
    const core::DeskStatus* status = wiring_.engine.state().find(each.id);
    if (status == nullptr || status->visit != visit->serial) continue;
    if (!may_work_at(call, *status)) break;
    desk = each.id;
    return std::nullopt;
  }
  return now(fail(call, 409, "wrong_desk"));
}

/// Documents that can be made at this desk, what stands there, and the enrolment that runs.
http::Reply Api::get_desk_enrolment(Call& call) {
  if (wiring_.engine.facility().find(core::DeskId{call.part(1)}) == nullptr) return now(fail(call, 404, "unknown_desk"));
  std::string body;
  wire::JsonWriter w{body};
  w.object().key("profiles").list();
  for (const auto& [id, document] : wiring_.enrolments->documents())
    w.object().field("id", id).field("name", call.language == "da" ? document.profile.name_da : document.profile.name_en).end_object();
  w.end_list();
  const config::EnrolmentKit* kit = wiring_.enrolments->kit_at(call.part(1));
  w.key("kit").list();
  if (kit != nullptr) {
    if (!kit->camera.empty()) w.value("face");
    if (!kit->finger.empty()) w.value("finger");
    if (!kit->pen.empty()) w.value("signature");
  }
  w.end_list();
  if (wiring_.enrolments->enabled()) w.field_unless_empty("hindrance", wiring_.enrolments->hindrance());
  if (const auto running = wiring_.enrolments->at_desk(call.part(1))) w.field("visit", running->visit).field("running", running->id);
  kit_json(w, call);
  w.end_object();
  return shown(std::move(body));
}

/// Who has the kit that this desk shares, desks with one of their own to hand an enrolment on to, and what came from one.
void Api::kit_json(wire::JsonWriter& w, const Call& call) const {
  const Enrolments& all = *wiring_.enrolments;
  const core::Facility& facility = wiring_.engine.facility();
  const auto name_of = [&](const std::string& id) {
    const core::Desk* desk = facility.find(core::DeskId{id});
    return desk == nullptr ? id : desk->name.get(call.language);
  };
  const std::string user = all.kit_taken_by(call.part(1));
  if (!user.empty() && user != call.part(1)) w.key("kit_taken_by").object().field("desk", user).field("name", name_of(user)).end_object();
  if (const std::size_t place = all.place_in_line(call.part(1)); place > 0) w.field("place_in_line", place);
  w.key("others").list();
  for (const core::Desk& each : facility.desks)
    if (each.id.str() != call.part(1) && all.kit_at(each.id.str()) != nullptr) w.object().field("desk", each.id.str()).field("name", name_of(each.id.str())).end_object();
  w.end_list();
  const core::DeskStatus* status = wiring_.engine.state().find(core::DeskId{call.part(1)});
  const Visit* visit = status == nullptr || status->visit == 0 ? nullptr : wiring_.engine.state().find(status->visit);
  const auto coming = visit == nullptr ? nullptr : all.coming(visit->id.str(), call.part(1));
  if (coming != nullptr) w.key("coming").object().field("id", coming->id).field("visit", coming->visit).field("profile", coming->profile).field("from", name_of(coming->from)).field("to", name_of(coming->to)).end_object();
}

http::Reply Api::post_enrolment(Call& call) {
  wire::RequestBody body{call.request.body};
  const std::string profile = body.required_slug("profile");
  const std::string age = std::string{body.one_of("age", ages).value_or("from_12")};
  const std::string application = body.text("application", {.max = 60}).value_or(std::string{call.part(1)});
  if (const auto* fault = body.finish()) return now(fail(call, *fault));
  Enrolments& all = *wiring_.enrolments;
  if (!all.enabled()) return now(fail(call, 404, "not_found"));
  const auto document = all.documents().find(profile);
  if (document == all.documents().end()) return now(fail(call, 422, "unknown_profile", "profile"));
  core::DeskId desk;
  if (auto elsewhere = not_at_this_desk(call, wiring_.engine.state().find(VisitId{call.part(1)}), desk)) return std::move(*elsewhere);
  if (const std::string_view why = all.hindrance(); !why.empty()) return now(fail(call, 503, why));
  const config::EnrolmentKit* kit = all.kit_at(desk.str());
  if (kit == nullptr) return now(fail(call, 503, "no_device"));
  if (all.at_desk(desk.str()) != nullptr || all.coming(call.part(1), desk.str()) != nullptr) return now(fail(call, 409, "enrolment_runs"));
  if (const std::string user = all.kit_taken_by(desk.str()); !user.empty()) {
    static_cast<void>(all.line_up(desk.str(), std::string{call.part(1)}));
    return now(fail(call, 409, "kit_busy"));
  }
  if (!all.has_room()) return now(fail(call, 503, "busy"));
  auto one = std::make_shared<Running>();
  one->id = "e-" + random_text(id_bits);
  one->visit = std::string{call.part(1)}, one->desk = desk.str(), one->clerk = call.acting.actor_id, one->profile = profile;
  const config::Enrolment& settings = all.settings();
  json::object wish{{"do", "start"}, {"now", millis(wiring_.engine.now())}, {"enrolment", one->id}, {"application", application}, {"age", age}, {"clerk", one->clerk}, {"desk", one->desk},
                    {"profile", document->second.text}, {"text_version", text_version}, {"language", call.language}, {"models", settings.models}, {"camera", kit->camera},
                    {"finger", kit->finger}, {"pen", kit->pen}, {"trust", settings.devices_ca_file}, {"door_key", kit->door_key}, {"face_quality", settings.face_quality}, {"print_quality", settings.print_quality}, {"recipient", settings.recipient_certificate}, {"pin", settings.recipient_pin},
                    {"appliance_certificate", settings.appliance_certificate}, {"appliance_key", settings.appliance_key}};
  EnrolmentCall job = enrolment_job(call, one, std::move(wish));
  job.status = 201;
  all.add(one);   // from now on the desk is taken, and the visit's going away ends it
  http::Reply reply;
  reply.slow = true;
  reply.offload = [this, job = std::move(job), program = settings.worker, lost = fail(call, 503, "device_fault")]() mutable -> http::Reply {
    http::Reply told;
    if (job.one->worker.start(program)) told = ask_worker(job, start_patience);
    else told.response = lost;
    if (told.response.status < 400) return told;
    http::Reply over;   // nothing began: the desk is free again
    over.then = [this, id = job.one->id, response = std::move(told.response)] {
      wiring_.enrolments->drop(id, "not_begun");
      return now(response);
    };
    return over;
  };
  return reply;
}

/// The one that the path names, at the caller's own desk.
std::shared_ptr<Running> Api::enrolment_of(Call& call, std::optional<http::Reply>& refusal) {
  const auto one = wiring_.enrolments->find(call.part(3));
  if (one == nullptr && wiring_.enrolments->has_expired(call.part(3))) return refusal = now(fail(call, 410, "expired")), nullptr;
  if (one == nullptr || one->visit != call.part(1)) return refusal = now(fail(call, 404, "unknown_enrolment")), nullptr;
  core::DeskId desk;
  refusal = not_at_this_desk(call, wiring_.engine.state().find(VisitId{call.part(1)}), desk);
  if (!refusal && desk.str() != one->desk) refusal = now(fail(call, 409, "wrong_desk"));
  return refusal ? nullptr : one;
}

Api::EnrolmentCall Api::enrolment_job(const Call& call, const std::shared_ptr<Running>& one, json::object wish) const {
  return {one, one->desk, std::move(wish), wiring_.engine.facility().zone, call.language, wiring_.engine.now()};
}

/// A wish to the worker, off the loop; its answer becomes ours.
http::Reply Api::enrolment_wish(Call& call, json::object wish) {
  std::optional<http::Reply> refusal;
  const auto one = enrolment_of(call, refusal);
  if (refusal) return std::move(*refusal);
  wish["now"] = millis(wiring_.engine.now());
  http::Reply reply;
  reply.slow = true;
  reply.offload = [this, job = enrolment_job(call, one, std::move(wish))]() mutable { return ask_worker(job, work_patience); };
  return reply;
}

/// What went wrong inside goes to the log, in words for who looks after the box; the clerk gets a sentence.
void Api::log_enrolment(const EnrolmentCall& job, std::string_view kind, const std::string& words) const {
  if (!words.empty()) wiring_.log(fmt::format("enrolment at {}: {}: {}", job.desk, kind, words));
}

void Api::device_said(const EnrolmentCall& job, const std::string& fault, const std::string& words) const {
  const std::string modality = enrolment::text_in(job.wish, "modality");
  wiring_.enrolments->device_said(job.desk, modality.empty() ? "face" : modality, fault, words);
}

/// On a thread of its own. The trail is written before anybody hears of what happened.
http::Reply Api::ask_worker(EnrolmentCall& job, std::chrono::milliseconds patience, enrolment::Bytes* body) {
  const http::Request nobody;
  const Call call{nobody, {}, {}, {}, job.language, {}};
  const std::string finger = enrolment::text_in(job.wish, "position");
  if (!finger.empty()) job.one->waits_for(finger);
  auto answer = job.one->worker.ask(job.wish, patience);
  if (!finger.empty()) job.one->waits_for("");
  if (answer) log_enrolment(job, "said", enrolment::text_in(answer->head, "words"));
  if (!answer) log_enrolment(job, "worker", answer.error().what);
  if (!answer) return now(fail(call, 503, "device_fault"));
  if (const json::value* notes = answer->head.if_contains("notes"); notes != nullptr && notes->is_array())
    for (const json::value& each : notes->as_array()) {
      if (!each.is_object()) continue;
      enrolment::Note note{enrolment::text_in(each.as_object(), "what"), {}};
      if (const json::value* facts = each.as_object().if_contains("facts"); facts != nullptr && facts->is_object())
        for (const auto& [name, value] : facts->as_object())
          if (value.is_string()) note.facts.emplace_back(name, value.as_string());
      wiring_.enrolments->note(job.one->id, note);
    }
  if (const std::string refused = enrolment::text_in(answer->head, "refused"); !refused.empty()) {
    const std::string_view problem = problem_of(refused);
    return now(fail(call, status_of(problem), problem));
  }
  if (const std::string device = enrolment::text_in(answer->head, "device"); !device.empty()) {
    const std::string_view problem = device == "no_device" ? "no_device" : device == "nothing" ? "nothing_taken" : "device_fault";
    if (problem != "no_device") device_said(job, device == "nothing" ? "" : device == "absent" ? "absent" : "fault", enrolment::text_in(answer->head, "words"));
    return now(fail(call, status_of(problem), problem));
  }
  if (const std::string_view failed = problem_of_failure(enrolment::text_in(answer->head, "failed")); !failed.empty())
    return now(fail(call, failed == "internal" ? 500 : 503, failed));
  if (const std::string what = enrolment::text_in(job.wish, "do"); what == "capture" || what == "preview" || what == "verify") device_said(job, "", "");
  if (body == nullptr) job.one->saw(answer->head);
  job.one->expires_at = enrolment::number_in(answer->head, "expires_at");
  if (body != nullptr) *body = std::move(answer->body);
  http::Response response;
  response.status = job.status;
  enrolment_json(job, answer->head, response.body);
  return now(std::move(response));
}

/// What the worker said, in the shape of the contract.
void Api::enrolment_json(const EnrolmentCall& job, const json::object& head, std::string& out) const {
  const auto hint = [&](wire::JsonWriter& w, const std::string& name) {
    w.key("hint").object();
    for (const std::string_view language : {"da", "en"}) w.field(language, wiring_.catalogue.format(language, "enrolment.hint." + name, {}));
    w.end_object();
  };
  wire::JsonWriter w{out};
  w.object().field("id", job.one->id).field("profile", job.one->profile).field("state", enrolment::text_in(head, "stage"));
  for (const char* each : {"needs", "parts", "progress"}) w.key(each).raw(json::serialize(head.at(each)));
  w.field("expires_at", core::to_rfc3339(job.zone, core::Instant{std::chrono::milliseconds{enrolment::number_in(head, "expires_at")}}));
  w.field("held", enrolment::number_in(head, "held"));
  const json::value* locked = head.if_contains("locked");
  w.field("locked", locked != nullptr && locked->is_bool() && locked->as_bool());
  w.field_unless_empty("envelope_sha256", enrolment::text_in(head, "sha256"));
  if (head.contains("follow_up_days")) w.field("follow_up_days", enrolment::number_in(head, "follow_up_days"));
  if (const json::value* assessed = head.if_contains("assessed")) w.key("assessed").raw(json::serialize(*assessed));
  if (const json::value* same = head.if_contains("same"); same != nullptr && same->is_bool())
    w.key("verified").object().field("position", enrolment::text_in(job.wish, "position")).field("same", same->as_bool()).field("quality", enrolment::number_in(head, "again_score")).end_object();
  if (head.contains("capture")) {
    w.field("capture", enrolment::number_in(head, "capture")).field("quality", enrolment::number_in(head, "score")).key("checks").list();
    if (const auto* checks = head.at("checks").if_array())
      for (const json::value& each : *checks) {
        const json::object& check = each.as_object();
        const std::string verdict = enrolment::text_in(check, "verdict"), id = enrolment::text_in(check, "id");
        w.object().field("id", id).key("value").raw(json::serialize(check.at("value"))).field("score", score_of(verdict)).field("verdict", verdict);
        hint(w, id);
        w.end_object();
      }
    if (const auto* hints = head.at("hints").if_array())
      for (const json::value& each : *hints) {
        const std::string id{each.as_string()};
        w.object().field("id", id).field("value", enrolment::number_in(head, "score")).field("score", enrolment::number_in(head, "score")).field("verdict", "warn");
        hint(w, id);
        w.end_object();
      }
    w.end_list();
  }
  w.end_object();
}

http::Reply Api::get_enrolment(Call& call) { return enrolment_wish(call, {{"do", "state"}}); }

http::Reply Api::post_enrolment_capture(Call& call) {
  wire::RequestBody body{call.request.body};
  const auto modality = body.one_of("modality", modalities);
  if (!modality && !body.has("modality")) static_cast<void>(body.required_text("modality"));
  const std::string position = body.text("position", {.max = 20}).value_or(""), source{body.one_of("source", sources).value_or("live")};
  if (!position.empty() && !enrolment::finger_named(position))
    body.refuse("position", "wrong_content", {"Skriv f.eks. \"right_index\".", "Write e.g. \"right_index\"."});
  if (const auto* fault = body.finish()) return now(fail(call, *fault));
  return enrolment_wish(call, {{"do", "capture"}, {"modality", *modality}, {"position", position}, {"source", source}});
}

http::Reply Api::post_enrolment_accept(Call& call) {
  wire::RequestBody body{call.request.body};
  const auto capture = body.required_integer("capture", 1, enrolment::captures_max);
  const bool attested = body.flag("attested").value_or(true);   // who accepts a portrait has looked at it
  json::object wish{{"do", "accept"}, {"capture", capture}, {"attested", attested}};
  if (auto table = body.table("override")) {
    wish["override"] = json::object{{"check", table->required_text("check", {.max = 40})}, {"reason", table->required_text("reason", {.max = 60})}};
    table->done();
  }
  if (const auto* fault = body.finish()) return now(fail(call, *fault));
  return enrolment_wish(call, std::move(wish));
}

/// A finger that gives no print, or a signature that cannot be given.
http::Reply Api::post_enrolment_exception(Call& call) {
  wire::RequestBody body{call.request.body};
  const std::string modality{body.one_of("modality", modalities).value_or("finger")};
  const std::string position = body.text("position", {.max = 20}).value_or(""), ground = body.required_text("ground", {.max = 40});
  const bool temporary = body.flag("temporary").value_or(false);
  if (modality == "finger" && !enrolment::finger_named(position)) body.refuse("position", "wrong_content", {"Skriv f.eks. \"right_index\".", "Write e.g. \"right_index\"."});
  if (modality == "face") body.refuse("modality", "wrong_content", {"Et pas uden billede findes ikke.", "There is no document without a portrait."});
  if (const auto* fault = body.finish()) return now(fail(call, *fault));
  if (modality == "signature") return enrolment_wish(call, {{"do", "no_signature"}, {"reason", ground}});
  return enrolment_wish(call, {{"do", "except"}, {"position", position}, {"ground", ground}, {"temporary", temporary}});
}

http::Reply Api::post_enrolment_redo(Call& call) {
  wire::RequestBody body{call.request.body};
  const std::string modality = body.required_text("modality", {.max = 20});
  if (const auto* fault = body.finish()) return now(fail(call, *fault));
  return enrolment_wish(call, {{"do", "redo"}, {"modality", modality}});
}

/// A finger once more, at hand-over or when something is fetched: is it still the same person?
http::Reply Api::post_enrolment_verify(Call& call) {
  wire::RequestBody body{call.request.body};
  const std::string position = body.required_text("position", {.max = 20});
  if (!enrolment::finger_named(position)) body.refuse("position", "wrong_content", {"Skriv f.eks. \"right_index\".", "Write e.g. \"right_index\"."});
  if (const auto* fault = body.finish()) return now(fail(call, *fault));
  return enrolment_wish(call, {{"do", "verify"}, {"modality", "finger"}, {"position", position}});
}

http::Reply Api::post_enrolment_cancel(Call& call) {
  wire::RequestBody body{call.request.body};
  if (const auto* fault = body.finish()) return now(fail(call, *fault));
  std::optional<http::Reply> refusal;
  const auto one = enrolment_of(call, refusal);
  if (refusal) return std::move(*refusal);
  wiring_.enrolments->drop(one->id, "cancelled");
  std::string told;
  wire::JsonWriter{told}.object().field("id", one->id).field("state", "cancelled").end_object();
  return shown(std::move(told));
}

/// Sealed and on this box's disk, unreadable to it; then the process goes, and all that was taken with it.
http::Reply Api::post_enrolment_complete(Call& call) {
  wire::RequestBody body{call.request.body};
  if (const auto* fault = body.finish()) return now(fail(call, *fault));
  std::optional<http::Reply> refusal;
  const auto one = enrolment_of(call, refusal);
  if (refusal) return std::move(*refusal);
  if (!wiring_.enrolments->spool().has_room()) return now(fail(call, 503, "spool_full"));
  const std::string at = core::to_rfc3339(wiring_.engine.facility().zone, wiring_.engine.now());
  std::string created;   // YYYYMMDDhhmmss
  for (const char c : at.substr(0, 19))
    if (c >= '0' && c <= '9') created += c;
  EnrolmentCall job = enrolment_job(call, one, {{"do", "seal"}, {"now", millis(wiring_.engine.now())}, {"created", created}});
  http::Reply reply;
  reply.slow = true;
  reply.offload = [this, job = std::move(job), failed = fail(call, 503, "storage_failed")]() mutable -> http::Reply {
    enrolment::Bytes envelope;
    http::Reply told = ask_worker(job, work_patience, &envelope);
    if (told.response.status >= 400) return told;
    const auto kept = wiring_.enrolments->spool().keep(job.one->id, enrolment::sha256_hex(envelope), envelope);
    if (kept != EnrolmentSpool::Kept::yes) return now(failed);
    wiring_.enrolments->note(job.one->id, {"spooled", {}});
    http::Reply over;
    over.then = [this, id = job.one->id, response = std::move(told.response)] {
      wiring_.enrolments->drop(id, "sealed");
      return now(response);
    };
    return over;
  };
  return reply;
}

http::Reply Api::get_enrolment_preview(Call& call) { return enrolment_picture(call, {{"do", "preview"}}); }

/// A capture once more, for the clerk's own judgement.
http::Reply Api::get_enrolment_capture(Call& call) {
  const std::string_view written = call.part(5);
  unsigned number = 0;
  const auto [end, error] = std::from_chars(written.data(), written.data() + written.size(), number);
  if (error != std::errc{} || end != written.data() + written.size()) return now(fail(call, 404, "not_found"));
  return enrolment_picture(call, {{"do", "show"}, {"number", number}});
}

/// A small picture from the worker, passed on and kept nowhere.
http::Reply Api::enrolment_picture(Call& call, json::object wish) {
  std::optional<http::Reply> refusal;
  const auto one = enrolment_of(call, refusal);
  if (refusal) return std::move(*refusal);
  wish["now"] = millis(wiring_.engine.now());
  http::Reply reply;
  reply.slow = true;
  reply.offload = [this, job = enrolment_job(call, one, std::move(wish))]() mutable {
    enrolment::Bytes picture;
    http::Reply told = ask_worker(job, work_patience, &picture);
    if (told.response.status >= 400) return told;
    http::Response response;
    response.content_type = "image/jpeg";
    response.body = enrolment::text_of(picture);
    response.headers.emplace_back("Cache-Control", "no-store");
    enrolment::wipe(picture);
    return now(std::move(response));
  };
  return reply;
}

/// What the citizen's own screen at this desk shows, of the visit that is there; without anybody, nothing of anybody. Asks no device and waits for none.
http::Reply Api::get_citizen_enrolment(Call& call) {
  const std::string at{call.part(1)};
  if (wiring_.engine.facility().find(core::DeskId{at}) == nullptr) return now(fail(call, 404, "unknown_desk"));
  const core::DeskStatus* desk = wiring_.engine.state().find(core::DeskId{at});
  if (desk != nullptr && !may_work_at(call, *desk)) return now(fail(call, 403, "not_your_desk"));
  const Visit* visit = desk == nullptr || desk->visit == 0 ? nullptr : wiring_.engine.state().find(desk->visit);
  const auto one = visit == nullptr ? nullptr : wiring_.enrolments->at_desk(at);
  const auto seen = one == nullptr || one->visit != visit->id.str() ? nullptr : one->seen();
  std::string body;
  wire::JsonWriter w{body};
  w.object();
  const Enrolments::Ended ended = wiring_.enrolments->ended_at(at);
  if (visit != nullptr) w.field_unless_empty("language", visit->language);
  if (seen == nullptr) {
    w.field("state", visit != nullptr && ended.visit == visit->id.str() && ended.cause == "sealed" ? "sealed" : "idle").end_object();
    return shown(std::move(body));
  }
  w.field("state", enrolment::text_in(*seen, "stage")).field("visit", one->visit).field("id", one->id);
  w.field("pictures", wiring_.enrolments->settings().citizen_pictures).field_unless_empty("lay", one->waited_for());
  for (const char* each : {"needs", "parts", "progress"}) w.key(each).raw(json::serialize(seen->at(each)));
  if (seen->contains("capture")) w.field("capture", enrolment::number_in(*seen, "capture")).field_unless_empty("hint", first_hint(*seen));
  w.end_object();
  return shown(std::move(body));
}

/// To another desk, with what was accepted: it stays in its process, which puts its devices down and waits for that desk.
http::Reply Api::post_enrolment_hand_over(Call& call) {
  wire::RequestBody body{call.request.body};
  const std::string to = body.required_slug("desk");
  if (const auto* fault = body.finish()) return now(fail(call, *fault));
  std::optional<http::Reply> refusal;
  const auto one = enrolment_of(call, refusal);
  if (refusal) return std::move(*refusal);
  if (wiring_.engine.facility().find(core::DeskId{to}) == nullptr || to == one->desk) return now(fail(call, 422, "unknown_desk", "desk"));
  if (wiring_.enrolments->kit_at(to) == nullptr) return now(fail(call, 503, "no_device", "desk"));
  EnrolmentCall job = enrolment_job(call, one, {{"do", "move"}, {"now", millis(wiring_.engine.now())}, {"clerk", one->clerk}, {"desk", to}});
  return enrolment_moved(std::move(job), [one, to] { one->from = std::exchange(one->desk, ""), one->to = to; });
}

/// The desk where the citizen now is goes on with it; so may the one that handed it on, when they came back.
http::Reply Api::post_enrolment_take_over(Call& call) {
  wire::RequestBody body{call.request.body};
  if (const auto* fault = body.finish()) return now(fail(call, *fault));
  Enrolments& all = *wiring_.enrolments;
  core::DeskId desk;
  if (auto elsewhere = not_at_this_desk(call, wiring_.engine.state().find(VisitId{call.part(1)}), desk)) return std::move(*elsewhere);
  const auto one = all.coming(call.part(1), desk.str());
  if (one == nullptr || one->id != call.part(3)) return now(fail(call, all.has_expired(call.part(3)) ? 410 : 404, all.has_expired(call.part(3)) ? "expired" : "unknown_enrolment"));
  const config::EnrolmentKit* kit = all.kit_at(desk.str());
  if (kit == nullptr) return now(fail(call, 503, "no_device"));
  if (!all.kit_taken_by(desk.str()).empty()) {
    static_cast<void>(all.line_up(desk.str(), one->visit));
    return now(fail(call, 409, "kit_busy"));
  }
  EnrolmentCall job = enrolment_job(call, one, {{"do", "move"}, {"now", millis(wiring_.engine.now())}, {"clerk", call.acting.actor_id}, {"desk", desk.str()}, {"camera", kit->camera},
                                                {"finger", kit->finger}, {"pen", kit->pen}, {"trust", all.settings().devices_ca_file}, {"door_key", kit->door_key},
                                                {"appliance_certificate", all.settings().appliance_certificate}, {"appliance_key", all.settings().appliance_key}});
  one->desk = desk.str(), one->clerk = call.acting.actor_id;   // from now on the kit is taken
  all.leave_line(desk.str());
  return enrolment_moved(std::move(job), [] {});
}

/// Asks the worker to move, off the loop, and `moved` on it. One that cannot move has nobody to go on with it, and ends.
http::Reply Api::enrolment_moved(EnrolmentCall job, std::function<void()> moved) {
  http::Reply reply;
  reply.slow = true;
  reply.offload = [this, job = std::move(job), moved = std::move(moved)]() mutable -> http::Reply {
    http::Reply told = ask_worker(job, work_patience);
    if (told.response.status >= 500) return told;
    http::Reply after;
    after.then = [this, response = std::move(told.response), moved = std::move(moved)] {
      if (response.status < 400) moved();
      return now(response);
    };
    return after;
  };
  return reply;
}

/// Whose visit went to another desk, was finished, cancelled or never came back, and whose clerk signed out, has nothing left here.
void Api::tick_enrolments() {
  Enrolments* all = wiring_.enrolments;
  if (all == nullptr || !all->enabled()) return;
  const auto is_at = [&](const std::string& id, const std::string& at) {
    const Visit* visit = wiring_.engine.state().find(VisitId{id});
    const core::DeskStatus* desk = wiring_.engine.state().find(core::DeskId{at});
    return visit != nullptr && visit->is_live() && desk != nullptr && desk->visit == visit->serial;
  };
  const auto still_there = [&](const Running& one) {
    if (!one.desk.empty()) return is_at(one.visit, one.desk);
    // On its way, as long as the citizen is: who is called at a third desk takes nothing along.
    const Visit* visit = wiring_.engine.state().find(VisitId{one.visit});
    const bool waits = visit != nullptr && (visit->state == core::VisitState::waiting || visit->state == core::VisitState::parked);
    return waits || is_at(one.visit, one.to) || is_at(one.visit, one.from);
  };
  all->sweep(millis(wiring_.engine.now()), still_there, is_at);
  all->show(wiring_.devices, wiring_.engine.now());
}

}  // namespace skranke::daemon
