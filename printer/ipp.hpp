#pragma once
// The little of IPP we speak, over libcups, with a deadline on everything. One connection belongs to one thread.
#include <cups/cups.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace skranke::printer::ipp {

enum class Fault : std::uint8_t {
  unreachable,  ///< nothing of the request was worked on: safe to repeat
  lost,         ///< the request left, its answer never came: it may have been done
  not_found,    ///< there, but does not know the queue or job
  refused,      ///< answered with an error
  stopped,      ///< we were asked to stop
};
struct Error {
  Fault fault;
  std::string detail;
};
template <class T>
using Result = tl::expected<T, Error>;

struct Closer {
  void operator()(ipp_t* message) const noexcept { ippDelete(message); }
  void operator()(http_t* http) const noexcept { httpClose(http); }
};
using Message = std::unique_ptr<ipp_t, Closer>;
using Clock = std::chrono::steady_clock;

class Connection {
 public:
  /// The spooler of this machine (CUPS_SERVER, else its socket).
  [[nodiscard]] static Result<Connection> to_spooler(std::chrono::milliseconds limit, std::stop_token stop);
  /// The printer itself, by an ipp, ipps or dnssd address.
  [[nodiscard]] static Result<Connection> to_device(const std::string& device_uri, std::chrono::milliseconds limit,
                                                    std::stop_token stop);

  /// One question, one answer; `body` follows the request where the operation carries a document. `limit` is for the
  /// whole exchange.
  [[nodiscard]] Result<Message> ask(Message request, std::chrono::milliseconds limit,
                                    const std::vector<std::uint8_t>& body = {});
  /// A plain GET from the same server, at most 1 MiB.
  [[nodiscard]] Result<std::string> fetch(const std::string& path, std::chrono::milliseconds limit);
  /// Where requests to the device go: the path of its address.
  [[nodiscard]] const std::string& resource() const { return resource_; }

 private:
  struct Watch {  ///< read by libcups whenever it has waited for a while
    Clock::time_point deadline;
    std::stop_token stop;
  };
  Connection(http_t* http, std::string resource, std::stop_token stop);
  static int keep_waiting(http_t* http, void* watch);
  [[nodiscard]] Error failure(Fault fault, const char* doing) const;
  [[nodiscard]] Result<void> send(ipp_t* request, const std::vector<std::uint8_t>& body);

  std::unique_ptr<http_t, Closer> http_;
  std::string resource_;
  std::unique_ptr<Watch> watch_;
};

[[nodiscard]] Message request(ipp_op_t operation, const std::string& printer_uri);
void ask_for(ipp_t* request, std::initializer_list<const char*> attributes);
[[nodiscard]] std::vector<std::string> texts(ipp_t* message, const char* attribute);
[[nodiscard]] int number(ipp_t* message, const char* attribute, int otherwise);

}  // namespace skranke::printer::ipp
