#pragma once
// The API: the only door. Every page and every program comes through here. Handlers are plain functions on the I/O thread: they read the state, or hand a
// command to the engine, and say on which event their answer rests.
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/promise.hpp"
#include "daemon/auth/credential_store.hpp"
#include "daemon/auth/throttle.hpp"
#include "daemon/box_health.hpp"
#include "daemon/config/config.hpp"
#include "daemon/contacts.hpp"
#include "daemon/desk_messages.hpp"
#include "daemon/devices.hpp"
#include "daemon/enrolment/enrolments.hpp"
#include "daemon/engine/engine.hpp"
#include "daemon/foreteller.hpp"
#include "daemon/media.hpp"
#include "daemon/http/hub.hpp"
#include "daemon/http/message.hpp"
#include "daemon/http/options.hpp"
#include "daemon/http/rate_limiter.hpp"
#include "daemon/pages.hpp"
#include "daemon/pairing.hpp"
#include "daemon/print_desk.hpp"
#include "daemon/publisher.hpp"
#include "daemon/refusal_book.hpp"
#include "daemon/report_book.hpp"
#include "daemon/staff_planner.hpp"
#include "daemon/voice/reader.hpp"
#include "daemon/voice/voice.hpp"
#include "printer/discovery.hpp"
#include "wire/request_body.hpp"
#include "wire/views.hpp"

namespace skranke::daemon {

class HintBook;
class OtherSites;
class PromiseBook;

/// A request on its way to a handler: who asks, in which language, and the path behind /api/v1.
struct Call {
  const http::Request& request;
  std::span<const std::string_view> path;
  auth::Principal who;                ///< every role the caller has shown to hold
  auth::Identity acting{};            ///< the one that this call is done as
  std::string language;
  Engine::Asked asked;
  [[nodiscard]] std::string_view part(std::size_t index) const { return index < path.size() ? path[index] : std::string_view{}; }
};

/// `needs` of a body, and what services it wants changed; shared by the calls that take them (api_visits.cpp).
[[nodiscard]] std::vector<core::Need> needs_of(wire::RequestBody& body);
[[nodiscard]] core::ChangeServices services_wish(wire::RequestBody& body);
/// `contact` of a body (api_bookings.cpp).
[[nodiscard]] Contact contact_in(wire::RequestBody& body);
/// "2026-11-23T09:05:00+01:00"; seconds and their fraction may be left out of it, the offset may not (api_bookings.cpp).
[[nodiscard]] std::optional<core::Instant> instant_in(std::string_view text);

class Api final : public http::Application {
 public:
  struct Wiring {
    Engine& engine;
    http::Hub& hub;
    auth::CredentialStore& credentials;
    Devices& devices;
    PrintDesk& printing;
    const wire::Catalogue& catalogue;
    const config::Config& config;
    const Pages& pages;
    Contacts& contacts;
    std::string build;                                      ///< changes with every build: pages reload
    std::function<const http::Counters*()> counters;
    std::function<void(std::string_view)> log;
    const Foreteller* foreteller = nullptr;                 ///< none: the quick estimates
    Voice* voice = nullptr;                                 ///< none: boards are told of no sound
    Reader* reader = nullptr;
    Enrolments* enrolments = nullptr;
    std::function<std::pair<bool, bool>()> channels = {};   ///< whether text messages and e-mails can be sent
    std::string push_key{};                                 ///< what a browser must know to be written to; empty = off
    OtherSites* elsewhere = nullptr;                        ///< none: no other centre is named
    std::function<std::string()> tls_key = {};              ///< SHA-256 of the public key in our certificate; empty = no TLS here
    PromiseBook* promises = nullptr;                        ///< none: nothing is noted of the promise day by day
    HintBook* hints = nullptr;                              ///< none: nobody counts
  };
  explicit Api(Wiring wiring);
  void attach(Publisher& publisher) { publisher_ = &publisher; }

