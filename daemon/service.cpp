#include "daemon/service.hpp"

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "daemon/api/api.hpp"
#include "daemon/auth/secret.hpp"
#include "daemon/http/server.hpp"
#include "daemon/messages/outbox.hpp"
#include "daemon/hint_book.hpp"
#include "daemon/other_sites.hpp"
#include "daemon/promise_book.hpp"
#include "daemon/random.hpp"
#include "daemon/release_lots.hpp"
#include "embed/catalogues.hpp"
#include "web/assets.hpp"
#include "wire/facility_file.hpp"
#include "wire/zone.hpp"

namespace skranke::daemon {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr int exit_failed = 1;
constexpr std::size_t booking_code_size = 8;   // ids of visits are longer
constexpr int exit_journal = 70;
constexpr auto disk_stuck = 10s;   // a flush that takes longer: the watchdog may restart us

core::Instant system_now() { return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

/// Never throws: a log on the same full disk as the journal must not end the service. What cannot be written is lost.
void log_line(std::string_view line) {
  const std::string whole = std::string{line} + '\n';
  std::fwrite(whole.data(), 1, whole.size(), stderr);
}

[[noreturn]] void fatal_line(std::string_view line) {
  log_line(line);
  std::_Exit(exit_journal);   // no destructor may write: what is on disk is the truth
}

tl::expected<wire::Catalogue, std::string> load_catalogues() {
  std::vector<std::pair<std::string, std::string>> texts;
  for (const embed::File& file : embed::catalogues()) texts.emplace_back(file.path.substr(0, file.path.find('.')), std::string{file.bytes});
  return wire::Catalogue::from_texts(texts);
}

/// Before anyone has described the site: nothing is offered, and the administrator can put a facility.
std::shared_ptr<const core::Facility> empty_facility() {
  auto facility = std::make_shared<core::Facility>();
  facility->site.id = "site";
  facility->site.name = "Skranke";
  if (auto zone = wire::load_zone(facility->site.time_zone)) facility->zone = std::move(*zone);
  return facility;
}

using FacilityLoad = tl::expected<std::shared_ptr<const core::Facility>, std::string>;

FacilityLoad used(wire::FacilityResult reading, std::string_view name) {
  if (reading) return std::make_shared<const core::Facility>(std::move(reading->facility));
  std::string all = fmt::format("{} cannot be used:", name);
  for (const wire::Finding& finding : reading.error()) all += "\n  " + wire::to_line(finding, "en");
  return tl::unexpected(std::move(all));
}

FacilityLoad facility_in_force(std::string_view text) {
  constexpr std::string_view name = "the facility in the journal";
  auto reading = wire::read_facility_in_force(text, name);
  if (!reading) return used(std::move(reading), name);
  for (const wire::Finding& finding : reading->warnings)
    if (finding.severity == wire::Severity::error) fmt::print(stderr, "{} (it is used as it is)\n", wire::to_line(finding, "en"));
  return used(std::move(reading), name);
}

FacilityLoad read_facility_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) return tl::unexpected(fmt::format("{}: cannot be opened", path));
  return used(wire::read_facility_toml(std::string{std::istreambuf_iterator<char>{file}, {}}, path), path);
}

std::string base_url(const config::Config& config, std::uint16_t port) {
  const bool tls = !config.tls_certificate.empty();
  std::string host = config.listen.empty() ? "127.0.0.1" : config.listen.front().address;
  if (host == "0.0.0.0" || host == "::") {
    char name[256] = "localhost";
    if (gethostname(name, sizeof name - 1) == 0) host = name;
  }
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  return fmt::format("{}://{}:{}", tls ? "https" : "http", host, port);
}

