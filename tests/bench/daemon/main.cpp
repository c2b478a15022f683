// skranke-bench-daemon [tickets|restart|boards]: durable tickets over HTTP against a bare loop and a simple server, in
// turns, at three costs of a flush; starting with a full room; a thousand boards. One JSON object a line.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "tests/bench/daemon/boards.hpp"
#include "tests/bench/daemon/connections.hpp"
#include "tests/bench/daemon/house.hpp"
#include "tests/bench/daemon/naive_server.hpp"
#include "tests/bench/daemon/tickets.hpp"
#include "tests/bench/db/bare_sqlite.hpp"

namespace skranke::bench {

namespace {

using Clock = std::chrono::steady_clock;
constexpr int pairs = 5;
constexpr std::size_t warm_up = 2'000;  ///< tickets before the clock runs, so that logs have their length and caches are filled, on all sides
constexpr std::size_t timed = 3'500;    ///< a day has 5,768 numbers
constexpr std::size_t day = 5'000;      ///< tickets in a full room
constexpr std::size_t crowd = 64;

/// What was stored for one day: the warm-up's rows first.
struct Stored {
  std::vector<RawRow> rows;
  std::vector<RoomRows> room;
};

struct Turn {
  Taken taken;
  Stored stored;
  double batch = 1;   ///< rows in one of the daemon's transactions, on average
  double cpu_us = 0;  ///< processor time of a ticket, the tables written after it included
};

/// The daemon writes its tables and deals with its log once nothing has come for 20 ms.
void let_it_rest() { ::usleep(200'000); }

Turn take_from_daemon(std::size_t clients, std::size_t count) {
  House house;
  house.start();
  static_cast<void>(take_tickets(house.port(), house.token(), crowd, warm_up));
  let_it_rest();
  const double batches = house.metric("skranke_journal_batches_total"), seq = house.metric("skranke_journal_seq");
  const std::uint64_t cpu_ns = house.daemon().cpu_ns();
  Turn turn;
  turn.taken = take_tickets(house.port(), house.token(), clients, count);
  const double stored = house.metric("skranke_journal_seq") - seq;
  turn.batch = std::max(1.0, stored / std::max(1.0, house.metric("skranke_journal_batches_total") - batches));
  let_it_rest();
  turn.cpu_us = static_cast<double>(house.daemon().cpu_ns() - cpu_ns) * 1e-3 / static_cast<double>(count);
  house.stop();
  turn.stored = {rows_of(house.database()), room_of(house.database())};
  std::erase_if(turn.stored.rows, [](const RawRow& row) { return row.type != "visit_taken"; });
  if (turn.stored.rows.size() != warm_up + count || turn.stored.room.size() != warm_up + count) give_up("the daemon did not store every ticket once");
  return turn;
}

struct Loop {
  double per_second = 0, commit_ms = 0, cpu_us = 0;
};

double thread_cpu_us() {
  timespec spent{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
  return static_cast<double>(spent.tv_sec) * 1e6 + static_cast<double>(spent.tv_nsec) * 1e-3;
}

/// Stores `of` from `begin` to `end`, `batch` of them in a transaction on average; the number of transactions.
std::size_t append_part(BareSqlite& bare, const Stored& of, std::size_t begin, std::size_t end, double batch, bool with_room) {
  std::size_t at = begin, commits = 0;
  while (at < end) {
    ++commits;
    const auto upto = std::clamp<std::size_t>(begin + static_cast<std::size_t>(batch * static_cast<double>(commits)), at + 1, end);
    bare.append({of.rows.data() + at, upto - at}, {of.room.data() + at, with_room ? upto - at : 0});
    at = upto;
  }
  return commits;
}

/// The same rows by the least of programs, with as many in a transaction, on the daemon's core.
Loop take_bare(const Stored& stored, double batch, bool with_room) {
  const Folder folder;
  pin(server_core);
  BareSqlite bare{folder.path() / "bare.db"};
  append_part(bare, stored, 0, warm_up, 500, with_room);
  bare.checkpoint();
  const auto begun = Clock::now();
  const double cpu = thread_cpu_us();
  const std::size_t commits = append_part(bare, stored, warm_up, stored.rows.size(), batch, with_room);
  const double seconds = std::chrono::duration<double>(Clock::now() - begun).count();
  const auto count = static_cast<double>(stored.rows.size() - warm_up);
  const Loop loop{count / seconds, seconds * 1e3 / static_cast<double>(commits), (thread_cpu_us() - cpu) / count};
  pin(client_core);
  return loop;
}

double take_naively(const std::vector<RawRow>& rows, std::size_t clients, std::size_t count) {
  const Folder folder;
  const std::uint16_t port = free_port();
  const Child server{server_core, [&] { serve_naively(port, folder.path() / "naive.db", rows, warm_up); }};
  if (!wait_for_port(port)) give_up("the simple server does not answer");
  return take_tickets(port, "none", clients, std::min(count, rows.size() - warm_up)).per_second();
}

/// One side's figures, a pair an entry.
struct Figures {
  std::vector<double> ours, whole, events, alone, alone_whole, alone_events, simple, p50, p99, commit, cpu, cpu_whole;
};

void run_pair(Figures& all, std::size_t alone, std::size_t naive, std::string_view note) {
  const Turn turn = take_from_daemon(crowd, timed);
  const Loop whole = take_bare(turn.stored, turn.batch, true), events = take_bare(turn.stored, turn.batch, false);
  const Turn single = take_from_daemon(1, alone);
  const Loop single_whole = take_bare(single.stored, single.batch, true), single_events = take_bare(single.stored, single.batch, false);
  all.ours.push_back(turn.taken.per_second());
  all.whole.push_back(whole.per_second);
  all.events.push_back(events.per_second);
  all.alone.push_back(single.taken.per_second());
  all.alone_whole.push_back(single_whole.per_second);
  all.alone_events.push_back(single_events.per_second);
  all.simple.push_back(take_naively(turn.stored.rows, crowd, naive));
  all.p50.push_back(turn.taken.percentile(0.50));
  all.p99.push_back(turn.taken.percentile(0.99));
  all.commit.push_back(events.commit_ms);
  all.cpu.push_back(turn.cpu_us);
  all.cpu_whole.push_back(whole.cpu_us);
  fmt::print(stderr, "  {}: {:.0f}/s in transactions of {:.1f}, {:.1f} µs each; bare {:.0f}/s with the room, {:.0f}/s events only; simple {:.0f}/s\n",
             note, all.ours.back(), turn.batch, turn.cpu_us, whole.per_second, events.per_second, all.simple.back());
}

/// `flush`: how the figures are named; `stretch_ms`: what a flush costs more than the disk asks for. The bare loop comes in two forms: with the
/// rows of the room in each ticket's transaction (the goal's definition), and with events only, the daemon's own way.
void run_tickets(std::string_view flush, double stretch_ms) {
  pin(client_core);
  const std::size_t alone = stretch_ms == 0 ? 2'000 : stretch_ms < 5 ? 400 : 100;
  const std::size_t naive = stretch_ms == 0 ? timed : stretch_ms < 5 ? 500 : 150;
  Figures all;
  for (int i = 1; i <= pairs; ++i) run_pair(all, alone, naive, fmt::format("{} flush, pair {}", flush, i));
  const auto name = [&](std::string_view what) { return fmt::format("{}, {} flush", what, flush); };
  report(name("tickets of 64 clients ÷ bare loop of the same schema"), "tickets/s", all.ours, all.whole);
  report(name("tickets of 64 clients ÷ bare loop of events only"), "tickets/s", all.ours, all.events);
  report(name("tickets of 1 client ÷ bare loop of the same schema"), "tickets/s", all.alone, all.alone_whole);
  report(name("tickets of 1 client ÷ bare loop of events only"), "tickets/s", all.alone, all.alone_events);
  report(name("tickets of 64 clients ÷ a transaction each"), "tickets/s", all.ours, all.simple);
  report(name("wait of 64 clients p50 ÷ one bare commit"), "ms", all.p50, all.commit);
  report(name("wait of 64 clients p99 ÷ one bare commit"), "ms", all.p99, all.commit);
  report(name("processor of a ticket with its tables ÷ bare loop of the same schema"), "µs", all.cpu, all.cpu_whole);
}

void run_restart() {
  pin(client_core);
  House house;
  house.start();
  static_cast<void>(take_tickets(house.port(), house.token(), crowd, day));
  std::vector<double> times;
  for (int i = 0; i < pairs; ++i) {
    house.stop();
    times.push_back(house.start() * 1e3);
  }
  report_against_goal("start with 5000 live tickets to the first answer", "ms", median(times), 150);
}

/// Runs this program again under the shim that stretches flushes, since only a new process can be under it.
bool run_stretched(const char* self, double stretch_ms) {
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    ::setenv("LD_PRELOAD", SKRANKE_BENCH_SLOW_FLUSH, 1);
    ::setenv("SLOW_FLUSH_MS", fmt::format("{}", stretch_ms).c_str(), 1);
    execute({self, "stretched"});
  }
  int status = 0;
  return ::waitpid(child, &status, 0) == child && status == 0;
}

}  // namespace
}  // namespace skranke::bench

int main(int argc, char** argv) {
  using namespace skranke::bench;
  const std::string_view which = argc > 1 ? argv[1] : "";
  if (which == "stretched") {
    const std::string_view stretch = std::getenv("SLOW_FLUSH_MS");
    run_tickets(fmt::format("{} ms", stretch), std::atof(stretch.data()));
    return 0;
  }
  bool good = true;
  if (which.empty() || which == "tickets") {
    run_tickets("native", 0);
    for (const double stretch_ms : {2.0, 10.0}) good = run_stretched("/proc/self/exe", stretch_ms) && good;
  }
  if (which.empty() || which == "restart") run_restart();
  if (which.empty() || which == "boards") {
    pin(client_core);
    run_boards();
  }
  return good ? 0 : 1;
}
