// skranke-print-ticket: the operator's test page. Prints one sample ticket through given settings, writes it as a
// picture or as the bytes a printer would get, or watches a printer's health. One JSON object a line on stdout.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <map>
#include <optional>
#include <thread>

#include "printer/discovery.hpp"
#include "printer/escpos.hpp"
#include "printer/kinds.hpp"
#include "printer/layout.hpp"
#include "printer/printer.hpp"
#include "printer/raster.hpp"
#include "printer/sample_tickets.hpp"
#include "printer/sheet.hpp"

namespace {

using namespace skranke::printer;

constexpr int exit_printed = 0, exit_failed = 1, exit_usage = 2, exit_unknown = 3;

constexpr const char* usage = R"(usage: skranke-print-ticket WHAT [ticket options]
  --png FILE                       write the ticket as a picture
  --bytes FILE --as urf|pwg|pwg-grey|escpos   write what a printer would get
  --queue NAME [--raw]             print through a CUPS queue (--raw: a raw ESC/POS queue)
  --device ADDRESS                 print to tcp://host:port, /dev/usb/lp0, /dev/ttyUSB0?baud=9600
  --preview DIRECTORY              "print" into a directory of pictures
  --find SECONDS                   print nothing; list the queues of CUPS and the printers that announce themselves
  with a printer: [--id ID] [--timeout SECONDS] [--check: only ask how it is] [--watch SECONDS: tell each change]
ticket options: --width 58|80  --no-cut  --language da|en|ar|uk|ti|so|fa|ro|tr  --number "A 47"  --url URL  --service TEXT  --reprint TEXT
exit status: 0 printed or ready, 1 failed, 2 usage, 3 unknown
)";

struct Options {
  std::map<std::string, std::string> values;
  [[nodiscard]] bool has(const std::string& name) const { return values.contains(name); }
  [[nodiscard]] std::string get(const std::string& name, const std::string& otherwise = "") const {
    const auto found = values.find(name);
    return found == values.end() ? otherwise : found->second;
  }
  /// 0 when it is no number.
  [[nodiscard]] int number(const std::string& name, int otherwise) const {
    const auto found = values.find(name);
    if (found == values.end()) return otherwise;
    int value = 0;
    std::from_chars(found->second.data(), found->second.data() + found->second.size(), value);
    return value;
  }
};

std::optional<Options> parse(int count, char** words) {
  static const std::map<std::string, bool> known = {
      // true: takes a value
      {"png", true},     {"bytes", true},    {"as", true},      {"queue", true},  {"raw", false},    {"device", true},
      {"preview", true}, {"find", true}, {"id", true},       {"timeout", true}, {"check", false}, {"watch", true},   {"width", true},
      {"no-cut", false}, {"language", true}, {"number", true},  {"url", true},    {"service", true}, {"reprint", true}};
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    const auto option = known.find(word.starts_with("--") ? word.substr(2) : "");
    if (option == known.end() || (option->second && i + 1 >= count)) return std::nullopt;
    options.values[option->first] = option->second ? words[++i] : "";
  }
  return options;
}

std::optional<TicketText> ticket_text(const Options& options) {
  auto text = sample_ticket(options.get("language", "da"));
  if (!text) return std::nullopt;
  text->number = options.get("number", text->number);
  text->url = options.get("url", text->url);
  text->service = options.get("service", text->service);
  text->reprint = options.get("reprint");
  return text;
}

PrinterSettings settings_from(const Options& options) {
  PrinterSettings settings;
  settings.id = "test";
  settings.kind = options.has("queue") ? "cups" : options.has("device") ? "escpos" : "preview";
  settings.queue = options.get("queue");
  settings.device = options.get("device");
  settings.directory = options.get("preview");
  settings.raw = options.has("raw");
  settings.width_mm = options.number("width", 80);
  settings.cut = !options.has("no-cut");
  settings.job_timeout_s = options.number("timeout", 300);
  return settings;
}

const char* word(PrintState state) {
  switch (state) {
    case PrintState::queued: return "queued";
    case PrintState::printing: return "printing";
    case PrintState::printed: return "printed";
    case PrintState::failed: return "failed";
    case PrintState::unknown: return "unknown";
  }
  return "";
}

const char* word(HealthState state) {
  switch (state) {
    case HealthState::ready: return "ready";
    case HealthState::warning: return "warning";
    case HealthState::failed: return "failed";
    case HealthState::absent: return "absent";
  }
  return "";
}

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') result += '\\';
    result += static_cast<unsigned char>(letter) < 0x20 ? ' ' : letter;
  }
  result += '"';
  return result;
}

