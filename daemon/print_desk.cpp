#include "daemon/print_desk.hpp"

#include <atomic>
#include <future>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "core/estimate.hpp"
#include "daemon/ticket_text.hpp"
#include "wire/events.hpp"

namespace skranke::daemon {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using core::Paper;
using core::PaperState;

namespace {

constexpr auto still_wanted = 60s;        // an older ticket is not printed by itself: its citizen has gone on
constexpr std::size_t unsaid_max = 1000;
constexpr std::size_t slips_max = 200;
constexpr std::string_view slip_prefix = "slip-";
constexpr auto journal_patience = 10s;    // a worker waits so long for "printing" to be on disk

struct JobName {
  core::VisitId visit;
  std::uint32_t copy = 0;
};

std::string job_name(const core::Visit& visit, std::uint32_t copy) { return fmt::format("{}-{}", visit.id.str(), copy); }

JobName parse_job(const std::string& job) {
  const std::size_t dash = job.rfind('-');
  return {core::VisitId{job.substr(0, dash)}, static_cast<std::uint32_t>(std::stoul(job.substr(dash + 1)))};
}

DeviceState device_state(printer::HealthState state) {
  switch (state) {
    case printer::HealthState::ready: return DeviceState::ready;
    case printer::HealthState::warning: return DeviceState::warning;
    case printer::HealthState::failed: return DeviceState::failed;
    case printer::HealthState::absent: return DeviceState::absent;
  }
  return DeviceState::absent;
}

PaperState paper_state(printer::PrintState state) {
  switch (state) {
    case printer::PrintState::queued: return PaperState::queued;
    case printer::PrintState::printing: return PaperState::printing;
    case printer::PrintState::printed: return PaperState::printed;
    case printer::PrintState::failed: return PaperState::failed;
    case printer::PrintState::unknown: return PaperState::unknown;
  }
  return PaperState::unknown;
}

}  // namespace

struct PrintDesk::Slot {
  ~Slot() { *open = false; }   // before the worker is joined: it may be waiting for this very thread
  core::PrinterConfig config;
  printer::Health health;
  bool was_empty = false;   ///< it had no paper: when it has some again, the roll is a new one
  std::string test_page;    ///< the job of the newest one
  std::shared_ptr<std::atomic<bool>> open = std::make_shared<std::atomic<bool>>(true);
  std::unique_ptr<printer::Worker> worker;
};

PrintDesk::PrintDesk(Wiring wiring) : wiring_{std::move(wiring)}, rolls_{wiring_.directory + "/rolls"} {
  wiring_.engine.listen([this](const core::Event& event, std::uint64_t seq) { on_event(event, seq); });
}

PrintDesk::~PrintDesk() { *alive_ = false; }

std::string PrintDesk::tickets_directory(std::string_view printer) const { return fmt::format("{}/tickets/{}", wiring_.directory, printer); }

void PrintDesk::configure(const core::Facility& facility) {
  for (auto slot = slots_.begin(); slot != slots_.end();) {
    const core::PrinterConfig* config = facility.find(slot->first);
    if (config != nullptr && *config == slot->second->config) {
      ++slot;
      continue;
    }
    if (config == nullptr) wiring_.devices.remove("printer", slot->first.str());
    slot = slots_.erase(slot);
  }
  for (const core::PrinterConfig& config : facility.printers)
    if (!slots_.contains(config.id)) slots_.emplace(config.id, start(config));
}

std::unique_ptr<PrintDesk::Slot> PrintDesk::start(const core::PrinterConfig& config) {
  const core::PrinterId id = config.id;
  printer::PrinterSettings settings;
  settings.id = id.str();
  settings.kind = config.kind;
  settings.queue = config.queue;
  settings.device = config.device;
  settings.raw = config.raw;
  settings.width_mm = config.width_mm;
  settings.cut = config.cut;
  settings.directory = tickets_directory(id.str());
  auto slot = std::make_unique<Slot>();
  slot->config = config;
  printer::Worker::Events events;
  const auto on_loop = [this, alive = alive_](auto work) {
    asio::post(wiring_.io, [alive, work = std::move(work)] {
      if (*alive) work();
    });
  };
  events.started = [this, id, open = slot->open](const std::string& job) { return may_start(job, id, *open); };
  events.ended = [this, id, on_loop](const std::string& job, printer::JobResult result) { on_loop([this, id, job, result] { ended(job, id, result); }); };
  events.health = [this, id, on_loop](const printer::Health& now) { on_loop([this, id, now] { health(id, now); }); };
  wiring_.devices.set("printer", id.str(), config.name, DeviceState::absent, "starting", wiring_.engine.now());
  slot->worker = std::make_unique<printer::Worker>(printer::make_printer(settings), std::move(events));
  return slot;
}

void PrintDesk::health(const core::PrinterId& id, const printer::Health& now) {
  const auto slot = slots_.find(id);
  if (slot == slots_.end()) return;
  slot->second->health = now;
  const auto says = [&](std::string_view reason) { return std::find(now.reasons.begin(), now.reasons.end(), reason) != now.reasons.end(); };
  const bool works = now.state == printer::HealthState::ready || now.state == printer::HealthState::warning;
  if (works && std::exchange(slot->second->was_empty, false) && !says("media-low")) rolls_.renewed(id);
  if (says("media-empty")) slot->second->was_empty = true;
  if (!show(id)) return;
  wiring_.log(fmt::format("printer {}: {} {} {}", id.str(), word(device_state(now.state)), fmt::join(now.reasons, ","), now.detail));
  wiring_.changed();
}

/// What staff see of a printer: its own word, what the count of the roll adds to it, the last ticket. True when that is news.
bool PrintDesk::show(const core::PrinterId& id) {
  const auto found = slots_.find(id);
  if (found == slots_.end()) return false;
  const Slot& slot = *found->second;
  const core::Zone& zone = wiring_.engine.facility().zone;
  const Roll roll = rolls_.of(id);
  DeviceState state = device_state(slot.health.state);
  std::string reason = slot.health.reasons.empty() ? std::string{} : slot.health.reasons.front();
  if (state == DeviceState::ready && RollBook::nearly_used_up(roll)) state = DeviceState::warning, reason = "roll-low";
  std::map<std::string, std::string> details;
  if (roll.last_ticket) details["last_ticket"] = core::to_rfc3339(zone, *roll.last_ticket);
  if (roll.full > 0) details["tickets_left"] = std::to_string(RollBook::left(roll));
  if (const auto page = slips_.find(slot.test_page); page != slips_.end()) {
    details["test_page"] = std::string{wire::word(page->second.state)};
    if (!page->second.fault.empty()) details["test_page_fault"] = page->second.fault;
  }
  return wiring_.devices.set("printer", id.str(), slot.config.name, state, reason, wiring_.engine.now(), std::move(details));
}

PrintDesk::TestPage PrintDesk::print_test_page(const core::PrinterId& id, const std::string& language) {
  const auto slot = slots_.find(id);
  if (slot == slots_.end()) return TestPage::unknown_printer;
  const auto before = slips_.find(slot->second->test_page);
  if (before != slips_.end() && (before->second.state == PaperState::queued || before->second.state == PaperState::printing)) return TestPage::busy;
  const std::string& site = wiring_.engine.facility().site.public_url;
  const std::string job = note_slip({{}, PaperState::queued, id, {}, wiring_.engine.now()});
  slot->second->test_page = job;
  auto text = test_page_text(wiring_.catalogue, wiring_.engine.facility(), slot->second->config, language, wiring_.engine.now(), site.empty() ? wiring_.base_url : site);
  if (!slot->second->worker->submit({job, std::move(text)})) slips_[job].state = PaperState::failed, slips_[job].fault = "queue_full";
  if (show(id)) wiring_.changed();
  return TestPage::taken;
}

bool PrintDesk::new_roll(const core::PrinterId& id, std::optional<int> tickets) {
  if (!slots_.contains(id)) return false;
  rolls_.renewed(id, tickets);
  if (show(id)) wiring_.changed();
  return true;
}

void PrintDesk::on_event(const core::Event& event, std::uint64_t seq) {
  core::Serial serial = 0;
  std::uint32_t copy = 0;
  if (const auto* taken = std::get_if<core::VisitTaken>(&event.body); taken != nullptr && !taken->printer.empty()) {
    serial = taken->serial;
    copy = 1;
  } else if (const auto* paper = std::get_if<core::PaperChanged>(&event.body); paper != nullptr && paper->paper.state == PaperState::queued) {
    serial = paper->serial;
    copy = paper->paper.copy;
  }
  if (serial == 0) return;
  wiring_.engine.when_durable(seq, [this, serial, copy](Commit how) {
    if (how == Commit::durable) submit(serial, copy);
  });
}

/// Fallbacks are followed at most as often as there are printers.
core::PrinterId PrintDesk::choose(const core::PrinterId& wanted) const {
  core::PrinterId id = wanted;
  for (std::size_t hops = 0; hops <= slots_.size(); ++hops) {
    const auto slot = slots_.find(id);
    if (slot == slots_.end()) return wanted;
    const printer::HealthState health = slot->second->health.state;
    const bool usable = health == printer::HealthState::ready || health == printer::HealthState::warning;
    if (usable || slot->second->config.fallback.empty()) return usable ? id : wanted;
    id = slot->second->config.fallback;
  }
  return wanted;
}

void PrintDesk::submit(core::Serial serial, std::uint32_t copy) {
  const core::Visit* visit = wiring_.engine.state().find(serial);
  if (visit == nullptr || visit->paper.copy != copy) return;
  // An empty house prints nothing; what is older than a minute when people are back is offered for reprint.
  if (wiring_.engine.state().room.evacuated) return note_unsaid({job_name(*visit, copy), PaperState::queued, {}, visit->paper.printer});
  const core::PrinterId id = choose(visit->paper.printer);
  const std::string job = job_name(*visit, copy);
  const auto slot = slots_.find(id);
  if (slot == slots_.end())
    report(job, PaperState::failed, "not_configured", id);
  else if (!slot->second->worker->submit({job, compose(*visit, wiring_.engine.now())}))
    report(job, PaperState::failed, "queue_full", id);
}

void PrintDesk::report(const std::string& job, PaperState state, std::string fault, const core::PrinterId& id, std::function<void(bool)> durable) {
  const JobName name = parse_job(job);
  // What the journal cannot take now is told later; a print that was not allowed to begin begins anew.
  const Unsaid unsaid{job, state == PaperState::printing ? PaperState::queued : state, fault, id};
  const core::ReportPaper wish{name.visit, name.copy, {state, id, name.copy, std::move(fault), {}}};
  if (wiring_.engine.intake() == Intake::ready) {
    const auto seq = wiring_.engine.execute(wish, {"printer:" + id.str(), {}, 0});
    if (!seq) return durable ? durable(false) : void();   // an older copy, or nobody's: nothing to tell
    wiring_.engine.when_durable(*seq, [this, unsaid, durable](Commit how) {
      if (how == Commit::storage_full) note_unsaid(unsaid);
      if (durable) durable(how == Commit::durable);
    });
    return;
  }
  note_unsaid(unsaid);
  if (durable) durable(false);
}

void PrintDesk::note_unsaid(Unsaid unsaid) {
  if (unsaid_.size() < unsaid_max) unsaid_.push_back(std::move(unsaid));
}

void PrintDesk::tick() {
  rolls_.tick(wiring_.engine.now());
  if (wiring_.engine.intake() != Intake::ready || wiring_.engine.state().room.evacuated) return;
  for (Unsaid& unsaid : std::exchange(unsaid_, {})) {
    const core::Visit* visit = wiring_.engine.state().find(parse_job(unsaid.job).visit);
    if (visit == nullptr) continue;   // its ticket never came to be
    if (unsaid.state == PaperState::queued)
      submit(visit->serial, parse_job(unsaid.job).copy);
    else
      report(unsaid.job, unsaid.state, std::move(unsaid.fault), unsaid.printer);
  }
}

/// The name of its job.
std::string PrintDesk::note_slip(BookingSlip slip) {
  if (slips_.size() >= slips_max) slips_.erase(slips_.begin());
  // Not by the booking's code, which opens it: job names are read by whoever sees the printer's queue.
  const std::string job = fmt::format("{}{}-{:06}", slip_prefix, core::millis(wiring_.engine.now()), ++slips_made_);
  slips_[job] = std::move(slip);
  return job;
}

const BookingSlip& PrintDesk::print_booking(const core::Booking& booking, const core::PrinterId& wanted) {
  const std::string job = note_slip({booking.id, PaperState::queued, choose(wanted), {}, wiring_.engine.now()});
  BookingSlip& slip = slips_[job];
  const auto slot = slots_.find(slip.printer);
  const auto text = [&] { return booking_text(wiring_.catalogue, wiring_.engine.facility(), booking, booking_url(booking.id)); };
  if (slot == slots_.end()) slip.fault = "not_configured";
  else if (!slot->second->worker->submit({job, text()})) slip.fault = "queue_full";
  if (!slip.fault.empty()) slip.state = PaperState::failed;
  return slip;
}

const BookingSlip* PrintDesk::slip_of(const core::BookingId& booking) const {
  const auto found = std::find_if(slips_.rbegin(), slips_.rend(), [&](const auto& entry) { return entry.second.booking == booking; });
  return found == slips_.rend() ? nullptr : &found->second;
}

/// On the worker's thread. What is older than a minute, or of a house that is being left, is not printed by itself.
bool PrintDesk::may_start_slip(const std::string& job, const std::atomic<bool>& open) {
  auto promise = std::make_shared<std::promise<bool>>();
  auto allowed = promise->get_future();
  asio::post(wiring_.io, [this, alive = alive_, promise, job] {
    const auto slip = *alive ? slips_.find(job) : slips_.end();
    if (!*alive || slip == slips_.end()) return promise->set_value(false);
    const bool late = wiring_.engine.now() - slip->second.at > still_wanted || wiring_.engine.state().room.evacuated;
    slip->second.state = late ? PaperState::failed : PaperState::printing;
    if (late) slip->second.fault = "too_late";
    if (show(slip->second.printer)) wiring_.changed();
    promise->set_value(!late);
  });
  for (auto waited = 0ms; waited < journal_patience && open; waited += 50ms)
    if (allowed.wait_for(50ms) == std::future_status::ready) return allowed.get();
  return false;
}

/// On the worker's thread: waits until "printing" is on disk. No = the ticket is not printed.
bool PrintDesk::may_start(const std::string& job, const core::PrinterId& id, const std::atomic<bool>& open) {
  if (job.starts_with(slip_prefix)) return may_start_slip(job, open);
  auto promise = std::make_shared<std::promise<bool>>();
  auto allowed = promise->get_future();
  asio::post(wiring_.io, [this, alive = alive_, promise, job, id] {
    if (!*alive) return promise->set_value(false);
    const JobName name = parse_job(job);
    const core::Visit* visit = wiring_.engine.state().find(name.visit);
    const bool wanted = visit != nullptr && visit->is_live() && visit->paper.copy == name.copy && visit->paper.state == PaperState::queued;
    if (!wanted) return promise->set_value(false);
    if (wiring_.engine.state().room.evacuated) {
      note_unsaid({job, PaperState::queued, {}, id});
      return promise->set_value(false);
    }
    if (wiring_.engine.now() - visit->paper.at > still_wanted) {
      report(job, PaperState::failed, "too_late", id);
      return promise->set_value(false);
    }
    report(job, PaperState::printing, {}, id, [promise](bool durable) { promise->set_value(durable); });
  });
  for (auto waited = 0ms; waited < journal_patience && open; waited += 50ms)
    if (allowed.wait_for(50ms) == std::future_status::ready) return allowed.get();
  return false;
}

void PrintDesk::ended(const std::string& job, const core::PrinterId& id, printer::JobResult result) {
  // What may be on paper is counted, so that the roll is never thought longer than it is.
  if (result.state == printer::PrintState::printed || result.state == printer::PrintState::unknown)
    rolls_.printed(id, wiring_.engine.now(), result.state == printer::PrintState::printed);
  if (job.starts_with(slip_prefix))
    if (const auto slip = slips_.find(job); slip != slips_.end()) slip->second.state = paper_state(result.state), slip->second.fault = result.fault;
  if (show(id)) wiring_.changed();
  if (job.starts_with(slip_prefix)) return;
  const core::Visit* visit = wiring_.engine.state().find(parse_job(job).visit);
  if (visit == nullptr || visit->paper.state != PaperState::printing) return;   // it was never started, or is known already
  report(job, paper_state(result.state), result.fault, id);
}

void PrintDesk::recover() {
  std::vector<std::pair<core::Serial, Paper>> open;
  for (const auto& [serial, visit] : wiring_.engine.state().visits)
    if (visit.paper.state == PaperState::queued || visit.paper.state == PaperState::printing) open.emplace_back(serial, visit.paper);
  std::sort(open.begin(), open.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [serial, paper] : open) {
    const core::Visit* visit = wiring_.engine.state().find(serial);
    if (visit == nullptr) continue;   // reporting the one before has begun a new day
    if (paper.state == PaperState::printing)
      report(job_name(*visit, paper.copy), PaperState::unknown, "power_cut", paper.printer);
    else if (wiring_.engine.now() - paper.at > still_wanted)
      report(job_name(*visit, paper.copy), PaperState::failed, "too_late", paper.printer);
    else
      submit(serial, paper.copy);
  }
}

std::string PrintDesk::ticket_url(const core::Visit& visit) const {
  const std::string& site = wiring_.engine.facility().site.public_url;
  return fmt::format("{}/t/{}", site.empty() ? wiring_.base_url : site, visit.token);
}

std::string PrintDesk::booking_url(const core::BookingId& id) const {
  const std::string& site = wiring_.engine.facility().site.public_url;
  return fmt::format("{}/book/{}", site.empty() ? wiring_.base_url : site, id.str());
}

/// What citizens are shown elsewhere; of who came a moment ago, what a newcomer was foretold.
core::Outlook PrintDesk::outlook_of(const core::Visit& visit, const core::Facility& facility, core::Instant now) const {
  const core::ServiceId& service = visit.steps.front().service;
  const core::QueueEntry rank{!visit.front, visit.anchor - visit.head_start, visit.serial, 0};
  core::Outlook seen = core::outlook(wiring_.engine.state(), facility, service, rank, now);
  if (wiring_.foresight == nullptr) return seen;
  const bool last_in_line = !visit.booked_for && !visit.front && visit.head_start.count() == 0;
  auto known = wiring_.foresight->of(visit.serial, now);
  if (!known && last_in_line) known = wiring_.foresight->newcomer(service, now);
  seen.estimate = known.value_or(seen.estimate);
  return seen;
}

printer::TicketText PrintDesk::compose(const core::Visit& visit, core::Instant now) const {
  const core::Facility& facility = wiring_.engine.facility();
  TicketFacts facts;
  facts.language = visit.language;
  facts.number = visit.number;
  for (const core::Step& step : visit.steps) facts.services.push_back(step.service);
  if (visit.state == core::VisitState::waiting) facts.outlook = outlook_of(visit, facility, now);
  facts.taken_at = visit.created_at;
  facts.url = ticket_url(visit);
  facts.again = visit.paper.copy > 1;
  return ticket_text(wiring_.catalogue, facility, facts);
}

}  // namespace skranke::daemon