  [[nodiscard]] http::Reply handle(const http::Request& request) override;
  [[nodiscard]] tl::expected<http::Subscription, http::Response> subscribe(const http::Request& request) override;
  void client_message(std::uint64_t connection, std::string_view text) override;
  void client_gone(std::uint64_t connection) override;
  [[nodiscard]] bool is_durable(std::uint64_t seq) const override { return seq <= wiring_.engine.durable_seq(); }
  void when_durable(std::uint64_t seq, std::function<void(http::Commit)> done) override { wiring_.engine.when_durable(seq, std::move(done)); }
  [[nodiscard]] http::Response commit_failed(http::Commit why, const http::Request& request) override;
  [[nodiscard]] http::Response problem(int status, std::string_view reason, std::string_view field, std::string_view accept_language) override;

  /// The data of a WebSocket topic.
  [[nodiscard]] std::optional<std::string> topic_data(std::string_view topic, std::string_view language);
  /// Once a second: screens that fell silent, sessions that ended.
  void tick();
  /// Writes what was counted of citizens turned away: what is due, or at the end all of it.
  void flush_refusals(bool all);
  void write_hints(bool all);
  /// Once, after a start: the texts of facilities planned for later.
  void load_plans();

 private:
  using Handler = http::Reply (Api::*)(Call&);
  struct Route;
  static std::span<const Route> routes();
  static std::span<const Route> host_routes();
  static std::span<const Route> screen_routes();

  // dispatch (api.cpp)
  [[nodiscard]] http::Reply dispatch(const http::Request& request, std::span<const std::string_view> path);
  [[nodiscard]] std::optional<http::Response> admit(Call& call, const Route& route);
  [[nodiscard]] auth::Principal caller_of(const http::Request& request);
  [[nodiscard]] bool same_origin(const http::Request& request) const;
  [[nodiscard]] std::string language_of(const http::Request& request) const;
  [[nodiscard]] http::Response fail(const Call& call, int status, std::string_view reason, std::string_view field = {}, std::string_view detail = {}) const;
  [[nodiscard]] http::Response fail(const Call& call, const wire::Finding& finding) const;
  [[nodiscard]] wire::View view(std::string_view language) const;
  [[nodiscard]] http::Reply shown(std::string body) const;
  [[nodiscard]] http::Reply now(http::Response response) const { return {std::move(response), 0, {}, {}}; }
  [[nodiscard]] std::optional<http::Reply> closed_intake(const Call& call) const;
  [[nodiscard]] std::optional<http::Reply> repeated(Call& call) const;
  void keep(const Engine::Asked& asked, const http::Response& response);
  http::Reply command(Call& call, const core::Command& wish, const std::function<void(std::string& body)>& body, int status = 200);
  http::Reply desk_command(Call& call, const core::Command& wish);
  [[nodiscard]] http::Reply refused(Call& call, const core::Refusal& refusal);

  // visits (api_visits.cpp)
  http::Reply post_visit(Call&);
  http::Reply get_visit(Call&);
  http::Reply delete_visit(Call&);
  http::Reply post_visit_return(Call&);
  http::Reply post_visit_reprint(Call&);
  http::Reply get_visit_qr(Call&);
  http::Reply get_queue(Call&);
  http::Reply post_queue_services(Call&);
  http::Reply post_queue_leave(Call&);
  http::Reply post_queue_return(Call&);
  http::Reply post_queue_reprint(Call&);
  // the citizen's page (api_phone.cpp)
  http::Reply plain_phone(const http::Request& request);
  http::Reply plain_wish(const http::Request& request, const core::Visit& visit, const std::string& language);
  http::Reply post_more_time(Call&);
  http::Reply get_visit_contact(Call&);
  http::Reply put_visit_contact(Call&);
  http::Reply delete_visit_contact(Call&);
  http::Reply put_visit_push(Call&);
  http::Reply keep_reach(Call&, const core::Visit& visit, const Contact& contact);
  [[nodiscard]] bool is_expired(const core::Visit&) const;
  [[nodiscard]] std::optional<http::Reply> no_longer_theirs(const Call&, const core::Visit* visit) const;
  http::Reply get_message_report(Call&);
  [[nodiscard]] core::PrinterId printer_for(std::string_view kiosk) const;
  [[nodiscard]] const core::Visit* by_token_or_staff(const Call&) const;
  http::Reply return_visit(Call&, const core::Visit* visit);
  http::Reply leave_visit(Call&, const core::Visit* visit);
  http::Reply reprint(Call&, const core::Visit* visit);