void tell(const Health& health) {
  std::vector<std::string> reasons;
  for (const std::string& reason : health.reasons) reasons.push_back(quoted(reason));
  fmt::print("{{\"health\":\"{}\",\"reasons\":[{}],\"detail\":{}}}\n", word(health.state), fmt::join(reasons, ","),
             quoted(health.detail));
  std::fflush(stdout);
}

int write_bytes(const Options& options, const TicketText& text) {
  const std::string form = options.get("as", "urf");
  const int width_mm = options.number("width", 80);
  std::vector<std::uint8_t> bytes;
  if (form == "escpos") {
    bytes = escpos::encode(lay_out(text, paper_of(width_mm)).picture, !options.has("no-cut"));
  } else {
    const auto format = form == "urf"   ? raster::Format::urf
                        : form == "pwg" ? raster::Format::pwg_black_1
                                        : raster::Format::pwg_sgray_8;
    DeviceTraits traits;
    traits.margins_left = traits.margins_right = {width_mm == 58 ? 500 : 400};
    const Sheet sheet = sheet_for(traits, {}, width_mm, true);
    bytes = raster::encode(on_sheet(sheet, lay_out(text, sheet.paper).picture), sheet.paper.dpi, format,
                           !options.has("no-cut"));
  }
  std::ofstream file{options.get("bytes"), std::ios::binary};
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return file.flush() ? exit_printed : exit_failed;
}

int write_picture(const Options& options, const TicketText& text) {
  const auto written = write_png(lay_out(text, paper_of(options.number("width", 80))).picture, options.get("png"));
  if (!written) fmt::print(stderr, "{}\n", written.error());
  return written ? exit_printed : exit_failed;
}

int check(const Options& options) {
  const Health health = make_printer(settings_from(options))->check({});
  tell(health);
  return health.state == HealthState::ready || health.state == HealthState::warning ? exit_printed : exit_failed;
}

/// With the daemon's own worker, so that what an operator sees here is what the daemon would see.
int watch(const Options& options) {
  const Worker worker{
      make_printer(settings_from(options)), {.started = {}, .ended = {}, .health = tell}, std::chrono::seconds{1}};
  std::this_thread::sleep_for(std::chrono::seconds{options.number("watch", 10)});
  return exit_printed;
}

int find(const Options& options) {
  const Offers offers = look_for_printers(std::chrono::seconds{std::clamp(options.number("find", 3), 1, 60)});
  fmt::print("{{\"spooler\":{},\"network\":{}}}\n", offers.spooler, offers.network);
  for (const Offer& offer : offers.printers)
    fmt::print("{{\"queue\":{},\"name\":{},\"uri\":{},\"info\":{},\"model\":{},\"location\":{},\"command\":{}}}\n", quoted(offer.queue),
               quoted(offer.name), quoted(offer.uri), quoted(offer.info), quoted(offer.model), quoted(offer.location),
               quoted(command_for(offer).value_or("")));
  return offers.spooler ? exit_printed : exit_failed;
}

int print(const Options& options, const TicketText& text) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const std::string id =
      options.get("id", fmt::format("test-{}", std::chrono::duration_cast<std::chrono::milliseconds>(now).count()));
  const auto printer = make_printer(settings_from(options));
  const JobResult result = printer->print({id, text}, tell, {});
  fmt::print("{{\"job\":{},\"state\":\"{}\",\"fault\":{}}}\n", quoted(id), word(result.state), quoted(result.fault));
  return result.state == PrintState::printed  ? exit_printed
         : result.state == PrintState::failed ? exit_failed
                                              : exit_unknown;
}

}  // namespace

int main(int count, char** words) {
  std::signal(SIGPIPE, SIG_IGN);
  const auto options = parse(count, words);
  const auto text = options ? ticket_text(*options) : std::nullopt;
  if (options && options->has("find")) return find(*options);
  const bool printer = options && (options->has("queue") || options->has("device") || options->has("preview"));
  if (!text || (!printer && !options->has("png") && !options->has("bytes"))) {
    fmt::print(stderr, "{}", usage);
    return exit_usage;
  }
  if (options->has("png")) return write_picture(*options, *text);
  if (options->has("bytes")) return write_bytes(*options, *text);
  if (options->has("check")) return check(*options);
  return options->has("watch") ? watch(*options) : print(*options, *text);
}
