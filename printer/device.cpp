#include "printer/device.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/lp.h>
#include <netdb.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

namespace skranke::printer {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
constexpr std::size_t answer_bytes_max = 256;

std::string system_error(const std::string& what) { return fmt::format("{}: {}", what, std::strerror(errno)); }

struct HostPort {
  std::string host, port;
};

std::optional<HostPort> network_address(const std::string& address) {
  const std::size_t scheme = address.starts_with("tcp://") ? 6 : address.starts_with("socket://") ? 9 : 0;
  if (scheme == 0) return std::nullopt;
  const std::string authority = address.substr(scheme, address.find_first_of("/?", scheme) - scheme);
  const bool bracketed = authority.starts_with('[');
  const std::size_t host_end = bracketed ? authority.find(']') : authority.rfind(':');
  const std::size_t colon =
      authority.find(':', bracketed && host_end != std::string::npos ? host_end : std::min(host_end, authority.size()));
  HostPort result{authority.substr(bracketed ? 1 : 0, bracketed ? host_end - 1 : host_end), "9100"};
  if (colon != std::string::npos && colon + 1 < authority.size()) result.port = authority.substr(colon + 1);
  return result;
}

/// Connects one address without blocking past `deadline`; looks at `stop` five times a second. The socket stays
/// non-blocking.
int connect_one(const addrinfo& address, Clock::time_point deadline, const std::stop_token& stop) {
  const int fd = ::socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol);
  if (fd < 0) return -1;
  // Small, so that a printer that stops taking bytes shows while we write and not after the system swallowed the whole
  // ticket.
  const int buffer = 8'192;
  ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
  int failure = ::connect(fd, address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
  while (failure == EINPROGRESS && Clock::now() < deadline && !stop.stop_requested()) {
    pollfd waiting{fd, POLLOUT, 0};
    if (::poll(&waiting, 1, 200) <= 0) continue;
    socklen_t size = sizeof failure;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &size);
  }
  if (failure == 0) return fd;
  ::close(fd);
  errno = failure == EINPROGRESS ? ETIMEDOUT : failure;
  return -1;
}

int connect_any(const HostPort& target, std::chrono::milliseconds limit, const std::stop_token& stop) {
  const auto deadline = Clock::now() + limit;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  if (::getaddrinfo(target.host.c_str(), target.port.c_str(), &hints, &found) != 0) {
    errno = EHOSTUNREACH;
    return -1;
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses{found, &freeaddrinfo};
  int fd = -1;
  for (const addrinfo* at = found; at != nullptr && fd < 0; at = at->ai_next) fd = connect_one(*at, deadline, stop);
  return fd;
}

speed_t speed_of(const std::string& baud) {
  if (baud == "9600") return B9600;
  if (baud == "38400") return B38400;
  if (baud == "57600") return B57600;
  if (baud == "115200") return B115200;
  return B19200;
}

void make_raw(int fd, const std::string& baud) {
  termios line{};
  if (::tcgetattr(fd, &line) != 0) return;
  ::cfmakeraw(&line);
  ::cfsetspeed(&line, speed_of(baud));
  line.c_cflag |= CLOCAL | CREAD;
  ::tcsetattr(fd, TCSANOW, &line);
}

int open_file(const std::string& address) {
  const std::size_t question = address.find('?');
  const int fd = ::open(address.substr(0, question).c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (fd >= 0 && ::isatty(fd) == 1) make_raw(fd, option_of(address, "baud"));
  return fd;
}

}  // namespace

std::string option_of(const std::string& address, std::string_view name) {
  std::size_t at = address.find('?');
  while (at != std::string::npos) {
    const std::size_t end = address.find('&', at + 1);
    const std::string_view option = std::string_view{address}.substr(at + 1, end == std::string::npos ? end : end - at - 1);
    if (option.starts_with(name) && option.substr(name.size()).starts_with('=')) return std::string{option.substr(name.size() + 1)};
    at = end;
  }
  return {};
}

Device::Device(int fd) : fd_{fd} {}

tl::expected<Device, std::string> Device::open(const std::string& address, std::chrono::milliseconds limit,
                                               std::stop_token stop) {
  if (const auto network = network_address(address)) {
    const int fd = connect_any(*network, limit, stop);
    return fd < 0 ? tl::expected<Device, std::string>{tl::unexpect, system_error(address)} : Device{fd};
  }
  const int fd = open_file(address);
  if (fd >= 0) return Device{fd};
  const bool missing = errno == ENOENT || errno == ENODEV || errno == ENXIO || errno == ENOTDIR;
  return tl::unexpected((missing ? "absent: " : "") + system_error(address));
}

bool Device::wait_for(short events, Clock::time_point deadline, const std::stop_token& stop) {
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd waiting{fd_.get(), events, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::clamp<long long>(left, 0, 100)));
    if (ready > 0 && (waiting.revents & events) != 0) return true;
    if (ready > 0) return gone_ = true, false;
    if (left <= 0 || stop.stop_requested()) return false;
  }
}