  // hosts (api_host.cpp)
  http::Reply get_visits(Call&);
  http::Reply patch_visit(Call&);
  http::Reply post_visit_move(Call&);
  http::Reply post_visit_merge(Call&);
  http::Reply post_visit_split(Call&);
  http::Reply post_visit_cancel(Call&);
  http::Reply host_command(Call&, const core::Command& wish, const core::VisitId& id, int status = 200);

  // the room (api_room.cpp)
  http::Reply get_room(Call&);
  http::Reply put_room_mode(Call&);
  http::Reply put_evacuation(Call&);
  [[nodiscard]] std::string room_json(std::string_view language) const;

  // screens that come and stay (api_screens.cpp)
  http::Reply get_screen(Call&);
  http::Reply post_pairing(Call&);
  [[nodiscard]] http::Reply ask_in_a_minute(const Call&) const;
  http::Reply pair_agent(Call&, wire::RequestBody& body);
  [[nodiscard]] std::optional<http::Reply> reveal(Call&, const std::string& claim, std::string_view nonce);
  http::Reply let_agent_in(Call&, PairingDesk::Screen& screen);
  http::Reply post_pairing_claim(Call&);
  http::Reply post_pairing_code(Call&);
  void note_box(std::string_view box, core::Instant drawn, std::string_view page, bool dark = false);

  // pictures and films (api_media.cpp)
  http::Reply get_media(Call&);
  http::Reply post_media(Call&);
  http::Reply put_media_data(Call&);
  http::Reply patch_media(Call&);
  http::Reply delete_media(Call&);
  http::Reply get_media_file(Call&);
  [[nodiscard]] http::Response media_answer(const Call&, MediaLibrary::Outcome outcome, std::string_view id, int status);
  [[nodiscard]] std::string media_for(const core::Board& board) const;

  // what is heard (api_sound.cpp)
  http::Reply get_sound(Call&);
  http::Reply patch_sound(Call&);
  http::Reply post_sound_test(Call&);
  http::Reply get_voice_clip(Call&);
  http::Reply post_sentence(Call&);
  http::Reply get_sentence(Call&);
  [[nodiscard]] std::string board_frame(const core::Board& board, std::string_view language) const;
  /// A facility that one of our own forms changed: in force at once, kept as a version of its own.
  http::Reply wrong_facility(const Call&, const std::vector<wire::Finding>& findings) const;
  http::Reply apply_changed(Call&, const std::shared_ptr<const core::Facility>& facility, std::string body, int status = 200);

  // desks (api_desks.cpp)
  http::Reply post_desk_services(Call&);
  http::Reply post_button(Call&);
  http::Reply post_help(Call&);
  http::Reply answer_help(Call&);
  http::Reply clear_help(Call&);

  // messages (api_messages.cpp)
  http::Reply post_message(Call&);
  http::Reply get_messages(Call&);
  [[nodiscard]] core::Day business_day_now();
  DeskMessages messages_;

  http::Reply get_desks(Call&);
  http::Reply get_desk(Call&);
  http::Reply put_session(Call&);
  http::Reply patch_session(Call&);
  http::Reply delete_session(Call&);
  http::Reply post_next(Call&);
  http::Reply post_call(Call&);
  http::Reply call_number(Call&, wire::RequestBody& body, const std::string& typed);
  http::Reply post_recall(Call&);
  http::Reply post_start(Call&);
  http::Reply post_finish(Call&);
  http::Reply post_no_show(Call&);
  http::Reply post_park(Call&);
  http::Reply post_transfer(Call&);
  http::Reply post_undo(Call&);
  http::Reply post_desk_return(Call&);
  http::Reply call_command(Call&, const core::Command& wish, const core::DeskId& desk);

