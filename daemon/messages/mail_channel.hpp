#pragma once
// E-mail through the house's own mail server, by SMTP submission. Needs no internet: the server is the site's.
#include "daemon/config/config.hpp"
#include "daemon/messages/channel.hpp"
#include "daemon/messages/letter.hpp"

namespace skranke::daemon {

class MailChannel final : public Channel {
 public:
  explicit MailChannel(const config::Mail& settings) : settings_{settings}, from_{mailbox_from(settings.from)} {}
  [[nodiscard]] Outcome send(const Parcel& parcel) override;

 private:
  const config::Mail& settings_;
  Mailbox from_;
};

}  // namespace skranke::daemon
