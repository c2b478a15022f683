// Printers that could be set up: what is one printer is told once, what a stranger wrote is never run, and a search that hangs holds nobody.
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "printer/discovery.hpp"

namespace skranke::printer {
namespace {

using namespace std::chrono_literals;

Offer queue(std::string name, std::string uri) { return {name, name, std::move(uri), {}, {}, {}}; }
Offer announced(std::string name, std::string uri) { return {{}, std::move(name), std::move(uri), {}, {}, {}}; }

TEST(Discovery, APrinterThatIsAQueueAlreadyIsToldOnce) {
  const std::vector<Offer> queues{queue("ticket", "dnssd://Roll80._ipps._tcp.local/?uuid=1"), queue("raw80", "socket://127.0.0.1:9101/")};
  const auto all = merged(queues, {announced("Roll80", "ipp://Roll80._ipp._tcp.local/"), announced("Other", "ipp://Other._ipp._tcp.local/")});
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0], queues[0]);
  EXPECT_EQ(all[2].name, "Other");
}

TEST(Discovery, AnnouncedTwiceIsToldOnceAndNoMoreThanFit) {
  std::vector<Offer> heard{announced("A", "ipp://A._ipp._tcp.local/"), announced("A", "ipps://A._ipps._tcp.local/"), announced("B", "")};
  EXPECT_EQ(merged({}, heard).size(), 1U);
  for (int i = 0; i < 500; ++i) heard.push_back(announced("P", "ipp://P" + std::to_string(i) + "._ipp._tcp.local/"));
  EXPECT_EQ(merged({}, heard).size(), offers_max);
}

TEST(Discovery, TheCommandNamesTheQueueAndTheAddress) {
  EXPECT_EQ(command_for(announced("Roll80", "ipp://Roll80._ipp._tcp.local/")), "lpadmin -p Roll80 -E -v 'ipp://Roll80._ipp._tcp.local/' -m everywhere");
  EXPECT_EQ(command_for(announced("--h $(id)", "ipps://A%20B._ipps._tcp.local/")), "lpadmin -p hid -E -v 'ipps://A%20B._ipps._tcp.local/' -m everywhere");
  EXPECT_EQ(command_for(announced("ø", "dnssd://x._ipp._tcp.local/")), "lpadmin -p printer -E -v 'dnssd://x._ipp._tcp.local/' -m everywhere");
}

TEST(Discovery, WhatAShellMightReadGetsNoCommand) {
  for (const char* uri : {"ipp://x'; id; '._ipp._tcp.local/", "ipp://a b/", "ipp://a\nb/", "ipp://`id`/", "ipp://$HOME/", "ipp://\xc3\xa6/", "file:/etc/passwd", "lpd://x/"})
    EXPECT_FALSE(command_for(announced("x", uri))) << uri;
  EXPECT_FALSE(command_for(queue("ticket", "ipp://localhost:8701/ipp/print"))) << "a queue needs none";
}

/// A search that comes back when it is told to.
struct Gate {
  std::mutex mutex;
  std::condition_variable changed;
  bool open = false;
  int begun = 0, over = 0;
  Offers pass() {
    std::unique_lock lock{mutex};
    ++begun;
    changed.notify_all();
    changed.wait(lock, [&] { return open; });
    ++over;
    changed.notify_all();
    return {.spooler = true, .network = true, .printers = {queue("ticket", "x")}};
  }
  void set_open() {
    const std::lock_guard lock{mutex};
    open = true;
    changed.notify_all();
  }
};

TEST(PrinterSearch, AHangingSearchHoldsNobodyAndIsNotBegunTwice) {
  const auto gate = std::make_shared<Gate>();
  PrinterSearch search{[gate](std::chrono::milliseconds) { return gate->pass(); }};
  EXPECT_FALSE(search.ask(1ms, 20ms));
  EXPECT_FALSE(search.ask(1ms, 20ms));
  {
    std::unique_lock lock{gate->mutex};
    ASSERT_TRUE(gate->changed.wait_for(lock, 10s, [&] { return gate->begun > 0; }));
    EXPECT_EQ(gate->begun, 1);
  }
  gate->set_open();
  const auto found = search.ask(1ms, 10s);   // the one that hung, or the next
  ASSERT_TRUE(found);
  EXPECT_EQ(found->printers.size(), 1U);
}

TEST(PrinterSearch, MayGoAwayWhileItHangs) {
  const auto gate = std::make_shared<Gate>();
  {
    PrinterSearch search{[gate](std::chrono::milliseconds) { return gate->pass(); }};
    EXPECT_FALSE(search.ask(1ms, 20ms));
  }
  gate->set_open();
  std::unique_lock lock{gate->mutex};
  EXPECT_TRUE(gate->changed.wait_for(lock, 10s, [&] { return gate->over == 1; }));
}

TEST(PrinterSearch, EachSearchIsANewOne) {
  auto times = std::make_shared<std::atomic<int>>(0);
  PrinterSearch search{[times](std::chrono::milliseconds) { return Offers{.spooler = ++*times > 1, .network = false, .printers = {}}; }};
  EXPECT_FALSE(search.ask(1ms, 10s).value().spooler);
  EXPECT_TRUE(search.ask(1ms, 10s).value().spooler);
}

}  // namespace
}  // namespace skranke::printer
