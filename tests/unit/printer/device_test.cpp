// The direct ESC/POS printer against a small printer on a socket that answers, runs out of paper, hangs up, or says
// nothing.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "printer/device.hpp"
#include "printer/escpos.hpp"
#include "printer/kinds.hpp"
#include "printer/layout.hpp"
#include "printer/sample_tickets.hpp"

namespace skranke::printer {
namespace {

using namespace std::chrono_literals;
using Bytes = std::vector<std::uint8_t>;

/// A receipt printer: real-time status at once, GS r when everything before it is printed, which waits while paper is
/// out.
class SocketPrinter {
 public:
  explicit SocketPrinter(bool talks) : talks_(talks), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const int small = 4'096;  // so that a ticket does not fit into the wire and a hang-up meets us writing
    ::setsockopt(listener_, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(listener_, 4);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
  }
  ~SocketPrinter() {
    thread_.request_stop();
    thread_.join();
    ::close(listener_);
  }
  std::string address() const { return "tcp://127.0.0.1:" + std::to_string(port_); }
  Bytes tickets() {
    const std::lock_guard lock{mutex_};
    return tickets_;
  }
  std::atomic<bool> paper{true};
  std::atomic<bool> knows_done{true};
  std::atomic<int> hang_up_after{-1};  ///< bytes of ticket

 private:
  void serve(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      pollfd waiting{listener_, POLLIN, 0};
      if (::poll(&waiting, 1, 20) <= 0) continue;
      const int client = ::accept(listener_, nullptr, nullptr);
      talk(client, stop);
      ::close(client);
    }
  }

  void talk(int client, const std::stop_token& stop) {
    Bytes pending;
    bool asked_done = false;
    while (!stop.stop_requested()) {
      if (asked_done && paper) asked_done = false, answer(client, 0x00);
      pollfd waiting{client, POLLIN, 0};
      if (::poll(&waiting, 1, 20) <= 0) continue;
      std::uint8_t part[4096];
      const ssize_t count = ::recv(client, part, sizeof part, 0);
      if (count <= 0) return;
      pending.insert(pending.end(), part, part + count);
      asked_done = take(client, pending) || asked_done;
      const std::lock_guard lock{mutex_};
      if (hang_up_after >= 0 && tickets_.size() >= static_cast<std::size_t>(hang_up_after)) return;
    }
  }

  /// Status questions are answered at once, also between ticket bytes; everything else is ticket. True when GS r came.
  bool take(int client, Bytes& pending) {
    bool done = false;
    std::size_t i = 0;
    for (; i + 2 < pending.size();) {
      if (pending[i] == 0x10 && pending[i + 1] == 0x04 && pending[i + 2] >= 1 && pending[i + 2] <= 4) {
        answer(client, status(pending[i + 2]));
        i += 3;
      } else if (pending[i] == 0x1d && pending[i + 1] == 'r' && i + 3 == pending.size()) {
        done = knows_done;
        i += 3;
      } else {
        keep(pending[i++]);
      }
    }
    if (pending.size() - i == 2 && pending[i] != 0x10 && pending[i] != 0x1d)
      for (; i < pending.size(); ++i) keep(pending[i]);
    pending.erase(pending.begin(), pending.begin() + static_cast<std::ptrdiff_t>(i));
    return done;
  }

  void keep(std::uint8_t byte) {
    const std::lock_guard lock{mutex_};
    tickets_.push_back(byte);
  }
  std::uint8_t status(int which) const {
    if (paper) return 0x12;
    return which == 1 ? 0x1a : which == 2 ? 0x32 : which == 4 ? 0x72 : 0x12;
  }
  void answer(int client, std::uint8_t byte) const {
    if (talks_) static_cast<void>(::send(client, &byte, 1, MSG_NOSIGNAL));
  }

  bool talks_;
  int listener_;
  int port_ = 0;
  std::mutex mutex_;
  Bytes tickets_;
  std::jthread thread_;
};

PrinterSettings at(const std::string& address, int timeout_s = 20) {
  PrinterSettings settings;
  settings.kind = "escpos";
  settings.device = address;
  settings.job_timeout_s = timeout_s;
  return settings;
}

Job job() { return {"v1-1", sample_ticket("da").value()}; }
Bytes expected() { return escpos::encode(lay_out(job().text, paper_of(80)).picture, true); }
const std::function<void(const Health&)> deaf = [](const Health&) {};

TEST(EscposPrinter, TalkingPrinterConfirms) {
  SocketPrinter device{true};
  EXPECT_EQ(make_printer(at(device.address()))->check({}).state, HealthState::ready);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(make_printer(at(device.address()))->print(job(), deaf, {}).state, PrintState::printed);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 4s) << "waited for something else than the answer";
  EXPECT_EQ(device.tickets(), expected());
}

