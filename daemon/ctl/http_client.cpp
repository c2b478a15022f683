#include "daemon/ctl/http_client.hpp"

#include <chrono>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>

namespace skranke::ctl {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

constexpr auto patience = std::chrono::seconds{30};

struct Place {
  std::string host, port;
};

tl::expected<Place, std::string> place_of(std::string_view server) {
  constexpr std::string_view scheme = "http://";
  if (!server.starts_with(scheme)) return tl::unexpected(fmt::format("{}: only http:// addresses can be asked", server));
  server.remove_prefix(scheme.size());
  server = server.substr(0, server.find('/'));
  const std::size_t colon = server.rfind(':');
  const bool has_port = colon != std::string_view::npos && server.find(']', colon) == std::string_view::npos;
  std::string host{server.substr(0, has_port ? colon : server.size())};
  if (host.size() > 1 && host.front() == '[') host = host.substr(1, host.size() - 2);
  return Place{std::move(host), has_port ? std::string{server.substr(colon + 1)} : "80"};
}

/// Waits for one asynchronous step under the stream's deadline.
template <class Start>
boost::system::error_code run(asio::io_context& io, beast::tcp_stream& stream, Start start) {
  boost::system::error_code result = asio::error::would_block;
  stream.expires_after(patience);
  start([&result](boost::system::error_code error, auto&&...) { result = error; });
  io.restart();
  io.run();
  return result;
}

}  // namespace

tl::expected<Answer, std::string> ask(const Request& request) {
  const auto place = place_of(request.server);
  if (!place) return tl::unexpected(place.error());
  asio::io_context io;
  asio::ip::tcp::resolver resolver{io};
  boost::system::error_code error;
  const auto endpoints = resolver.resolve(place->host, place->port, error);
  const auto failed = [&] { return tl::unexpected(fmt::format("{} cannot be reached: {}", request.server, error.message())); };
  if (error) return failed();
  beast::tcp_stream stream{io};
  error = run(io, stream, [&](auto done) { stream.async_connect(endpoints, done); });
  if (error) return failed();
  http::request<http::string_body> message{http::string_to_verb(request.method), request.path, 11};
  message.set(http::field::host, place->host + ":" + place->port);
  message.set(http::field::content_type, request.content_type);
  message.set(http::field::accept_language, request.language);
  if (!request.token.empty()) message.set(http::field::authorization, "Bearer " + request.token);
  message.body() = request.body;
  message.prepare_payload();
  error = run(io, stream, [&](auto done) { http::async_write(stream, message, done); });
  if (error) return failed();
  beast::flat_buffer buffer;
  http::response<http::string_body> answer;
  error = run(io, stream, [&](auto done) { http::async_read(stream, buffer, answer, done); });
  if (error) return failed();
  return Answer{static_cast<int>(answer.result_int()), std::move(answer.body())};
}

}  // namespace skranke::ctl
