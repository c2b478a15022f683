#include "daemon/http/tls.hpp"

#include <array>
#include <boost/asio/ssl.hpp>
#include <openssl/evp.h>

#include "daemon/http/session.hpp"

namespace skranke::http {

class TlsContext {
 public:
  asio::ssl::context context{asio::ssl::context::tls_server};
};

template <class Stream>
std::string channel_of(Stream& stream) {
  constexpr std::string_view label = "EXPORTER-Channel-Binding";   // RFC 9266
  std::string bytes(32, '\0');
  SSL* tls = stream.native_handle();
  const bool given = SSL_version(tls) >= TLS1_3_VERSION &&
                     SSL_export_keying_material(tls, reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), label.data(), label.size(), nullptr, 0, 0) == 1;
  return given ? bytes : std::string{};
}

namespace {
std::string because(const char* what, const std::string& file, const ErrorCode& ec) {
  return std::string{what} + " " + file + ": " + ec.message();
}
}  // namespace

tl::expected<std::shared_ptr<TlsContext>, std::string> load_tls(const std::string& certificate_file,
                                                                const std::string& key_file) {
  auto loaded = std::make_shared<TlsContext>();
  asio::ssl::context& context = loaded->context;
  ErrorCode ec;
  context.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                          asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1 |
                          SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE,
                      ec);
  if (ec) return tl::unexpected{because("TLS options", "", ec)};
  SSL_CTX_set_mode(context.native_handle(), SSL_MODE_RELEASE_BUFFERS);
  context.use_certificate_chain_file(certificate_file, ec);
  if (ec) return tl::unexpected{because("certificate", certificate_file, ec)};
  context.use_private_key_file(key_file, asio::ssl::context::pem, ec);
  if (ec) return tl::unexpected{because("private key", key_file, ec)};
  if (SSL_CTX_check_private_key(context.native_handle()) != 1)
    return tl::unexpected{"private key " + key_file + " does not fit the certificate"};
  return loaded;
}

std::string key_digest(const TlsContext& tls) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  const X509* certificate = SSL_CTX_get0_certificate(const_cast<TlsContext&>(tls).context.native_handle());
  unsigned char* key = nullptr;
  const int key_size = certificate == nullptr ? -1 : i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &key);
  if (key_size > 0) EVP_Digest(key, static_cast<std::size_t>(key_size), digest.data(), &size, EVP_sha256(), nullptr);
  OPENSSL_free(key);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

void start_tls_session(const std::shared_ptr<Edge>& edge, Socket socket, const Peer& peer, TlsContext& tls) {
  using Stream = asio::ssl::stream<Socket>;
  auto session = std::make_shared<Session<Stream>>(edge, Stream{std::move(socket), tls.context}, peer);
  asio::co_spawn(edge->io.get_executor(), Session<Stream>::run(std::move(session)), LogFailure{edge});
}

}  // namespace skranke::http