TEST(EscposPrinter, MutePrinterTookEveryByte) {
  SocketPrinter device{false};
  EXPECT_EQ(make_printer(at(device.address()))->check({}).state, HealthState::ready);
  EXPECT_EQ(make_printer(at(device.address()))->print(job(), deaf, {}).state, PrintState::printed);
  EXPECT_EQ(device.tickets(), expected());
}

TEST(EscposPrinter, CloneWithoutDoneAnswerIsDoneWhenItStaysWell) {
  SocketPrinter device{true};
  device.knows_done = false;
  EXPECT_EQ(make_printer(at(device.address()))->print(job(), deaf, {}).state, PrintState::printed);
}

TEST(EscposPrinter, WaitsForPaperBeforeItSends) {
  SocketPrinter device{true};
  device.paper = false;
  std::atomic<bool> told{false};
  const auto report = [&](const Health& health) {
    if (health.reasons != std::vector<std::string>{"media-empty"}) return;
    EXPECT_TRUE(device.tickets().empty());
    told = true;
    device.paper = true;
  };
  EXPECT_EQ(make_printer(at(device.address()))->print(job(), report, {}).state, PrintState::printed);
  EXPECT_TRUE(told);
  EXPECT_EQ(device.tickets(), expected());
}

TEST(EscposPrinter, NoPaperInTimeIsAFailureAndNothingWasSent) {
  SocketPrinter device{true};
  device.paper = false;
  const JobResult result = make_printer(at(device.address(), 1))->print(job(), deaf, {});
  EXPECT_EQ(result.state, PrintState::failed);
  EXPECT_EQ(result.fault, "media-empty");
  EXPECT_TRUE(device.tickets().empty());
}

TEST(EscposPrinter, HangUpInTheMiddleIsUnknownAndNeverSentAgain) {
  SocketPrinter device{true};
  device.hang_up_after = 1'000;
  const JobResult result = make_printer(at(device.address(), 5))->print(job(), deaf, {});
  EXPECT_EQ(result.state, PrintState::unknown);
  EXPECT_EQ(result.fault, "offline");
  EXPECT_LT(device.tickets().size(), expected().size());
}

TEST(EscposPrinter, NobodyThere) {
  std::string address;
  {
    const SocketPrinter gone{true};
    address = gone.address();
  }
  EXPECT_EQ(make_printer(at(address))->check({}).reasons, std::vector<std::string>{"offline"});
  EXPECT_EQ(make_printer(at(address, 1))->print(job(), deaf, {}).fault, "offline");
  EXPECT_EQ(make_printer(at("/dev/usb/lp99"))->check({}).state, HealthState::absent);
  EXPECT_EQ(make_printer(at(""))->print(job(), deaf, {}).fault, "not_configured");
}

TEST(EscposPrinter, StopIsHonouredWithinASecond) {
  SocketPrinter device{true};
  device.paper = false;
  std::stop_source stop;
  std::atomic<bool> waiting{false};
  JobResult result;
  std::jthread printing{[&] {
    result = make_printer(at(device.address(), 60))
                 ->print(
                     job(), [&](const Health&) { waiting = true; }, stop.get_token());
  }};
  const auto end = std::chrono::steady_clock::now() + 5s;
  while (!waiting && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  ASSERT_TRUE(waiting);
  const auto start = std::chrono::steady_clock::now();
  stop.request_stop();
  printing.join();
  EXPECT_LT(std::chrono::steady_clock::now() - start, 1s);
  EXPECT_EQ(result.state, PrintState::unknown);
}

TEST(Device, SerialLineIsMadeRawAndKeepsEveryByte) {
  const int master = ::posix_openpt(O_RDWR | O_NOCTTY);
  ASSERT_GE(master, 0);
  ASSERT_EQ(::grantpt(master), 0);
  ASSERT_EQ(::unlockpt(master), 0);
  auto device = Device::open(std::string{::ptsname(master)} + "?baud=9600", 1s, {});
  ASSERT_TRUE(device) << device.error();
  const Bytes all = [] {
    Bytes bytes(256);
    for (std::size_t i = 0; i < bytes.size(); ++i)
      bytes[i] = static_cast<std::uint8_t>(i);  // among them newline, ^C, XON, XOFF
    return bytes;
  }();
  EXPECT_EQ(device->write(all, 1s, {}), all.size());
  Bytes got(512);
  const ssize_t count = ::read(master, got.data(), got.size());
  got.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  EXPECT_EQ(got, all);
  ::close(master);
}

}  // namespace
}  // namespace skranke::printer
