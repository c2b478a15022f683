#pragma once
// A real server on loopback with a small application behind it, and a client that speaks raw bytes. Every wait has a
// deadline.
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "daemon/http/server.hpp"

namespace skranke::http::test {

/// Everything on the I/O thread; tests reach it through Fixture::on_io.
class TestApplication final : public Application {
 public:
  Reply handle(const Request& request) override;
  tl::expected<Subscription, Response> subscribe(const Request& request) override;
  void client_message(std::uint64_t connection, std::string_view text) override;
  void client_gone(std::uint64_t connection) override { gone.push_back(connection); }
  bool is_durable(std::uint64_t seq) const override { return seq <= durable; }
  void when_durable(std::uint64_t seq, std::function<void(Commit)> done) override {
    waits.emplace(seq, std::move(done));
  }
  Response commit_failed(Commit why, const Request& request) override;
  Response problem(int status, std::string_view reason, std::string_view field,
                   std::string_view accept_language) override;

  /// The commit of everything up to `seq` came to an end.
  void commit(std::uint64_t seq, Commit how = Commit::durable);

  std::uint64_t durable = 0;
  std::multimap<std::uint64_t, std::function<void(Commit)>> waits;
  std::vector<std::string> messages;
  std::vector<std::uint64_t> gone;
  std::vector<std::string> seen;  ///< "METHOD path" of each handled request
  std::thread::id offload_thread, then_thread;
  std::shared_future<void> gate;  ///< what /offload waits for
  Bytes hot = std::make_shared<const std::string>(R"({"hot":true})");
};

struct Answer {
  int status = 0;
  std::string head;  ///< with the empty line
  std::string body;
  [[nodiscard]] std::string header(std::string_view name) const;  ///< empty when absent
};

/// A blocking socket; reads give up after five seconds.
class Client {
 public:
  explicit Client(std::uint16_t port, int receive_buffer = 0);
  ~Client();
  Client(Client&& other) noexcept : fd_{std::exchange(other.fd_, -1)}, have_{std::move(other.have_)} {}
  Client(const Client&) = delete;
  bool send(std::string_view bytes);
  /// The next answer by its Content-Length (`bodiless`: it has none, as after HEAD). Status 0: closed or too late.
  Answer read(bool bodiless = false);
  Answer ask(std::string_view bytes) { return send(bytes) ? read() : Answer{}; }
  /// Until the other side closes; false when it does not within five seconds.
  bool closed();
  /// The next thing is the end.
  bool ended();
  /// Exactly so many bytes, or fewer at the end.
  std::string take(std::size_t bytes);
  /// The next unmasked frame: opcode and payload. Opcode -1: closed or too late.
  std::pair<int, std::string> frame();
  [[nodiscard]] int fd() const { return fd_; }

 private:
  bool more();
  int fd_ = -1;
  std::string have_;
};

/// A client's masked frame. `first` is the first byte (FIN and opcode).
std::string masked(int first, std::string_view payload);
std::string get(std::string_view path, std::string_view more_headers = "");
std::string post(std::string_view path, std::string_view body, std::string_view more_headers = "");
std::string handshake(std::string_view topics, std::string_view more_headers = "");

class Fixture {
 public:
  explicit Fixture(Options options = {}, const std::function<void(Endpoint&)>& adjust = {});
  ~Fixture();

  /// Runs on the I/O thread and waits for it.
  template <class F>
  auto on_io(F work) {
    std::packaged_task<decltype(work())()> task{std::move(work)};
    auto result = task.get_future();
    boost::asio::post(io, [&task] { task(); });
    return result.get();
  }
  /// Polls on the I/O thread until true; false after five seconds.
  bool eventually(std::function<bool()> what);
  [[nodiscard]] Client client(int receive_buffer = 0) const { return Client{port, receive_buffer}; }

  boost::asio::io_context io{1};
  TestApplication app;
  Hub hub;
  std::vector<std::string> log;
  std::unique_ptr<Server> server;
  std::uint16_t port = 0;

 private:
  std::thread thread_;
};

/// Deadlines of some hundred milliseconds, swept every 20.
Options quick();

}  // namespace skranke::http::test
