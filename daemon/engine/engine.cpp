#include "daemon/engine/engine.hpp"

#include <filesystem>
#include <future>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "core/check.hpp"

namespace skranke::daemon {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {
constexpr std::size_t batch_max = 1000;        // commands in one transaction
constexpr std::size_t pending_max = 20'000;    // commands that wait for the disk; above: 503
constexpr std::size_t keys_max = 200'000;
constexpr std::size_t answers_max = 4'096;     // first answers kept in memory; older ones are read from the journal
constexpr auto keys_kept = 24h;
constexpr auto clock_trust = 12h;
constexpr auto stored_answer_patience = 5s;
constexpr std::uint64_t room_wanted = 4U << 20U;

std::uint64_t room_in(const std::string& directory) {
  std::error_code error;
  const auto space = std::filesystem::space(directory, error);
  return error ? 0 : space.available;
}
/// The latest moment the state knows of: time goes on from there, also when the box woke up with its clock set back.
core::Instant latest_in(const core::State& state) {
  core::Instant latest{};
  const auto see = [&](core::Instant at) { latest = std::max(latest, at); };
  for (const auto& [serial, visit] : state.visits) {
    see(visit.created_at);
    see(visit.ended_at);
    see(visit.paper.at);
    for (const core::Step& step : visit.steps) {
      see(step.last_call_at);
      see(step.finished_at);
    }
  }
  for (const core::DeskStatus& desk : state.desks) see(desk.since);
  return latest;
}
}  // namespace

Engine::Engine(Wiring wiring) : wiring_{std::move(wiring)}, facility_{wiring_.facility}, durable_facility_{wiring_.facility} {
  db::Store& store = *wiring_.store;
  state_ = store.state();
  latest_ = latest_in(state_);
  last_seq_ = durable_seq_ = store.last_seq();
  epoch_ = store.epoch();
  auto known_keys = store.known_keys(wiring_.clock());
  for (auto known = known_keys.rbegin(); known != known_keys.rend(); ++known)   // oldest first, as they are forgotten
    learn_key(known->key, {known->seq, known->seq, known->request, known->at, std::nullopt, true});
  writer_ = std::make_unique<db::Writer>(std::move(wiring_.store));
}

Engine::~Engine() = default;

core::Instant Engine::now() {
  const core::Instant clock = wiring_.clock();
  // A small step back is waited out. A large one means that the time before was wrong: waiting for it would stop the day.
  if (latest_ - clock > clock_trust) {
    wiring_.log(fmt::format("clock: {} hours ahead before, now taken as it is", std::chrono::floor<std::chrono::hours>(latest_ - clock).count()));
    latest_ = clock;
  }
  return latest_ = std::max(latest_, clock);
}

Intake Engine::intake() const {
  if (stopping_) return Intake::stopping;
  if (full_) return Intake::storage_full;
  return pending_.size() >= pending_max ? Intake::busy : Intake::ready;
}

std::chrono::milliseconds Engine::batch_age() const {
  if (batch_end_ == 0) return 0ms;
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - batch_since_);
}

tl::expected<std::uint64_t, core::Refusal> Engine::execute(const core::Command& command, const Asked& asked, const MakeAnswer& answer) {
  core::Decision decision = core::decide(state_, *facility_, command, now());
  if (!decision) return tl::unexpected(std::move(decision.error()));
  for (const core::Event& event : *decision) {
    core::evolve(state_, event);
    for (const Listener& listener : listeners_) listener(event, last_seq_ + decision->size());
  }
  // Who waits for a place is thought of as soon as one is free, not within the minute.
  if (state_.places_due != core::Instant{}) next_tick_ = std::min(next_tick_, state_.places_due);
  db::Record record;
  record.first_seq = last_seq_ + 1;
  last_seq_ += decision->size();
  if (answer) {
    db::Answer made = answer(*decision);
    made.request = asked.request;
    if (!asked.key.empty()) {
      learn_key(asked.key, {last_seq_, record.first_seq, asked.request, latest_, made, !decision->empty()});
      record.answer = std::move(made);
    }
  }
  if (decision->empty()) return last_seq_;
  record.events = std::move(*decision);
  record.actor = asked.actor;
  if (record.answer) record.key = asked.key;
  pending_.push_back(std::move(record));
  if (!hand_over_posted_ && batch_end_ == 0) {
    hand_over_posted_ = true;   // after the requests that are ready in this turn of the loop
    asio::post(wiring_.io, [this] { hand_over(); });
  }
  return last_seq_;
}