/// Everything that lives as long as the daemon, in the order in which it is built and, backwards, torn down.
class Service {
 public:
  Service(const config::Config& config, std::unique_ptr<db::Store> store, std::shared_ptr<const core::Facility> facility, wire::Catalogue catalogue,
          auth::CredentialStore credentials, Contacts contacts, MessageStore messages, HintBook hints, std::optional<PushKey> push_key,
          PromiseBook promises)
      : config_{config},
        catalogue_{std::move(catalogue)},
        credentials_{std::move(credentials)},
        contacts_{std::move(contacts)},
        hints_{std::move(hints)},
        push_key_{std::move(push_key)},
        promises_{std::move(promises)},
        pages_{config.ui_dir},
        engine_{{io_, std::move(store), std::move(facility), config.data_dir, system_now, log_line, fatal_line}},
        foreteller_{io_, engine_, [this] { publisher_.changed(); }},
        printing_{{io_, engine_, devices_, catalogue_, config.data_dir, {}, [this] { publisher_.changed(); }, log_line, &foreteller_.foresight()}},
        voice_{{io_, engine_, devices_, catalogue_, config.data_dir + "/voice-cache", config.voice.recorded, config.voice.espeak, [this] { publisher_.changed(); }, log_line}},
        elsewhere_{{io_, devices_, config.other_sites, system_now, [this] { publisher_.changed(); }}},
        reader_{{io_, config.voice.recorded, config.voice.espeak}},
        enrolments_{config.enrolment, config.data_dir + "/enrolment", log_line},
        outbox_{std::move(messages), {io_, engine_, contacts_, devices_, catalogue_, config_.messages, push_key_ ? &*push_key_ : nullptr,
                                      [this](const core::BookingId& id) { return printing_.booking_url(id); },
                                      [this](const core::Visit& visit) { return printing_.ticket_url(visit); }, [this] { publisher_.changed(); }, log_line}},
        api_{{engine_, hub_, credentials_, devices_, printing_, catalogue_, config_, pages_, contacts_, std::string{web::build_id()}, [this] { return &server_.counters(); },
              log_line, &foreteller_, &voice_, &reader_, &enrolments_, [this] { return std::pair{outbox_.has_sms(), outbox_.has_mail()}; },
              push_key_ ? base64url(push_key_->public_bytes()) : std::string{}, &elsewhere_, [this] { return server_.key_digest(); }, &promises_, &hints_}},
        publisher_{io_, engine_, hub_, [this](std::string_view topic, std::string_view language) { return api_.topic_data(topic, language); },
                   std::string{web::build_id()}},
        server_{io_, api_, hub_, http_options(config)},
        second_{io_},
        signals_{io_, SIGINT, SIGTERM, SIGHUP} {
    api_.attach(publisher_);
    engine_.on_rollback([this] { follow_facility(); });   // a facility that the disk did not take takes its printers and words with it
  }

  [[nodiscard]] bool listen() {
    std::optional<http::TlsFiles> tls;
    if (!config_.tls_certificate.empty()) tls = http::TlsFiles{config_.tls_certificate, config_.tls_key};
    if (const int passed = sd_listen_fds(1); passed > 0) {
      for (int fd = SD_LISTEN_FDS_START; fd < SD_LISTEN_FDS_START + passed; ++fd)
        if (!note_port(server_.adopt(fd, tls))) return false;
    } else {
      for (const config::Endpoint& endpoint : config_.listen)
        if (!note_port(server_.listen({endpoint.address, endpoint.port, tls}))) return false;
    }
    if (!config_.agent_socket.empty())
      if (const auto begun = server_.listen_local(config_.agent_socket); !begun) return log_line(begun.error()), false;
    url_ = base_url(config_, port_);
    printing_.serve_at(url_);
    return true;
  }

  /// The facility file of the settings, once: after that the journal knows the site.
  void apply(std::shared_ptr<const core::Facility> facility) {
    if (!engine_.apply(facility, wire::write_facility_toml(*facility), {"start", {}, 0})) log_line("facility: refused by what the journal holds");
  }

  void follow_facility() {
    printing_.configure(engine_.facility());
    catalogue_.use_own(engine_.facility().texts);
  }

  int run() {
    follow_facility();
    printing_.recover();
    api_.load_plans();
    erase_contacts();   // a box that was off for days owes it
    if (const std::size_t closed = contacts_.unreadable(); closed > 0)
      log_line(fmt::format("contacts.db: {} contacts were sealed with another contacts.key and cannot be read; they are erased on their day", closed));
    api_.tick();
    every_second();
    wait_for_signal();
    // Who sees "ready" may rely on the site: it is on disk by then.
    engine_.when_durable(engine_.last_seq(), [this](Commit how) { how == Commit::durable ? say_ready() : give_up(); });
    io_.run();
    return exit_;
  }

 private:
  static http::Options http_options(const config::Config& config) {
    http::Options options;
    options.limits.connections = config.limits.connections;
    options.limits.body_bytes = config.limits.body_bytes;
    options.log = log_line;
    return options;
  }

  void say_ready() {
    std::puts(("ready " + url_).c_str());
    std::fflush(stdout);
    sd_notifyf(0, "READY=1\nSTATUS=Serving at %s", url_.c_str());
  }

  /// Without room for the site's description there is nothing to serve; whoever starts us tries again.
  void give_up() {
    log_line("facility: the disk has no room for it");
    exit_ = exit_failed;
    io_.stop();
  }

  bool note_port(const tl::expected<std::uint16_t, std::string>& port) {
    if (!port) {
      log_line(port.error());
      return false;
    }
    if (port_ == 0) port_ = *port;
    return true;
  }

  void every_second() {
    engine_.tick();
    release_places();
    publisher_.tick();
    printing_.tick();
    outbox_.tick();
    api_.tick();
    foreteller_.tick();
    voice_.tick();
    credentials_.reload_if_changed();   // a token that was taken back on the command line opens nothing from now on
    if (++seconds_ % 60 == 0) {
      static_cast<void>(credentials_.maintain(engine_.now()));
      erase_contacts();
    }
    // The watchdog is fed by the loop that decides, and only while the disk answers.
    if (engine_.batch_age() < disk_stuck) sd_notify(0, "WATCHDOG=1");
    second_.expires_after(1s);
    second_.async_wait([this](boost::system::error_code error) {
      if (!error) every_second();
    });
  }