  // what all may see (api_public.cpp)
  http::Reply get_services(Call&);
  http::Reply get_kiosk(Call&);
  http::Reply get_board(Call&);
  http::Reply get_health(Call&);
  http::Reply get_metrics(Call&);
  http::Reply get_openapi(Call&);
  http::Reply get_devices(Call&);
  http::Reply get_tickets(Call&);
  http::Reply get_ticket_picture(Call&);

  // bookings (api_bookings.cpp)
  http::Reply get_bookable(Call&);
  http::Reply get_slots(Call&);
  http::Reply get_elsewhere(Call&);
  http::Reply get_promise_report(Call&);
  http::Reply get_bookings(Call&);
  http::Reply post_booking(Call&);
  http::Reply get_booking(Call&);
  http::Reply get_waiting_list(Call&);
  http::Reply post_waiting_list(Call&);
  http::Reply get_booking_qr(Call&);
  http::Reply patch_booking(Call&);
  http::Reply delete_booking(Call&);
  http::Reply post_check_in(Call&);
  http::Reply post_booking_print(Call&);
  http::Reply get_booking_print(Call&);
  http::Reply get_booking_report(Call&);
  [[nodiscard]] bool books_as_staff(const Call&) const;
  void act_as_staff(Call&) const;
  [[nodiscard]] core::Channel booking_channel(const Call&, const std::optional<std::string>& asked) const;
  [[nodiscard]] const core::Booking* booking_of(Call&, std::string_view typed);
  [[nodiscard]] std::optional<http::Reply> no_booking(Call&, const core::Booking* booking);
  [[nodiscard]] std::function<void(std::string&)> shows_booking(const Call&, const core::BookingId& id);
  // what is known of how to reach a holder (api_contacts.cpp)
  http::Reply get_personal_data(Call&);
  http::Reply delete_personal_data(Call&);
  [[nodiscard]] std::optional<http::Reply> not_theirs(Call&) const;
  void keep_contact(const core::BookingId& id, const Contact& contact);

  // the contact centre (api_contact.cpp, api_telephone.cpp, api_handover.cpp)
  static std::span<const Route> contact_routes();
  static std::span<const Route> enrolment_routes();
  // printers (api_printers.cpp)
  static std::span<const Route> printer_routes();
  http::Reply get_found_printers(Call&);
  http::Reply post_test_page(Call&);
  http::Reply post_new_roll(Call&);
  http::Reply get_contact(Call&);
  void other_sites_fields(const Call&, const core::ServiceId&, wire::JsonWriter&) const;
  [[nodiscard]] static std::string actor_of(const auth::Identity& identity);
  [[nodiscard]] std::optional<http::Reply> beyond_rights(const Call&, const std::vector<core::ServiceId>& services) const;
  [[nodiscard]] std::optional<http::Reply> beyond_rights(const Call&, const core::Booking& booking) const;
  http::Reply take_callback(Call&, core::TakeTicket wish, const Contact& contact);
  http::Reply get_callback(Call&);
  [[nodiscard]] static bool may_work_at(const Call&, const core::DeskStatus& desk);
  [[nodiscard]] static bool may_work_at(const auth::Identity& who, const core::DeskStatus& desk);
  void forget_numbers();
  void find_numbers();
  http::Reply get_callback_report(Call&);
  http::Reply get_handover(Call&);
  http::Reply post_handover_seen(Call&);

