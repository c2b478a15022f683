#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <filesystem>

#include "tests/unit/http/support.hpp"

namespace skranke::http::test {
namespace {

struct Files {
  std::filesystem::path folder;
  Files() {
    std::string name = (std::filesystem::temp_directory_path() / "skranke-tls-XXXXXX").string();
    folder = ::mkdtemp(name.data());
  }
  ~Files() { std::filesystem::remove_all(folder); }
  TlsFiles paths() const { return {folder / "cert.pem", folder / "key.pem"}; }

  /// A fresh self-signed pair of which `serial` can be recognised.
  void write(long serial) const {
    EVP_PKEY* const key = EVP_EC_gen("P-256");
    X509* const cert = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(cert), serial);
    X509_gmtime_adj(X509_getm_notBefore(cert), -60);
    X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
    X509_set_issuer_name(cert, X509_get_subject_name(cert));
    X509_set_pubkey(cert, key);
    X509_sign(cert, key, EVP_sha256());
    FILE* file = ::fopen(paths().certificate_file.c_str(), "w");
    PEM_write_X509(file, cert);
    ::fclose(file);
    file = ::fopen(paths().key_file.c_str(), "w");
    PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    ::fclose(file);
    X509_free(cert);
    EVP_PKEY_free(key);
  }
};

class TlsClient {
 public:
  TlsClient(std::uint16_t port, int version_max = 0) : tcp_{port}, context_{SSL_CTX_new(TLS_client_method())} {
    if (version_max != 0) {
      SSL_CTX_set_min_proto_version(context_, TLS1_VERSION);
      SSL_CTX_set_max_proto_version(context_, version_max);
      SSL_CTX_set_security_level(context_, 0);
    }
    ssl_ = SSL_new(context_);
    SSL_set_fd(ssl_, tcp_.fd());
    good = SSL_connect(ssl_) == 1;
  }
  ~TlsClient() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
  }
  void send(std::string_view bytes) {
    ASSERT_EQ(SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())), static_cast<int>(bytes.size()));
  }
  /// Reads until the text so far ends with `end`, or the connection does.
  std::string read_until(std::string_view end) {
    std::string all;
    char bytes[16384];
    for (int n = 0; !all.ends_with(end) && (n = SSL_read(ssl_, bytes, sizeof bytes)) > 0;)
      all.append(bytes, static_cast<std::size_t>(n));
    return all;
  }
  bool ended_properly() {
    return read_until("nothing more").empty() && (SSL_get_shutdown(ssl_) & SSL_RECEIVED_SHUTDOWN) != 0;
  }
  long serial() {
    X509* const cert = SSL_get1_peer_certificate(ssl_);
    const long number = ASN1_INTEGER_get(X509_get0_serialNumber(cert));
    X509_free(cert);
    return number;
  }
  bool good = false;

 private:
  Client tcp_;
  SSL_CTX* context_;
  SSL* ssl_ = nullptr;
};

struct Tls : ::testing::Test {
  Tls() { files.write(1); }
  Files files;
  std::function<void(Endpoint&)> with_tls = [this](Endpoint& endpoint) { endpoint.tls = files.paths(); };
};

TEST_F(Tls, AnswersAndSaysGoodbye) {
  Fixture fixture{{}, with_tls};
  TlsClient client{fixture.port};
  ASSERT_TRUE(client.good);
  client.send(get("/remote"));
  const std::string answer = client.read_until("true");
  EXPECT_TRUE(answer.ends_with("127.0.0.1 true"));
  EXPECT_NE(answer.find("\r\nStrict-Transport-Security: "), std::string::npos);
  client.send(get("/large", "Connection: close\r\n"));
  EXPECT_GT(client.read_until(std::string(1000, 'x') + "!").size(), 8U * 1024 * 1024);
  EXPECT_TRUE(client.ended_properly());
}

TEST_F(Tls, WebSocketHearsChanges) {
  Fixture fixture{{}, with_tls};
  TlsClient client{fixture.port};
  client.send(handshake("queue"));
  EXPECT_NE(client.read_until("snapshot").find("101 Switching"), std::string::npos);
  for (int i = 0; i < 100; ++i) {
    const std::string words = "change " + std::to_string(i);
    fixture.on_io([&] { fixture.hub.publish("queue", std::make_shared<const std::string>(words)); });
    ASSERT_TRUE(client.read_until(words).ends_with(words));
  }
}

TEST_F(Tls, OldVersionsAreRefused) {
  Fixture fixture{{}, with_tls};
  EXPECT_FALSE((TlsClient{fixture.port, TLS1_1_VERSION}.good));
  EXPECT_TRUE((TlsClient{fixture.port, TLS1_2_VERSION}.good));
}

TEST_F(Tls, ReloadTakesTheNewCertificateAndKeepsTheOldOnAnError) {
  Fixture fixture{{}, with_tls};
  TlsClient old{fixture.port};
  EXPECT_EQ(old.serial(), 1);
  files.write(2);
  EXPECT_TRUE(fixture.on_io([&] { return fixture.server->reload_tls().has_value(); }));
  EXPECT_EQ(TlsClient{fixture.port}.serial(), 2);
  std::filesystem::remove(files.paths().key_file);
  const auto reloaded = fixture.on_io([&] { return fixture.server->reload_tls(); });
  ASSERT_FALSE(reloaded);
  EXPECT_NE(reloaded.error().find("key.pem"), std::string::npos);
  EXPECT_EQ(TlsClient{fixture.port}.serial(), 2);
  old.send(get("/hot"));
  EXPECT_FALSE(old.read_until("}").empty()) << "connections that stand stay";
}

TEST_F(Tls, AHandshakeThatNeverComesIsClosed) {
  Fixture fixture{quick(), with_tls};
  Client silent = fixture.client();
  EXPECT_TRUE(silent.closed());
  Client plain = fixture.client();
  plain.send(get("/hot"));
  EXPECT_TRUE(plain.closed());
  EXPECT_TRUE(fixture.eventually([&] { return fixture.server->counters().open_connections == 0; }));
}

}  // namespace
}  // namespace skranke::http::test
