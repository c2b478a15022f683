// What a decision costs: taking a ticket and calling the next one in a full hall of 500 waiting and 30 desks. The
// yardstick is the least that any queue must do: a std::map from rank to visit, one erase and one insert in a tree of
// the same 500. Both sides take turns in one run; median of the rounds.
#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/command.hpp"

namespace {

using namespace skranke::core;
using Clock = std::chrono::steady_clock;

constexpr int waiting = 500, desks = 30, rounds = 41, repeats = desks;

Facility hall() {
  Facility facility;
  facility.authorities.emplace_back().id = AuthorityId{"kommune"};
  for (int i = 0; i < 9; ++i) {
    Service& service = facility.services.emplace_back();
    service.id = ServiceId{fmt::format("service-{}", i)};
    service.authority = AuthorityId{"kommune"};
    service.letter = unmistakable_letters[static_cast<std::size_t>(i) % unmistakable_letters.size()];
  }
  for (int i = 0; i < desks; ++i) {
    Desk& desk = facility.desks.emplace_back();
    desk.id = DeskId{fmt::format("desk-{}", i)};
    for (int s = 0; s < 9; ++s)
      if ((i + s) % 3 != 0) desk.services.push_back(facility.services[static_cast<std::size_t>(s)].id);
  }
  return facility;
}

struct Hall {
  Facility facility = hall();
  State state;
  Instant now = from_millis(1'795'420'800'000);
  int taken = 0;

  bool obey(const Command& command) {
    now += std::chrono::milliseconds{5};
    const Decision decision = decide(state, facility, command, now);
    if (!decision) return false;
    for (const Event& event : *decision) evolve(state, event);
    return !decision->empty();
  }
  bool take() {
    TakeTicket ticket;
    ticket.id = VisitId{fmt::format("visit-{}", ++taken)};
    ticket.token = fmt::format("token-{}", taken);
    ticket.services = {facility.services[static_cast<std::size_t>(taken) % 9].id};
    return obey(ticket);
  }
};

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

double micros_each(const std::function<void(int)>& act) {
  const auto begin = Clock::now();
  for (int i = 0; i < repeats; ++i) act(i);
  return std::chrono::duration<double, std::micro>(Clock::now() - begin).count() / repeats;
}

/// Times `act`; `restore` then brings the hall back to 500 waiting.
void measure(const char* name, const std::function<void(int)>& act, const std::function<void(int)>& restore) {
  std::map<std::pair<std::int64_t, std::uint64_t>, std::string> tree;
  std::int64_t rank = 0;
  while (tree.size() < waiting) tree.emplace(std::pair{++rank, std::uint64_t{0}}, "visit");
  std::vector<double> values, yardsticks;
  for (int round = 0; round < rounds; ++round) {
    values.push_back(micros_each(act));
    for (int i = 0; i < repeats; ++i) restore(i);
    yardsticks.push_back(micros_each([&](int) {
      tree.erase(tree.begin());
      tree.emplace(std::pair{++rank, std::uint64_t{0}}, fmt::format("visit-{}", rank));
    }));
  }
  const double value = median(values), yardstick = median(yardsticks);
  fmt::print("{{\"name\":\"{}\",\"unit\":\"us\",\"value\":{:.3f},\"baseline\":{:.3f},\"ratio\":{:.2f}}}\n", name, value,
             yardstick, value / yardstick);
}

}  // namespace

int main() {
  Hall room;
  bool well = true;
  for (int i = 0; i < desks; ++i) well = room.obey(OpenDesk{DeskId{fmt::format("desk-{}", i)}, "clerk", {}}) && well;
  for (int i = 0; i < waiting; ++i) well = room.take() && well;

  std::vector<VisitId> fresh;
  measure(
      "core_take",
      [&](int) {
        well = room.take() && well;
        fresh.push_back(VisitId{fmt::format("visit-{}", room.taken)});
      },
      [&](int) {
        well = room.obey(LeaveQueue{fresh.back()}) && well;
        fresh.pop_back();
      });

  // Taking the call back puts the visit where it was, so the hall stays full.
  const auto desk = [](int i) { return DeskId{fmt::format("desk-{}", i)}; };
  measure(
      "core_call_next", [&](int i) { well = room.obey(CallNext{desk(i)}) && well; },
      [&](int i) { well = room.obey(Undo{desk(i)}) && well; });
  if (!well) fmt::print(stderr, "a wish was refused: the figures mean nothing\n");
  return well ? 0 : 1;
}
