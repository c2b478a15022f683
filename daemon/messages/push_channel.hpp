#pragma once
// Web push as a channel: needs the internet, so it is off until the settings name whom a push service may write to.
#include "daemon/config/config.hpp"
#include "daemon/messages/channel.hpp"
#include "daemon/messages/web_push.hpp"

namespace skranke::daemon {

/// A push service that this house writes to. Citizens name the address, so it must be one of those the settings know: else anybody could have the box ask
/// for any address in the house's network. "*.push.example" stands for all below.
[[nodiscard]] bool may_push_to(const config::Push& settings, const PushSubscription& subscription);

class PushChannel final : public Channel {
 public:
  PushChannel(const config::Push& settings, const PushKey& key) : settings_{settings}, key_{key} {}
  [[nodiscard]] Outcome send(const Parcel& parcel) override;   ///< `to` is a subscription's line

 private:
  const config::Push& settings_;
  const PushKey& key_;
};

}  // namespace skranke::daemon
