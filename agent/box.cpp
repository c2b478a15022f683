#include "agent/box.hpp"

#include <algorithm>

#include "agent/typed_number.hpp"

namespace skranke::agent {
namespace {

using namespace std::chrono_literals;
using devices::Fault, devices::LineFault;

constexpr Tick retry_first = 1s, retry_longest = 30s;
constexpr Tick look_again = 1s;          // the longest sleep of the box
constexpr Tick repeat_face = 5s;         // a sign whose power dipped is right again after so long
constexpr Tick repeat_lamp = 5s;
constexpr Tick lamp_half = 500ms;
constexpr Tick ask_again = 100ms;        // whether a device has answered
constexpr Tick ask_keys = 40ms;          // of a module on a line: a finger waits for nothing longer
constexpr auto rings_within = 5s;        // of a call; after a broken line the older ones are no news

std::string_view word(Fault fault) {
  switch (fault) {
    case Fault::unknown_line: return "unknown_line";
    case Fault::taken: return "taken";
    case Fault::denied: return "denied";
    case Fault::gone: return "gone";
    case Fault::split: return "split";
    case Fault::broken: return "broken";
    case Fault::no_answer: return "no_answer";
    case Fault::garbled: return "garbled";
    case Fault::refused: return "refused";
  }
  return "broken";
}

}  // namespace

/// Opens itself, and again after a fault, ever more slowly.
class Box::Device {
 public:
  Device(std::string kind, std::string id) : health_{std::move(kind), std::move(id), Condition::absent, "", ""} {}
  virtual ~Device() = default;
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  Tick step(Box& box, const Moment& now) {
    if (!open_) {
      if (now.tick < retry_at_) return retry_at_;
      if (auto opened = open(box, now); !opened) return fail(opened.error(), now.tick);
      open_ = true;
      // What was at fault stays told until it answers: a silent unit does not start anew every half minute.
      if (health_.reason.empty()) health_ = {health_.kind, health_.id, Condition::opening, "starting", ""};
    }
    Tick next = now.tick + look_again;
    if (auto worked = work(box, now, next); !worked) return fail(worked.error(), now.tick);
    const auto there = settled();   // after the work: what was written is what is answered
    if (!there) return fail(there.error(), now.tick);
    if (!*there) return std::min(next, now.tick + ask_again);
    if (health_.condition != Condition::ready) health_ = {health_.kind, health_.id, Condition::ready, "", ""};
    retry_after_ = retry_first;
    return next;
  }
  [[nodiscard]] virtual Health health() const { return health_; }
  [[nodiscard]] virtual int descriptor() const { return -1; }

 protected:
  virtual devices::LineResult<void> open(Box& box, const Moment& now) = 0;
  /// Called while open; lowers `next` when something is due sooner.
  virtual devices::LineResult<void> work(Box& box, const Moment& now, Tick& next) = 0;
  virtual void close() = 0;
  /// While open: false until the device has answered; a fault that became known since.
  virtual devices::LineResult<bool> settled() = 0;

 private:
  Tick fail(const LineFault& fault, Tick now) {
    close();
    open_ = false;
    // A line that does not exist, or a chip that was pulled out, is absent; anything else has failed.
    const bool absent = fault.fault == Fault::gone || fault.fault == Fault::unknown_line;
    health_ = {health_.kind, health_.id, absent ? Condition::absent : Condition::failed, std::string{word(fault.fault)}, fault.detail};
    retry_at_ = now + retry_after_;
    retry_after_ = std::min(2 * retry_after_, retry_longest);
    return retry_at_;
  }

  Health health_;
  bool open_ = false;
  Tick retry_at_{0};
  Tick retry_after_ = retry_first;
};

class Box::ButtonDevice final : public Device {
 public:
  explicit ButtonDevice(const ButtonConfig& config) : Device{"button", config.id}, config_{config} {}
  [[nodiscard]] int descriptor() const override { return input_ == nullptr ? -1 : input_->fd(); }
  [[nodiscard]] Health health() const override {
    Health health = Device::health();
    if (button_ && button_->health() == devices::ButtonHealth::stuck) health.condition = Condition::failed, health.reason = "stuck", health.detail = config_.line;
    return health;
  }

 protected:
  devices::LineResult<void> open(Box& box, const Moment& now) override {
    auto input = box.lines_.input(config_.line, config_.wiring);
    if (!input) return tl::unexpected{input.error()};
    input_ = std::move(*input);
    return begin(now);
  }

