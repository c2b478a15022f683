#include "daemon/http/session_base.hpp"

#include <boost/asio/post.hpp>
#include <optional>

#include "daemon/http/ws_frame.hpp"

namespace skranke::http {
namespace {

constexpr std::string_view events_path = "/api/v1/events";
constexpr int chain_links_max = 4;

/// Where a coroutine waits for a callback on this thread. The callback resumes it where it stands: the answers of a whole
/// commit go out in one turn of the loop, without a timer and a trip through the queue for each. A callback that comes
/// before the wait is kept for it. While it waits the coroutine belongs to the callback: dropping that ends it.
template <class T>
class Outcome {
 public:
  using Resume = typename asio::async_result<asio::use_awaitable_t<Executor>, void(T)>::handler_type;

  void set(T what) {
    if (!resume_) {
      early_.emplace(std::move(what));
      return;
    }
    Resume resume = std::move(*resume_);
    resume_.reset();
    resume(std::move(what));
  }
  static Awaitable<T> taken(std::shared_ptr<Outcome> self) {
    if (self->early_) co_return std::move(*self->early_);
    const auto begin = [](Resume resume, std::shared_ptr<Outcome> outcome) { outcome->resume_.emplace(std::move(resume)); };
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void(T)>(begin, use_awaitable, std::move(self));
  }