tl::expected<std::uint64_t, core::Refusal> Engine::apply(std::shared_ptr<const core::Facility> facility, std::string toml, const Asked& asked,
                                                           std::string plan) {
  core::ApplyFacility wish{state_.facility_version + 1, std::move(toml), {}, {}, std::move(plan)};
  for (const core::Service& service : facility->services) wish.services.push_back(service.id);
  for (const core::Desk& desk : facility->desks) wish.desks.push_back(desk.id);
  auto applied = execute(wish, asked);
  if (!applied) return applied;
  facility_ = facility;
  next_tick_ = {};
  when_durable(*applied, [this, facility](Commit how) {
    if (how == Commit::durable) durable_facility_ = facility;
  });
  return applied;
}

void Engine::hand_over() {
  hand_over_posted_ = false;
  if (batch_end_ != 0 || pending_.empty()) return;
  std::vector<db::Record> batch;
  if (pending_.size() <= batch_max) {
    batch.swap(pending_);
  } else {
    const auto end = pending_.begin() + static_cast<std::ptrdiff_t>(batch_max);
    batch.assign(std::make_move_iterator(pending_.begin()), std::make_move_iterator(end));
    pending_.erase(pending_.begin(), end);
  }
  batch_end_ = batch.back().first_seq + batch.back().events.size() - 1;
  batch_since_ = std::chrono::steady_clock::now();
  ++batches_;
  writer_->submit(std::move(batch), [this](db::Writer::Done done) {
    auto shared = std::make_shared<db::Writer::Done>(std::move(done));
    asio::post(wiring_.io, [this, shared] { batch_done(std::move(*shared)); });
  });
}

void Engine::batch_done(db::Writer::Done done) {
  if (!done.result && done.result.error().code != db::Errc::storage_full) {
    wiring_.fatal(fmt::format("journal: {}; nothing that was not on disk has been shown; restart recovers from the file", done.result.error().context));
    return;
  }
  const std::uint64_t end = std::exchange(batch_end_, 0);
  if (!done.result) {
    wiring_.log(fmt::format("journal: {}; no tickets until there is room", done.result.error().context));
    go_back(std::move(*done.state));
    return;
  }
  durable_seq_ = end;
  hand_over();   // the disk works on the next batch while this one's answers go out
  if (batch_end_ != 0) std::this_thread::yield();   // also where the writer has no core of its own: its flush first, then our work beside it
  release(end, Commit::durable);
  if (stopping_ && pending_.empty() && batch_end_ == 0 && stopped_) std::exchange(stopped_, {})();
}

/// Nothing after `durable_seq_` has happened: the state is what is on disk, and all who waited hear that it was in vain.
void Engine::go_back(core::State durable) {
  state_ = std::move(durable);
  facility_ = durable_facility_;
  pending_.clear();
  last_seq_ = durable_seq_;
  full_ = true;
  room_when_full_ = room_in(wiring_.directory);
  std::erase_if(keys_, [&](const auto& entry) { return entry.second.seq > durable_seq_; });
  for (Waiter& waiter : std::exchange(waiters_, {})) waiter.done(Commit::storage_full);   // who waits anew meanwhile waits for what comes after
  for (const auto& told : rolled_back_) told();
  if (stopping_ && stopped_) std::exchange(stopped_, {})();
}

