#pragma once
// What is said, cut into pieces that fit every announcement: the grammar is the catalogue's (`voice`), so that each language keeps its own order. Pure.
#include <chrono>
#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "core/facility.hpp"
#include "display/announcer.hpp"
#include "wire/catalogue.hpp"

namespace skranke::daemon {

/// Something to say in one breath.
struct Fragment {
  std::string language, text;
  auto operator<=>(const Fragment&) const = default;
};

struct Spoken {
  Fragment fragment;
  std::chrono::milliseconds pause{0};   ///< before it
  bool operator==(const Spoken&) const = default;
};

class Phrases {
 public:
  static constexpr std::size_t languages_max = 12;
  static constexpr std::chrono::milliseconds within{80}, between{350}, before_next{600};

  explicit Phrases(const wire::Catalogue& catalogue) : catalogue_{catalogue} {}

  /// Whether the catalogue has a grammar of its own for calls in it.
  [[nodiscard]] bool speaks(std::string_view language) const;
  /// Those of site, boards and kiosks that are spoken; the site's first is first.
  [[nodiscard]] std::vector<std::string> languages(const core::Facility& facility) const;
  /// Everything that any call at this site can need, each once.
  [[nodiscard]] std::vector<Fragment> needed(const core::Facility& facility) const;

  [[nodiscard]] std::vector<Spoken> call(std::string_view language, const display::CallAloud& call, const core::Facility& facility) const;
  [[nodiscard]] std::vector<Spoken> number(std::string_view language, core::Number number) const;
  [[nodiscard]] std::vector<Spoken> test(std::string_view language) const;
  /// "skranke 3": the desk's own name in the language, else the language's word with the figure; empty when there is neither.
  [[nodiscard]] std::string desk_name(std::string_view language, const core::Desk& desk) const;

 private:
  void say(std::vector<Spoken>& into, std::string_view language, std::string_view text, std::chrono::milliseconds pause) const;
  void say_number(std::vector<Spoken>& into, std::string_view language, core::Number number, std::chrono::milliseconds pause) const;
  const wire::Catalogue& catalogue_;
};

}  // namespace skranke::daemon
