// skranke-enrolment-worker: one enrolment, from its beginning to the sealed record, in a process that ends with it. Speaks frames with the daemon on file
// descriptor 3 and ends when the daemon hangs up. What is taken lies in locked memory of this process alone; killing it is the eraser of last resort.
#include <fstream>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <sys/random.h>
#include <unistd.h>

#include "enrolment/pictures.hpp"
#include "enrolment/worker/devices.hpp"

namespace skranke::enrolment {
namespace {

namespace json = boost::json;
constexpr int daemon_fd = 3, preview_width = 480, preview_height = 640, preview_quality = 70;
/// What is shown of a capture goes through the daemon: small, a print at half its resolution.
constexpr int shown_width = 480, shown_height = 480, print_shown_width = 208;
constexpr std::size_t pem_max = 64UL * 1024;
constexpr std::chrono::milliseconds burst_time{1200};

Result<std::string> read_text(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  if (!file || text.size() > pem_max) return wrong(path, "cannot be read");
  return text;
}

KitDevices kit_in(const json::object& wish) {
  return {.camera = text_in(wish, "camera"), .finger = text_in(wish, "finger"), .pen = text_in(wish, "pen"), .trust = text_in(wish, "trust"), .face_quality = text_in(wish, "face_quality"),
          .print_quality = text_in(wish, "print_quality"), .door_key = text_in(wish, "door_key"), .certificate = text_in(wish, "appliance_certificate"), .key = text_in(wish, "appliance_key")};
}

json::object refused(Refusal refusal) { return {{"refused", name_of(refusal)}}; }
json::object failed(const Error& error) { return {{"failed", error.where}, {"words", error.what}}; }

template <class T>
json::object told(const Outcome<T>& outcome) {
  return outcome ? json::object{} : refused(outcome.error());
}

std::string_view word(Verdict verdict) { return verdict == Verdict::pass ? "pass" : verdict == Verdict::warn ? "warn" : "fail"; }

json::object offered_json(const Offered& offered) {
  json::object out{{"capture", offered.capture}, {"score", offered.score}};
  json::array hints, checks;
  for (const PrintHint hint : offered.hints) hints.emplace_back(name_of(hint));
  for (const FaceCheck& check : offered.checks) checks.push_back(json::object{{"id", check.id}, {"value", check.value}, {"verdict", word(check.verdict)}});
  out["hints"] = std::move(hints);
  out["checks"] = std::move(checks);
  if (offered.assessed) out["assessed"] = json::object{{"value", offered.assessed->value}, {"name", offered.assessed->name}, {"version", offered.assessed->version}};
  return out;
}

class Worker {
 public:
  explicit Worker(Keeper keeper, Workshop workshop, Identity signer, std::vector<Identity> recipients, bool locked)
      : keeper_{std::move(keeper)}, judge_{workshop.judge_face}, session_{std::move(workshop)}, signer_{std::move(signer)}, recipients_{std::move(recipients)}, locked_{locked} {}

  /// False: this was the last.
  bool answer(const Frame& asked) {
    const json::object& wish = asked.head;
    const std::string what = text_in(wish, "do");
    const Millis now = number_in(wish, "now");
    session_.tick(now);
    Bytes body;
    json::object out = what == "start" ? start(wish, now)
                       : what == "capture" ? capture(wish, now)
                       : what == "accept" ? accept(wish, now)
                       : what == "except" ? except(wish, now)
                       : what == "no_signature" ? told(session_.without_signature(text_in(wish, "reason"), now))
                       : what == "redo" ? redo(wish, now)
                       : what == "preview" ? preview(body)
                       : what == "show" ? show(wish, body)
                       : what == "verify" ? verify(wish, now)
                       : what == "move" ? move(wish, now)
                       : what == "seal" ? seal(wish, now, body)
                       : what == "cancel" ? cancel()
                                          : json::object{};
    add_state(out);
    const bool sent = send_frame(daemon_fd, out, body).has_value();
    wipe(body);
    return sent && what != "cancel";
  }

 private:
  json::object start(const json::object& wish, Millis now) {
    const auto profile = read_profile(text_in(wish, "profile"), "profile");
    const auto age = age_class_named(text_in(wish, "age"));
    if (!profile || !age) return failed({"profile", "cannot be read"});
    const auto begun = session_.start({text_in(wish, "enrolment"), text_in(wish, "application"), *age, text_in(wish, "clerk"), text_in(wish, "desk")}, *profile, now);
    return begun ? told(session_.inform(text_in(wish, "text_version"), text_in(wish, "language"), now)) : told(begun);
  }

  static std::optional<Modality> modality_in(const json::object& wish) {
    return modality_named(text_in(wish, "modality"));
  }