void Engine::release(std::uint64_t seq, Commit how) {
  while (!waiters_.empty() && waiters_.front().seq <= seq) {
    auto done = std::move(waiters_.front().done);
    waiters_.pop_front();
    done(how);
  }
}

void Engine::when_durable(std::uint64_t seq, std::function<void(Commit)> done) {
  if (seq <= durable_seq_ && waiters_.empty()) {
    done(Commit::durable);
    return;
  }
  // Order of seq, first come first: nearly always the end.
  auto at = waiters_.end();
  while (at != waiters_.begin() && std::prev(at)->seq > seq) --at;
  waiters_.insert(at, {seq, std::move(done)});
  if (seq <= durable_seq_) asio::post(wiring_.io, [this] { release(durable_seq_, Commit::durable); });
}

std::optional<Engine::Repeat> Engine::repeat_of(const Asked& asked) const {
  if (asked.key.empty()) return std::nullopt;
  const auto known = keys_.find(asked.key);
  if (known == keys_.end()) return std::nullopt;
  return Repeat{known->second.request == asked.request, known->second.seq, known->second.first, known->second.answer};
}

void Engine::remember(const Asked& asked, db::Answer answer) {
  if (asked.key.empty()) return;
  answer.request = asked.request;
  learn_key(asked.key, {last_seq_, 0, asked.request, latest_, std::move(answer), false});
}

void Engine::learn_key(const std::string& key, KnownKey known) {
  if (known.answer) answers_by_age_.push_back(key);
  if (keys_.insert_or_assign(key, std::move(known)).second) keys_by_age_.push_back(key);
  forget_old_keys();
}

void Engine::forget_old_keys() {
  while (answers_by_age_.size() > answers_max) {
    const auto old = keys_.find(answers_by_age_.front());
    if (old != keys_.end()) {
      if (old->second.stored)
        old->second.answer.reset();
      else
        keys_.erase(old);   // a refusal: nothing was done, so a repeat may simply be tried again
    }
    answers_by_age_.pop_front();
  }
  const auto too_old = [&](const std::string& key) {
    const auto known = keys_.find(key);
    return known == keys_.end() || known->second.at + keys_kept < latest_;
  };
  while (!keys_by_age_.empty() && (keys_by_age_.size() > keys_max || too_old(keys_by_age_.front()))) {
    keys_.erase(keys_by_age_.front());
    keys_by_age_.pop_front();
  }
}

db::Result<db::Answer> Engine::stored_answer(std::uint64_t first) {
  auto promise = std::make_shared<std::promise<db::Result<db::Answer>>>();
  auto future = promise->get_future();
  const db::Error busy{db::Errc::io, "the journal is busy"};
  if (!writer_->run([promise, first](db::Store& store) { promise->set_value(store.answer(first)); })) return tl::unexpected(busy);
  if (future.wait_for(stored_answer_patience) != std::future_status::ready) return tl::unexpected(busy);
  return future.get();
}

void Engine::tick() {
  if (full_) look_for_room();
  if (intake() != Intake::ready || now() < next_tick_) return;
  static_cast<void>(execute(core::Tick{}, {"timer", {}, 0}));   // a tick is never refused
  next_tick_ = core::next_tick(state_, *facility_, latest_);
}

/// Room came back: somebody made some since we ran out, or there is plenty. The next command tries; if it fails we are here again.
void Engine::look_for_room() {
  const std::uint64_t room = room_in(wiring_.directory);
  if (room < room_wanted && room <= room_when_full_ + (64U << 10U)) return;
  full_ = false;
  wiring_.log("journal: there is room again, tickets are taken");
}

void Engine::stop(std::function<void()> done) {
  stopping_ = true;
  if (pending_.empty() && batch_end_ == 0)
    done();
  else
    stopped_ = std::move(done);
}

}  // namespace skranke::daemon
