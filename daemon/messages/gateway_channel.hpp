#pragma once
// Text messages through a gateway that takes them by HTTP. Which gateway is in the settings: address, method, what the body looks like.
#include <string>
#include <string_view>

#include "daemon/config/config.hpp"
#include "daemon/messages/channel.hpp"

namespace skranke::daemon {

/// The template with {to}, {digits} (without the plus), {text} and {id} filled in, escaped for JSON or for a form.
[[nodiscard]] std::string filled(std::string_view pattern, const Parcel& parcel, config::BodyType type);

class GatewayChannel final : public Channel {
 public:
  explicit GatewayChannel(const config::SmsGateway& settings) : settings_{settings} {}
  [[nodiscard]] Outcome send(const Parcel& parcel) override;

 private:
  [[nodiscard]] Outcome outcome_of(long answer, std::chrono::seconds wait) const;
  const config::SmsGateway& settings_;
};

}  // namespace skranke::daemon