  // the enrolment step (api_enrolment.cpp)
  struct EnrolmentCall;
  http::Reply get_desk_enrolment(Call&);
  http::Reply post_enrolment(Call&);
  http::Reply get_enrolment(Call&);
  http::Reply post_enrolment_capture(Call&);
  http::Reply post_enrolment_accept(Call&);
  http::Reply post_enrolment_exception(Call&);
  http::Reply post_enrolment_redo(Call&);
  http::Reply post_enrolment_verify(Call&);
  http::Reply post_enrolment_hand_over(Call&);
  http::Reply post_enrolment_take_over(Call&);
  http::Reply enrolment_moved(EnrolmentCall job, std::function<void()> moved);
  http::Reply get_citizen_enrolment(Call&);
  http::Reply get_citizen_preview(Call&);
  http::Reply get_citizen_capture(Call&);
  [[nodiscard]] static std::optional<unsigned> capture_number(std::string_view written);
  [[nodiscard]] bool may_show_citizen(const auth::Principal& who, std::string_view desk) const;
  [[nodiscard]] std::shared_ptr<Enrolments::Running> shown_to_citizen(std::string_view desk) const;
  void kit_json(wire::JsonWriter& w, const Call&) const;
  http::Reply post_enrolment_cancel(Call&);
  http::Reply post_enrolment_complete(Call&);
  http::Reply get_enrolment_preview(Call&);
  http::Reply get_enrolment_capture(Call&);
  http::Reply enrolment_picture(Call&, boost::json::object wish);
  http::Reply picture_of(const Call&, const std::shared_ptr<Enrolments::Running>&, boost::json::object wish);
  http::Reply citizen_picture(Call&, boost::json::object wish);
  [[nodiscard]] EnrolmentCall enrolment_job(const Call&, const std::shared_ptr<Enrolments::Running>&, boost::json::object wish) const;
  [[nodiscard]] std::optional<http::Reply> not_at_this_desk(const Call&, const core::Visit* visit, core::DeskId& desk) const;
  [[nodiscard]] std::shared_ptr<Enrolments::Running> enrolment_of(Call&, std::optional<http::Reply>& refusal);
  http::Reply enrolment_wish(Call&, boost::json::object wish);
  http::Reply ask_worker(EnrolmentCall& job, std::chrono::milliseconds patience, enrolment::Bytes* body = nullptr);
  void enrolment_json(const EnrolmentCall& job, const boost::json::object& head, std::string& out) const;
  void capture_json(wire::JsonWriter& w, const boost::json::object& head) const;
  void log_enrolment(const EnrolmentCall& job, std::string_view kind, const std::string& words) const;
  void device_said(const EnrolmentCall& job, const std::string& fault, const std::string& words) const;
  void tick_enrolments();

  // people and settings (api_admin.cpp)
  http::Reply post_session(Call&);
  http::Reply sign_in_by_token(Call&, const std::string& token);
  http::Reply sign_in_by_password(Call&, const std::string& user, std::string password);
  [[nodiscard]] http::Reply signed_in(const Call&, const tl::expected<auth::NewSession, auth::Refusal>& session);
  [[nodiscard]] http::Response sign_in_failed(const Call&, std::string_view user);
  http::Reply get_session(Call&);
  http::Reply delete_browser_session(Call&);
  http::Reply get_tokens(Call&);
  http::Reply post_token(Call&);
  http::Reply patch_token(Call&);
  http::Reply delete_token(Call&);
  http::Reply get_users(Call&);
  http::Reply post_user(Call&);
  http::Reply patch_user(Call&);
  [[nodiscard]] http::Response person_told(const Call&, std::string_view user) const;
  http::Reply delete_user(Call&);
  void follow_facility(const core::Facility& facility);
  http::Reply get_texts(Call&);
  http::Reply put_ticket_preview(Call&);
  http::Reply get_facility(Call&);
  http::Reply put_facility(Call&);
  http::Reply get_facility_versions(Call&);
  http::Reply get_facility_version(Call&);
  http::Reply post_backup(Call&);

