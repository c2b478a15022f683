#include "tests/unit/http/support.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <chrono>

#include "daemon/http/ws_frame.hpp"

namespace skranke::http::test {

using namespace std::chrono_literals;

Reply TestApplication::handle(const Request& request) {
  seen.push_back(fmt::format("{} {}", static_cast<int>(request.method), request.path));
  Reply reply;
  reply.response.content_type = "text/plain";
  const std::string_view what = request.segments.empty() ? "" : request.segments.front();
  if (what == "hot") {
    reply.response.shared = hot;
  } else if (what == "echo") {
    reply.response.body = request.body;
  } else if (what == "path") {
    reply.response.body =
        fmt::format("{}|{}|{}|{}", request.path, request.segments.size(), request.query_value("q"), request.host);
  } else if (what == "remote") {
    reply.response.body = fmt::format("{} {}", request.remote, request.secure);
  } else if (what == "page") {
    reply.response.content_type = "text/html; charset=utf-8";
    reply.response.fixed = "<!doctype html>";
    reply.response.headers.emplace_back("cache-control", "no-cache");
  } else if (what == "large") {
    reply.response.body.assign(8 * 1024 * 1024, 'x');
  } else if (what == "wait") {
    reply.durable_after = std::stoull(request.query_value("seq"));
    reply.response.body = request.query_value("seq");
  } else if (what == "throw") {
    throw std::runtime_error{"the handler's fault"};
  } else if (what == "split") {
    reply.response.headers.emplace_back("X-Name", "a\r\nSet-Cookie: stolen=1");
  } else if (what == "empty") {
    reply.response.status = 204;
  } else if (what == "offload") {
    reply.offload = [this, waits_for = gate] {
      if (waits_for.valid()) waits_for.wait();
      offload_thread = std::this_thread::get_id();
      Reply second;
      second.then = [this] {
        then_thread = std::this_thread::get_id();
        Reply third;
        third.response.body = "hashed";
        return third;
      };
      return second;
    };
  } else if (what == "offload-throws") {
    reply.offload = []() -> Reply { throw std::runtime_error{"the worker's fault"}; };
  } else if (what == "endless") {
    struct Again {
      Reply operator()() const {
        Reply next;
        next.then = Again{};
        return next;
      }
    };
    reply.then = Again{};
  } else {
    reply.response = problem(404, "not_found", "", request.accept_language);
  }
  return reply;
}

tl::expected<Subscription, Response> TestApplication::subscribe(const Request& request) {
  Subscription subscription;
  std::string topics = request.query_value("topics");
  if (topics == "forbidden") return tl::unexpected{problem(403, "forbidden", "topics", "")};
  for (std::size_t at = 0; at <= topics.size();) {
    const std::size_t end = std::min(topics.find(',', at), topics.size());
    subscription.topics.push_back(topics.substr(at, end - at));
    at = end + 1;
  }
  const std::string after = request.query_value("after");
  subscription.durable_after = after.empty() ? 0 : std::stoull(after);
  subscription.frames.push_back(std::make_shared<const std::string>("snapshot"));
  subscription.name = "test";
  return subscription;
}

void TestApplication::client_message(std::uint64_t connection, std::string_view text) {
  if (text == "throw") throw std::runtime_error{"the message's fault"};
  messages.push_back(fmt::format("{}:{}", connection, text));
}

Response TestApplication::commit_failed(Commit why, const Request& request) {
  Response response =
      problem(why == Commit::storage_full ? 507 : 503, why == Commit::storage_full ? "storage_full" : "busy", "", "");
  response.headers.emplace_back("X-Path", std::string{request.path});
  return response;
}

Response TestApplication::problem(int status, std::string_view reason, std::string_view field, std::string_view) {
  Response response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.body = fmt::format(R"({{"type":"/problems/{}","status":{},"field":"{}"}})", reason, status, field);
  return response;
}

void TestApplication::commit(std::uint64_t seq, Commit how) {
  if (how == Commit::durable) durable = seq;
  for (auto next = waits.begin(); next != waits.end() && next->first <= seq; next = waits.erase(next))
    next->second(how);
}

std::string Answer::header(std::string_view name) const {
  const std::string key = fmt::format("\r\n{}: ", name);
  const std::size_t at = head.find(key);
  if (at == std::string::npos) return {};
  const std::size_t from = at + key.size();
  return head.substr(from, head.find('\r', from) - from);
}

Client::Client(std::uint16_t port, int receive_buffer) : fd_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
  if (receive_buffer > 0) ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_port = htons(port);
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<sockaddr*>(&place), sizeof place) != 0) ::close(std::exchange(fd_, -1));
}

