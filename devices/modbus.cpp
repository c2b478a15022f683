#include "devices/modbus.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <ctime>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "devices/modbus_link.hpp"

namespace skranke::devices {
namespace {

constexpr std::size_t edges_max = 64, inputs_in_one_reading = 64, users_max = 128;

Tick monotonic_now() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);   // the clock of all edges
  return std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
}

/// What one user wants of one unit and what became of it. Under the bus's lock.
struct User {
  unsigned unit = 0;
  std::map<std::uint16_t, std::vector<std::uint16_t>> registers;   ///< that wait, by the first of them
  std::map<std::uint16_t, bool> coils;
  std::optional<std::uint16_t> input;
  std::optional<bool> level;
  std::vector<Edge> edges;
  std::uint32_t sequence = 0;
  int signal = -1;   ///< an eventfd, readable when there are edges
  std::optional<LineFault> fault;
  bool answered = false;
  bool alone = false;   ///< its input is read by itself: together with a neighbour it was refused
  [[nodiscard]] bool waits() const { return !fault && (!registers.empty() || !coils.empty()); }
};

/// A bus with its thread. The thread ends with the last user, after at most one question.
class Bus {
 public:
  explicit Bus(ModbusBus settings) : settings_{std::move(settings)}, thread_{[this] { run(); }} {}
  ~Bus() {
    {
      const std::lock_guard lock{mutex_};
      stop_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }
  Bus(const Bus&) = delete;
  Bus& operator=(const Bus&) = delete;

  [[nodiscard]] const ModbusBus& settings() const { return settings_; }
  bool join(const std::shared_ptr<User>& user) {
    {
      const std::lock_guard lock{mutex_};
      if (users_.size() == users_max) return false;
      users_.push_back(user);
    }
    wake_.notify_all();
    return true;
  }
  void leave(const std::shared_ptr<User>& user) {
    const std::lock_guard lock{mutex_};
    std::erase(users_, user);
  }
  /// Does something with a user's part while the thread keeps away.
  template <class Work>
  auto with(Work work) {
    struct Woken {   // after the lock is gone
      std::condition_variable& wake;
      ~Woken() { wake.notify_all(); }
    } woken{wake_};
    const std::lock_guard lock{mutex_};
    return work();
  }

 private:
  using Users = std::vector<std::shared_ptr<User>>;
  void run();
  bool write_one(std::unique_lock<std::mutex>& lock);
  void read_group(std::unique_lock<std::mutex>& lock);
  template <class Question>
  auto ask(Question question) -> decltype(question(std::declval<ModbusLink&>()));
  [[nodiscard]] Users next_group() const;

  const ModbusBus settings_;
  std::mutex mutex_;
  std::condition_variable wake_;
  Users users_;
  bool stop_ = false;
  std::size_t turn_ = 0;                       ///< whose write is next
  std::pair<unsigned, std::uint16_t> read_{};  ///< unit and input that were read last
  Tick read_at_{0};
  std::unique_ptr<ModbusLink> link_;           ///< the thread's own
  std::thread thread_;                         ///< last: it uses all of the above
};

void Bus::run() {
  std::unique_lock lock{mutex_};
  while (!stop_) {
    const bool wrote = write_one(lock);
    if (stop_) return;
    const Tick now = monotonic_now();
    const bool reads = std::any_of(users_.begin(), users_.end(), [](const auto& user) { return user->input && !user->fault; });
    if (reads && now >= read_at_) {
      read_group(lock);
      read_at_ = monotonic_now() + settings_.look_every;
    } else if (!wrote && reads) {
      wake_.wait_for(lock, read_at_ - now);
    } else if (!wrote) {
      wake_.wait(lock, [this] { return stop_ || std::any_of(users_.begin(), users_.end(), [](const auto& user) { return user->waits() || (user->input && !user->fault); }); });
    }
  }
}

/// Opens the line when it is not; a line that fell out of step is opened anew for the next question.
template <class Question>
auto Bus::ask(Question question) -> decltype(question(std::declval<ModbusLink&>())) {
  if (link_ == nullptr) {
    auto opened = ModbusLink::open(settings_);
    if (!opened) return tl::unexpected{opened.error()};
    link_ = std::move(*opened);
  }
  auto answer = question(*link_);
  if (!link_->usable()) link_.reset();
  return answer;
}

/// One write of the next user that has one. False: nobody has.
bool Bus::write_one(std::unique_lock<std::mutex>& lock) {
  std::shared_ptr<User> user;
  for (std::size_t i = 0; i < users_.size() && user == nullptr; ++i) {
    const std::size_t at = (turn_ + i) % users_.size();
    if (!users_[at]->waits()) continue;
    user = users_[at];
    turn_ = at + 1;
  }
  if (user == nullptr) return false;
  LineResult<void> written;
  const unsigned unit = user->unit;
  if (!user->registers.empty()) {
    const auto job = user->registers.extract(user->registers.begin());
    lock.unlock();
    written = ask([&](ModbusLink& link) { return link.write(unit, job.key(), job.mapped()); });
  } else {
    const auto job = user->coils.extract(user->coils.begin());
    lock.unlock();
    written = ask([&](ModbusLink& link) { return link.set_coil(unit, job.key(), job.mapped()); });
  }
  lock.lock();
  if (!written) user->fault = written.error();
  user->answered = user->answered || written;
  return true;
}

/// The users whose inputs are read next: of one unit, near one another, after those that were read last.
Bus::Users Bus::next_group() const {
  Users readers;
  for (const auto& user : users_)
    if (user->input && !user->fault) readers.push_back(user);
  const auto key = [](const auto& user) { return std::pair{user->unit, *user->input}; };
  std::sort(readers.begin(), readers.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  auto from = std::find_if(readers.begin(), readers.end(), [&](const auto& user) { return key(user) > read_; });
  if (from == readers.end()) from = readers.begin();
  const auto to = std::find_if(from, readers.end(), [&](const auto& user) {
    return (user != *from && (user->alone || (*from)->alone)) || user->unit != (*from)->unit || *user->input >= *(*from)->input + inputs_in_one_reading;
  });
  return {from, to};
}

void Bus::read_group(std::unique_lock<std::mutex>& lock) {
  const Users group = next_group();
  const unsigned unit = group.front()->unit;
  const std::uint16_t first = *group.front()->input;
  const std::size_t count = static_cast<std::size_t>(*group.back()->input - first) + 1;
  read_ = {unit, *group.back()->input};
  lock.unlock();
  const auto levels = ask([&](ModbusLink& link) { return link.read_inputs(unit, first, count); });
  const Tick at = monotonic_now();
  lock.lock();
  if (!levels && levels.error().fault == Fault::refused && group.size() > 1) {   // which of them the unit does not have is found out one by one
    for (const auto& user : group) user->alone = true;
    return;
  }
  for (const auto& user : group) {
    const auto before = user->level;
    if (levels) {
      user->level = (*levels)[static_cast<std::size_t>(*user->input - first)];
      user->answered = true;
      if (before && before != user->level) {
        ++user->sequence;   // also of one that is dropped: a gap says so
        if (user->edges.size() < edges_max) user->edges.push_back({*user->level, at, user->sequence});
      }
    } else {
      user->fault = levels.error();
    }
    const bool told = !levels || before != user->level;
    const std::uint64_t one = 1;
    if (told) static_cast<void>(!::write(user->signal, &one, sizeof one));   // a counter that is full is readable already
  }
}

/// Keeps its user on the bus.
class Place {
 public:
  Place(std::shared_ptr<Bus> bus, std::shared_ptr<User> user) : bus_{std::move(bus)}, user_{std::move(user)} {}
  ~Place() { bus_->leave(user_); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  template <class Work>
  auto with(Work work) const { return bus_->with([&] { return work(*user_); }); }

 private:
  std::shared_ptr<Bus> bus_;
  std::shared_ptr<User> user_;
};

class Unit final : public ModbusUnit {
 public:
  Unit(std::shared_ptr<Bus> bus, std::shared_ptr<User> user) : place_{std::move(bus), std::move(user)} {}
  LineResult<void> write(std::uint16_t first, std::vector<std::uint16_t> values) override {
    return place_.with([&](User& user) -> LineResult<void> {
      if (user.fault) return tl::unexpected{*user.fault};
      if (!user.registers.contains(first) && user.registers.size() == writes_max) return tl::unexpected{LineFault{Fault::broken, "too many writes wait"}};
      user.registers[first] = std::move(values);
      return {};
    });
  }
  LineResult<void> set_coil(std::uint16_t coil, bool on) override {
    return place_.with([&](User& user) -> LineResult<void> {
      if (user.fault) return tl::unexpected{*user.fault};
      if (!user.coils.contains(coil) && user.coils.size() == writes_max) return tl::unexpected{LineFault{Fault::broken, "too many writes wait"}};
      user.coils[coil] = on;
      return {};
    });
  }
  LineResult<bool> settled() override {
    return place_.with([&](User& user) -> LineResult<bool> {
      if (user.fault) return tl::unexpected{*user.fault};
      return user.answered;
    });
  }

 private:
  Place place_;
};

class WatchedInput final : public Input {
 public:
  WatchedInput(std::shared_ptr<Bus> bus, std::shared_ptr<User> user, int signal, bool active_low) : signal_{signal}, active_low_{active_low}, place_{std::make_unique<Place>(std::move(bus), std::move(user))} {}
  ~WatchedInput() override {
    place_->with([](User& user) { user.signal = -1; });
    place_.reset();
    ::close(signal_);
  }
  WatchedInput(const WatchedInput&) = delete;
  WatchedInput& operator=(const WatchedInput&) = delete;

  LineResult<bool> level() override {
    return place_->with([&](User& user) -> LineResult<bool> {
      if (user.fault) return tl::unexpected{*user.fault};
      return user.level.value_or(active_low_) != active_low_;
    });
  }
  LineResult<bool> settled() override {
    return place_->with([&](User& user) -> LineResult<bool> {
      if (user.fault) return tl::unexpected{*user.fault};
      return user.level.has_value();
    });
  }
  LineResult<std::vector<Edge>> take_edges() override {
    std::uint64_t count = 0;
    static_cast<void>(!::read(signal_, &count, sizeof count));   // it does not block; nothing there is nothing there
    return place_->with([&](User& user) -> LineResult<std::vector<Edge>> {
      if (user.fault) return tl::unexpected{*user.fault};
      std::vector<Edge> taken = std::exchange(user.edges, {});
      for (Edge& edge : taken) edge.on = edge.on != active_low_;
      return taken;
    });
  }
  [[nodiscard]] int fd() const override { return signal_; }

 private:
  int signal_;
  bool active_low_;
  std::unique_ptr<Place> place_;
};

class SystemModbus final : public ModbusSource {
 public:
  LineResult<std::unique_ptr<ModbusUnit>> open(const ModbusBus& settings, unsigned unit) override {
    auto user = std::make_shared<User>();
    user->unit = unit;
    auto bus = bus_for(settings, user);
    if (!bus) return tl::unexpected{bus.error()};
    return std::make_unique<Unit>(std::move(*bus), std::move(user));
  }
  LineResult<std::unique_ptr<Input>> watch(const ModbusBus& settings, unsigned unit, std::uint16_t input, bool active_low) override {
    auto user = std::make_shared<User>();
    user->unit = unit;
    user->input = input;
    user->signal = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (user->signal < 0) return tl::unexpected{LineFault{Fault::broken, "no eventfd"}};
    const int signal = user->signal;
    auto bus = bus_for(settings, user);
    if (!bus) {
      ::close(signal);
      return tl::unexpected{bus.error()};
    }
    return std::make_unique<WatchedInput>(std::move(*bus), std::move(user), signal, active_low);
  }

 private:
  LineResult<std::shared_ptr<Bus>> bus_for(const ModbusBus& settings, const std::shared_ptr<User>& user) {
    std::weak_ptr<Bus>& known = buses_[{settings.device, settings.host, settings.port}];
    std::shared_ptr<Bus> bus = known.lock();
    if (bus != nullptr && bus->settings() != settings) return tl::unexpected{LineFault{Fault::taken, "the bus is in use with other settings"}};
    if (bus == nullptr) {
      bus = std::make_shared<Bus>(settings);
      known = bus;
    }
    if (!bus->join(user)) return tl::unexpected{LineFault{Fault::broken, "too many users of one bus"}};
    return bus;
  }
  std::map<std::tuple<std::string, std::string, unsigned>, std::weak_ptr<Bus>> buses_;   ///< as many as the settings name
};

}  // namespace

std::unique_ptr<ModbusSource> system_modbus() { return std::make_unique<SystemModbus>(); }

}  // namespace skranke::devices