  /// Once its level is known: down at the start is no press; an alarm that rings is told in `work`.
  devices::LineResult<void> begin(const Moment& now) {
    const auto known = input_->settled();
    if (!known) return tl::unexpected{known.error()};
    if (!*known) return {};
    const auto level = input_->level();
    if (!level) return tl::unexpected{level.error()};
    on_ = *level;
    sequence_ = 0;
    button_.emplace(config_.rules, on_, now.tick);
    return {};
  }

  devices::LineResult<void> work(Box& box, const Moment& now, Tick& next) override {
    if (!button_)
      if (auto begun = begin(now); !begun || !button_) return begun;
    auto edges = input_->take_edges();
    if (!edges) return tl::unexpected{edges.error()};
    for (const devices::Edge& edge : *edges) {
      // Edges were lost when the sequence jumps: what the button then is, is read afresh, and no press is made up.
      if (sequence_ != 0 && edge.sequence != sequence_ + 1) button_.emplace(config_.rules, !edge.on, edge.at);
      sequence_ = edge.sequence;
      on_ = edge.on;
      tell(box, button_->edge(edge.on, edge.at), now);
    }
    tell(box, button_->wait(now.tick), now);
    if (config_.use == ButtonUse::evacuation) tell_contact(box, now);
    if (const auto due = button_->next()) next = std::min(next, std::max(*due, now.tick));
    return {};
  }

  void close() override {
    input_.reset();
    button_.reset();
  }
  devices::LineResult<bool> settled() override { return input_->settled(); }

 private:
  /// A contact is a level and must arrive: told when it changes, and again on each new line to the daemon once it was ever on.
  void tell_contact(Box& box, const Moment& now) {
    const bool again = told_on_ != box.lines_up_ && ever_on_;
    if (!box.line_up_ || (on_ == told_ && !again)) return;
    told_ = on_;
    ever_on_ = ever_on_ || on_;
    told_on_ = box.lines_up_;
    Wish wish;
    wish.kind = Wish::Kind::evacuation;
    wish.button = config_.id;
    wish.on = on_;
    wish.at = now.wall;
    box.wish(std::move(wish));
  }
  void tell(Box& box, const std::vector<devices::Press>& presses, const Moment& now) const {
    if (config_.use == ButtonUse::evacuation) return;
    if (config_.use == ButtonUse::door && !presses.empty()) return box.open_door(config_.door, now.tick);
    for (const devices::Press press : presses) {
      Wish wish;
      wish.kind = config_.use == ButtonUse::desk ? Wish::Kind::desk_button : Wish::Kind::ticket;
      wish.button = config_.id;
      wish.desk = config_.desk;
      wish.press = press;
      wish.recall = config_.recalls;
      wish.services = config_.services;
      wish.printer = config_.printer;
      wish.at = now.wall;
      box.wish(std::move(wish));
    }
  }

  const ButtonConfig& config_;
  std::unique_ptr<devices::Input> input_;
  std::optional<devices::Button> button_;
  bool on_ = false, told_ = false, ever_on_ = false;
  std::uint64_t told_on_ = 0;   ///< the line it was last told on
  std::uint32_t sequence_ = 0;
};

/// All keys of a pad that mean something, each a line of its own; what was pressed first is taken first.
class Box::KeypadDevice final : public Device {
 public:
  explicit KeypadDevice(const KeypadConfig& config) : Device{"keypad", config.id}, config_{config}, typed_{config.letter} {}
  [[nodiscard]] int descriptor() const override { return keys_.empty() ? -1 : keys_.front().input->fd(); }   // of the pad, so of each

 protected:
  devices::LineResult<void> open(Box& box, const Moment&) override {
    LineFault missing{Fault::unknown_line, config_.device};
    for (const PadKey& key : config_.keys) {
      auto input = box.lines_.input("key:" + config_.device + ":" + key.name, {false, devices::Bias::as_is, std::chrono::microseconds{0}});
      if (input) {
        keys_.push_back({&key, std::move(*input), 0});
        continue;
      }
      missing = input.error();
      if (key.wanted || missing.fault != Fault::unknown_line) return keys_.clear(), tl::unexpected{missing};   // not every pad has every key
    }
    if (keys_.empty()) return tl::unexpected{missing};
    typed_.forget();
    return {};
  }