  json::object capture(const json::object& wish, Millis now) {
    const auto modality = modality_in(wish);
    if (!modality) return refused(Refusal::not_asked_for);
    const auto finger = finger_named(text_in(wish, "position"));
    Source source = Source::live;
    for (const Source each : {Source::scanned, Source::imported})
      if (name_of(each) == text_in(wish, "source")) source = each;
    const auto request = session_.ask(*modality, *modality == Modality::finger ? finger : std::nullopt, now);
    if (!request) return refused(request.error());
    auto picture = keeper_.take(*modality, request->finger);
    if (!picture) return {{"device", picture.error().where}, {"words", picture.error().what}};
    if (*modality == Modality::face && source == Source::live && judge_) *picture = best_of_burst(std::move(*picture));
    const auto [assessed, words] = assess(*modality, *picture);
    Capture taken{request->enrolment, request->number, *modality, picture->finger, now, std::string{name_of(*modality)}, source, std::move(picture->image), picture->digest, assessed};
    // "taken after it was asked for": the driver was asked after the session, and answered before this line.
    const auto offered = session_.offer(std::move(taken), now + 1);
    json::object out = offered ? offered_json(*offered) : refused(offered.error());
    if (!words.empty()) out["words"] = words;
    return out;
  }

  /// What the site's program says of it, if it has one; that it fails is told in the log and holds up nobody.
  [[nodiscard]] std::pair<std::optional<Assessment>, std::string> assess(Modality modality, const Shot& shot) const {
    if (modality == Modality::signature) return {};
    auto told = keeper_.assess(modality, shot.image, shot.finger);
    if (told) return {std::move(*told), ""};
    return {std::nullopt, told.error().where == "none" ? "" : fmt::format("the program for the quality of a {} {}", name_of(modality), told.error().what)};
  }

  [[nodiscard]] Shot best_of_burst(Shot first) const {
    using Clock = std::chrono::steady_clock;
    const auto until = Clock::now() + burst_time;
    return best_shot(std::move(first), {[&] { return keeper_.more(); }, [&] { return Clock::now() < until; }, judge_, [&](const Shot& shot) { return session_.has_seen(shot.digest); }});
  }

  json::object accept(const json::object& wish, Millis now) {
    std::optional<Override> reason;
    if (const json::value* given = wish.if_contains("override"); given != nullptr && given->is_object())
      reason = Override{text_in(given->as_object(), "check"), text_in(given->as_object(), "reason")};
    const json::value* attested = wish.if_contains("attested");
    return told(session_.accept(static_cast<unsigned>(number_in(wish, "capture")), attested != nullptr && attested->is_bool() && attested->as_bool(), reason, now));
  }

  json::object except(const json::object& wish, Millis now) {
    const auto finger = finger_named(text_in(wish, "position"));
    if (!finger) return refused(Refusal::wrong_position);
    const json::value* temporary = wish.if_contains("temporary");
    return told(session_.except({*finger, text_in(wish, "ground"), temporary != nullptr && temporary->is_bool() && temporary->as_bool()}, now));
  }

  json::object redo(const json::object& wish, Millis now) {
    const auto modality = modality_in(wish);
    return modality ? told(session_.redo(*modality, now)) : refused(Refusal::no_such_need);
  }

  json::object preview(Bytes& body) {
    auto picture = keeper_.look(Modality::face);
    if (!picture) return {{"device", picture.error().where}, {"words", picture.error().what}};
    Image small = fitted(*picture, preview_width, preview_height);
    auto file = jpeg_encode(small, preview_quality);
    wipe(picture->pixels), wipe(small.pixels);
    if (!file) return failed(file.error());
    body = std::move(*file);
    return {{"type", "image/jpeg"}};
  }

  json::object show(const json::object& wish, Bytes& body) {
    auto shown = session_.shown(static_cast<unsigned>(number_in(wish, "number")));
    if (!shown) return refused(shown.error());
    Image& image = shown->image;
    const double scale = std::min({1.0, static_cast<double>(shown->modality == Modality::finger ? print_shown_width : shown_width) / image.width, static_cast<double>(shown_height) / image.height});
    const auto side = [&](int whole) { return std::max(picture_side_min, static_cast<int>(whole * scale)); };
    Image small = fitted(image, side(image.width), side(image.height));
    auto file = jpeg_encode(small, preview_quality);
    wipe(image.pixels), wipe(small.pixels);
    if (!file) return failed(file.error());
    body = std::move(*file);
    return {{"type", "image/jpeg"}};
  }

  /// The same finger again, held against the print that was accepted.
  json::object verify(const json::object& wish, Millis now) {
    const auto finger = finger_named(text_in(wish, "position"));
    if (!finger) return refused(Refusal::wrong_position);
    const auto request = session_.ask_again(*finger, now);
    if (!request) return refused(request.error());
    auto picture = keeper_.take(Modality::finger, request->finger);
    if (!picture) return {{"device", picture.error().where}, {"words", picture.error().what}};
    Capture taken{request->enrolment, request->number, Modality::finger, picture->finger, now, std::string{name_of(Modality::finger)}, Source::live, std::move(picture->image), picture->digest};
    const auto again = session_.compare(std::move(taken), now + 1);
    return again ? json::object{{"same", again->same}, {"again_score", again->score}} : refused(again.error());
  }

