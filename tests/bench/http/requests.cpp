// Requests per second and CPU per request, ours and nginx's `return 200`: one process each, on the same core, in turns;
// wrk on the other core.
#include <fmt/format.h>
#include <openssl/evp.h>
#include <array>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unordered_map>

#include "daemon/http/server.hpp"
#include "tests/bench/http/process.hpp"

namespace skranke::bench {
namespace {

constexpr std::string_view small_body = R"({"board":"hall","seq":12345,"calls":[{"number":"A12","desk":"d1"}]})";
constexpr std::string_view token = "0123456789abcdef0123456789abcdef0123456789abcdef";
constexpr int pairs = 5;
constexpr int seconds_each = 2;

using Digest = std::array<unsigned char, 32>;

Digest digest_of(std::string_view text) {
  Digest digest{};
  EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return digest;
}

struct DigestHash {
  std::size_t operator()(const Digest& d) const {
    std::size_t word;
    std::memcpy(&word, d.data(), sizeof word);
    return word;
  }
};

/// /hot: prebuilt bytes. /api/v1/desks/…: a token looked up by its hash, a route of four segments, JSON written anew
/// each time.
class BenchApplication final : public http::Application {
 public:
  BenchApplication() { roles_[digest_of(token)] = "clerk"; }

  http::Reply handle(const http::Request& request) override {
    http::Reply reply;
    if (request.segments.size() == 1 && request.segments[0] == "hot") {
      reply.response.shared = hot_;
      return reply;
    }
    const bool bearer = request.authorization.starts_with("Bearer ");
    const auto role = bearer ? roles_.find(digest_of(request.authorization.substr(7))) : roles_.end();
    if (role == roles_.end()) {
      reply.response = problem(401, "unauthorized", "", "");
    } else if (request.segments.size() == 4 && request.segments[2] == "desks" && role->second == "clerk") {
      reply.response.body = desk(request.segments[3]);
    } else {
      reply.response = problem(404, "not_found", "", "");
    }
    return reply;
  }
  tl::expected<http::Subscription, http::Response> subscribe(const http::Request&) override {
    return http::Subscription{};
  }
  void client_message(std::uint64_t, std::string_view) override {}
  void client_gone(std::uint64_t) override {}
  bool is_durable(std::uint64_t) const override { return true; }
  void when_durable(std::uint64_t, std::function<void(http::Commit)> done) override { done(http::Commit::durable); }
  http::Response commit_failed(http::Commit, const http::Request&) override { return problem(503, "busy", "", ""); }
  http::Response problem(int status, std::string_view reason, std::string_view, std::string_view) override {
    http::Response response;
    response.status = status;
    response.body = fmt::format(R"({{"type":"/problems/{}"}})", reason);
    return response;
  }

 private:
  static std::string desk(std::string_view id) {
    std::string out;
    out.reserve(1024);
    fmt::format_to(
        std::back_inserter(out),
        R"({{"id":"{}","desk":"{}","name":"Skranke 1","zone":"hall","services":["pas","cpr"],"state":"open","since":"{}","waiting":{},)",
        id, id, "2026-11-23T09:05:00+01:00", 14);
    fmt::format_to(
        std::back_inserter(out),
        R"("visit":{{"visit":"v-{}","number":"A{}","state":"serving","service":"pas","waited_s":{},"attempt":1,)", 81,
        12, 640);
    fmt::format_to(
        std::back_inserter(out),
        R"("called_at":"{}","expected_s":{},"why":{{"code":"longest_wait","text":"Ventede længst"}}}},"queue":[)",
        "2026-11-23T09:05:00+01:00", 720);
    for (int i = 0; i < 3; ++i)
      fmt::format_to(std::back_inserter(out), R"({}{{"visit":"v-{}","number":"A{}","waited_s":{}}})", i == 0 ? "" : ",",
                     90 + i, 13 + i, 300 - i);
    return out += "]}";
  }