  devices::LineResult<void> work(Box& box, const Moment& now, Tick&) override {
    std::vector<std::pair<Tick, const PadKey*>> pressed;
    for (Key& key : keys_) {
      const auto edges = key.input->take_edges();
      if (!edges) return tl::unexpected{edges.error()};
      for (const devices::Edge& edge : *edges) {
        if (edge.sequence != key.sequence + 1) typed_.forget();   // some were lost: half a number is none
        key.sequence = edge.sequence;
        if (edge.on) pressed.emplace_back(edge.at, key.what);
      }
    }
    std::stable_sort(pressed.begin(), pressed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [at, key] : pressed) take(box, *key, at, now);
    return {};
  }

  void close() override { keys_.clear(); }
  devices::LineResult<bool> settled() override { return true; }

 private:
  struct Key {
    const PadKey* what;
    std::unique_ptr<devices::Input> input;
    std::uint32_t sequence;
  };

  void take(Box& box, const PadKey& key, Tick at, const Moment& now) {
    if (key.does == PadDoes::types) return typed_.type(key.what, at);
    Wish wish;
    wish.kind = Wish::Kind::desk_button;
    wish.button = config_.id;
    wish.desk = config_.desk;
    wish.at = now.wall;
    if (key.does == PadDoes::enter) {
      auto number = typed_.end(at);
      if (!number) return;
      wish.number = std::move(*number);
    }
    typed_.forget();
    if (key.does == PadDoes::erase) return;
    wish.recall = key.does == PadDoes::recall;
    box.wish(std::move(wish));
  }

  const KeypadConfig& config_;
  std::vector<Key> keys_;
  TypedNumber typed_;
};

class Box::LampDevice final : public Device {
 public:
  explicit LampDevice(const LampConfig& config) : Device{"lamp", config.id}, config_{config} {}

 protected:
  devices::LineResult<void> open(Box& box, const Moment&) override {
    auto outputs = box.lines_.outputs({config_.line}, config_.wiring);
    if (!outputs) return tl::unexpected{outputs.error()};
    lamp_ = std::move(*outputs);
    shown_.reset();
    return {};
  }

  devices::LineResult<void> work(Box& box, const Moment& now, Tick& next) override {
    bool on = wanted(box);
    if (!on) lit_since_.reset();
    if (on && !lit_since_) lit_since_ = now.tick;
    if (on && config_.lit_for.count() != 0) {
      const Tick until = *lit_since_ + config_.lit_for;
      on = now.tick < until;
      if (on) next = std::min(next, until);
    }
    if (on && config_.blinks) {
      on = now.tick / lamp_half % 2 == 0;
      next = std::min(next, (now.tick / lamp_half + 1) * lamp_half);
    }
    if (shown_ == on && now.tick < repeat_at_) return {};
    const std::pair<std::size_t, bool> value{0, on};
    if (auto set = lamp_->set({&value, 1}); !set) return set;
    shown_ = on;
    repeat_at_ = now.tick + repeat_lamp;   // a unit on a bus that vanished, or came back dark, is found out
    return {};
  }

  void close() override { lamp_.reset(); }
  devices::LineResult<bool> settled() override { return lamp_->settled(); }

 private:
  [[nodiscard]] bool wanted(const Box& box) const {
    if (!box.line_up_) return false;   // dark is the only honest answer
    if (is_of_room(config_.when)) return box.tower_ && of_room(*box.tower_);
    const DeskNews* known = box.news_of(config_.desk);
    if (known == nullptr) return false;
    const DeskNews& news = *known;
    switch (config_.when) {
      case LampWhen::open: return news.open;
      case LampWhen::called: return news.called;
      case LampWhen::serving: return news.serving;
      case LampWhen::on_break: return news.on_break;
      case LampWhen::waiting: return news.waiting > 0;
      case LampWhen::evacuation:
      case LampWhen::too_long:
      case LampWhen::help:
      case LampWhen::device_fault:
      case LampWhen::all_well: break;
    }
    return false;
  }
  [[nodiscard]] bool of_room(const TowerNews& news) const {
    if (config_.when == LampWhen::evacuation) return news.evacuation;
    if (config_.when == LampWhen::too_long) return news.too_long;
    if (config_.when == LampWhen::help) return news.help;
    if (config_.when == LampWhen::device_fault) return news.device_fault;
    return !news.evacuation && !news.too_long && !news.help && !news.device_fault;
  }

