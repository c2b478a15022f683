#include "wire/finding.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "wire/document.hpp"
#include "wire/utf8.hpp"

namespace skranke::wire {
namespace {

/// Levenshtein distance in bytes; words are ids and keys, so short and ASCII.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string to_line(const Finding& finding, std::string_view language) {
  std::string line = finding.file;
  if (finding.line != 0) line += fmt::format(":{}", finding.line);
  if (finding.line != 0 && finding.column != 0) line += fmt::format(":{}", finding.column);
  const bool danish = language != "en";
  const std::string_view error = danish ? "fejl" : "error";
  const std::string_view warning = danish ? "bemærk" : "warning";
  line += fmt::format(": {}: ", finding.severity == Severity::error ? error : warning);
  if (!finding.field.empty()) line += finding.field + ": ";
  return line + finding.message.in(language);
}

void Findings::error(const Node* at, std::string field, std::string_view reason, Message message) {
  add({Severity::error, file_, at ? at->line : 0, at ? at->column : 0, std::move(field), reason, std::move(message)});
}

void Findings::warning(const Node* at, std::string field, std::string_view reason, Message message) {
  add({Severity::warning, file_, at ? at->line : 0, at ? at->column : 0, std::move(field), reason, std::move(message)});
}

void Findings::add(Finding finding) {
  has_error_ = has_error_ || finding.severity == Severity::error;
  if (all_.size() >= findings_max) return;
  if (all_.size() + 1 == findings_max)
    finding = {Severity::error,
               file_,
               0,
               0,
               "",
               "more",
               {"Der er flere fejl; ret disse først.", "There are more; put these right first."}};
  all_.push_back(std::move(finding));
}

std::string Findings::child(std::string_view parent, std::string_view key) const {
  if (style_ == PathStyle::pointer) return fmt::format("{}/{}", parent, key);
  return parent.empty() ? std::string{key} : fmt::format("{}.{}", parent, key);
}

std::string Findings::element(std::string_view parent, std::size_t index) const {
  return style_ == PathStyle::pointer ? fmt::format("{}/{}", parent, index) : fmt::format("{}[{}]", parent, index);
}

std::vector<Finding> Findings::take() {
  std::vector<Finding> taken = std::move(all_);
  all_.clear();
  has_error_ = false;
  const auto place = [](const Finding& finding) { return finding.line == 0 ? UINT32_MAX : finding.line; };
  std::stable_sort(taken.begin(), taken.end(), [&](const Finding& a, const Finding& b) { return place(a) < place(b); });
  return taken;
}

std::string quoted(std::string_view word) {
  std::string shown = "\"";
  std::size_t characters = 0;
  for (std::size_t at = 0; at < word.size();) {
    if (++characters > 60) {
      shown += "…";
      break;
    }
    const std::size_t length = std::max<std::size_t>(1, utf8_length(word.substr(at)));
    const auto first = static_cast<unsigned char>(word[at]);
    if (first >= 0x20 && first != 0x7f) shown += word.substr(at, length);
    at += length;
  }
  return shown + "\"";
}

Message did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates) {
  std::string_view best;
  std::size_t least = std::min<std::size_t>(3, word.size() / 2 + 1);
  if (word.size() > 64) return {};
  for (const std::string_view candidate : candidates) {
    const std::size_t far = distance(word, candidate);
    if (far < least) {
      least = far;
      best = candidate;
    }
  }
  if (best.empty()) return {};
  return {fmt::format(" Mente du \"{}\"?", best), fmt::format(" Did you mean \"{}\"?", best)};
}

}  // namespace skranke::wire
