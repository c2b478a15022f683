#include "agent/screen_ask.hpp"

#include <array>
#include <cerrno>
#include <chrono>

#include <fmt/format.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace skranke::agent {

namespace {

using namespace std::chrono_literals;

constexpr auto patience = 3s;
constexpr std::size_t answer_max = 64UL * 1024;

/// A connected socket and the moment until which it is waited for.
class Line {
 public:
  explicit Line(const Target& target) : until_{std::chrono::steady_clock::now() + patience} {
    addrinfo hints{}, *found = nullptr;
    hints.ai_socktype = SOCK_STREAM;
    if (getaddrinfo(target.host.c_str(), target.port.c_str(), &hints, &found) != 0) return;
    fd_ = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const bool begun = fd_ >= 0 && (connect(fd_, found->ai_addr, found->ai_addrlen) == 0 || errno == EINPROGRESS);
    freeaddrinfo(found);
    int refusal = 0;
    socklen_t size = sizeof refusal;
    up_ = begun && ready(POLLOUT) && getsockopt(fd_, SOL_SOCKET, SO_ERROR, &refusal, &size) == 0 && refusal == 0;
  }
  ~Line() {
    if (fd_ >= 0) close(fd_);
  }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  [[nodiscard]] bool up() const { return up_; }
  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] bool ready(short what) const {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until_ - std::chrono::steady_clock::now());
    pollfd waiting{fd_, what, 0};
    return left.count() > 0 && poll(&waiting, 1, static_cast<int>(left.count())) == 1;
  }

 private:
  std::chrono::steady_clock::time_point until_;
  int fd_ = -1;
  bool up_ = false;
};

std::string plainly(const Line& line, const std::string& request) {
  std::string answer;
  if (send(line.fd(), request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) return answer;
  std::array<char, 4096> buffer{};
  while (answer.size() < answer_max && line.ready(POLLIN)) {
    const ssize_t got = recv(line.fd(), buffer.data(), buffer.size(), 0);
    if (got <= 0) break;
    answer.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return answer;
}

struct Free {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};

/// Repeats a step of OpenSSL until it is done, fails, or the patience is over; its result, 0 or less = not done.
template <class Step>
int patiently(const Line& line, SSL* ssl, Step step) {
  while (true) {
    const int result = step();
    if (result > 0) return result;
    const int wanted = SSL_get_error(ssl, result);
    if (wanted != SSL_ERROR_WANT_READ && wanted != SSL_ERROR_WANT_WRITE) return result;
    if (!line.ready(wanted == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT)) return 0;
  }
}

}  // namespace

struct ScreenAsk::Tls {
  std::unique_ptr<SSL_CTX, Free> context{SSL_CTX_new(TLS_client_method())};
  std::string wrong;   ///< the file of the certificate cannot be used
};

ScreenAsk::ScreenAsk(Target target, const std::string& certificate) : target_{std::move(target)} {
  if (!target_.tls) return;
  tls_ = std::make_unique<Tls>();
  SSL_CTX_set_min_proto_version(tls_->context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(tls_->context.get(), SSL_VERIFY_PEER, nullptr);
  const int loaded = certificate.empty() ? SSL_CTX_set_default_verify_paths(tls_->context.get()) : SSL_CTX_load_verify_locations(tls_->context.get(), certificate.c_str(), nullptr);
  if (loaded != 1) trouble_ = tls_->wrong = fmt::format("{} holds no certificate that can be read", certificate);
  ERR_clear_error();
}

ScreenAsk::~ScreenAsk() = default;

bool ScreenAsk::listens() const { return Line{target_}.up(); }

std::string ScreenAsk::get(const std::string& path) {
  if (tls_ && !tls_->wrong.empty()) return {};
  trouble_.clear();
  const Line line{target_};
  if (!line.up()) return {};
  const std::string request = fmt::format("GET {} HTTP/1.1\r\nHost: {}:{}\r\nConnection: close\r\n\r\n", path, target_.host, target_.port);
  if (!tls_) return plainly(line, request);
  const std::unique_ptr<SSL, Free> ssl{SSL_new(tls_->context.get())};
  SSL_set_fd(ssl.get(), line.fd());
  const bool address = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), target_.host.c_str()) == 1;
  if (!address) SSL_set1_host(ssl.get(), target_.host.c_str()), SSL_set_tlsext_host_name(ssl.get(), target_.host.c_str());
  ERR_clear_error();
  if (patiently(line, ssl.get(), [&] { return SSL_connect(ssl.get()); }) <= 0) {
    if (const long verdict = SSL_get_verify_result(ssl.get()); verdict != X509_V_OK) trouble_ = X509_verify_cert_error_string(verdict);
    return {};
  }
  if (patiently(line, ssl.get(), [&] { return SSL_write(ssl.get(), request.data(), static_cast<int>(request.size())); }) <= 0) return {};
  std::string answer;
  std::array<char, 4096> buffer{};
  while (answer.size() < answer_max) {
    const int got = patiently(line, ssl.get(), [&] { return SSL_read(ssl.get(), buffer.data(), static_cast<int>(buffer.size())); });
    if (got <= 0) break;
    answer.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return answer;
}

}  // namespace skranke::agent
