#include "daemon/refusal_book.hpp"

#include <algorithm>

namespace skranke::daemon {

void RefusalBook::note(const core::ServiceId& service, core::Reject reason, core::Channel channel) {
  const auto known = std::find_if(rows_.begin(), rows_.end(), [&](const core::RefusalTally& row) {
    return row.service == service && row.reason == reason && row.channel == channel;
  });
  if (known != rows_.end()) ++known->count;
  else if (rows_.size() < rows_max) rows_.push_back({service, reason, channel, 1});
}

std::vector<core::RefusalTally> RefusalBook::due(core::Instant now) {
  const bool early = written_ <= now && now < written_ + pace;   // a clock that was set back does not silence it
  if (rows_.empty() || early) return {};
  written_ = now;
  return take();
}

}  // namespace skranke::daemon
