#pragma once
// The body of a request, read field by field under limits. A handler reads like a table of what it takes:
//   RequestBody body{request.body};
//   const auto services = body.required_slugs("services", {.count_min = 1, .count_max = 8});
//   const auto party = body.integer("party", 1, 20).value_or(1);
//   const bool print = body.flag("print").value_or(false);
//   if (const Finding* fault = body.finish()) return refuse(*fault);
#include <memory>
#include <string_view>

#include "wire/table_reader.hpp"

namespace skranke::wire {

/// One JSON object; an empty body counts as {}. Fields that are absent and fields that are null are the same thing.
class RequestBody {
 public:
  static constexpr std::size_t bytes_max_default = 64 * 1024;

  explicit RequestBody(std::string_view bytes, std::size_t bytes_max = bytes_max_default);
  RequestBody(const RequestBody&) = delete;
  RequestBody& operator=(const RequestBody&) = delete;

  [[nodiscard]] auto text(std::string_view key, TextRule rule = {}) { return top_->text(key, rule); }
  [[nodiscard]] auto required_text(std::string_view key, TextRule rule = {}) { return top_->required_text(key, rule); }
  [[nodiscard]] auto slug(std::string_view key) { return top_->slug(key); }
  [[nodiscard]] auto required_slug(std::string_view key) { return top_->required_slug(key); }
  [[nodiscard]] auto integer(std::string_view key, std::int64_t min, std::int64_t max) {
    return top_->integer(key, min, max);
  }
  [[nodiscard]] auto required_integer(std::string_view key, std::int64_t min, std::int64_t max) {
    return top_->required_integer(key, min, max);
  }
  [[nodiscard]] auto number(std::string_view key, double min, double max) { return top_->number(key, min, max); }
  [[nodiscard]] auto flag(std::string_view key) { return top_->flag(key); }
  [[nodiscard]] auto one_of(std::string_view key, std::span<const std::string_view> words) {
    return top_->one_of(key, words);
  }
  [[nodiscard]] auto texts(std::string_view key, ListRule rule = {}) { return top_->texts(key, rule); }
  [[nodiscard]] auto slugs(std::string_view key, ListRule rule = {}) { return top_->slugs(key, rule); }
  [[nodiscard]] auto required_slugs(std::string_view key, ListRule rule = {}) {
    return top_->required_slugs(key, rule);
  }
  /// A table inside; the caller calls its done() before finish().
  [[nodiscard]] auto table(std::string_view key) { return top_->table(key); }
  /// A list of tables; the caller calls each one's done() before finish().
  [[nodiscard]] auto tables(std::string_view key, std::size_t count_max) { return top_->tables(key, count_max); }
  [[nodiscard]] bool has(std::string_view key) const { return top_->has(key); }
  /// A rule of the handler's own that does not hold: `key` is at fault.
  void refuse(std::string_view key, std::string_view reason, Message message) {
    top_->error(key, reason, std::move(message));
  }

  /// The first thing wrong, unknown fields last; null when all is well. Valid as long as the body. Reasons: "malformed"
  /// (answer 400), "too_large" (413), all others (422): missing, unknown_field, wrong_type, wrong_id, wrong_characters,
  /// out_of_range, not_one_of, too_short, too_long, too_few, too_many, twice. `field` names the field ("services[1]"),
  /// `message` says it in Danish and English.
  [[nodiscard]] const Finding* finish();

 private:
  Findings findings_{"", PathStyle::dotted};
  Node document_;
  std::unique_ptr<TableReader> top_;
  bool readable_ = true;
  bool finished_ = false;
};

}  // namespace skranke::wire
