#include "tests/crash/site_life.hpp"

#include <fmt/format.h>

namespace skranke::test {
namespace {
const core::Instant morning = core::from_millis(1'795'420'000'000);
}

db::Options SiteLife::options() const {
  db::Options options;
  options.synchronous_full = full_;
  options.vfs = disk_.vfs();
  options.log = [](const std::string&) {};
  return options;
}

db::Result<void> SiteLife::open() {
  auto store = db::Store::open(scratch_.path(), morning, options());
  if (!store) return tl::unexpected{std::move(store).error()};
  store_ = std::move(*store);
  disk_.settle();   // a store that opened has flushed its directory
  return {};
}

db::Result<void> SiteLife::append() {
  batch_.clear();
  for (std::uint64_t i = 0, commands = 1 + disk_.random() % 4; i < commands; ++i) batch_.push_back(history_.next());
  states_.insert_or_assign(history_.last_seq(), history_.state());
  disk_.mark(history_.last_seq() * 2);
  return append_again();
}

db::Result<void> SiteLife::append_again() {
  auto stored = store_->append(batch_);
  if (!stored) return stored;
  acknowledged_ = history_.last_seq();
  disk_.mark(acknowledged_ * 2 + 1);
  return {};
}

void SiteLife::take_up() {
  states_before_ = states_;
  acknowledged_ = store_->last_seq();
  history_.go_back(store_->state(), acknowledged_);
}

db::Result<void> SiteLife::run(int batches) {
  if (auto opened = open(); !opened) return opened;
  for (int i = 1; i <= batches; ++i) {
    if (auto stored = append(); !stored) return stored;
    if (i % 7 == 0)
      if (auto projected = project(); !projected) return projected;
    if (i % 23 == 0) checkpoint();
    if (i % 97 != 0) continue;
    close();
    if (auto opened = open(); !opened) return opened;
  }
  close();
  return {};
}

std::string SiteLife::recover(std::uint64_t acknowledged, std::uint64_t submitted, std::uint64_t* recovered) {
  const auto whole = [&]() -> std::string {
    const auto verification = db::verify(scratch_.path(), disk_.vfs());
    if (!verification) return "verify: " + verification.error().context;
    return verification->faults.empty() ? std::string{} : verification->faults.front();
  };
  auto store = db::Store::open(scratch_.path(), morning, options());
  if (!store) return store.error().context;
  const std::uint64_t seq = (*store)->last_seq();
  if (recovered != nullptr) *recovered = seq;
  if (seq < acknowledged) return fmt::format("acknowledged {}, recovered {}", acknowledged, seq);
  if (seq > submitted) return fmt::format("submitted {}, recovered {}", submitted, seq);
  const auto lived = states_.find(seq);
  if (lived == states_.end()) return fmt::format("recovered {}, in the middle of a batch", seq);
  std::string difference;
  if (!core::same((*store)->state(), lived->second, &difference)) return fmt::format("at {}: {}", seq, difference);
  store->reset();
  if (std::string fault = whole(); !fault.empty()) return fault;   // tables as the power cut left them, but for SQLite's own recovery
  if (++recoveries_ % 8 != 0) return {};
  store = db::Store::open(scratch_.path(), morning, options());
  if (!store) return "second opening: " + store.error().context;
  if (auto projected = (*store)->project(); !projected) return "project: " + projected.error().context;
  store->reset();
  return whole();
}

}  // namespace skranke::test
