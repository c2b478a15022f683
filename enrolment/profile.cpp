#include "enrolment/profile.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <set>

#include <fmt/format.h>
#include <toml++/toml.h>

namespace skranke::enrolment {
namespace {

constexpr std::size_t profile_bytes_max = 64'000, findings_max = 50;
constexpr std::array<std::string_view, 5> fingers_of_a_hand = {"thumb", "index", "middle", "ring", "little"};

/// Reads the keys of one table; what is wrong is collected, keys that nobody asked for are wrong too.
class Table {
 public:
  Table(const toml::table& table, std::string path, std::vector<Error>& errors)
      : table_{table}, path_{std::move(path)}, errors_{errors} {}
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;
  ~Table() {
    for (const auto& [key, value] : table_)
      if (!known_.contains(std::string{key.str()})) error(key.str(), "unknown");
  }

  void error(std::string_view key, std::string what) {
    if (errors_.size() < findings_max) errors_.push_back({path_ + std::string{key}, std::move(what)});
  }
  bool has(const char* key) { return node(key) != nullptr; }
  void text(const char* key, std::string& into, std::size_t most, bool needed) {
    const toml::node* found = node(key);
    if (found == nullptr) {
      if (needed) error(key, "missing");
      return;
    }
    const auto value = found->value_exact<std::string>();
    if (!value || value->empty() || value->size() > most)
      return error(key, fmt::format("not text of 1 to {} bytes", most));
    into = *value;
  }
  template <class Number>
  void number(const char* key, Number& into, std::int64_t least, std::int64_t most) {
    const toml::node* found = node(key);
    if (found == nullptr) return;
    const auto value = found->value_exact<std::int64_t>();
    if (!value || *value < least || *value > most)
      return error(key, fmt::format("not a whole number from {} to {}", least, most));
    into = static_cast<Number>(*value);
  }
  void flag(const char* key, bool& into) {
    const toml::node* found = node(key);
    if (found == nullptr) return;
    const auto value = found->value_exact<bool>();
    if (!value) return error(key, "neither true nor false");
    into = *value;
  }
  /// One of `names`, as its index.
  std::optional<std::size_t> choice(const char* key, std::initializer_list<std::string_view> names) {
    const toml::node* found = node(key);
    return found == nullptr ? std::nullopt : index(key, *found, names);
  }
  /// A list of different ones of `names`, as indices; empty when the key is missing or wrong.
  std::vector<std::size_t> choices(const char* key, const std::vector<std::string_view>& names) {
    std::vector<std::size_t> chosen;
    const toml::node* found = node(key);
    if (found == nullptr) return chosen;
    const toml::array* list = found->as_array();
    if (list == nullptr || list->empty() || list->size() > names.size()) {
      error(key, fmt::format("not a list of 1 to {} names", names.size()));
      return chosen;
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
      const std::string place = fmt::format("{}[{}]", key, i);
      const auto one = index(place, (*list)[i], names);
      if (one && std::ranges::find(chosen, *one) != chosen.end()) error(place, "twice");
      if (one) chosen.push_back(*one);
    }
    return chosen;
  }
  /// Every key is one of a kind: what pairs of numbers may be named, `fits` says; empty = it is well.
  template <class Fits>
  void pairs(std::map<std::string, std::pair<double, double>, std::less<>>& into, const Fits& fits) {
    for (const auto& [key, node] : table_) {
      const std::string name{key.str()};
      known_.insert(name);
      const toml::array* list = node.as_array();
      std::array<double, 2> two{};
      const auto is_number = [](const toml::node& each) { return each.is_integer() || each.is_floating_point(); };
      if (list == nullptr || list->size() != 2 || !std::ranges::all_of(*list, is_number)) {
        error(name, "not two numbers: up to where it passes, and from where it fails");
        continue;
      }
      for (std::size_t i = 0; i < 2; ++i) two[i] = (*list)[i].value<double>().value_or(0);
      if (const std::string wrong = fits(name, two[0], two[1]); !wrong.empty()) error(name, wrong);
      else into[name] = {two[0], two[1]};
    }
  }
  const toml::table* table(const char* key) {
    const toml::node* found = node(key);
    if (found != nullptr && !found->is_table()) error(key, "not a table");
    return found == nullptr ? nullptr : found->as_table();
  }

 private:
  const toml::node* node(const char* key) {
    known_.insert(key);
    return table_.get(key);
  }
  template <class Names>
  std::optional<std::size_t> index(const std::string& place, const toml::node& node, const Names& names) {
    const auto value = node.value_exact<std::string>();
    std::size_t at = 0;
    for (const std::string_view name : names) {
      if (value == name) return at;
      ++at;
    }
    error(place, fmt::format("not one of: {}", fmt::join(names, ", ")));
    return std::nullopt;
  }

