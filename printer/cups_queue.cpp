#include "printer/cups_queue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "printer/health.hpp"

namespace skranke::printer {

namespace {

using namespace std::chrono_literals;
constexpr auto connect_limit = 2s;
constexpr auto question_limit = 2s;
constexpr auto document_limit = 20s;
constexpr int trim = 11;  // IPP finishings

int dpi_of(ipp_attribute_t* attribute, int index) {
  int across = 0, down = 0;
  ipp_res_t units = IPP_RES_PER_INCH;
  across = ippGetResolution(attribute, index, &down, &units);
  return across == down && units == IPP_RES_PER_INCH ? across : 0;
}

std::vector<int> resolutions(ipp_t* answer) {
  std::vector<int> result;
  ipp_attribute_t* found = ippFindAttribute(answer, "printer-resolution-supported", IPP_TAG_RESOLUTION);
  for (int i = 0; found != nullptr && i < ippGetCount(found); ++i)
    if (const int dpi = dpi_of(found, i); dpi > 0) result.push_back(dpi);
  return result;
}

std::vector<int> numbers(ipp_t* answer, const char* attribute) {
  std::vector<int> result;
  ipp_attribute_t* found = ippFindAttribute(answer, attribute, IPP_TAG_ZERO);
  for (int i = 0; found != nullptr && i < ippGetCount(found); ++i) result.push_back(ippGetInteger(found, i));
  return result;
}

std::vector<int> media_widths(ipp_t* answer) {
  std::vector<int> result;
  ipp_attribute_t* sizes = ippFindAttribute(answer, "media-size-supported", IPP_TAG_BEGIN_COLLECTION);
  for (int i = 0; sizes != nullptr && i < ippGetCount(sizes); ++i) {
    ipp_attribute_t* across = ippFindAttribute(ippGetCollection(sizes, i), "x-dimension", IPP_TAG_ZERO);
    if (across == nullptr) continue;
    if (ippGetValueTag(across) == IPP_TAG_RANGE) {
      int upper = 0;
      result.push_back(ippGetRange(across, 0, &upper));
      for (const int roll : {5'800, 8'000})
        if (roll > result.back() && roll < upper) result.push_back(roll);
      result.push_back(upper);
    } else {
      result.push_back(ippGetInteger(across, 0));
    }
  }
  return result;
}

DeviceTraits traits_from(ipp_t* answer) {
  DeviceTraits traits;
  traits.formats = ipp::texts(answer, "document-format-supported");
  traits.urf = ipp::texts(answer, "urf-supported");
  traits.pwg_types = ipp::texts(answer, "pwg-raster-document-type-supported");
  traits.resolutions = resolutions(answer);
  traits.margins_left = numbers(answer, "media-left-margin-supported");
  traits.margins_right = numbers(answer, "media-right-margin-supported");
  traits.margins_top = numbers(answer, "media-top-margin-supported");
  traits.margins_bottom = numbers(answer, "media-bottom-margin-supported");
  traits.media_widths = media_widths(answer);
  const std::vector<int> finishings = numbers(answer, "finishings-supported");
  traits.can_trim = std::find(finishings.begin(), finishings.end(), trim) != finishings.end();
  return traits;
}

Health health_from(ipp_t* answer) {
  return health_from_reasons(ipp::number(answer, "printer-state", 3), ipp::texts(answer, "printer-state-reasons"));
}

ipp::Message job_request(ipp_op_t operation, const std::string& uri, int job) {
  ipp::Message message{ippNewRequest(operation)};
  ippAddString(message.get(), IPP_TAG_OPERATION, IPP_TAG_URI, "printer-uri", nullptr, uri.c_str());
  ippAddInteger(message.get(), IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-id", job);
  ippAddString(message.get(), IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", nullptr, cupsUser());
  return message;
}

/// Get-Jobs answers with one group of attributes a job.
std::optional<int> job_named(ipp_t* answer, const std::string& name) {
  int id = 0;
  bool matches = false;
  for (ipp_attribute_t* at = ippFirstAttribute(answer); at != nullptr; at = ippNextAttribute(answer)) {
    const char* attribute = ippGetName(at);
    if (attribute == nullptr) {  // the gap between two groups
      id = 0, matches = false;
      continue;
    }
    if (std::string_view{attribute} == "job-id") id = ippGetInteger(at, 0);
    if (std::string_view{attribute} == "job-name") {
      const char* text = ippGetString(at, 0, nullptr);
      matches = text != nullptr && name == text;
    }
    if (matches && id > 0) return id;
  }
  return std::nullopt;
}

ipp::Result<std::optional<int>> find_job(ipp::Connection& connection, const std::string& uri, const char* which,
                                         const std::string& name) {
  ipp::Message question = ipp::request(IPP_OP_GET_JOBS, uri);
  ippAddString(question.get(), IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "which-jobs", nullptr, which);
  ipp::ask_for(question.get(), {"job-id", "job-name"});
  auto answer = connection.ask(std::move(question), question_limit);
  if (!answer) return tl::unexpected(answer.error());
  return job_named(answer->get(), name);
}

}  // namespace

CupsQueue::CupsQueue(std::string name) : name_(std::move(name)), uri_("ipp://localhost/printers/" + name_) {}

bool CupsQueue::name_is_sound() const {
  return !name_.empty() && name_.size() < 128 && std::all_of(name_.begin(), name_.end(), [](unsigned char letter) {
    return std::isalnum(letter) != 0 || letter == '_' || letter == '-' || letter == '.';
  });
}

ipp::Result<QueueFacts> CupsQueue::facts(std::stop_token stop) const {
  auto spooler = ipp::Connection::to_spooler(connect_limit, stop);
  if (!spooler) return tl::unexpected(spooler.error());
  ipp::Message question = ipp::request(IPP_OP_GET_PRINTER_ATTRIBUTES, uri_);
  ipp::ask_for(question.get(), {"device-uri", "printer-state", "printer-state-reasons", "printer-is-accepting-jobs"});
  auto answer = spooler->ask(std::move(question), question_limit);
  if (!answer) return tl::unexpected(answer.error());
  QueueFacts facts;
  const auto uris = ipp::texts(answer->get(), "device-uri");
  if (!uris.empty()) facts.device_uri = uris.front();
  facts.health = health_from(answer->get());
  ipp_attribute_t* accepting = ippFindAttribute(answer->get(), "printer-is-accepting-jobs", IPP_TAG_BOOLEAN);
  if (accepting != nullptr && ippGetBoolean(accepting, 0) == 0)
    facts.health = failed("paused", "the queue refuses jobs");
  return facts;
}

ipp::Result<DeviceFacts> CupsQueue::ask_device(const std::string& device_uri, std::stop_token stop) const {
  auto device = ipp::Connection::to_device(device_uri, connect_limit, stop);
  if (!device) return tl::unexpected(device.error());
  ipp::Message question = ipp::request(IPP_OP_GET_PRINTER_ATTRIBUTES, device_uri);
  ipp::ask_for(question.get(),
               {"printer-state", "printer-state-reasons", "document-format-supported", "urf-supported",
                "pwg-raster-document-type-supported", "printer-resolution-supported", "media-left-margin-supported",
                "media-right-margin-supported", "media-top-margin-supported", "media-bottom-margin-supported",
                "media-size-supported", "finishings-supported"});
  auto answer = device->ask(std::move(question), question_limit);
  if (!answer) return tl::unexpected(answer.error());
  return DeviceFacts{health_from(answer->get()), traits_from(answer->get())};
}

std::vector<std::string> CupsQueue::passed(std::stop_token stop) const {
  auto spooler = ipp::Connection::to_spooler(connect_limit, stop);
  if (!spooler) return {};
  const auto ppd = spooler->fetch(fmt::format("/printers/{}.ppd", name_), question_limit);
  return ppd ? passed_formats(*ppd) : std::vector<std::string>{};
}

ipp::Result<std::optional<int>> CupsQueue::find(const std::string& job_name, std::stop_token stop) const {
  auto spooler = ipp::Connection::to_spooler(connect_limit, stop);
  if (!spooler) return tl::unexpected(spooler.error());
  return find_job(*spooler, uri_, "all", job_name);
}

ipp::Result<bool> CupsQueue::device_holds(const std::string& device_uri, const std::string& job_name,
                                          std::stop_token stop) const {
  auto device = ipp::Connection::to_device(device_uri, connect_limit, stop);
  if (!device) return tl::unexpected(device.error());
  const auto found = find_job(*device, device_uri, "not-completed", job_name);
  if (!found) return tl::unexpected(found.error());
  return found->has_value();
}

ipp::Result<int> CupsQueue::submit(const std::string& job_name, const Document& document, std::stop_token stop) const {
  auto spooler = ipp::Connection::to_spooler(connect_limit, stop);
  if (!spooler) return tl::unexpected(spooler.error());
  ipp::Message message = ipp::request(IPP_OP_PRINT_JOB, uri_);
  ippAddString(message.get(), IPP_TAG_OPERATION, IPP_TAG_NAME, "job-name", nullptr, job_name.c_str());
  ippAddString(message.get(), IPP_TAG_OPERATION, IPP_TAG_MIMETYPE, "document-format", nullptr, document.format.c_str());
  if (!document.media.empty())
    ippAddString(message.get(), IPP_TAG_JOB, IPP_TAG_KEYWORD, "media", nullptr, document.media.c_str());
  if (!document.page_size.empty())
    ippAddString(message.get(), IPP_TAG_JOB, IPP_TAG_NAME, "PageSize", nullptr, document.page_size.c_str());
  if (document.trim) ippAddInteger(message.get(), IPP_TAG_JOB, IPP_TAG_ENUM, "finishings", trim);
  auto answer = spooler->ask(std::move(message), document_limit, document.bytes);
  if (!answer) return tl::unexpected(answer.error());
  const int job = ipp::number(answer->get(), "job-id", 0);
  if (job <= 0) return tl::unexpected(ipp::Error{ipp::Fault::lost, "the spooler named no job"});
  return job;
}

ipp::Result<JobStage> CupsQueue::stage(int job, std::stop_token stop) const {
  auto spooler = ipp::Connection::to_spooler(connect_limit, stop);
  if (!spooler) return tl::unexpected(spooler.error());
  ipp::Message question = job_request(IPP_OP_GET_JOB_ATTRIBUTES, uri_, job);
  ipp::ask_for(question.get(), {"job-state"});
  auto answer = spooler->ask(std::move(question), question_limit);
  if (!answer) return tl::unexpected(answer.error());
  switch (ipp::number(answer->get(), "job-state", IPP_JSTATE_PENDING)) {
    case IPP_JSTATE_COMPLETED: return JobStage::completed;
    case IPP_JSTATE_CANCELED: return JobStage::cancelled;
    case IPP_JSTATE_ABORTED: return JobStage::aborted;
    default: return JobStage::underway;
  }
}

ipp::Result<void> CupsQueue::cancel(int job, std::stop_token stop) const {
  auto spooler = ipp::Connection::to_spooler(connect_limit, stop);
  if (!spooler) return tl::unexpected(spooler.error());
  auto answer = spooler->ask(job_request(IPP_OP_CANCEL_JOB, uri_, job), question_limit);
  if (!answer) return tl::unexpected(answer.error());
  return {};
}

}  // namespace skranke::printer
