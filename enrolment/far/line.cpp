#include "enrolment/far/line.hpp"

#include <algorithm>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "enrolment/seal.hpp"
#include "system/owned.hpp"

namespace skranke::enrolment {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;
constexpr auto send_patience = 30s;
// A box whose power or cable is gone is missed after some fifteen seconds, also when nothing is asked of it.
constexpr int first_probe_s = 5, probe_every_s = 3, probes = 3, unheard_ms = 15'000;

using Context = std::unique_ptr<SSL_CTX, Closer<SSL_CTX_free>>;

void set_option(int fd, int level, int name, int value) { ::setsockopt(fd, level, name, &value, sizeof value); }

/// In place of chains, names and times: the key is the one that was told, or nobody is spoken to.
int has_pinned_key(X509_STORE_CTX* store, void* pin) {
  const X509* certificate = X509_STORE_CTX_get0_cert(store);
  if (certificate != nullptr && key_pin(*certificate) == *static_cast<const std::string*>(pin)) return 1;
  X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_UNTRUSTED);
  return 0;
}

Context context_of(Line::End end, const LineKeys& keys) {
  Context context{SSL_CTX_new(end == Line::End::asks ? TLS_client_method() : TLS_server_method())};
  SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);   // what passed through is overwritten when it is given back, and not kept until the next
  // No line is another one's continuation: each shows both keys.
  SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context.get(), 0);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  const bool usable = SSL_CTX_use_certificate_chain_file(context.get(), keys.certificate.c_str()) == 1 && SSL_CTX_use_PrivateKey_file(context.get(), keys.key.c_str(), SSL_FILETYPE_PEM) == 1 &&
                      SSL_CTX_check_private_key(context.get()) == 1;
  return usable ? std::move(context) : nullptr;
}

bool wait_for(int fd, short what, Until until) {
  pollfd waiting{fd, what, 0};
  int left = -1;
  if (until != for_ever) left = static_cast<int>(std::max<std::int64_t>(std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count(), 0));
  const int ready = ::poll(&waiting, 1, left);
  return ready > 0 || (ready < 0 && errno == EINTR);
}

tl::unexpected<Error> given_up(const SSL* tls) {
  const unsigned long code = ERR_peek_error();
  ERR_clear_error();
  if (SSL_get_verify_result(tls) != X509_V_OK) return wrong("stranger", "whoever is there has another key than the one that is written here");
  switch (ERR_GET_REASON(code)) {
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED: return wrong("unknown", "it does not know the key of this box");
    default: return wrong("end", "the other side is gone");
  }
}

/// Until the call has done it: 1 of OpenSSL's.
template <class Call>
Result<void> done(SSL* tls, Until until, const Call& call) {
  while (true) {
    ERR_clear_error();
    const int result = call();
    if (result == 1) return {};
    const int why = SSL_get_error(tls, result);
    if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) return given_up(tls);
    if (!wait_for(SSL_get_fd(tls), why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, until)) return wrong("time", "no answer in time");
  }
}

}  // namespace

bool is_pin(std::string_view text) {
  return text.size() == pin_digits && std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

void Line::Close::operator()(SSL* tls) const noexcept {
  const int fd = SSL_get_fd(tls);
  SSL_shutdown(tls);
  SSL_free(tls);
  if (fd >= 0) ::close(fd);
}

Result<Line> Line::meet(int fd, End end, const LineKeys& keys, std::chrono::milliseconds patience) {
  const auto context = context_of(end, keys);
  if (context == nullptr) {
    ERR_clear_error();
    ::close(fd);
    return wrong("keys", "the key or the certificate of this end cannot be used");
  }
  std::string pin = keys.pin;
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(context.get(), has_pinned_key, &pin);
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
  set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, first_probe_s);
  set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, probe_every_s);
  set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, probes);
  set_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, unheard_ms);
  Line line{std::unique_ptr<SSL, Close>{SSL_new(context.get())}};
  SSL* const tls = line.tls_.get();
  SSL_set_fd(tls, fd);
  const Until until = Clock::now() + patience;
  if (auto met = done(tls, until, [&] { return end == End::asks ? SSL_connect(tls) : SSL_accept(tls); }); !met) return tl::unexpected<Error>{met.error()};
  return line;
}

Result<void> Line::send(ByteView bytes) {
  if (bytes.empty()) return {};
  std::size_t sent = 0;
  return done(tls_.get(), Clock::now() + send_patience, [&] { return SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &sent); });
}

Result<void> Line::receive(std::span<std::uint8_t> into, Until until) {
  while (!into.empty()) {
    std::size_t got = 0;
    if (auto some = done(tls_.get(), until, [&] { return SSL_read_ex(tls_.get(), into.data(), into.size(), &got); }); !some) return some;
    into = into.subspan(got);
  }
  return {};
}

Way Line::way() {
  return {[this](ByteView bytes) { return send(bytes); }, [this](std::span<std::uint8_t> into, Until until) { return receive(into, until); }};
}

int Line::fd() const { return SSL_get_fd(tls_.get()); }

}  // namespace skranke::enrolment
