#include "daemon/http/session.hpp"
#include "daemon/http/tls.hpp"

namespace skranke::http {

void start_plain_session(const std::shared_ptr<Edge>& edge, Socket socket, const Peer& peer) {
  auto session = std::make_shared<Session<Socket>>(edge, std::move(socket), peer);
  asio::co_spawn(edge->io.get_executor(), Session<Socket>::run(std::move(session)), LogFailure{edge});
}

}  // namespace skranke::http