  const LampConfig& config_;
  std::unique_ptr<devices::Outputs> lamp_;
  std::optional<bool> shown_;
  Tick repeat_at_{0};
  std::optional<Tick> lit_since_;   ///< since when there is a reason
};

/// On for one pulse, never longer: also when it is asked again meanwhile, when the box is slow, and when a device fails over it.
class Box::PulseDevice : public Device {
 public:
  PulseDevice(std::string kind, std::string id, std::string line, const devices::LineSettings& wiring, std::chrono::milliseconds pulse)
      : Device{std::move(kind), std::move(id)}, line_{std::move(line)}, wiring_{wiring}, pulse_{pulse} {}

 protected:
  /// What was wanted while it was away is over.
  virtual void begin(const Moment& now) = 0;
  virtual bool is_wanted(const Box& box, const Moment& now) = 0;

  devices::LineResult<void> open(Box& box, const Moment& now) override {
    auto outputs = box.lines_.outputs({line_}, wiring_);   // it starts off
    if (!outputs) return tl::unexpected{outputs.error()};
    output_ = std::move(*outputs);
    until_.reset();
    begin(now);
    return {};
  }

  devices::LineResult<void> work(Box& box, const Moment& now, Tick& next) override {
    if (until_ ? now.tick >= *until_ : now.tick >= repeat_at_) {
      if (auto set = turn(false); !set) return set;
      until_.reset();
      repeat_at_ = now.tick + repeat_lamp;   // one that was pulled out is found out before it is wanted
    }
    if (const bool wanted = is_wanted(box, now); wanted && !until_) {
      if (auto set = turn(true); !set) return set;
      until_ = now.tick + pulse_;
    }
    if (until_) next = std::min(next, *until_);
    return {};
  }

  void close() override { output_.reset(); }
  devices::LineResult<bool> settled() override { return output_->settled(); }

 private:
  devices::LineResult<void> turn(bool on) {
    const std::pair<std::size_t, bool> value{0, on};
    return output_->set({&value, 1});
  }

  std::string line_;
  devices::LineSettings wiring_;
  std::chrono::milliseconds pulse_;
  std::unique_ptr<devices::Outputs> output_;
  std::optional<Tick> until_;
  Tick repeat_at_{0};
};

class Box::DoorDevice final : public PulseDevice {
 public:
  explicit DoorDevice(const DoorConfig& config) : PulseDevice{"door", config.id, config.line, config.wiring, config.pulse}, config_{config} {}

 protected:
  void begin(const Moment& now) override {
    asked_ = now.tick;
    call_.reset();
  }

  bool is_wanted(const Box& box, const Moment&) override {
    bool wanted = false;
    if (const auto pressed = box.door_asked_.find(config_.id); pressed != box.door_asked_.end() && pressed->second > asked_) {
      asked_ = pressed->second;
      wanted = true;
    }
    const DeskNews* news = config_.desk.empty() || !box.line_up_ ? nullptr : box.news_of(config_.desk);
    if (news == nullptr) {
      call_.reset();   // what stands there when the line comes back has been called before
      return wanted;
    }
    if (call_ && *call_ != news->call && !news->call.empty()) wanted = true;
    call_ = news->call;
    return wanted;
  }

 private:
  const DoorConfig& config_;
  Tick asked_{0};
  std::optional<std::string> call_;   ///< the last one that was seen
};

/// The house's own gong. Silent in an evacuation, and for calls that nobody expects to be rung for any more.
class Box::ChimeDevice final : public PulseDevice {
 public:
  explicit ChimeDevice(const ChimeConfig& config) : PulseDevice{"chime", config.id, config.line, config.wiring, config.pulse}, config_{config} {}

 protected:
  void begin(const Moment&) override { rung_.reset(); }

  bool is_wanted(const Box& box, const Moment& now) override {
    const auto board = std::find_if(box.boards_.begin(), box.boards_.end(), [&](const auto& entry) { return entry.first == config_.board; });
    if (!box.line_up_ || board == box.boards_.end()) return false;
    std::vector<std::string> calls;
    bool wanted = false;
    for (const display::Call& call : board->second.calls) {
      calls.push_back(call.number + ' ' + call.desk.str() + ' ' + std::to_string(call.attempt));
      const bool known = !rung_ || std::find(rung_->begin(), rung_->end(), calls.back()) != rung_->end();
      wanted = wanted || (!known && now.wall - call.called_at < rings_within);
    }
    rung_ = std::move(calls);
    return wanted && !board->second.evacuation;
  }

