#include "enrolment/audit.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "enrolment/seal.hpp"

namespace skranke::enrolment {
namespace {

constexpr std::size_t digest_chars = 64, file_bytes_max = 256'000'000;

bool plain(std::string_view text, std::size_t most) {
  return !text.empty() && text.size() <= most &&
         std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7F'; });
}
bool is_name(std::string_view text) {
  return plain(text, 40) &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

std::string digest_after(const std::string& before, std::string_view line) {
  return sha256_hex(view_of(before + std::string{line}));
}

}  // namespace

Result<std::string> AuditTrail::append(const std::string& enrolment, const std::string& at, const Note& note) {
  if (!is_name(note.what)) return wrong("what", "not a short name");
  if (!plain(enrolment, 64)) return wrong("enrolment", "not a short id");
  if (!plain(at, 40)) return wrong("at", "not a time");
  if (note.facts.size() > note_facts_max) return wrong(note.what, "more than 12 facts");
  boost::json::object told{{"n", count_ + 1}, {"at", at}, {"enrolment", enrolment}, {"what", note.what}};
  for (const auto& [name, value] : note.facts) {
    if (!is_name(name) || told.contains(name)) return wrong(note.what, "a fact without a name of its own");
    if (!plain(value, note_value_bytes_max))
      return wrong(fmt::format("{}.{}", note.what, name), "not 1 to 100 bytes of plain text");
    told[name] = value;
  }
  const std::string json = boost::json::serialize(told);
  head_ = digest_after(head_, json);
  ++count_;
  return head_ + " " + json + "\n";
}

Result<AuditTrail> AuditTrail::read(std::string_view file) {
  if (file.size() > file_bytes_max) return wrong("audit", "more than 256,000,000 bytes");
  AuditTrail trail;
  while (!file.empty()) {
    const std::string where = fmt::format("line {}", trail.count_ + 1);
    const std::size_t end = file.find('\n');
    if (end == std::string_view::npos) return wrong(where, "not whole: the power went while it was written");
    const std::string_view line = file.substr(0, end);
    if (line.size() < digest_chars + 2 || line[digest_chars] != ' ') return wrong(where, "not a line of a trail");
    const std::string_view json = line.substr(digest_chars + 1);
    if (digest_after(trail.head_, json) != line.substr(0, digest_chars))
      return wrong(where, "changed, or one before it is missing");
    boost::system::error_code error;
    const boost::json::value told = boost::json::parse(json, error);
    const boost::json::value* number = error || !told.is_object() ? nullptr : told.get_object().if_contains("n");
    if (number == nullptr || !number->is_int64() || number->get_int64() != static_cast<std::int64_t>(trail.count_ + 1))
      return wrong(where, "out of its order");
    trail.head_ = line.substr(0, digest_chars);
    ++trail.count_;
    file.remove_prefix(end + 1);
  }
  return trail;
}

}  // namespace skranke::enrolment
