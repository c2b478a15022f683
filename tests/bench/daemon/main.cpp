// skranke-bench-daemon [tickets|restart|boards]: durable tickets over HTTP against a bare loop and a simple server, in
// turns, at three costs of a flush; starting with a full room; a thousand boards. One JSON object a line.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
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
constexpr std::size_t day = 5'000;  // tickets in one fresh directory
constexpr std::size_t crowd = 64;

struct Turn {
  Taken taken;
  std::vector<RawRow> rows;  ///< what the daemon stored for them
  double batch = 1;          ///< rows in one of its transactions, on average
};

Turn take_from_daemon(std::size_t clients, std::size_t count) {
  House house;
  house.start();
  const double batches = house.metric("skranke_journal_batches_total"), seq = house.metric("skranke_journal_seq");
  Turn turn;
  turn.taken = take_tickets(house.port(), house.token(), clients, count);
  const double stored = house.metric("skranke_journal_seq") - seq;
  turn.batch = std::max(1.0, stored / std::max(1.0, house.metric("skranke_journal_batches_total") - batches));
  house.stop();
  turn.rows = rows_of(house.database());
  std::erase_if(turn.rows, [](const RawRow& row) { return row.type != "visit_taken"; });
  return turn;
}

struct Loop {
  double per_second = 0, commit_ms = 0;
};

/// The same rows by the least of programs, with as many in a transaction, on the daemon's core.
Loop take_bare(const std::vector<RawRow>& rows, double batch) {
  const Folder folder;
  pin(server_core);
  BareSqlite bare{folder.path() / "bare.db"};
  const auto begun = Clock::now();
  std::size_t done = 0, commits = 0;
  while (done < rows.size()) {
    ++commits;
    const auto end =
        std::clamp<std::size_t>(static_cast<std::size_t>(batch * static_cast<double>(commits)), done + 1, rows.size());
    bare.append({rows.data() + done, end - done});
    done = end;
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - begun).count();
  pin(client_core);
  return {static_cast<double>(rows.size()) / seconds, seconds * 1e3 / static_cast<double>(commits)};
}

double take_naively(const std::vector<RawRow>& rows, std::size_t clients, std::size_t count) {
  const Folder folder;
  const std::uint16_t port = free_port();
  const Child server{server_core, [&] { serve_naively(port, folder.path() / "naive.db", rows); }};
  if (!wait_for_port(port)) give_up("the simple server does not answer");
  return take_tickets(port, "none", clients, std::min(count, rows.size())).per_second();
}

/// `flush`: how the figures are named; `stretch_ms`: what a flush costs more than the disk asks for.
void run_tickets(std::string_view flush, double stretch_ms) {
  pin(client_core);
  const std::size_t alone = stretch_ms == 0 ? 2'000 : stretch_ms < 5 ? 400 : 100;
  const std::size_t naive = stretch_ms == 0 ? day : stretch_ms < 5 ? 500 : 150;
  std::vector<double> ours, bare, ours_alone, bare_alone, simple, p50, p99, flushes;
  for (int i = 0; i < pairs; ++i) {
    const Turn turn = take_from_daemon(crowd, day);
    const Loop loop = take_bare(turn.rows, turn.batch);
    const Turn single = take_from_daemon(1, alone);
    const Loop single_loop = take_bare(single.rows, single.batch);
    ours.push_back(turn.taken.per_second());
    bare.push_back(loop.per_second);
    ours_alone.push_back(single.taken.per_second());
    bare_alone.push_back(single_loop.per_second);
    simple.push_back(take_naively(turn.rows, crowd, naive));
    p50.push_back(turn.taken.percentile(0.50));
    p99.push_back(turn.taken.percentile(0.99));
    flushes.push_back(loop.commit_ms);
    fmt::print(stderr, "  {} flush, pair {}: {:.0f}/s in transactions of {:.1f}, bare {:.0f}/s\n", flush, i + 1,
               ours.back(), turn.batch, bare.back());
  }
  report(fmt::format("tickets of 64 clients ÷ bare loop, {} flush", flush), "tickets/s", ours, bare);
  report(fmt::format("tickets of 1 client ÷ bare loop, {} flush", flush), "tickets/s", ours_alone, bare_alone);
  report(fmt::format("tickets of 64 clients ÷ a transaction each, {} flush", flush), "tickets/s", ours, simple);
  report(fmt::format("wait of 64 clients p50 ÷ one bare commit, {} flush", flush), "ms", p50, flushes);
  report(fmt::format("wait of 64 clients p99 ÷ one bare commit, {} flush", flush), "ms", p99, flushes);
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
