#include "daemon/desk_messages.hpp"

namespace skranke::daemon {

const wire::DeskMessage& DeskMessages::add(wire::DeskMessage message, core::Day day) {
  if (day != day_) messages_.clear();
  day_ = day;
  message.id = ++last_id_;
  messages_.push_front(std::move(message));
  if (messages_.size() > kept_max) messages_.pop_back();
  return messages_.front();
}

std::vector<const wire::DeskMessage*> DeskMessages::of(const core::DeskId& desk, core::Day day) const {
  std::vector<const wire::DeskMessage*> found;
  if (day != day_) return found;
  for (const wire::DeskMessage& message : messages_)
    if (desk.empty() || message.from_desk == desk || message.to_desk == desk) found.push_back(&message);
  return found;
}

}  // namespace skranke::daemon