 private:
  const ChimeConfig& config_;
  std::optional<std::vector<std::string>> rung_;   ///< the calls that stood there last
};

/// How bright a sign's registers shine. Without a dimmer that works they shine as they are wired, fully: that is told, and no reason to take the sign away.
class Box::Dimming {
 public:
  explicit Dimming(const SignConfig& config) : config_{config} {}
  [[nodiscard]] const std::optional<LineFault>& fault() const { return fault_; }

  void shine(devices::DimmerSource& dimmers, int percent, Tick now) {
    if (config_.dimmer.empty() || (dimmer_ == nullptr && now < retry_at_)) return;
    if (dimmer_ == nullptr) {
      auto opened = dimmers.open(config_.dimmer, config_.dimmer_high_is_lit);
      if (!opened) return fail(opened.error(), now);
      dimmer_ = std::move(*opened);
      shown_.reset();
    }
    if (shown_ == percent && now < repeat_at_) return;
    if (auto set = dimmer_->shine(percent); !set) return fail(set.error(), now);
    shown_ = percent;
    repeat_at_ = now + repeat_face;
    retry_after_ = retry_first;
    fault_.reset();
  }

 private:
  void fail(const LineFault& fault, Tick now) {
    dimmer_.reset();
    fault_ = fault;
    retry_at_ = now + retry_after_;
    retry_after_ = std::min(2 * retry_after_, retry_longest);
  }

  const SignConfig& config_;
  std::unique_ptr<devices::Dimmer> dimmer_;
  std::optional<LineFault> fault_;
  std::optional<int> shown_;
  Tick repeat_at_{0}, retry_at_{0};
  Tick retry_after_ = retry_first;
};

class Box::SignDevice final : public Device {
 public:
  explicit SignDevice(const SignConfig& config) : Device{"sign", config.id}, config_{config}, dimming_{config} {}
  [[nodiscard]] Health health() const override {
    Health health = Device::health();
    if (health.condition == Condition::ready && dimming_.fault()) health.condition = Condition::warning, health.reason = "undimmed", health.detail = dimming_.fault()->detail;
    return health;
  }

 protected:
  devices::LineResult<void> open(Box& box, const Moment& now) override {
    auto panel = open_panel(box.config_, config_, {box.lines_, box.serial_, box.modbus_, box.dimmers_}, box.chains_);
    if (!panel) return tl::unexpected{panel.error()};
    panel_ = std::move(*panel);
    started_ = now.wall;   // each time it comes back it tests its lamps: somebody just plugged it in and looks
    shown_.reset();
    return {};
  }

  devices::LineResult<void> work(Box& box, const Moment& now, Tick& next) override {
    const auto found = std::find_if(box.boards_.begin(), box.boards_.end(), [&](const auto& entry) { return entry.first == config_.board; });
    const display::Heard heard = found == box.boards_.end() ? display::Heard{} : found->second;
    if (now.wall < started_) started_ = now.wall;   // the clock was set back: no lamp test of hours
    const display::Face face = display::face(config_.face, heard, started_, now.wall);
    const int brightness = display::brightness(config_.brightness, now.minute_of_day);
    dimming_.shine(box.dimmers_, brightness, now.tick);
    if (panel_->has_keys())
      if (auto asked = hear_keys(box, now, next); !asked) return asked;
    next = std::min<Tick>(next, now.tick + std::max<Tick>(display::next_change(config_.face, heard, started_, now.wall) - now.wall, 1ms));
    if (shown_ && *shown_ == std::pair{face, brightness} && now.tick < repeat_at_) return {};
    if (auto shown = panel_->show(face, brightness); !shown) return shown;
    shown_ = {face, brightness};
    repeat_at_ = now.tick + repeat_face;
    return {};
  }

  void close() override { panel_.reset(); }
  devices::LineResult<bool> settled() override { return panel_->settled(); }

 private:
  /// The keys of a module are those of the desk that it stands on.
  devices::LineResult<void> hear_keys(Box& box, const Moment& now, Tick& next) {
    const auto presses = panel_->take_presses();
    if (!presses) return tl::unexpected{presses.error()};
    for (const display::Key key : *presses) {
      Wish wish;
      wish.kind = Wish::Kind::desk_button;
      wish.button = config_.id;
      wish.desk = config_.face.above;
      wish.recall = key == display::Key::recall;
      wish.at = now.wall;
      box.wish(std::move(wish));
    }
    next = std::min(next, now.tick + ask_keys);
    return {};
  }