  http::Bytes hot_ = std::make_shared<const std::string>(small_body);
  std::unordered_map<Digest, std::string, DigestHash> roles_;
};

void serve(std::uint16_t port) {
  boost::asio::io_context io{1};
  BenchApplication application;
  http::Hub hub;
  http::Server server{io, application, hub, {}};
  if (server.listen({"127.0.0.1", port, {}})) io.run();
}

void serve_nginx(const std::filesystem::path& folder, std::uint16_t port) {
  std::ofstream{folder / "nginx.conf"} << fmt::format(
      "worker_processes 1;\ndaemon off;\nmaster_process off;\nerror_log stderr crit;\npid {0}/nginx.pid;\nevents {{ "
      "worker_connections 1024; }}\n"
      "http {{ access_log off; keepalive_requests 1000000000; client_body_temp_path {0}/b; proxy_temp_path {0}/p; "
      "fastcgi_temp_path {0}/f;\n"
      "uwsgi_temp_path {0}/u; scgi_temp_path {0}/s;\n"
      "server {{ listen 127.0.0.1:{1} reuseport; location / {{ default_type application/json; return 200 '{2}'; }} }} "
      "}}\n",
      folder.string(), port, small_body);
  execute({"nginx", "-p", folder.string(), "-c", (folder / "nginx.conf").string()});
}

struct Load {
  double per_second = 0;
  double cpu_us = 0;
};

Load load(const Child& server, std::uint16_t port, std::string_view path) {
  const std::uint64_t before = server.cpu_ns();
  const std::string out =
      output_of(fmt::format("taskset -c {} wrk -t1 -c64 -d{}s -H 'Authorization: Bearer {}' http://127.0.0.1:{}{} 2>&1",
                            client_core, seconds_each, token, port, path));
  const std::uint64_t used = server.cpu_ns() - before;
  const std::size_t rate_at = out.find("Requests/sec:");
  const std::size_t count_at = out.find(" requests in ");
  if (rate_at == std::string::npos || count_at == std::string::npos || out.find("Non-2xx") != std::string::npos) {
    fmt::print(stderr, "{}", out);
    return {};
  }
  const double count = std::atof(out.c_str() + out.rfind('\n', count_at) + 1);
  return {std::atof(out.c_str() + rate_at + 13), static_cast<double>(used) / 1000.0 / count};
}

}  // namespace

bool run_requests() {
  std::string name = (std::filesystem::temp_directory_path() / "skranke-bench-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(name.data());
  const std::uint16_t our_port = free_port();
  const std::uint16_t nginx_port = free_port();
  bool good = true;
  {
    const Child ours{server_core, [&] { serve(our_port); }};
    const Child nginx{server_core, [&] { serve_nginx(folder, nginx_port); }};
    good = wait_for_port(our_port) && wait_for_port(nginx_port);
    std::vector<double> hot, hot_cpu, api, api_cpu, base, base_cpu;
    for (int i = 0; good && i < pairs; ++i) {
      const Load n = load(nginx, nginx_port, "/x");
      const Load h = load(ours, our_port, "/hot");
      const Load a = load(ours, our_port, "/api/v1/desks/desk-1");
      good = n.per_second > 0 && h.per_second > 0 && a.per_second > 0;
      hot.push_back(h.per_second), hot_cpu.push_back(h.cpu_us);
      api.push_back(a.per_second), api_cpu.push_back(a.cpu_us);
      base.push_back(n.per_second), base_cpu.push_back(n.cpu_us);
    }
    if (good) {
      report("http_hot_get_per_nginx", "requests/s", hot, base);
      report("http_hot_get_cpu_per_nginx", "us/request", hot_cpu, base_cpu);
      report("http_api_get_per_nginx", "requests/s", api, base);
      report("http_api_get_cpu_per_nginx", "us/request", api_cpu, base_cpu);
    } else {
      fmt::print(stderr, "needs nginx and wrk (Debian: nginx-light, wrk)\n");
    }
  }
  std::filesystem::remove_all(folder);
  return good;
}

}  // namespace skranke::bench
