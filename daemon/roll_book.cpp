#include "daemon/roll_book.hpp"

#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "system/whole_file.hpp"

namespace skranke::daemon {

RollBook::RollBook(std::string path) : path_{std::move(path)} {
  std::ifstream file{path_};
  for (std::string line; rolls_.size() < rolls_max && std::getline(file, line);) {
    std::istringstream words{line};
    std::string id;
    std::uint32_t full = 0, used = 0;
    std::int64_t last = 0;
    if (!(words >> id >> full >> used >> last)) continue;
    Roll& roll = rolls_[core::PrinterId{id}];
    roll.full = full;
    roll.used = used;
    if (last > 0) roll.last_ticket = core::Instant{std::chrono::milliseconds{last}};
  }
}

RollBook::~RollBook() {
  if (writer_.joinable()) writer_.join();
  if (changed_) static_cast<void>(write_whole_file(path_, written(), 0600));
}

void RollBook::printed(const core::PrinterId& printer, core::Instant now, bool out) {
  if (!rolls_.contains(printer) && rolls_.size() >= rolls_max) return;
  Roll& roll = rolls_[printer];
  ++roll.used;
  if (out) roll.last_ticket = now;
  changed_ = true;
}

void RollBook::renewed(const core::PrinterId& printer, std::optional<int> full) {
  if (!rolls_.contains(printer) && rolls_.size() >= rolls_max) return;
  Roll& roll = rolls_[printer];
  if (full) roll.full = static_cast<std::uint32_t>(*full);
  roll.used = 0;
  changed_ = true;
}

Roll RollBook::of(const core::PrinterId& printer) const {
  const auto roll = rolls_.find(printer);
  return roll == rolls_.end() ? Roll{} : roll->second;
}

void RollBook::tick(core::Instant now) {
  const bool early = saved_ <= now && now < saved_ + pace;   // a clock that was set back does not silence it
  if (!changed_ || early || *writing_) return;
  saved_ = now;
  changed_ = false;
  *writing_ = true;
  writer_ = std::jthread{[path = path_, bytes = written(), writing = writing_] {
    static_cast<void>(write_whole_file(path, bytes, 0600));   // the next one tells it anew
    *writing = false;
  }};
}

std::string RollBook::written() const {
  std::string bytes;
  for (const auto& [id, roll] : rolls_)
    bytes += fmt::format("{} {} {} {}\n", id.str(), roll.full, roll.used, roll.last_ticket ? core::millis(*roll.last_ticket) : 0);
  return bytes;
}

std::uint32_t RollBook::left(const Roll& roll) { return roll.used >= roll.full ? 0 : roll.full - roll.used; }

bool RollBook::nearly_used_up(const Roll& roll) { return roll.full > 0 && left(roll) <= std::max<std::uint32_t>(roll.full / 10, 10); }

}  // namespace skranke::daemon