  const toml::table& table_;
  std::string path_;
  std::vector<Error>& errors_;
  std::set<std::string> known_;
};

/// Ages that decide must be limits of the classes, or nobody could tell.
void age(Table& table, int& into) {
  table.number("age_from", into, 0, 12);
  if (into != 0 && into != 6 && into != 12) table.error("age_from", "not 0, 6 or 12, the ages that are known");
}

std::string fits_a_check(std::string_view id, double pass, double warn) {
  const auto usual = std::ranges::find(usual_limits, id, &FaceLimit::id);
  if (usual == usual_limits.end()) return "no check of that name has limits";
  if (!(pass >= 0 && warn >= 0 && pass <= 1000 && warn <= 1000)) return "not from 0 to 1000";
  if (usual->at_least ? warn > pass : warn < pass)
    return usual->at_least ? "the second is above the first: more is better here" : "the second is below the first: less is better here";
  return "";
}

void read_face(const toml::table& toml, FaceRules& face, std::vector<Error>& errors) {
  Table table{toml, "face.", errors};
  if (const auto format = table.choice("format", {"jpeg", "jpeg2000"}))
    face.format = *format == 0 ? PictureKind::jpeg : PictureKind::jpeg2000;
  table.number("bytes_max", face.bytes_max, 4'000, 1'000'000);
  table.number("width", face.width, 240, 2'000);
  table.number("height", face.height, 320, 2'600);
  if (face.height * 10 < face.width * 12 || face.height * 10 > face.width * 14)
    table.error("height", "not 1.2 to 1.4 times the width, as portraits are");
  if (const auto sources = table.choices("sources", {"live", "scanned", "imported"}); !sources.empty()) {
    face.sources.clear();
    for (const std::size_t source : sources) face.sources.push_back(static_cast<Source>(source));
  }
  if (const toml::table* limits = table.table("limits")) Table{*limits, "face.limits.", errors}.pairs(face.limits, fits_a_check);
}

void read_fingers(const toml::table& toml, FingerRules& fingers, std::vector<Error>& errors) {
  Table table{toml, "fingers.", errors};
  age(table, fingers.age_from);
  if (const auto order = table.choices("order", {fingers_of_a_hand.begin(), fingers_of_a_hand.end()}); !order.empty()) {
    fingers.order.clear();
    for (const std::size_t finger : order) fingers.order.push_back(static_cast<int>(finger) + 1);
  }
  table.number("captures", fingers.captures, 1, 5);
  table.number("score_min", fingers.score_min, 0, 100);
  table.number("follow_up_days", fingers.follow_up_days, 1, 365);
}

void read_signature(const toml::table& toml, SignatureRules& signature, std::vector<Error>& errors) {
  Table table{toml, "signature.", errors};
  age(table, signature.age_from);
  table.flag("required", signature.required);
}

void read_root(const toml::table& toml, Profile& profile, std::vector<Error>& errors) {
  Table table{toml, "", errors};
  table.text("id", profile.id, 40, true);
  if (!std::ranges::all_of(profile.id,
                           [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }))
    table.error("id", "not small letters, digits and dashes");
  table.number("version", profile.version, 1, 1'000'000);
  table.text("name_da", profile.name_da, 80, true);
  table.text("name_en", profile.name_en, 80, true);
  table.number("minutes", profile.minutes, 2, 120);
  if (const auto encoding = table.choice("encoding", {"19794", "39794"}))
    profile.encoding = *encoding == 0 ? Encoding::iso19794 : Encoding::iso39794;
  if (const auto records = table.choices("records", {"groups", "an2"}); !records.empty()) {
    profile.groups = std::ranges::find(records, 0U) != records.end();
    profile.an2 = std::ranges::find(records, 1U) != records.end();
  }
  table.text("to", profile.to, 40, profile.an2);
  table.text("from", profile.from, 40, profile.an2);
  if (const toml::table* face = table.table("face"))
    read_face(*face, profile.face, errors);
  else if (!table.has("face"))
    table.error("face", "missing");
  if (const toml::table* fingers = table.table("fingers")) read_fingers(*fingers, profile.fingers.emplace(), errors);
  if (const toml::table* signature = table.table("signature"))
    read_signature(*signature, profile.signature.emplace(), errors);
}

}  // namespace

std::optional<AgeClass> age_class_named(std::string_view name) {
  for (const AgeClass age : {AgeClass::under_6, AgeClass::from_6, AgeClass::from_12})
    if (name_of(age) == name) return age;
  return std::nullopt;
}
std::string_view name_of(AgeClass age) {
  return age == AgeClass::under_6 ? "under_6" : age == AgeClass::from_6 ? "from_6" : "from_12";
}
int least_age(AgeClass age) { return age == AgeClass::under_6 ? 0 : age == AgeClass::from_6 ? 6 : 12; }
std::string_view name_of(Source source) {
  return source == Source::live ? "live" : source == Source::scanned ? "scanned" : "imported";
}

tl::expected<Profile, std::vector<Error>> read_profile(std::string_view text, const std::string& name) {
  std::vector<Error> errors;
  if (text.size() > profile_bytes_max) return tl::unexpected{std::vector<Error>{{name, "more than 64,000 bytes"}}};
  Profile profile;
  try {
    const toml::table toml = toml::parse(text, name);
    read_root(toml, profile, errors);
  } catch (const toml::parse_error& error) {
    errors.push_back({fmt::format("{}:{}", name, error.source().begin.line), std::string{error.description()}});
  }
  if (!errors.empty()) return tl::unexpected{std::move(errors)};
  return profile;
}

}  // namespace skranke::enrolment
