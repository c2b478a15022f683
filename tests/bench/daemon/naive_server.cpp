#include "tests/bench/daemon/naive_server.hpp"

#include <boost/asio/io_context.hpp>

#include "daemon/http/server.hpp"

namespace skranke::bench {

namespace {

class NaiveServer final : public http::Application {
 public:
  NaiveServer(const std::filesystem::path& file, const std::vector<RawRow>& rows, std::size_t warm_up) : database_{file}, rows_{rows}, next_{warm_up} {
    database_.append({rows.data(), warm_up});
    database_.checkpoint();
  }

  http::Reply handle(const http::Request&) override {
    http::Reply reply;
    if (next_ == rows_.size()) {
      reply.response.status = 503;
      return reply;
    }
    const RawRow& row = rows_[next_++];
    database_.append({&row, 1});
    reply.response.status = 201;
    reply.response.body = row.answer;
    return reply;
  }
  tl::expected<http::Subscription, http::Response> subscribe(const http::Request&) override {
    return http::Subscription{};
  }
  void client_message(std::uint64_t, std::string_view) override {}
  void client_gone(std::uint64_t) override {}
  bool is_durable(std::uint64_t) const override { return true; }
  void when_durable(std::uint64_t, std::function<void(http::Commit)> done) override { done(http::Commit::durable); }
  http::Response commit_failed(http::Commit, const http::Request&) override { return {}; }
  http::Response problem(int status, std::string_view, std::string_view, std::string_view) override {
    http::Response response;
    response.status = status;
    return response;
  }

 private:
  BareSqlite database_;
  const std::vector<RawRow>& rows_;
  std::size_t next_;
};

}  // namespace

void serve_naively(std::uint16_t port, const std::filesystem::path& file, const std::vector<RawRow>& rows, std::size_t warm_up) {
  boost::asio::io_context io{1};
  NaiveServer application{file, rows, warm_up};
  http::Hub hub;
  http::Server server{io, application, hub, {}};
  if (!server.listen({"127.0.0.1", port, {}})) return;
  io.run();
}

}  // namespace skranke::bench