  // the room about itself (api_rules.cpp)
  [[nodiscard]] std::vector<core::PrinterTrouble> printers_in_trouble() const;
  http::Reply get_alarms(Call&);
  http::Reply get_refusals(Call&);
  http::Reply post_self_service(Call&);
  http::Reply get_hint_report(Call&);
  // what managers read (api_reports.cpp)
  http::Reply get_figures(Call&);
  http::Reply get_wait_report(Call&);
  // how many desks when (api_plan.cpp)
  http::Reply get_plan_report(Call&);
  http::Reply get_plans(Call&);
  http::Reply delete_plan(Call&);
  http::Reply plan_facility(Call&, const std::string& from, const std::shared_ptr<const core::Facility>& facility, const std::string& warnings);
  void note_refusal(const core::TakeTicket& wish, const core::Refusal& refusal);
  void carry_out_plans();
  bool look_at_promises();
  void note_promise();
  void rules_metrics(std::string& out) const;

  // how good the told waits were (api_estimates.cpp)
  http::Reply get_estimate_report(Call&);
  void estimate_metrics(std::string& out) const;

  struct Screen {
    std::string kind, id;        ///< board | kiosk
    core::Instant seen{}, drawn{};
    std::map<std::string, std::string> details;
  };
  void note_screens();

  // boxes with hardware (api_agents.cpp), and without (api_bench.cpp)
  http::Reply put_agent_devices(Call&);
  http::Reply put_agent_bench(Call&);
  http::Reply get_bench(Call&);
  http::Reply post_bench_press(Call&);
  [[nodiscard]] bool speaks_for(const Call&, std::string_view agent) const;
  [[nodiscard]] std::string benches_json() const;
  [[nodiscard]] std::string tower_json() const;
  [[nodiscard]] std::string presses_json(std::string_view agent) const;
  void agent_metrics(std::string& out) const;
  void note_agents();
  struct Press {
    std::uint64_t n = 0;
    std::string button, how;
  };
  struct Agent {
    core::Instant seen{};
    std::vector<std::pair<std::string, std::string>> devices;   ///< kind and id, as in Devices
    BoxHealth box;
    bool hot = false;
    std::string bench;                                          ///< JSON, when it simulates
    std::vector<std::string> bench_buttons;
    std::deque<Press> presses;                                  ///< on the page; the newest sixteen
  };

  Wiring wiring_;
  Publisher* publisher_ = nullptr;
  core::Instant restarted_at_{};   ///< came back to people who wait: screens say so for a while
  http::RateLimiter anonymous_;
  http::RateLimiter codes_;                                 ///< wrong codes of bookings, by address
  auth::SignInThrottle sign_ins_;
  std::unordered_map<std::uint64_t, Screen> screens_;
  std::map<std::string, Agent> agents_;
  std::uint64_t presses_made_ = 0;
  struct Box {
    core::Instant drawn{};       ///< when its page last drew a frame
    std::string page;
    bool dark = false;           ///< nobody is in the house: the screen may be switched off
  };
  std::map<std::string, Box, std::less<>> boxes_;           ///< by the name that a box gave itself
  PairingDesk pairing_;
  MediaLibrary media_;
  std::map<std::string, std::weak_ptr<const std::string>> media_held_;   ///< files that are being sent
  http::RateLimiter asking_, guesses_;                      ///< for codes, by address; wrong codes, by who typed them
  std::set<core::VisitId> numbers_held_;   ///< of telephone visits whose number may still be on disk
  RefusalBook refusals_;
  std::shared_ptr<ReportBook> reports_ = std::make_shared<ReportBook>();   ///< outlives a report that is still being made
  std::shared_ptr<StaffPlanner> planner_ = std::make_shared<StaffPlanner>();   ///< likewise; its thread sleeps until a plan is asked for
  std::shared_ptr<printer::PrinterSearch> printer_search_ = std::make_shared<printer::PrinterSearch>();   ///< likewise
  core::PromiseWatch promises_;
  core::Instant promise_failed_{};          ///< the disk did not take a row then
  int ticks_ = 0;                                        ///< since the last look at a promise
  std::unordered_map<std::string, std::string> plans_;   ///< texts by id; as many as the state holds
  core::Instant plan_tried_{};
  struct CachedBoard {
    std::uint64_t seq = 0;
    std::int64_t second = 0;
    http::Bytes body;
  };
  std::unordered_map<std::string, CachedBoard> boards_;
};

}  // namespace skranke::daemon
