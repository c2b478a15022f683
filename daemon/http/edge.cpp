#include "daemon/http/edge.hpp"

#include <fmt/format.h>
#include <cstdio>
#include <exception>

namespace skranke::http {

namespace {
constexpr std::size_t device_threads = 16;   // a device that hangs, or waits for a finger, takes one for some seconds; as many as enrolments can run
}

Edge::Edge(asio::io_context& context, Application& app, Hub& hub, Options options)
    : io{context}, application{app}, watchers{hub}, settings{std::move(options)}, worker{settings.limits.offload_jobs}, devices{settings.limits.offload_jobs, device_threads} {
  sweep();
}

std::uint64_t Edge::deadline(std::chrono::milliseconds from_now) const {
  // now_ms() may be one sweep old: without the second term a deadline could come early.
  return now_ms_ + static_cast<std::uint64_t>((from_now + settings.timeouts.sweep).count());
}

void Edge::log(std::string_view line) const {
  if (settings.log)
    settings.log(line);
  else
    fmt::print(stderr, "http: {}\n", line);
}

Reply Edge::call(const Request& request) {
  try {
    ++counters.requests;
    return application.handle(request);
  } catch (const std::exception& error) {
    Reply reply;
    reply.response = failure(error.what(), request.accept_language);
    return reply;
  }
}

Response Edge::failure(std::string_view what, std::string_view accept_language) {
  ++counters.handler_failures;
  log(fmt::format("a handler failed: {}", what));
  return problem({500, "internal", ""}, accept_language);
}

Response Edge::problem(const Fault& fault, std::string_view accept_language) {
  try {
    Response response = application.problem(fault.status, fault.reason, fault.field, accept_language);
    if (is_sendable(response)) return response;
  } catch (const std::exception& error) {
    log(fmt::format("no words for {}: {}", fault.reason, error.what()));
  }
  Response response;  // the application cannot even say that it failed
  response.status = fault.status;
  response.content_type = "application/problem+json";
  response.body = fmt::format(R"({{"type":"/problems/{}","status":{}}})", fault.reason, fault.status);
  return response;
}

bool Edge::admit(const asio::ip::address& remote) {
  if (counters.open_connections >= settings.limits.connections) return false;
  std::size_t& here = per_address_[remote];
  if (here >= settings.limits.connections_per_address) return false;
  ++here;
  ++counters.open_connections;
  return true;
}

void Edge::release(const asio::ip::address& remote) {
  const auto place = per_address_.find(remote);
  if (--place->second == 0) per_address_.erase(place);
  --counters.open_connections;
}

void Edge::enter(Connection& connection) {
  connection.index_ = connections_.size();
  connections_.push_back(&connection);
}

void Edge::leave(Connection& connection) {
  Connection* const last = connections_.back();
  connections_[connection.index_] = last;
  last->index_ = connection.index_;
  connections_.pop_back();
  if (stopping && connections_.empty() && on_last_left) on_last_left();
}

void Edge::sweep() {
  now_ms_ = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
          .count());
  date.refresh(std::time(nullptr));
  for (Connection* const connection : connections_) {
    if (connection->deadline_ms_ > now_ms_) continue;
    connection->deadline_ms_ = Connection::no_deadline;
    ++counters.timed_out;
    connection->expire();
  }
}

Connection::Connection(std::shared_ptr<Edge> edge, asio::ip::address remote)
    : edge_{std::move(edge)}, remote_{std::move(remote)} {
  edge_->enter(*this);
}

Connection::~Connection() { edge_->leave(*this); }

asio::ip::address plain_address(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  return address;
}

void LogFailure::operator()(std::exception_ptr failure) const {
  if (!failure) return;
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    edge->log(fmt::format("a connection ended: {}", error.what()));
  }
}

}  // namespace skranke::http