Client::~Client() {
  if (fd_ >= 0) ::close(fd_);
}

bool Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

bool Client::more() {
  pollfd wait{fd_, POLLIN, 0};
  if (::poll(&wait, 1, 5000) != 1) return false;
  char bytes[16384];
  const ssize_t n = ::recv(fd_, bytes, sizeof bytes, 0);
  if (n <= 0) return false;
  have_.append(bytes, static_cast<std::size_t>(n));
  return true;
}

Answer Client::read(bool bodiless) {
  std::size_t end = 0;
  while ((end = have_.find("\r\n\r\n")) == std::string::npos)
    if (!more()) return {};
  Answer answer;
  answer.head = have_.substr(0, end + 4);
  have_.erase(0, end + 4);
  answer.status = std::stoi(answer.head.substr(9, 3));
  const std::string length = answer.header("Content-Length");
  if (!bodiless && !length.empty()) answer.body = take(std::stoul(length));
  return answer;
}

std::string Client::take(std::size_t bytes) {
  while (have_.size() < bytes && more()) continue;
  std::string out = have_.substr(0, bytes);
  have_.erase(0, out.size());
  return out;
}

bool Client::ended() {
  pollfd wait{fd_, POLLIN, 0};
  char byte;
  return ::poll(&wait, 1, 5000) == 1 && ::recv(fd_, &byte, 1, 0) == 0;
}

bool Client::closed() {
  const auto deadline = std::chrono::steady_clock::now() + 5s;
  while (std::chrono::steady_clock::now() < deadline) {
    pollfd wait{fd_, POLLIN, 0};
    if (::poll(&wait, 1, 5000) != 1) return false;
    char bytes[16384];
    if (::recv(fd_, bytes, sizeof bytes, 0) <= 0) return true;
  }
  return false;
}

std::pair<int, std::string> Client::frame() {
  const std::string head = take(2);
  if (head.size() < 2) return {-1, ""};
  std::size_t size = static_cast<unsigned char>(head[1]);
  const std::size_t extended = size == 126 ? 2 : size == 127 ? 8 : 0;
  if (extended > 0) {
    size = 0;
    for (const char c : take(extended)) size = size << 8 | static_cast<unsigned char>(c);
  }
  return {static_cast<unsigned char>(head[0]) & 0x0f, take(size)};
}

std::string masked(int first, std::string_view payload) {
  std::string out;
  out.push_back(static_cast<char>(first));
  if (payload.size() < 126) {
    out.push_back(static_cast<char>(0x80U | payload.size()));
  } else {
    out.push_back(static_cast<char>(0x80U | 126U));
    out.push_back(static_cast<char>(payload.size() >> 8));
    out.push_back(static_cast<char>(payload.size() & 0xff));
  }
  constexpr char mask[] = {0x11, 0x5a, 0x33, 0x7f};
  out.append(mask, 4);
  for (std::size_t i = 0; i < payload.size(); ++i) out.push_back(static_cast<char>(payload[i] ^ mask[i % 4]));
  return out;
}

std::string get(std::string_view path, std::string_view more_headers) {
  return fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\n{}\r\n", path, more_headers);
}

std::string post(std::string_view path, std::string_view body, std::string_view more_headers) {
  return fmt::format("POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n{}\r\n{}", path, body.size(),
                     more_headers, body);
}

std::string handshake(std::string_view topics, std::string_view more_headers) {
  return get(fmt::format("/api/v1/events?topics={}", topics),
             fmt::format("Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{}",
                         more_headers));
}

Options quick() {
  Options options;
  Timeouts& t = options.timeouts;
  t.head = t.body = t.idle = t.write = t.linger = t.stalled = t.stop = 300ms;
  t.sweep = 20ms;
  return options;
}

Fixture::Fixture(Options options, const std::function<void(Endpoint&)>& adjust) {
  options.log = [this](std::string_view line) { log.emplace_back(line); };
  server = std::make_unique<Server>(io, app, hub, std::move(options));
  Endpoint endpoint;
  if (adjust) adjust(endpoint);
  port = server->listen(endpoint).value();
  thread_ = std::thread{[this] { io.run(); }};
}

Fixture::~Fixture() {
  boost::asio::post(io, [this] {
    server.reset();
    io.stop();
  });
  thread_.join();
}

bool Fixture::eventually(std::function<bool()> what) {
  const auto deadline = std::chrono::steady_clock::now() + 5s;
  while (std::chrono::steady_clock::now() < deadline) {
    if (on_io(what)) return true;
    std::this_thread::sleep_for(2ms);
  }
  return false;
}

}  // namespace skranke::http::test
