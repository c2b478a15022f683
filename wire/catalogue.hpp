#pragma once
// The sentences of the product, one catalogue per language, keys like "ticket.ahead". Patterns are ICU's (plurals,
// named arguments).
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

#include "core/facility.hpp"
#include "core/time.hpp"

namespace skranke::wire {

/// What stands for {name} in a sentence: a text or a number. Numbers are grouped as the language does it.
class ArgumentValue {
 public:
  ArgumentValue(std::string text) : value_{std::move(text)} {}
  ArgumentValue(std::string_view text) : value_{std::string{text}} {}
  ArgumentValue(const char* text) : value_{std::string{text}} {}
  template <std::integral T>
  ArgumentValue(T number) : value_{static_cast<std::int64_t>(number)} {}
  ArgumentValue(double number) : value_{number} {}
  [[nodiscard]] const std::variant<std::string, std::int64_t, double>& get() const { return value_; }

 private:
  std::variant<std::string, std::int64_t, double> value_;
};

struct Argument {
  std::string_view name;
  ArgumentValue value;
};

/// Loaded once, then read from any thread; only the house's own sentences change. No call throws for a missing key, a missing argument or a strange language.
class Catalogue {
 public:
  Catalogue();  ///< knows no language; every key stands for itself
  Catalogue(Catalogue&&) noexcept;
  Catalogue& operator=(Catalogue&&) noexcept;
  ~Catalogue();

  /// {language, JSON text}: an object of texts and further objects. The error names language and key (bad JSON, a value
  /// that is no text, a bad pattern).
  [[nodiscard]] static tl::expected<Catalogue, std::string> from_texts(
      const std::vector<std::pair<std::string, std::string>>& texts);
  /// Every LANGUAGE.json in `directory`.
  [[nodiscard]] static tl::expected<Catalogue, std::string> from_directory(const std::string& directory);

  /// The sentence in `language`, else Danish, else English, else `key` itself. Digits are Latin in every language.
  [[nodiscard]] std::string format(std::string_view language, std::string_view key,
                                   std::initializer_list<Argument> arguments = {}) const;
  /// "søndag 22. november 2026", the zone's calendar day of `at`; in a language without a catalogue as `format` falls
  /// back.
  [[nodiscard]] std::string date_text(std::string_view language, const core::Zone& zone, core::Instant at) const;

  /// The house's own sentences from now on, instead of those of the same key; they stand for this catalogue, whoever holds it. Thread-safe.
  void use_own(const core::OwnTexts& texts) const;
  /// The same catalogue with other sentences of the house.
  [[nodiscard]] Catalogue with_own(const core::OwnTexts& texts) const;
  /// The program's own sentences of a language, by key; empty for a language without a catalogue.
  [[nodiscard]] std::vector<std::pair<std::string_view, std::string_view>> sentences(std::string_view language) const;

  [[nodiscard]] std::vector<std::string> languages() const;  ///< sorted
  [[nodiscard]] bool has(std::string_view language, std::string_view key) const;
  /// How often `format` did not have the key in the asked language, since the start.
  [[nodiscard]] std::uint64_t missing_count() const;

 private:
  struct Content;
  std::unique_ptr<Content> content_;
};

/// Is it a pattern at all? And which {names} does it ask for, sorted?
[[nodiscard]] bool is_pattern(std::string_view text);
[[nodiscard]] std::vector<std::string> names_in(std::string_view pattern);

}  // namespace skranke::wire