  json::object move(const json::object& wish, Millis now) {
    if (const auto moved = session_.move(text_in(wish, "clerk"), text_in(wish, "desk"), now); !moved) return refused(moved.error());
    const auto changed = keeper_.change(kit_in(wish));
    return changed ? json::object{} : json::object{{"device", "fault"}, {"words", changed.error().what}};
  }

  json::object seal(const json::object& wish, Millis now, Bytes& body) {
    Bytes random(64);
    if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) return failed({"random", "none to be had"});
    auto record = session_.record(text_in(wish, "created"), random, now);
    if (!record) {
      json::object out = refused(record.error());
      out["words"] = session_.why_record_failed();
      return out;
    }
    auto sealed = enrolment::seal(*record, signer_, recipients_, now / 1000);
    for (PackedFile& file : *record) wipe(file.bytes);
    if (!sealed) return failed(sealed.error());
    if (const auto done = session_.sealed(sealed->sha256, now); !done) return refused(done.error());
    body = std::move(sealed->envelope);
    json::object out{{"sha256", sealed->sha256}};
    if (const auto days = session_.follow_up_days()) out["follow_up_days"] = *days;
    return out;
  }

  json::object cancel() {
    session_.cancel();
    session_.erase();
    return {};
  }

  void add_state(json::object& out) {
    out["stage"] = name_of(session_.stage());
    out["expires_at"] = session_.expires_at();
    out["held"] = session_.samples_held();
    out["locked"] = locked_;
    json::array needs, notes;
    if (session_.stage() == Stage::face) needs.push_back(json::object{{"modality", "face"}});
    if (session_.stage() == Stage::fingers)
      for (const Finger finger : session_.fingers_wanted()) needs.push_back(json::object{{"modality", "finger"}, {"position", name_of(finger)}});
    if (session_.stage() == Stage::signature) needs.push_back(json::object{{"modality", "signature"}});
    out["needs"] = std::move(needs);
    json::array parts;
    for (const Part& part : session_.parts()) {
      json::object one{{"modality", name_of(part.modality)}};
      if (part.finger) one["position"] = name_of(*part.finger), one["quality"] = part.score;
      one["capture"] = part.capture;
      parts.push_back(std::move(one));
    }
    out["parts"] = std::move(parts);
    out["progress"] = json::object{{"done", session_.progress().done}, {"of", session_.progress().of}};
    for (const Note& note : session_.take_notes()) {
      json::object facts;
      for (const auto& [name, value] : note.facts) facts[name] = value;
      notes.push_back(json::object{{"what", note.what}, {"facts", std::move(facts)}});
    }
    out["notes"] = std::move(notes);
  }

  Keeper keeper_;
  std::function<Result<std::vector<FaceCheck>>(const Image&)> judge_;   ///< none without models
  Session session_;
  Identity signer_;
  std::vector<Identity> recipients_;
  bool locked_;
};

Result<Identity> identity_in(const json::object& wish, std::string_view certificate, std::string_view key) {
  const auto pem = read_text(text_in(wish, certificate));
  if (!pem) return tl::unexpected<Error>{pem.error()};
  if (key.empty()) return Identity::from_pem(*pem, "");
  auto secret = read_text(text_in(wish, key));
  if (!secret) return tl::unexpected<Error>{secret.error()};
  return Identity::from_pem(*pem, *secret);
}

/// From the first frame, which says what there is, to a worker that answers.
Result<Worker> open(const Frame& first) {
  const json::object& wish = first.head;
  auto keeper = Keeper::start(kit_in(wish));
  if (!keeper) return tl::unexpected<Error>{keeper.error()};
  std::optional<FaceFinder> finder;
  if (const std::string models = text_in(wish, "models"); !models.empty()) {
    auto loaded = FaceFinder::load(models);
    if (!loaded) return wrong("models", loaded.error().text());
    finder = std::move(*loaded);
  }
  auto signer = identity_in(wish, "appliance_certificate", "appliance_key"), recipient = identity_in(wish, "recipient", "");
  if (!signer) return tl::unexpected<Error>{signer.error()};
  if (!recipient) return tl::unexpected<Error>{recipient.error()};
  const std::string pin = text_in(wish, "pin").empty() ? recipient->pin() : text_in(wish, "pin");
  if (auto usable = check_recipient(*recipient, pin, number_in(wish, "now") / 1000); !usable) return wrong("recipient", usable.error().text());
  std::vector<Identity> recipients;
  recipients.push_back(std::move(*recipient));
  const bool locked = confine(Confined::worker);
  return Worker{std::move(*keeper), real_workshop(finder), std::move(*signer), std::move(recipients), locked};
}

int serve() {
  const auto first = receive_frame(daemon_fd, std::chrono::seconds{10});
  if (!first) return 2;
  auto worker = open(*first);
  if (!worker) {
    static_cast<void>(send_frame(daemon_fd, failed(worker.error())));
    return 1;
  }
  bool more = worker->answer(*first);
  while (more) {
    const auto asked = receive_frame(daemon_fd);
    if (!asked) break;
    more = worker->answer(*asked);
  }
  return 0;
}

}  // namespace
}  // namespace skranke::enrolment

int main() { return skranke::enrolment::serve(); }