 private:
  std::optional<T> early_;
  std::optional<Resume> resume_;
};

/// "https://host:port" belongs to "host:port". An Origin of "null" belongs to nobody.
bool is_same_origin(std::string_view origin, std::string_view host) {
  const std::size_t scheme = origin.find("://");
  if (scheme == std::string_view::npos) return false;
  const std::string_view authority = origin.substr(scheme + 3);
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(authority.begin(), authority.end(), host.begin(), host.end(),
                    [&](char a, char b) { return lower(a) == lower(b); });
}

}  // namespace

SessionBase::SessionBase(std::shared_ptr<Edge> edge, const Peer& peer, bool secure)
    : Connection{std::move(edge), peer.address}, reader_{edge_->settings.limits}, remote_text_{peer.address.to_string()} {
  reader_.request().remote = remote_text_;
  reader_.request().secure = secure;
  reader_.request().local = peer.local;
  deadline_ms_ = edge_->deadline(edge_->settings.timeouts.head);  // a new connection has to say something soon
}

void SessionBase::set_channel(std::string bytes) {
  channel_ = std::move(bytes);
  reader_.request().channel = channel_;
}

void SessionBase::set_phase(Phase phase) {
  phase_ = phase;
  const Timeouts& timeouts = edge_->settings.timeouts;
  switch (phase) {
    case Phase::idle: deadline_ms_ = edge_->deadline(timeouts.idle); break;
    case Phase::head:
    case Phase::handshake: deadline_ms_ = edge_->deadline(timeouts.head); break;
    case Phase::body: deadline_ms_ = edge_->deadline(timeouts.body); break;
    case Phase::handling: deadline_ms_ = no_deadline; break;  // when_durable and the worker always come back
    case Phase::writing: deadline_ms_ = edge_->deadline(timeouts.write); break;
    case Phase::lingering: deadline_ms_ = edge_->deadline(timeouts.linger); break;
  }
}

bool SessionBase::before_read() {
  if (reader_.idle()) {
    if (edge_->stopping) return false;
    const bool first = phase_ == Phase::idle || phase_ == Phase::handshake;  // keeps the deadline that it has
    if (!first) set_phase(Phase::idle);
    phase_ = Phase::idle;
    return true;
  }
  const Phase now = reader_.in_body() ? Phase::body : Phase::head;
  if (phase_ != now) set_phase(now);  // not prolonged by each byte
  return true;
}

bool SessionBase::fits_in_memory() {
  const std::size_t wanted = reader_.memory_bytes();
  const std::size_t others = edge_->counters.buffered_bytes - counted_bytes_;
  if (wanted > counted_bytes_ && reader_.in_body() && others + wanted > edge_->settings.limits.buffer_bytes)
    return false;
  edge_->counters.buffered_bytes = others + wanted;
  counted_bytes_ = wanted;
  return true;
}

bool SessionBase::wants_web_socket() {
  const Request& request = reader_.request();
  return request.method == Method::get && reader_.head().method == Method::get && request.path == events_path;
}

Reply SessionBase::first_reply() {
  phase_ = Phase::handling;
  const Request& request = reader_.request();
  Reply reply;
  switch (request.method) {
    case Method::options:
      reply.response.status = 204;
      reply.response.headers.emplace_back("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
      return reply;
    case Method::other:
      reply.response = denied({405, "method_not_allowed", ""});
      reply.response.headers.emplace_back("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
      return reply;
    case Method::get:
    case Method::head:
    case Method::post:
    case Method::put:
    case Method::patch:
    case Method::del: break;
  }
  return edge_->call(request);
}

bool SessionBase::must_settle(const Reply& reply) const {
  return reply.offload || reply.then || !is_durable(reply.durable_after);
}

Awaitable<Response> SessionBase::settle(Reply reply) {
  set_phase(Phase::handling);
  for (int link = 0; reply.offload || reply.then; ++link) {
    if (link == chain_links_max) co_return edge_->failure("its replies never end", reader_.request().accept_language);
    if (reply.offload)
      reply = co_await offload(std::move(reply.offload), reply.slow);
    else
      reply = run_then(std::move(reply.then));
  }
  if (is_durable(reply.durable_after)) co_return std::move(reply.response);
  const Commit commit = co_await wait_durable(reply.durable_after);
  if (commit == Commit::durable) co_return std::move(reply.response);
  co_return commit_failed(commit);
}

Awaitable<Commit> SessionBase::wait_durable(std::uint64_t seq) {
  set_phase(Phase::handling);
  auto outcome = std::make_shared<Outcome<Commit>>();
  edge_->application.when_durable(seq, [outcome](Commit commit) { outcome->set(commit); });
  co_return co_await Outcome<Commit>::taken(std::move(outcome));
}

Response SessionBase::commit_failed(Commit why) {
  if (edge_->gone) return {};  // nobody will read it
  try {
    return edge_->application.commit_failed(why, reader_.request());
  } catch (const std::exception& error) {
    return edge_->failure(error.what(), reader_.request().accept_language);
  }
}

Awaitable<Reply> SessionBase::offload(std::function<Reply()> job, bool slow) {
  struct Result {
    Reply reply;
    std::string failure;
  };
  auto outcome = std::make_shared<Outcome<Result>>();
  Offload& lane = slow ? edge_->devices : edge_->worker;
  const bool taken_on = lane.run([outcome, &io = edge_->io, job = std::move(job)] {
    Result result;
    try {
      result.reply = job();
    } catch (const std::exception& error) {
      result.failure = error.what();
      if (result.failure.empty()) result.failure = "no reason given";
    }
    asio::post(io, [outcome, result = std::move(result)]() mutable { outcome->set(std::move(result)); });
  });
  Reply reply;
  if (!taken_on) {
    reply.response = denied({503, "busy", ""});
    reply.response.headers.emplace_back("Retry-After", "1");
    co_return reply;
  }
  Result result = co_await Outcome<Result>::taken(std::move(outcome));
  if (!result.failure.empty())
    result.reply.response = edge_->failure(result.failure, reader_.request().accept_language);
  co_return std::move(result.reply);
}

Reply SessionBase::run_then(std::function<Reply()> then) {
  try {
    return then();
  } catch (const std::exception& error) {
    Reply reply;
    reply.response = edge_->failure(error.what(), reader_.request().accept_language);
    return reply;
  }
}

tl::expected<Subscription, Response> SessionBase::subscribe() {
  set_phase(Phase::handling);
  const Head& head = reader_.head();
  const Request& request = reader_.request();
  if (!head.upgrade_web_socket || head.web_socket_version != "13") {
    Response response = denied({426, "upgrade_required", ""});
    response.headers.emplace_back("Upgrade", "websocket");
    response.headers.emplace_back("Sec-WebSocket-Version", "13");
    response.headers.emplace_back("Connection", "Upgrade");
    return tl::unexpected{std::move(response)};
  }
  if (!is_client_key(head.web_socket_key)) return tl::unexpected{denied({400, "malformed", "Sec-WebSocket-Key"})};
  if (head.origin.data() != nullptr && !is_same_origin(head.origin, request.host))
    return tl::unexpected{denied({403, "cross_site", ""})};
  try {
    auto subscription = edge_->application.subscribe(request);
    if (subscription && subscription->topics.size() > edge_->settings.limits.topics)
      return tl::unexpected{denied({400, "malformed", "topics"})};
    return subscription;
  } catch (const std::exception& error) {
    return tl::unexpected{edge_->failure(error.what(), request.accept_language)};
  }
}

std::string SessionBase::switching_protocols() const {
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
         accept_key(reader_.head().web_socket_key) + "\r\n\r\n";
}

Response SessionBase::denied(const Fault& fault) {
  ++edge_->counters.refused;
  return edge_->problem(fault, reader_.request().accept_language);
}

Response SessionBase::refusal(const Fault& fault) {
  over_ = linger_ = true;
  ++edge_->counters.refused;
  return edge_->problem(fault, {});  // the head may be what is wrong: its views are not to be trusted
}

SessionBase::Buffers SessionBase::build_answer(Response& response) {
  if (!is_sendable(response)) response = edge_->failure("a header with a line break", {});
  const Head& head = reader_.head();
  over_ = over_ || !head.keep_alive || edge_->stopping;
  std::string& out = edge_->scratch;
  out.clear();
  append_head(out, response, {edge_->date.text(), reader_.request().secure, !over_, head.http_1_0});
  const bool bodiless = head.method == Method::head || is_bodiless(response.status);
  const std::string_view body = bodiless ? std::string_view{} : body_of(response);
  return {asio::const_buffer{out.data(), out.size()}, asio::const_buffer{body.data(), body.size()}};
}

bool SessionBase::keep_rest(const Buffers& all, std::size_t sent, Response& response) {
  if (sent == all[0].size() + all[1].size()) return true;
  rest_owner_ = std::make_unique<Rest>();
  const std::size_t head_sent = std::min(sent, all[0].size());
  rest_owner_->head.assign(static_cast<const char*>(all[0].data()) + head_sent, all[0].size() - head_sent);
  rest_owner_->response = std::move(response);
  const std::string_view body = all[1].size() == 0 ? std::string_view{} : body_of(rest_owner_->response);
  const std::size_t body_sent = sent - head_sent;
  rest_ = {asio::const_buffer{rest_owner_->head.data(), rest_owner_->head.size()},
           asio::const_buffer{body.data(), body.size()} + body_sent};
  return false;
}

void SessionBase::drop_rest() {
  rest_ = {};
  rest_owner_.reset();
}

}  // namespace skranke::http
