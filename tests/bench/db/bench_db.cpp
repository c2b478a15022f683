// skranke-bench-db [append|bookings|open]: how near the store comes to bare SQLite. Both sides are measured in turns, in pairs; the figure is the
// median pair. One JSON object a line.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string_view>

#include <fmt/format.h>

#include "db/store.hpp"
#include "tests/bench/db/bare_sqlite.hpp"
#include "tests/unit/db/scratch.hpp"

namespace skranke::bench {
namespace {

using Clock = std::chrono::steady_clock;
using test::Scratch;

constexpr std::size_t pairs = 9;
const core::Instant start = core::from_millis(1'795'420'000'000);

template <class Work>
double seconds(Work work) {
  const auto began = Clock::now();
  work();
  return std::chrono::duration<double>(Clock::now() - began).count();
}

struct Pair {
  double value, baseline;
};

void report(std::string_view name, std::string_view unit, std::vector<Pair> measured) {
  std::sort(measured.begin(), measured.end(), [](const Pair& a, const Pair& b) { return a.value / a.baseline < b.value / b.baseline; });
  const Pair& median = measured[measured.size() / 2];
  fmt::print("{{\"name\":\"{}\",\"unit\":\"{}\",\"value\":{:.4g},\"baseline\":{:.4g},\"ratio\":{:.3f}}}\n", name, unit, median.value, median.baseline,
             median.value / median.baseline);
  std::fflush(stdout);
}

[[noreturn]] void give_up(const db::Error& error) {
  fmt::print(stderr, "skranke-bench-db: {}\n", error.context);
  std::exit(1);
}

std::unique_ptr<db::Store> open(const std::filesystem::path& directory) {
  auto store = db::Store::open(directory, start);
  if (!store) give_up(store.error());
  return std::move(*store);
}

/// A ticket taken at the kiosk, with the answer that the POST left. Made by hand: a live room of any size needs no free numbers here.
db::Record ticket(std::uint64_t serial) {
  core::VisitTaken taken;
  taken.serial = serial;
  taken.id = core::VisitId{fmt::format("v{:06}", serial)};
  taken.token = fmt::format("k7Qm3xW9tR2b{:010}", serial);
  taken.number = {"ACJKPTY"[serial % 7], static_cast<std::uint16_t>(1 + serial % 999)};
  taken.day = core::Day{std::chrono::days{20'780}};
  const char* services[] = {"pas", "cpr", "ophold", "koerekort", "folkepension", "mitid", "flytning", "sygesikring", "vielse"};
  taken.steps = {{core::ServiceId{services[serial % 9]}, core::AuthorityId{"kommune"}, {}}};
  taken.language = "da";
  taken.printer = core::PrinterId{"front"};
  db::Record record;
  record.first_seq = serial;
  record.events = {{start + std::chrono::milliseconds{serial}, std::move(taken)}};
  record.actor = "token:kiosk-1";
  record.key = fmt::format("kiosk-1/0d9f8c1e-55aa-4e0b-9c8d-{:012}", serial);
  record.answer = db::Answer{201, std::string(320, 'x'), serial};
  return record;
}

/// A time booked on the web, with the answer that the POST left. What it costs to find that the time is free is another figure (`./bench bookings`).
db::Record booking(std::uint64_t serial) {
  core::BookingMade made;
  made.booking = core::BookingId{fmt::format("b{:07}", serial)};
  const core::Instant from = start + std::chrono::hours{24} + std::chrono::minutes{15 * (serial / 20)};
  made.parts = {{core::ServiceId{"pas"}, from, from + std::chrono::minutes{15}}};
  made.language = "da";
  made.channel = core::Channel::web;
  db::Record record;
  record.first_seq = serial;
  record.events = {{start + std::chrono::milliseconds{serial}, std::move(made)}};
  record.actor = "public";
  record.key = fmt::format("web/0d9f8c1e-55aa-4e0b-9c8d-{:012}", serial);
  record.answer = db::Answer{201, std::string(320, 'x'), serial};
  return record;
}

std::vector<db::Record> tickets(std::size_t count) {
  std::vector<db::Record> records;
  for (std::uint64_t serial = 1; serial <= count; ++serial) records.push_back(ticket(serial));
  return records;
}

void append_all(db::Store& store, std::span<const db::Record> records, std::size_t batch) {
  for (std::size_t i = 0; i < records.size(); i += batch)
    if (auto stored = store.append(records.subspan(i, std::min(batch, records.size() - i))); !stored) give_up(stored.error());
}

/// Seconds spent in commits alone; the folds between them are the writer's, after the answer.
double commit_all(db::Store& store, std::span<const db::Record> records, std::size_t batch) {
  double spent = 0;
  for (std::size_t i = 0; i < records.size(); i += batch) {
    const auto part = records.subspan(i, std::min(batch, records.size() - i));
    spent += seconds([&] {
      if (auto stored = store.commit(part); !stored) give_up(stored.error());
    });
    store.fold(part);
  }
  return spent;
}

/// `value` and `baseline` are events per second.
Pair append_pair(const std::vector<db::Record>& records, const std::vector<RawRow>& rows, std::size_t batch, bool folded, bool store_first) {
  const Scratch ours, bare;
  auto store = open(ours.path());
  BareSqlite loop{bare / "bare.db"};
  // Some rows first, then a checkpoint: both write into a log that has its length already, as in service.
  const std::size_t warm = records.size() / 3;
  std::size_t warm_rows = 0;
  for (std::size_t i = 0; i < warm; ++i) warm_rows += records[i].events.size();
  append_all(*store, {records.data(), warm}, 500);
  store->checkpoint();
  for (std::size_t i = 0; i < warm_rows; i += 500) loop.append({rows.data() + i, std::min<std::size_t>(500, warm_rows - i)});
  loop.checkpoint();
  const std::span<const db::Record> rest{records.data() + warm, records.size() - warm};
  const auto run_ours = [&] { return folded ? seconds([&] { append_all(*store, rest, batch); }) : commit_all(*store, rest, batch); };
  const auto run_bare = [&] {
    return seconds([&] {
      for (std::size_t i = warm_rows; i < rows.size(); i += batch) loop.append({rows.data() + i, std::min(batch, rows.size() - i)});
    });
  };
  const auto events = static_cast<double>(rows.size() - warm_rows);
  double mine = 0, theirs = 0;
  if (store_first) mine = run_ours(), theirs = run_bare();
  else theirs = run_bare(), mine = run_ours();
  return {events / mine, events / theirs};
}

std::vector<RawRow> rows_for(const std::vector<db::Record>& records) {
  const Scratch scratch;
  append_all(*open(scratch.path()), records, 1000);
  return rows_of(scratch / "skranke.db");
}

void bench_append() {
  for (const std::size_t batch : {1U, 10U, 64U, 100U, 1000U}) {
    const std::vector<db::Record> records = tickets(std::clamp<std::size_t>(batch * 150, 1'500, 15'000));
    const std::vector<RawRow> rows = rows_for(records);
    for (const bool folded : {false, true}) {
      std::vector<Pair> measured;
      for (std::size_t pair = 0; pair < pairs; ++pair) measured.push_back(append_pair(records, rows, batch, folded, pair % 2 == 0));
      report(fmt::format("journal {}, batch {}", folded ? "commit and fold" : "commit", batch), "events/s", std::move(measured));
    }
  }
}

/// Bookings made durable and folded, beside the same rows written bare.
void bench_bookings() {
  for (const std::size_t batch : {1U, 64U}) {
    std::vector<db::Record> records;
    for (std::uint64_t serial = 1; serial <= std::clamp<std::size_t>(batch * 150, 1'500, 15'000); ++serial) records.push_back(booking(serial));
    const std::vector<RawRow> rows = rows_for(records);
    std::vector<Pair> measured;
    for (std::size_t pair = 0; pair < pairs; ++pair) measured.push_back(append_pair(records, rows, batch, true, pair % 2 == 0));
    report(fmt::format("durable bookings, batch {}", batch), "events/s", std::move(measured));
  }
}

/// 5,000 live visits: value is our time to a room that can be served, baseline a bare read of the same rows.
void bench_open() {
  const Scratch scratch;
  {
    auto store = open(scratch.path());
    append_all(*store, tickets(5'000), 1'000);
    if (auto projected = store->project(); !projected) give_up(projected.error());
    store->checkpoint();
  }
  std::vector<Pair> measured;
  for (std::size_t pair = 0; pair < pairs; ++pair) {
    const double bare = seconds([&] { read_room(scratch / "skranke.db"); });
    const double ours = seconds([&] {
      if (open(scratch.path())->state().visits.size() < 4'900) give_up({db::Errc::invalid, "too few visits"});
    });
    measured.push_back({ours * 1e3, bare * 1e3});
  }
  report("open with 5000 live visits", "ms", std::move(measured));
}

}  // namespace
}  // namespace skranke::bench

int main(int argc, char** argv) {
  const std::string_view which = argc > 1 ? argv[1] : "";
  const auto wanted = [&](std::string_view name) { return which.empty() || which == name; };
  if (wanted("append")) skranke::bench::bench_append();
  if (wanted("bookings")) skranke::bench::bench_bookings();
  if (wanted("open")) skranke::bench::bench_open();
}
