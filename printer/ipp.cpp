#include "printer/ipp.hpp"

#include <fmt/format.h>

#include <atomic>

namespace skranke::printer::ipp {

namespace {

constexpr double look_up_s = 0.2;  ///< how often a waiting exchange looks at its deadline and at `stop`
constexpr std::size_t fetch_bytes_max = 1U << 20U;

/// libcups would ask on the terminal for a password; a daemon has none to give.
const char* no_password(const char*, http_t*, const char*, const char*, void*) { return nullptr; }

/// libcups reads an int while it connects; a stop request sets it.
class Cancel {
 public:
  explicit Cancel(const std::stop_token& stop) : callback_(stop, [this] { std::atomic_ref<int>{flag_}.store(1); }) {}
  int* flag() { return &flag_; }

 private:
  alignas(std::atomic_ref<int>::required_alignment) int flag_ = 0;
  std::stop_callback<std::function<void()>> callback_;
};

struct DestinationCloser {
  void operator()(cups_dest_t* destination) const noexcept { cupsFreeDests(1, destination); }
};

}  // namespace

Connection::Connection(http_t* http, std::string resource, std::stop_token stop)
    : http_(http),
      resource_(std::move(resource)),
      watch_(std::make_unique<Watch>(Watch{Clock::now(), std::move(stop)})) {
  httpSetTimeout(http, look_up_s, &Connection::keep_waiting, watch_.get());
}

Result<Connection> Connection::to_spooler(std::chrono::milliseconds limit, std::stop_token stop) {
  cupsSetPasswordCB2(no_password, nullptr);
  Cancel cancel{stop};
  http_t* http = httpConnect2(cupsServer(), ippPort(), nullptr, AF_UNSPEC, cupsEncryption(), 1,
                              static_cast<int>(limit.count()), cancel.flag());
  if (http == nullptr)
    return tl::unexpected(Error{stop.stop_requested() ? Fault::stopped : Fault::unreachable,
                                fmt::format("no spooler at {}", cupsServer())});
  return Connection{http, "/", std::move(stop)};
}

Result<Connection> Connection::to_device(const std::string& device_uri, std::chrono::milliseconds limit,
                                         std::stop_token stop) {
  cupsSetPasswordCB2(no_password, nullptr);
  Cancel cancel{stop};
  const std::unique_ptr<cups_dest_t, DestinationCloser> destination{cupsGetDestWithURI("device", device_uri.c_str())};
  char resource[1024] = "";
  http_t* http = destination
                     ? cupsConnectDest(destination.get(), CUPS_DEST_FLAGS_DEVICE, static_cast<int>(limit.count()),
                                       cancel.flag(), resource, sizeof resource, nullptr, nullptr)
                     : nullptr;
  if (http == nullptr)
    return tl::unexpected(Error{stop.stop_requested() ? Fault::stopped : Fault::unreachable,
                                fmt::format("no answer from {}", device_uri)});
  return Connection{http, resource, std::move(stop)};
}

int Connection::keep_waiting(http_t*, void* watch) {
  const auto* w = static_cast<const Watch*>(watch);
  return !w->stop.stop_requested() && Clock::now() < w->deadline ? 1 : 0;
}

Error Connection::failure(Fault fault, const char* doing) const {
  if (watch_->stop.stop_requested()) fault = fault == Fault::lost ? Fault::lost : Fault::stopped;
  return {fault,
          fmt::format("{}: {}", doing, Clock::now() >= watch_->deadline ? "no answer in time" : cupsLastErrorString())};
}

Result<void> Connection::send(ipp_t* message, const std::vector<std::uint8_t>& body) {
  // With the exact length ahead, a document cut short is thrown away by the receiver: a failure in here means that
  // nothing happened.
  const http_status_t ready =
      cupsSendRequest(http_.get(), message, resource_.c_str(), ippLength(message) + body.size());
  if (ready == HTTP_STATUS_NOT_FOUND) return tl::unexpected(failure(Fault::not_found, "send"));
  if (ready != HTTP_STATUS_CONTINUE) return tl::unexpected(failure(Fault::unreachable, "send"));
  if (!body.empty() && cupsWriteRequestData(http_.get(), reinterpret_cast<const char*>(body.data()), body.size()) !=
                           HTTP_STATUS_CONTINUE)
    return tl::unexpected(failure(Fault::unreachable, "send document"));
  return {};
}

Result<Message> Connection::ask(Message message, std::chrono::milliseconds limit,
                                const std::vector<std::uint8_t>& body) {
  watch_->deadline = Clock::now() + limit;
  if (auto sent = send(message.get(), body); !sent) return tl::unexpected(sent.error());
  Message answer{cupsGetResponse(http_.get(), resource_.c_str())};
  if (!answer)
    return tl::unexpected(
        failure(cupsLastError() == IPP_STATUS_ERROR_NOT_FOUND ? Fault::not_found : Fault::lost, "answer"));
  const ipp_status_t status = ippGetStatusCode(answer.get());
  if (status == IPP_STATUS_ERROR_NOT_FOUND) return tl::unexpected(failure(Fault::not_found, "answer"));
  if (status > IPP_STATUS_OK_CONFLICTING)
    return tl::unexpected(Error{Fault::refused, fmt::format("{}: {}", ippErrorString(status), cupsLastErrorString())});
  return answer;
}

Result<std::string> Connection::fetch(const std::string& path, std::chrono::milliseconds limit) {
  watch_->deadline = Clock::now() + limit;
  httpClearFields(http_.get());
  if (httpGet(http_.get(), path.c_str()) != 0) return tl::unexpected(failure(Fault::unreachable, "get"));
  http_status_t status = HTTP_STATUS_CONTINUE;
  while (status == HTTP_STATUS_CONTINUE) status = httpUpdate(http_.get());
  if (status != HTTP_STATUS_OK) {
    httpFlush(http_.get());
    return tl::unexpected(failure(status == HTTP_STATUS_NOT_FOUND ? Fault::not_found : Fault::refused, "get"));
  }
  std::string text;
  char part[8192];
  for (ssize_t got = 0; (got = httpRead2(http_.get(), part, sizeof part)) > 0 && text.size() < fetch_bytes_max;)
    text.append(part, static_cast<std::size_t>(got));
  httpFlush(http_.get());
  return text;
}

Message request(ipp_op_t operation, const std::string& printer_uri) {
  Message message{ippNewRequest(operation)};
  ippAddString(message.get(), IPP_TAG_OPERATION, IPP_TAG_URI, "printer-uri", nullptr, printer_uri.c_str());
  ippAddString(message.get(), IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", nullptr, cupsUser());
  return message;
}

void ask_for(ipp_t* message, std::initializer_list<const char*> attributes) {
  ippAddStrings(message, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes",
                static_cast<int>(attributes.size()), nullptr, attributes.begin());
}

std::vector<std::string> texts(ipp_t* message, const char* attribute) {
  std::vector<std::string> result;
  ipp_attribute_t* found = ippFindAttribute(message, attribute, IPP_TAG_ZERO);
  for (int i = 0; found != nullptr && i < ippGetCount(found); ++i)
    if (const char* text = ippGetString(found, i, nullptr)) result.emplace_back(text);
  return result;
}

int number(ipp_t* message, const char* attribute, int otherwise) {
  ipp_attribute_t* found = ippFindAttribute(message, attribute, IPP_TAG_ZERO);
  return found == nullptr ? otherwise : ippGetInteger(found, 0);
}

}  // namespace skranke::printer::ipp