  void release_places() {
    if (engine_.intake() != Intake::ready) return;
    for (const core::ReleasePlaces& wish : release_lots_.due(engine_.state(), engine_.facility(), engine_.now()))
      static_cast<void>(engine_.execute(wish, {"lot", {}, 0}));
  }

  /// What is due, and what belongs to bookings that are cancelled, to visits that are over, or to what the journal does not know (any more).
  void erase_contacts() {
    contacts_.erase_due(engine_.now());
    contacts_.sweep([this](const core::BookingId& id) {
      if (const core::Booking* booking = engine_.state().find(id)) return booking->state == core::BookingState::cancelled;
      // What the room has forgotten was over on an earlier day; where contacts are kept for longer, their own day counts.
      if (id.str().size() == booking_code_size) return config_.contacts.keep_days == 0;
      const core::Visit* visit = engine_.state().find(core::VisitId{id.str()});
      return visit == nullptr || !visit->is_live();
    });
  }

  void wait_for_signal() {
    signals_.async_wait([this](boost::system::error_code error, int signal) {
      if (error) return;
      if (signal == SIGHUP) {
        if (const auto reloaded = server_.reload_tls(); !reloaded) log_line(reloaded.error());
        wait_for_signal();
        return;
      }
      stop();
    });
  }

  /// No new connections, running answers finish, all that was taken goes to disk, then the loop ends.
  void stop() {
    sd_notify(0, "STOPPING=1");
    server_.stop([this] {
      api_.flush_refusals(true);
      api_.write_hints(true);
      engine_.stop([this] {
        static_cast<void>(credentials_.maintain(engine_.now()));
        second_.cancel();
        io_.stop();
      });
    });
  }

  const config::Config& config_;
  asio::io_context io_{1};
  wire::Catalogue catalogue_;
  auth::CredentialStore credentials_;
  Contacts contacts_;
  HintBook hints_;
  std::optional<PushKey> push_key_;
  PromiseBook promises_;
  Pages pages_;
  http::Hub hub_;
  Devices devices_;
  Engine engine_;
  ReleaseLots release_lots_{random_below};
  Foreteller foreteller_;
  PrintDesk printing_;
  Voice voice_;
  OtherSites elsewhere_;
  Reader reader_;
  Enrolments enrolments_;
  Outbox outbox_;
  Api api_;
  Publisher publisher_;
  http::Server server_;
  asio::steady_timer second_;
  asio::signal_set signals_;
  std::uint16_t port_ = 0;
  std::string url_;
  unsigned seconds_ = 0;
  int exit_ = 0;
};

int refuse_start(std::string_view why) {
  log_line(why);
  return exit_failed;
}

}  // namespace

int serve(const config::Config& config) {
  std::error_code made;
  std::filesystem::create_directories(config.data_dir, made);
  if (made) return refuse_start(fmt::format("{}: {}", config.data_dir, made.message()));
  if (!auth::start_cryptography()) return refuse_start("the system gives no randomness");
  auto catalogue = load_catalogues();
  if (!catalogue) return refuse_start(catalogue.error());
  auto store = db::Store::open(config.data_dir, system_now());
  if (!store) return refuse_start(store.error().context);
  auto credentials = auth::CredentialStore::open(config.data_dir);
  if (!credentials) return refuse_start(credentials.error());
  auto contacts = Contacts::open(config.data_dir);
  if (!contacts) return refuse_start(contacts.error());
  auto messages = MessageStore::open(config.data_dir);
  if (!messages) return refuse_start(messages.error());
  auto promises = PromiseBook::open(config.data_dir);
  if (!promises) return refuse_start(promises.error());
  auto hints = HintBook::open(config.data_dir);
  if (!hints) return refuse_start(hints.error());
  std::optional<PushKey> push_key;
  if (!config.messages.push.contact.empty()) {
    auto loaded = PushKey::load(config.data_dir);
    if (!loaded) return refuse_start(loaded.error());
    push_key = std::move(*loaded);
  }
  if (const auto token = auth::ensure_admin(*credentials, config.data_dir, system_now()); !token) return refuse_start(token.error());
  const auto applied = (*store)->facility_toml();
  if (!applied) return refuse_start(applied.error().context);
  const bool first_start = applied->empty();
  FacilityLoad facility = empty_facility();
  if (!first_start) facility = facility_in_force(*applied);
  if (!facility) return refuse_start(facility.error());
  FacilityLoad described = facility;
  if (first_start && !config.facility.empty()) described = read_facility_file(config.facility);
  if (!described) return refuse_start(described.error());
  Service service{config, std::move(*store), *facility, std::move(*catalogue), std::move(*credentials), std::move(*contacts), std::move(*messages), std::move(*hints), std::move(push_key),
                  std::move(*promises)};
  if (!service.listen()) return exit_failed;
  if (*described != *facility) service.apply(*described);
  return service.run();
}

}  // namespace skranke::daemon
