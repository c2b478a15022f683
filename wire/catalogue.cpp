#include "wire/catalogue.hpp"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <unicode/gregocal.h>
#include <unicode/messagepattern.h>
#include <unicode/msgfmt.h>
#include <unicode/smpdtfmt.h>

#include "wire/document.hpp"

namespace skranke::wire {
namespace {

icu::UnicodeString to_icu(std::string_view text) {
  return icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())});
}

/// Everybody reads the same digits and the same calendar from board and ticket, whatever the language.
icu::Locale locale_of(std::string_view language) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Locale locale = icu::Locale::forLanguageTag(std::string{language} + "-u-ca-gregory-nu-latn", status);
  return U_SUCCESS(status) != 0 ? locale : icu::Locale{"da"};
}

icu::Formattable as_formattable(const ArgumentValue& value) {
  if (const auto* text = std::get_if<std::string>(&value.get())) return icu::Formattable{to_icu(*text)};
  if (const auto* number = std::get_if<std::int64_t>(&value.get())) return icu::Formattable{*number};
  return icu::Formattable{std::get<double>(value.get())};
}

/// One sentence. Most are plain text; a pattern is compiled at its first use.
class Sentence {
 public:
  [[nodiscard]] const std::string& pattern() const { return pattern_; }

  Sentence(std::string language, std::string pattern)
      : language_{std::move(language)},
        pattern_{std::move(pattern)},
        plain_{pattern_.find_first_of("{}'") == std::string::npos} {}

  [[nodiscard]] bool is_sound() const {
    UErrorCode status = U_ZERO_ERROR;
    UParseError place;
    if (!plain_) icu::MessagePattern{to_icu(pattern_), &place, status};   // its grammar only: a locale costs ten times as much, at every start
    return U_SUCCESS(status) != 0;
  }

  [[nodiscard]] std::string format(std::initializer_list<Argument> arguments) const {
    if (plain_) return pattern_;
    std::vector<icu::UnicodeString> names;
    std::vector<icu::Formattable> values;
    for (const Argument& argument : arguments) {
      names.push_back(to_icu(argument.name));
      values.push_back(as_formattable(argument.value));
    }
    UErrorCode status = U_ZERO_ERROR;
    icu::UnicodeString made;
    const std::scoped_lock lock{mutex_};  // a MessageFormat keeps caches of its own
    if (!compiled_) compiled_ = std::make_unique<icu::MessageFormat>(to_icu(pattern_), locale_of(language_), status);
    if (U_SUCCESS(status) != 0)
      compiled_->format(names.data(), values.data(), static_cast<std::int32_t>(names.size()), made, status);
    std::string text;
    return U_SUCCESS(status) != 0 ? made.toUTF8String(text) : pattern_;
  }

 private:
  std::string language_, pattern_;
  bool plain_;
  mutable std::mutex mutex_;
  mutable std::unique_ptr<icu::MessageFormat> compiled_;
};

/// Writes days of one language: weekday, day, month in words, year.
class DateWords {
 public:
  explicit DateWords(const std::string& language) {
    UErrorCode status = U_ZERO_ERROR;
    // Danish and English as on the signs of a Danish office, others as their language orders them.
    const icu::Locale locale = locale_of(language == "en" ? "en-GB" : language);
    icu::UnicodeString pattern = language == "da" ? u"EEEE d. MMMM y" : u"EEEE d MMMM y";
    if (language != "da" && language != "en") pattern = icu::DateFormat::getBestPattern(locale, u"yMMMMEEEEd", status);
    format_ = std::make_unique<icu::SimpleDateFormat>(pattern, locale, status);
    if (U_SUCCESS(status) != 0)
      format_->setTimeZone(*icu::TimeZone::getGMT());
    else
      format_.reset();
  }
  [[nodiscard]] std::string format(core::LocalTime local) const {
    std::string text;
    if (!format_) return core::to_string(std::chrono::floor<std::chrono::days>(local));
    icu::UnicodeString made;
    const std::scoped_lock lock{mutex_};
    return format_->format(static_cast<UDate>(local.time_since_epoch().count()), made).toUTF8String(text);
  }

 private:
  mutable std::mutex mutex_;
  std::unique_ptr<icu::SimpleDateFormat> format_;
};

using Sentences = std::map<std::string, std::unique_ptr<Sentence>, std::less<>>;

struct Language {
  Sentences sentences;
  std::unique_ptr<DateWords> dates;
};

std::optional<std::string> add_sentences(const Node& node, const std::string& language, const std::string& prefix,
                                         Sentences& sentences) {
  for (const Node& item : node.items) {
    const std::string key = prefix.empty() ? item.key : fmt::format("{}.{}", prefix, item.key);
    if (item.kind == Node::Kind::table) {
      if (auto wrong = add_sentences(item, language, key, sentences)) return wrong;
      continue;
    }
    if (item.kind != Node::Kind::text) return fmt::format("catalogue {}: {} is not a text", language, key);
    auto sentence = std::make_unique<Sentence>(language, item.text);
    if (!sentence->is_sound()) return fmt::format("catalogue {}: {} is not a valid pattern", language, key);
    if (!sentences.try_emplace(key, std::move(sentence)).second)
      return fmt::format("catalogue {}: {} stands twice", language, key);
  }
  return std::nullopt;
}

}  // namespace