std::size_t Device::write(const std::vector<std::uint8_t>& bytes, std::chrono::milliseconds limit,
                          const std::stop_token& stop) {
  const auto deadline = Clock::now() + limit;
  std::size_t done = 0;
  while (done < bytes.size() && !gone_ && wait_for(POLLOUT, deadline, stop)) {
    // send() where it is a socket, so that a printer that went away is an error and not a SIGPIPE.
    ssize_t count = ::send(fd_.get(), bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
    if (count < 0 && errno == ENOTSOCK) count = ::write(fd_.get(), bytes.data() + done, bytes.size() - done);
    if (count > 0)
      done += static_cast<std::size_t>(count);
    else if (errno != EAGAIN && errno != EINTR)
      gone_ = true;
  }
  return done;
}

bool Device::drained(std::chrono::milliseconds limit, const std::stop_token& stop) {
  const auto deadline = Clock::now() + limit;
  for (int waiting = 0; ::ioctl(fd_.get(), TIOCOUTQ, &waiting) == 0 && waiting > 0;) {
    static_cast<void>(
        read(50ms, stop));  // unread answers would turn our close into a reset, and the tail of the ticket with it
    if (gone_ || Clock::now() >= deadline || stop.stop_requested()) return false;
  }
  return true;
}

std::vector<std::uint8_t> Device::read(std::chrono::milliseconds limit, const std::stop_token& stop) {
  std::vector<std::uint8_t> bytes(answer_bytes_max);
  ssize_t count = 0;
  if (!gone_ && wait_for(POLLIN, Clock::now() + limit, stop)) {
    count = ::read(fd_.get(), bytes.data(), bytes.size());
    // An empty read is the end on a socket; usblp and ttys give it when nothing is there.
    if (count < 0 ? errno != EAGAIN && errno != EINTR : count == 0 && ::isatty(fd_.get()) == 0) gone_ = true;
  }
  bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return bytes;
}

escpos::Status Device::status(std::chrono::milliseconds limit, const std::stop_token& stop) {
  for (int i = 0; i < 4 && !read(0ms, stop).empty();
       ++i) {  // yesterday's answers; bounded, a chattering device gets its say below
  }
  if (write(escpos::ask_status(), limit, stop) != escpos::ask_status().size()) return {};
  const auto deadline = Clock::now() + limit;
  std::vector<std::uint8_t> answers;
  while (answers.size() < 4 && !gone_ && Clock::now() < deadline && !stop.stop_requested())
    for (const std::uint8_t byte : read(50ms, stop))
      if (escpos::is_status_answer(byte)) answers.push_back(byte);
  return escpos::parse_status(answers);
}

Health Device::class_status() const {
  Health health{.state = HealthState::ready, .reasons = {}, .detail = "gives no status"};
  int bits = 0;
  if (::ioctl(fd_.get(), LPGETSTATUS, &bits) != 0) return health;
  health.detail = fmt::format("class status {:02x}", bits);
  if ((bits & LP_POUTPA) != 0)
    health.reasons.emplace_back("media-empty");
  else if (bits != 0 && (bits & LP_PERRORP) == 0)
    health.reasons.emplace_back("hardware-failure");  // low = error; all low = not wired up
  if (!health.reasons.empty()) health.state = HealthState::failed;
  return health;
}

}  // namespace skranke::printer
