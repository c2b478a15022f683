#pragma once
// Certificates, and the sessions that run over them. Only tls.cpp sees OpenSSL.
#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "daemon/http/edge.hpp"

namespace skranke::http {

class TlsContext;

/// PEM files; the certificate file holds the chain. TLS 1.2 and 1.3 only. The error is a sentence for the log.
[[nodiscard]] tl::expected<std::shared_ptr<TlsContext>, std::string> load_tls(const std::string& certificate_file,
                                                                              const std::string& key_file);

/// Starts a session on an accepted, admitted socket.
void start_tls_session(const std::shared_ptr<Edge>& edge, Socket socket, const Peer& peer, TlsContext& context);
void start_plain_session(const std::shared_ptr<Edge>& edge, Socket socket, const Peer& peer);

/// SHA-256 of the public key in the certificate: what an agent pins.
[[nodiscard]] std::string key_digest(const TlsContext& context);

}  // namespace skranke::http
