#include "enrolment/wsbd/answer.hpp"

#include <algorithm>
#include <array>

#include "enrolment/wsbd/base64.hpp"
#include "enrolment/wsbd/xml.hpp"

namespace skranke::enrolment::wsbd {
namespace {

constexpr std::string_view space = "http://docs.oasis-open.org/bioserv/ns/wsbd-1.0", space_of_nist = "http://itl.nist.gov/wsbd/L1";
constexpr std::string_view declaration = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
constexpr std::size_t id_max = 100;

// "Paramter" is how the schema spells it.
constexpr std::array<std::string_view, 16> statuses{"success", "failure", "invalidId", "canceled", "canceledWithSensorFailure", "sensorFailure", "lockNotHeld", "lockHeldByAnother",
                                                    "initializationNeeded", "configurationNeeded", "sensorBusy", "sensorTimeout", "unsupported", "badValue", "noSuchParamter", "preparingDownload"};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos ? std::string_view{} : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string text_in(const Element& parent, std::string_view name) {
  const Element* element = parent.find(name);
  return element == nullptr ? "" : std::string{trimmed(element->text)};
}

Result<std::vector<std::string>> list_in(const Element& parent, std::string_view name) {
  std::vector<std::string> out;
  const Element* list = parent.find(name);
  if (list == nullptr) return out;
  for (const Element& each : list->children) {
    if (out.size() >= ids_max || each.text.size() > text_max) return wrong(std::string{name}, "too many, or too long");
    out.emplace_back(trimmed(each.text));
  }
  return out;
}

Result<Dictionary> dictionary_in(const Element& parent) {
  Dictionary out;
  for (const Element& item : parent.children) {
    const Element *key = item.find("key"), *value = item.find("value");
    if (item.name != "item" || key == nullptr || value == nullptr) return wrong(parent.name, "an item has no key or no value");
    if (!value->children.empty()) continue;
    if (out.size() >= dictionary_max || key->text.size() > text_max || value->text.size() > text_max) return wrong(parent.name, "too many items, or too long");
    out.emplace(trimmed(key->text), trimmed(value->text));
  }
  return out;
}

/// The document's one element, of that name, in a namespace that is WS-BD's.
Result<Element> read_root(std::string_view xml, std::string_view name) {
  auto root = read_xml(xml);
  if (!root) return root;
  if (root->name != name || (root->space != space && root->space != space_of_nist)) return wrong("xml", "it is no " + std::string{name} + " of WS-BD");
  return root;
}

void write_list(std::string& out, std::string_view name, const std::vector<std::string>& list) {
  if (list.empty()) return;
  out += "<" + std::string{name} + ">";
  for (const std::string& each : list) out += "<element>" + escaped(each) + "</element>";
  out += "</" + std::string{name} + ">";
}

void write_items(std::string& out, const Dictionary& items) {
  for (const auto& [key, value] : items) out += "<item><key>" + escaped(key) + "</key><value>" + escaped(value) + "</value></item>";
}

void write_text(std::string& out, std::string_view name, std::string_view text) {
  if (!text.empty()) out += "<" + std::string{name} + ">" + escaped(text) + "</" + std::string{name} + ">";
}

}  // namespace

std::string_view name_of(Status status) { return statuses[static_cast<std::size_t>(status)]; }

Result<Answer> read_answer(std::string_view xml) {
  const auto root = read_root(xml, "result");
  if (!root) return tl::unexpected<Error>{root.error()};
  Answer answer;
  std::string status = text_in(*root, "status");
  if (status == "noSuchParameter") status = "noSuchParamter";
  const auto* const known = std::ranges::find(statuses, status);
  if (known == statuses.end()) return wrong("status", "none that is known");
  answer.status = static_cast<Status>(known - statuses.begin());
  auto bad = list_in(*root, "badFields"), ids = list_in(*root, "captureIds");
  if (!bad) return tl::unexpected<Error>{bad.error()};
  if (!ids) return tl::unexpected<Error>{ids.error()};
  answer.bad_fields = std::move(*bad), answer.capture_ids = std::move(*ids);
  if (const Element* metadata = root->find("metadata")) {
    auto items = dictionary_in(*metadata);
    if (!items) return tl::unexpected<Error>{items.error()};
    answer.metadata = std::move(*items);
  }
  answer.message = text_in(*root, "message");
  if (answer.message.size() > text_max) return wrong("message", "too long");
  answer.session_id = text_in(*root, "sessionId");
  const auto bad_id = [](const std::string& id) { return !is_id(id); };
  if (std::ranges::any_of(answer.capture_ids, bad_id)) return wrong("captureIds", "what is no id");
  if (!answer.session_id.empty() && !is_id(answer.session_id)) return wrong("sessionId", "what is no id");
  if (const Element* data = root->find("sensorData")) {
    auto bytes = base64_decode(data->text);
    if (!bytes) return wrong("sensorData", "not base64");
    answer.sensor_data = std::move(*bytes);
  }
  return answer;
}

std::string write_answer(const Answer& answer) {
  std::string out{declaration};
  out += "<result xmlns=\"" + std::string{space} + "\"><status>" + std::string{name_of(answer.status)} + "</status>";
  write_list(out, "badFields", answer.bad_fields);
  write_list(out, "captureIds", answer.capture_ids);
  if (!answer.metadata.empty()) {
    out += "<metadata>";
    write_items(out, answer.metadata);
    out += "</metadata>";
  }
  write_text(out, "message", answer.message);
  if (!answer.sensor_data.empty()) out += "<sensorData>" + base64_encode(answer.sensor_data) + "</sensorData>";
  write_text(out, "sessionId", answer.session_id);
  return out + "</result>\n";
}

Result<Dictionary> read_configuration(std::string_view xml) {
  const auto root = read_root(xml, "configuration");
  if (!root) return tl::unexpected<Error>{root.error()};
  return dictionary_in(*root);
}

std::string write_configuration(const Dictionary& parameters) {
  std::string out{declaration};
  out += "<configuration xmlns=\"" + std::string{space} + "\">";
  write_items(out, parameters);
  return out + "</configuration>\n";
}

std::string submodality_of(Finger finger) {
  std::string out;
  bool capital = true;
  for (const char c : enrolment::name_of(finger)) {
    if (c != '_') out += capital ? static_cast<char>(c - 'a' + 'A') : c;
    capital = c == '_';
  }
  return out + "Flat";
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= id_max &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_'; });
}

}  // namespace skranke::enrolment::wsbd
