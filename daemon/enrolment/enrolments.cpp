#include "daemon/enrolment/enrolments.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "enrolment/faces.hpp"
#include "enrolment/seal.hpp"

namespace skranke::daemon {

namespace fs = std::filesystem;
using enrolment::AuditTrail;
using Running = Enrolments::Running;

namespace {

constexpr std::size_t documents_max = 20;
constexpr std::string_view device_kind = "enrolment";

std::string read_all(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::string now_text() {
  const auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{now - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

bool append_line(const std::string& path, std::string_view line) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return false;
  const bool good = ::write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && ::fdatasync(fd) == 0;
  ::close(fd);
  return good;
}

}  // namespace

Enrolments::Enrolments(const config::Enrolment& settings, std::string directory, std::function<void(std::string_view)> log)
    : settings_{settings}, directory_{std::move(directory)}, log_{std::move(log)} {
  if (!enabled()) return;
  std::error_code error;
  fs::create_directories(directory_, error);
  fs::permissions(directory_, fs::perms::owner_all, error);
  load_documents();
  load_trail();
  models_fault_ = look_at_models();
  if (settings_.models.empty()) log_("enrolment: no face models are named: the clerk alone judges portraits");
  tell_key();
  if (!models_fault_.empty()) log_(fmt::format("enrolment: the face models in {} cannot be used ({}): nothing is taken until they are there", settings_.models, models_fault_));
  spool_ = std::make_unique<EnrolmentSpool>(settings_, directory_ + "/spool", [this](const std::string& record, std::string_view what, const std::string& fact) {
    note(record, {std::string{what}, {{what == "receipted" ? "received_at" : "after", fact}}});
  });
}

Enrolments::~Enrolments() {
  while (!running_.empty()) drop(std::string{running_.begin()->first}, "stopped");
}

/// For the settings of a door elsewhere.
void Enrolments::tell_key() {
  const auto is_far = [](const config::EnrolmentKit& kit) { return !kit.door_key.empty(); };
  if (std::ranges::none_of(settings_.kits, is_far)) return;
  const auto identity = enrolment::Identity::from_pem(read_all(settings_.appliance_certificate), "");
  if (identity) log_(fmt::format("enrolment: appliance_key = \"{}\" is what skranke-capture-door lets this box in by", identity->pin()));
  else log_(fmt::format("enrolment: {}: {}", settings_.appliance_certificate, identity.error().what));
}

void Enrolments::load_documents() {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator{settings_.profiles, error}) {
    if (entry.path().extension() != ".toml" || documents_.size() >= documents_max) continue;
    std::string text = read_all(entry.path());
    auto profile = enrolment::read_profile(text, entry.path().filename().string());
    if (profile) {
      documents_.emplace(profile->id, Document{*profile, std::move(text)});
      continue;
    }
    for (const enrolment::Error& wrong : profile.error()) log_(fmt::format("enrolment: {}: {}", entry.path().filename().string(), wrong.text()));
  }
  if (error || documents_.empty()) log_(fmt::format("enrolment: no profile can be read from {}", settings_.profiles));
}

/// A trail that does not hang together is put aside and said to be so; the new one begins by saying it too.
void Enrolments::load_trail() {
  const std::string path = directory_ + "/audit.log";
  std::string written = read_all(path);
  const std::size_t whole = written.rfind('\n') + 1;   // npos + 1 is 0
  const bool torn = whole != written.size();
  std::error_code error;
  if (torn) written.resize(whole), fs::resize_file(path, whole, error);
  auto trail = AuditTrail::read(written);
  if (trail && !error) {
    trail_ = std::move(*trail);
    if (torn) note("trail", {"line_torn", {{"after", fmt::format("{}", trail_->count())}}});   // the power went while it was written
    return;
  }
  if (trail) trail = tl::unexpected<enrolment::Error>{{"audit.log", "cannot be cut to whole lines"}};
  log_(fmt::format("enrolment: the trail is broken ({}); it is kept as audit-broken.log", trail.error().text()));
  fs::rename(path, directory_ + "/audit-broken.log", error);
  trail_ = AuditTrail::read("").value();
  note("trail", {"trail_broken", {{"where", trail.error().where.substr(0, enrolment::note_value_bytes_max)}}});
}

const config::EnrolmentKit* Enrolments::kit_at(std::string_view desk) const {
  const auto kit = std::ranges::find_if(settings_.kits, [&](const config::EnrolmentKit& one) { return one.desk == desk || std::ranges::find(one.shared_with, desk) != one.shared_with.end(); });
  return kit == settings_.kits.end() ? nullptr : &*kit;
}

std::string_view Enrolments::hindrance() const {
  if (!enabled() || documents_.empty()) return "unknown_profile";
  if (!spool_->has_room()) return "spool_full";
  if (!models_fault_.empty() && !(models_fault_ = look_at_models()).empty()) return "face_models_missing";
  std::error_code error;
  return fs::exists(settings_.recipient_certificate, error) && fs::exists(settings_.appliance_key, error) ? "" : "no_recipient_key";
}

std::string Enrolments::look_at_models() const {
  const auto fine = settings_.models.empty() ? enrolment::Result<void>{} : enrolment::check_models(settings_.models);
  return fine ? "" : fine.error().text();
}

std::shared_ptr<Running> Enrolments::find(std::string_view id) const {
  const auto one = running_.find(id);
  return one == running_.end() ? nullptr : one->second;
}

std::shared_ptr<Running> Enrolments::at_desk(std::string_view desk) const {
  for (const auto& [id, one] : running_)
    if (one->desk == desk) return one;
  return nullptr;
}

std::shared_ptr<Running> Enrolments::coming(std::string_view visit, std::string_view desk) const {
  for (const auto& [id, one] : running_)
    if (one->desk.empty() && one->visit == visit && (one->to == desk || one->from == desk)) return one;
  return nullptr;
}

std::shared_ptr<Running> Enrolments::user_of(const config::EnrolmentKit& kit) const {
  for (const auto& [id, one] : running_)
    if (!one->desk.empty() && kit_at(one->desk) == &kit) return one;
  return nullptr;
}

const Enrolments::Line* Enrolments::line_of(std::string_view desk) const {
  const auto line = lines_.find(kit_at(desk));
  return line == lines_.end() ? nullptr : &line->second;
}

std::string Enrolments::kit_taken_by(std::string_view desk) const {
  const config::EnrolmentKit* kit = kit_at(desk);
  if (kit == nullptr) return {};
  if (const auto user = user_of(*kit)) return user->desk;
  const Line* line = line_of(desk);
  return line == nullptr || line->turns.empty() || line->turns.front().desk == desk ? std::string{} : line->turns.front().desk;
}

std::size_t Enrolments::place_in_line(std::string_view desk) const {
  const Line* line = line_of(desk);
  if (line == nullptr) return 0;
  const auto turn = std::ranges::find(line->turns, desk, &Line::Turn::desk);
  return turn == line->turns.end() ? 0 : static_cast<std::size_t>(turn - line->turns.begin()) + 1;
}

std::size_t Enrolments::line_up(const std::string& desk, const std::string& visit) {
  Line& line = lines_[kit_at(desk)];
  const auto turn = std::ranges::find(line.turns, desk, &Line::Turn::desk);
  if (turn != line.turns.end()) turn->visit = visit;
  else line.turns.push_back({desk, visit});
  return place_in_line(desk);
}

void Enrolments::leave_line(const std::string& desk) {
  if (const auto line = lines_.find(kit_at(desk)); line != lines_.end()) std::erase_if(line->second.turns, [&](const Line::Turn& turn) { return turn.desk == desk; });
}

/// Who is not there any more has no turn; who lets a free kit stand gives it to the next, and comes last.
void Enrolments::move_lines(std::int64_t now_ms, const std::function<bool(const std::string& visit, const std::string& desk)>& is_at) {
  for (auto& [kit, line] : lines_) {
    const std::string first = line.turns.empty() ? "" : line.turns.front().desk;
    std::erase_if(line.turns, [&](const Line::Turn& turn) { return !is_at(turn.visit, turn.desk); });
    const bool free = user_of(*kit) == nullptr && !line.turns.empty();
    const bool same_first = free && line.turns.front().desk == first;
    if (!free) line.offered_ms = 0;
    else if (!same_first || line.offered_ms == 0) line.offered_ms = now_ms;
    else if (now_ms - line.offered_ms >= turn_ms && line.turns.size() > 1) {
      std::rotate(line.turns.begin(), line.turns.begin() + 1, line.turns.end());
      line.offered_ms = now_ms;
    }
  }
}

void Enrolments::add(std::shared_ptr<Running> one) {
  const std::string id = one->id;
  leave_line(one->desk);
  running_.emplace(id, std::move(one));
}

void Enrolments::drop(const std::string& id, std::string_view cause) {
  const auto one = running_.find(id);
  if (one == running_.end()) return;
  one->second->worker.end();
  note(id, {"erased", {{"cause", std::string{cause}}}});
  if (const std::string& desk = one->second->desk; !desk.empty()) ended_[desk] = {one->second->visit, std::string{cause}};
  running_.erase(one);
}

Enrolments::Ended Enrolments::ended_at(const std::string& desk) const {
  const auto ended = ended_.find(desk);
  return ended == ended_.end() ? Ended{} : ended->second;
}

void Enrolments::sweep(std::int64_t now_ms, const std::function<bool(const Running&)>& still_there, const std::function<bool(const std::string& visit, const std::string& desk)>& is_at) {
  std::vector<std::pair<std::string, std::string_view>> over;
  for (const auto& [id, one] : running_) {
    if (one->worker.has_ended()) over.emplace_back(id, "worker_ended");
    else if (one->expires_at != 0 && now_ms >= one->expires_at) over.emplace_back(id, "expired");
    else if (!still_there(*one)) over.emplace_back(id, "visit_left_the_desk");
  }
  for (const auto& [id, cause] : over) {
    drop(id, cause);
    if (cause != "expired") continue;
    expired_.push_back(id);
    if (expired_.size() > expired_max) expired_.pop_front();
  }
  move_lines(now_ms, is_at);
}

void Enrolments::Running::saw(const boost::json::object& told) {
  auto kept = std::make_shared<boost::json::object>(told);
  kept->erase("notes");
  const std::scoped_lock lock{seen_mutex_};
  seen_ = std::move(kept);
}

void Enrolments::Running::waits_for(const std::string& finger) {
  const std::scoped_lock lock{seen_mutex_};
  waited_for_ = finger;
}

std::string Enrolments::Running::waited_for() const {
  const std::scoped_lock lock{seen_mutex_};
  return waited_for_;
}

std::shared_ptr<const boost::json::object> Enrolments::Running::seen() const {
  const std::scoped_lock lock{seen_mutex_};
  return seen_;
}

bool Enrolments::has_expired(std::string_view id) const { return std::ranges::find(expired_, id) != expired_.end(); }

void Enrolments::show(Devices& devices, core::Instant now) const {
  if (!enabled()) return;
  show_devices(devices, now);
  const EnrolmentSpool::State state = spool_->state();
  const std::string_view hindrance = this->hindrance();
  if (!settings_.models.empty())
    devices.set("capture", "models", core::Text{{{"da", "Ansigtsmodeller"}, {"en", "Face models"}}}, models_fault_.empty() ? DeviceState::ready : DeviceState::failed,
                models_fault_.empty() ? "" : "face_models_missing", now, {{"said", models_fault_}});
  const std::string_view reason = hindrance == "spool_full" || hindrance == "no_recipient_key" ? hindrance : std::string_view{state.fault};
  devices.set(device_kind, "handover", core::Text{{{"da", "Optagelser til myndigheden"}, {"en", "Records for the authority"}}}, reason.empty() ? DeviceState::ready : DeviceState::failed, reason, now, {{"waiting", fmt::format("{}", state.waiting)}});
}

void Enrolments::device_said(const std::string& desk, const std::string& modality, const std::string& fault, const std::string& words) {
  const std::scoped_lock lock{said_mutex_};
  Said& said = said_[{desk, modality}];
  if (said.fault != fault) log_(fault.empty() ? fmt::format("enrolment: {} at {} works again", modality, desk) : fmt::format("enrolment: {} at {}: {} ({})", modality, desk, fault, words));
  said = {fault, words};
}

void Enrolments::show_devices(Devices& devices, core::Instant now) const {
  const std::scoped_lock lock{said_mutex_};
  for (const auto& [where, said] : said_) {
    const auto& [desk, modality] = where;
    const std::string_view da = modality == "face" ? "Kamera" : modality == "finger" ? "Fingeraftrykslæser" : "Pen";
    const std::string_view en = modality == "face" ? "Camera" : modality == "finger" ? "Fingerprint reader" : "Pen";
    const core::Text name{{{"da", fmt::format("{}, {}", da, desk)}, {"en", fmt::format("{}, {}", en, desk)}}};
    const bool absent = said.fault == "absent";
    const DeviceState state = said.fault.empty() ? DeviceState::ready : absent ? DeviceState::absent : DeviceState::failed;
    devices.set("capture", desk + "/" + modality, name, state, said.fault.empty() ? "" : absent ? "capture_absent" : "capture_fault", now, {{"said", said.words}});
  }
}

void Enrolments::note(const std::string& enrolment, const enrolment::Note& note) {
  const std::scoped_lock lock{trail_mutex_};
  AuditTrail next = *trail_;
  const auto line = next.append(enrolment, now_text(), note);
  if (!line) return log_(fmt::format("enrolment: a line of the trail was not taken: {}", line.error().text()));
  if (!append_line(directory_ + "/audit.log", *line)) return log_("enrolment: the trail cannot be written");
  trail_ = std::move(next);
}

}  // namespace skranke::daemon
