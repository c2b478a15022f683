#pragma once
// The first free times of other centres, so that /book can say where an earlier one is. Asked of their public list of free times: nothing about
// anybody is sent, only the service. Off the internet nothing is known, and nothing is shown.
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "core/time.hpp"
#include "daemon/config/config.hpp"
#include "daemon/devices.hpp"
#include "daemon/http/offload.hpp"

namespace boost::asio {
class io_context;
}

namespace skranke::daemon {

/// What an answer of the other site's `/slots` says: the first time, none when it is empty. `good` false: it cannot be read.
struct FirstTime {
  bool good = false;
  std::optional<core::Instant> start{};
};
[[nodiscard]] FirstTime first_time_in(std::string_view body);

class OtherSites {
 public:
  using Minutes = std::chrono::minutes;
  static constexpr Minutes cache_for{5};
  static constexpr Minutes back_off_max{30};
  static constexpr std::size_t bytes_max = 256 * 1024;   ///< of an answer
  static constexpr std::size_t asked_max = 16;           ///< questions under way or waiting; what comes on top is asked another time

  struct Wiring {
    boost::asio::io_context& io;
    Devices& devices;
    const std::vector<config::OtherSite>& sites;
    std::function<core::Instant()> now;
    std::function<void()> changed;
  };
  explicit OtherSites(Wiring wiring);
  ~OtherSites();
  OtherSites(const OtherSites&) = delete;
  OtherSites& operator=(const OtherSites&) = delete;

  struct Earlier {
    const config::OtherSite* site = nullptr;   ///< never null
    core::Instant start{};
  };
  /// Never blocks: what is known now, earliest first; what is not known or too old is asked for meanwhile.
  [[nodiscard]] std::vector<Earlier> known(const core::ServiceId& service);
  /// Whether an answer about this service is still to come.
  [[nodiscard]] bool asking(const core::ServiceId& service) const;

 private:
  struct Answer {
    std::optional<core::Instant> start{};
    std::optional<core::Instant> at{};   ///< none: never answered
    bool asked = false;
  };
  struct Site {
    Minutes back_off{0};
    std::optional<core::Instant> not_before{};
    std::map<core::ServiceId, Answer> answers{};   ///< at most one for each service of this house: nobody else asks
  };
  struct Heard {
    bool good = false, unknown_service = false;
    std::optional<core::Instant> start{};
  };
  void ask(std::size_t index, const core::ServiceId& service);
  void take(std::size_t index, const core::ServiceId& service, const Heard& heard);
  void tell(std::size_t index, DeviceState state, std::string_view reason);
  static Heard fetch(const std::string& url, const std::string& ca_file);

  Wiring wiring_;
  std::vector<Site> sites_;
  bool begun_ = false;   ///< before that, who is told of changes is not built yet
  http::Offload worker_{asked_max};
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace skranke::daemon
