#include "daemon/foreteller.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <sys/resource.h>

namespace skranke::daemon {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

namespace {
/// The step whose wait stands beside the number: told as the visit's own.
bool is_next(const core::Visit& visit, std::size_t step) {
  for (std::size_t i = 0; i < visit.steps.size(); ++i)
    if (visit.is_ready(i)) return i == step;
  return false;
}
}  // namespace

struct Foreteller::Worker {
  asio::thread_pool pool{1};
};

Foreteller::Foreteller(asio::io_context& io, Engine& engine, std::function<void()> moved)
    : io_{io}, engine_{engine}, moved_{std::move(moved)}, worker_{new Worker} {
  engine_.listen([this](const core::Event& event, std::uint64_t) { 
    if (std::holds_alternative<core::DayStarted>(event.body)) record_.forget_waiting(), steps_told_.clear(), bookings_told_.clear();
    if (const auto* other_time = std::get_if<core::BookingMoved>(&event.body)) bookings_told_.erase(other_time->booking);
    record_.see(event);
    const bool aside = std::holds_alternative<core::EstimateTold>(event.body) || std::holds_alternative<core::StepForetold>(event.body) ||
                       std::holds_alternative<core::BookingForetold>(event.body) || std::holds_alternative<core::MessageSent>(event.body) ||
                       std::holds_alternative<core::MessageFailed>(event.body);
    changed_ = changed_ || !aside;
  });
  engine_.on_rollback([this] {
    ++rollbacks_;   // a round that is being played saw visits that never were
    record_.forget_waiting();
    steps_told_.clear(), bookings_told_.clear();
    foresight_.forget();
    changed_ = true;
  });
  // Whoever waits for an answer goes first: on Linux a thread may be nicer than its process.
  asio::post(worker_->pool, [] { setpriority(PRIO_PROCESS, 0, 10); });
}

Foreteller::~Foreteller() {
  *alive_ = false;
  worker_->pool.stop();
  worker_->pool.join();
}

void Foreteller::tick() {
  const auto now = Clock::now();
  if (under_way_ || now < rested_ || engine_.intake() != Intake::ready) return;
  const bool idle = engine_.state().waiting_count() == 0 && !changed_;
  if (idle || now - last_ < (changed_ ? changed_every : refresh_every)) return;
  last_ = now;
  begin();
}

void Foreteller::begin() {
  changed_ = false;
  auto glance = core::glance(engine_.state(), engine_.facility(), engine_.now());
  if (!glance) return foresight_.forget();
  under_way_ = true;
  asio::post(worker_->pool, [this, alive = alive_, rollbacks = rollbacks_, glance = std::move(*glance)] {
    const auto from = Clock::now();
    auto round = std::make_shared<core::Foreseen>(core::foresee(glance));
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - from);
    asio::post(io_, [this, alive, rollbacks, round, took] {
      if (*alive) done(std::move(*round), took, rollbacks);
    });
  });
}

void Foreteller::done(core::Foreseen round, std::chrono::milliseconds took, std::uint64_t rollbacks) {
  under_way_ = false;
  took_ = took;
  ++rounds_;
  rested_ = Clock::now() + took * rest_factor;
  if (rollbacks != rollbacks_ || engine_.intake() != Intake::ready) return;
  const core::State& state = engine_.state();
  // Who was called or left in the meantime is not told any more.
  std::erase_if(round.visits, [&](const auto& entry) {
    const core::Visit* visit = state.find(entry.first);
    return visit == nullptr || visit->state != core::VisitState::waiting;
  });
  for (const auto& [serial, estimate] : round.visits) {
    const core::Visit* visit = state.find(serial);
    if (visit->told || engine_.intake() != Intake::ready) continue;
    const core::Told told{round.at, estimate.p10.count(), estimate.p50.count(), estimate.p90.count()};
    static_cast<void>(engine_.execute(core::TellEstimate{visit->id, told}, {"room", {}, 0}));
  }
  tell(round);
  if (foresight_.lay(round)) moved_();
}

/// Further steps and bookings to come, each once: what is told first is held against what happens.
void Foreteller::tell(const core::Foreseen& round) {
  const auto told = [&](const core::Estimate& estimate) { return core::Told{round.at, estimate.p10.count(), estimate.p50.count(), estimate.p90.count()}; };
  for (const core::Foreseen::OfStep& each : round.steps) {
    const core::Visit* visit = engine_.state().find(each.serial);
    if (visit == nullptr || engine_.intake() != Intake::ready || is_next(*visit, each.step) || !steps_told_.emplace(each.serial, each.step).second) continue;
    static_cast<void>(engine_.execute(core::ForetellStep{visit->id, each.step, told(each.until_call)}, {"room", {}, 0}));
  }
  for (const auto& [booking, late] : round.late) {
    if (engine_.intake() != Intake::ready || engine_.state().find(booking) == nullptr || !bookings_told_.insert(booking).second) continue;
    static_cast<void>(engine_.execute(core::ForetellBooking{booking, told(late)}, {"room", {}, 0}));
  }
}

}  // namespace skranke::daemon