struct Catalogue::Content {
  using Languages = std::map<std::string, Language, std::less<>>;
  using Own = std::map<std::string, Sentences, std::less<>>;
  std::shared_ptr<Languages> languages = std::make_shared<Languages>();   ///< shared with catalogues made by with_own
  std::atomic<std::shared_ptr<const Own>> own;
  mutable std::atomic<std::uint64_t> missing{0};

  [[nodiscard]] const Sentence* find(std::string_view language, std::string_view key) const {
    const auto found = languages->find(language);
    if (found == languages->end()) return nullptr;
    const auto sentence = found->second.sentences.find(key);
    return sentence == found->second.sentences.end() ? nullptr : sentence->second.get();
  }
  [[nodiscard]] static const Sentence* find(const Own* own, std::string_view language, std::string_view key) {
    if (own == nullptr) return nullptr;
    const auto found = own->find(language);
    if (found == own->end()) return nullptr;
    const auto sentence = found->second.find(key);
    return sentence == found->second.end() ? nullptr : sentence->second.get();
  }
};

Catalogue::Catalogue() : content_{std::make_unique<Content>()} {}
Catalogue::Catalogue(Catalogue&&) noexcept = default;
Catalogue& Catalogue::operator=(Catalogue&&) noexcept = default;
Catalogue::~Catalogue() = default;

tl::expected<Catalogue, std::string> Catalogue::from_texts(
    const std::vector<std::pair<std::string, std::string>>& texts) {
  Catalogue made;
  for (const auto& [language, text] : texts) {
    const auto document = parse_json(text, {.bytes_max = 4 * 1024 * 1024}, language + ".json");
    if (!document) return tl::unexpected{to_line(document.error(), "en")};
    if (document->kind != Node::Kind::table)
      return tl::unexpected{fmt::format("catalogue {}: not an object", language)};
    Language& added = (*made.content_->languages)[language];
    if (auto wrong = add_sentences(*document, language, "", added.sentences)) return tl::unexpected{*wrong};
    added.dates = std::make_unique<DateWords>(language);
  }
  return made;
}

tl::expected<Catalogue, std::string> Catalogue::from_directory(const std::string& directory) {
  std::vector<std::pair<std::string, std::string>> texts;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator{directory, failed}) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream file{entry.path(), std::ios::binary};
    texts.emplace_back(entry.path().stem().string(), std::string{std::istreambuf_iterator<char>{file}, {}});
  }
  if (failed) return tl::unexpected{fmt::format("{}: {}", directory, failed.message())};
  return from_texts(texts);
}

std::string Catalogue::format(std::string_view language, std::string_view key,
                              std::initializer_list<Argument> arguments) const {
  const std::shared_ptr<const Content::Own> own = content_->own.load();
  bool asked = true;
  for (const std::string_view each : {language, std::string_view{"da"}, std::string_view{"en"}}) {
    if (const Sentence* sentence = Content::find(own.get(), each, key)) return sentence->format(arguments);
    if (const Sentence* sentence = content_->find(each, key)) return sentence->format(arguments);
    if (std::exchange(asked, false)) content_->missing.fetch_add(1, std::memory_order_relaxed);
  }
  return std::string{key};
}

void Catalogue::use_own(const core::OwnTexts& texts) const {
  if (texts.empty()) return content_->own.store(nullptr);
  auto own = std::make_shared<Content::Own>();
  for (const auto& [language, sentences] : texts)
    for (const auto& [key, pattern] : sentences) (*own)[language].try_emplace(key, std::make_unique<Sentence>(language, pattern));
  content_->own.store(std::move(own));
}

Catalogue Catalogue::with_own(const core::OwnTexts& texts) const {
  Catalogue made;
  made.content_->languages = content_->languages;
  made.use_own(texts);
  return made;
}

std::vector<std::pair<std::string_view, std::string_view>> Catalogue::sentences(std::string_view language) const {
  std::vector<std::pair<std::string_view, std::string_view>> all;
  const auto found = content_->languages->find(language);
  if (found == content_->languages->end()) return all;
  for (const auto& [key, sentence] : found->second.sentences) all.emplace_back(key, sentence->pattern());
  return all;
}

bool is_pattern(std::string_view text) { return Sentence{"da", std::string{text}}.is_sound(); }

std::vector<std::string> names_in(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  UParseError place;
  const icu::MessagePattern pattern{to_icu(text), &place, status};
  std::set<std::string> names;
  for (std::int32_t index = 0; U_SUCCESS(status) != 0 && index < pattern.countParts(); ++index) {
    const icu::MessagePattern::Part& part = pattern.getPart(index);
    if (part.getType() != UMSGPAT_PART_TYPE_ARG_NAME) continue;
    std::string name;
    names.insert(pattern.getSubstring(part).toUTF8String(name));
  }
  return {names.begin(), names.end()};
}

std::string Catalogue::date_text(std::string_view language, const core::Zone& zone, core::Instant at) const {
  const core::LocalTime local = zone.to_local(at);
  for (const std::string_view candidate : {language, std::string_view{"da"}, std::string_view{"en"}})
    if (const auto found = content_->languages->find(candidate); found != content_->languages->end())
      return found->second.dates->format(local);
  return core::to_string(std::chrono::floor<std::chrono::days>(local));
}

std::vector<std::string> Catalogue::languages() const {
  std::vector<std::string> names;
  for (const auto& [name, content] : *content_->languages) names.push_back(name);
  return names;
}

bool Catalogue::has(std::string_view language, std::string_view key) const {
  return content_->find(language, key) != nullptr;
}
std::uint64_t Catalogue::missing_count() const { return content_->missing.load(std::memory_order_relaxed); }

}  // namespace skranke::wire
