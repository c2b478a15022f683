#include "printer/discovery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "printer/ipp.hpp"

namespace skranke::printer {

namespace {

using namespace std::chrono_literals;
constexpr auto spooler_limit = 2s;
constexpr std::size_t text_max = 255, name_max = 40;

std::string short_text(const char* text) { return text == nullptr ? std::string{} : std::string{text}.substr(0, text_max); }

/// CUPS-Get-Printers answers with one group of attributes a queue.
std::vector<Offer> queues_in(ipp_t* answer) {
  std::vector<Offer> queues(1);
  for (ipp_attribute_t* at = ippFirstAttribute(answer); at != nullptr; at = ippNextAttribute(answer)) {
    const char* attribute = ippGetName(at);
    if (attribute == nullptr) {  // the gap between two groups
      if (!queues.back().queue.empty()) queues.emplace_back();
      continue;
    }
    const std::string_view name{attribute};
    Offer& queue = queues.back();
    std::string* wanted = name == "printer-name"             ? &queue.queue
                          : name == "device-uri"             ? &queue.uri
                          : name == "printer-info"           ? &queue.info
                          : name == "printer-make-and-model" ? &queue.model
                          : name == "printer-location"       ? &queue.location
                                                             : nullptr;
    if (wanted != nullptr) *wanted = short_text(ippGetString(at, 0, nullptr));
    if (queues.size() > offers_max) break;
  }
  if (queues.back().queue.empty()) queues.pop_back();
  for (Offer& queue : queues) queue.name = queue.queue;
  return queues;
}

ipp::Result<std::vector<Offer>> queues_of_the_spooler() {
  auto spooler = ipp::Connection::to_spooler(spooler_limit, {});
  if (!spooler) return tl::unexpected(spooler.error());
  ipp::Message question{ippNewRequest(IPP_OP_CUPS_GET_PRINTERS)};
  ipp::ask_for(question.get(), {"printer-name", "device-uri", "printer-info", "printer-make-and-model", "printer-location"});
  auto answer = spooler->ask(std::move(question), spooler_limit);
  if (!answer && answer.error().fault == ipp::Fault::not_found) return std::vector<Offer>{};  // CUPS' word for "no queue yet"
  if (!answer) return tl::unexpected(answer.error());
  return queues_in(answer->get());
}

struct Heard {
  std::vector<Offer> offers;
};

int note(void* user, unsigned flags, cups_dest_t* destination) {
  auto& heard = *static_cast<Heard*>(user);
  if ((flags & CUPS_DEST_FLAGS_REMOVED) != 0 || heard.offers.size() >= offers_max) return 1;
  const auto option = [&](const char* name) { return short_text(cupsGetOption(name, destination->num_options, destination->options)); };
  Offer offer{{}, short_text(destination->name), option("device-uri"), option("printer-info"), option("printer-make-and-model"), option("printer-location")};
  heard.offers.push_back(std::move(offer));
  return 1;
}

/// "ipp://Roll80._ipp._tcp.local/" and "dnssd://Roll80._ipps._tcp.local/?uuid=…" are one printer.
std::string instance_of(const std::string& uri) {
  const std::size_t scheme = uri.find("://");
  if (scheme == std::string::npos) return uri;
  const std::size_t service = uri.find("._ipp", scheme);
  return service == std::string::npos ? uri : uri.substr(scheme + 3, service - scheme - 3);
}

}  // namespace

Offers look_for_printers(std::chrono::milliseconds time) {
  Offers found;
  auto queues = queues_of_the_spooler();
  found.spooler = queues.has_value();
  Heard heard;
  int cancel = 0;
  // Only what announces itself: the queues were asked for above, with deadlines that this call does not have.
  found.network = cupsEnumDests(CUPS_DEST_FLAGS_NONE, static_cast<int>(time.count()), &cancel, CUPS_PRINTER_DISCOVERED,
                                CUPS_PRINTER_DISCOVERED, note, &heard) != 0;
  found.printers = merged(queues ? std::move(*queues) : std::vector<Offer>{}, heard.offers);
  return found;
}

std::vector<Offer> merged(std::vector<Offer> queues, const std::vector<Offer>& announced) {
  for (const Offer& offer : announced) {
    const auto same = [&](const Offer& known) { return instance_of(known.uri) == instance_of(offer.uri); };
    if (offer.uri.empty() || queues.size() >= offers_max || std::any_of(queues.begin(), queues.end(), same)) continue;
    queues.push_back(offer);
  }
  return queues;
}

std::optional<std::string> command_for(const Offer& offer) {
  constexpr std::string_view harmless = ":/._-%?=&+,[]@~";
  const auto is_harmless = [&](char letter) {
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 || harmless.find(letter) != std::string_view::npos;
  };
  const bool speaks_ipp = offer.uri.starts_with("ipp://") || offer.uri.starts_with("ipps://") || offer.uri.starts_with("dnssd://");
  if (!offer.queue.empty() || !speaks_ipp || !std::all_of(offer.uri.begin(), offer.uri.end(), is_harmless)) return std::nullopt;
  std::string name;
  for (const char letter : offer.name)
    if (name.size() < name_max && (std::isalnum(static_cast<unsigned char>(letter)) != 0 || (letter == '_' && !name.empty()))) name += letter;
  return fmt::format("lpadmin -p {} -E -v '{}' -m everywhere", name.empty() ? "printer" : name, offer.uri);
}

struct PrinterSearch::Shared {
  Look look;
  std::mutex mutex;
  std::condition_variable changed;
  bool under_way = false;
  std::uint64_t done = 0;   ///< searches that came back
  Offers offers;            ///< of the last one
};

PrinterSearch::PrinterSearch(Look look) : shared_(std::make_shared<Shared>()) { shared_->look = std::move(look); }

std::optional<Offers> PrinterSearch::ask(std::chrono::milliseconds time, std::chrono::milliseconds patience) {
  std::unique_lock lock{shared_->mutex};
  const std::uint64_t wanted = shared_->done + 1;
  if (!std::exchange(shared_->under_way, true))
    std::thread{[shared = shared_, time] {
      Offers offers = shared->look(time);
      const std::lock_guard back{shared->mutex};
      shared->offers = std::move(offers);
      ++shared->done;
      shared->under_way = false;
      shared->changed.notify_all();
    }}.detach();
  if (!shared_->changed.wait_for(lock, time + patience, [&] { return shared_->done >= wanted; })) return std::nullopt;
  return shared_->offers;
}

}  // namespace skranke::printer