  const SignConfig& config_;
  Dimming dimming_;
  std::unique_ptr<Panel> panel_;
  Instant started_{};
  std::optional<std::pair<display::Face, int>> shown_;
  Tick repeat_at_{0};
};

Box::Box(const AgentConfig& config, const Hardware& hardware, const Moment&) : config_{config}, lines_{hardware.lines}, serial_{hardware.serial}, modbus_{hardware.modbus}, dimmers_{hardware.dimmers} {
  for (const ButtonConfig& button : config_.buttons) devices_.push_back(std::make_unique<ButtonDevice>(button));
  for (const KeypadConfig& pad : config_.keypads) devices_.push_back(std::make_unique<KeypadDevice>(pad));
  for (const LampConfig& lamp : config_.lamps) devices_.push_back(std::make_unique<LampDevice>(lamp));
  for (const DoorConfig& door : config_.doors) devices_.push_back(std::make_unique<DoorDevice>(door));   // after the buttons that open them
  for (const ChimeConfig& chime : config_.chimes) devices_.push_back(std::make_unique<ChimeDevice>(chime));
  for (const SignConfig& sign : config_.signs) devices_.push_back(std::make_unique<SignDevice>(sign));
}

Box::~Box() = default;

Tick Box::step(const Moment& now) {
  Tick next = now.tick + look_again;
  for (const auto& device : devices_) next = std::min(next, device->step(*this, now));
  return next;
}

void Box::hear_board(const core::BoardId& board, bool evacuation, std::vector<display::Call> calls, const Moment& now) {
  line_is_up();
  auto found = std::find_if(boards_.begin(), boards_.end(), [&](const auto& entry) { return entry.first == board; });
  if (found == boards_.end()) found = boards_.insert(boards_.end(), {board, {}});
  found->second = {true, evacuation, std::move(calls), now.wall};
}

void Box::hear_desk(const core::DeskId& desk, DeskNews news) {
  line_is_up();
  const auto found = std::find_if(desks_.begin(), desks_.end(), [&](const auto& entry) { return entry.first == desk; });
  if (found == desks_.end())
    desks_.emplace_back(desk, news);
  else
    found->second = news;
}

void Box::hear_tower(TowerNews news) {
  line_is_up();
  tower_ = news;
}

const DeskNews* Box::news_of(const core::DeskId& desk) const {
  const auto found = std::find_if(desks_.begin(), desks_.end(), [&](const auto& entry) { return entry.first == desk; });
  return found == desks_.end() ? nullptr : &found->second;
}

void Box::open_door(const std::string& id, Tick at) { door_asked_[id] = at; }

void Box::hear_heartbeat(const Moment& now) {
  line_is_up();
  for (auto& [board, heard] : boards_) heard.at = now.wall;
}

void Box::line_is_up() {
  if (!line_up_) ++lines_up_;
  line_up_ = true;
}

void Box::lose_line() {
  line_up_ = false;
  tower_.reset();
  wishes_.clear();   // a call pressed a minute ago is not what the clerk wants now
}

void Box::wish(Wish wish) {
  if (!line_up_) return;
  if (wishes_.size() == wishes_max) wishes_.pop_front();
  wishes_.push_back(std::move(wish));
}

std::vector<Wish> Box::take_wishes() {
  std::vector<Wish> taken{std::make_move_iterator(wishes_.begin()), std::make_move_iterator(wishes_.end())};
  wishes_.clear();
  return taken;
}

std::vector<int> Box::descriptors() const {
  std::vector<int> watched;
  for (const auto& device : devices_)
    if (device->descriptor() >= 0) watched.push_back(device->descriptor());
  return watched;
}

void Box::hear_answer(const std::string& button, std::string why) {
  std::erase_if(misused_, [&](const auto& entry) { return entry.first == button; });
  if (!why.empty()) misused_.emplace_back(button, std::move(why));
}

std::vector<Health> Box::health() const {
  std::vector<Health> all;
  for (const auto& device : devices_) {
    Health health = device->health();
    const auto misused = std::find_if(misused_.begin(), misused_.end(), [&](const auto& entry) { return (health.kind == "button" || health.kind == "keypad" || health.kind == "sign") && entry.first == health.id; });
    if (misused != misused_.end() && health.condition == Condition::ready) health = {health.kind, health.id, Condition::failed, "misused", misused->second};
    all.push_back(std::move(health));
  }
  return all;
}

}  // namespace skranke::agent
