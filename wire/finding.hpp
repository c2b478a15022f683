#pragma once
// What is wrong or odd in a text that somebody wrote, said in that person's words and with the place where it stands.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace skranke::wire {

struct Node;

/// One sentence in the two languages of the staff.
struct Message {
  std::string da, en;
  [[nodiscard]] const std::string& in(std::string_view language) const { return language == "en" ? en : da; }
};

enum class Severity : std::uint8_t { error, warning };

/// The way a place inside a text is named: `service[2].letter` (TOML, request bodies) or `/service/2/letter` (JSON).
/// Indices begin at 0.
enum class PathStyle : std::uint8_t { dotted, pointer };

struct Finding {
  Severity severity = Severity::error;
  std::string file;
  std::uint32_t line = 0;    ///< from 1; 0 = not known
  std::uint32_t column = 0;  ///< from 1, in bytes; 0 = not known
  std::string field;         ///< path by PathStyle; empty = the text as a whole
  std::string_view
      reason;  ///< stable machine word (a literal): "missing", "unknown_field", "wrong_type", "out_of_range", …
  Message message;
};

/// "site.toml:12:3: error: service[2].letter: …", without line end.
[[nodiscard]] std::string to_line(const Finding& finding, std::string_view language);

/// Collects findings in the order they are met; at most `findings_max`, the last of which then says that there are
/// more.
class Findings {
 public:
  static constexpr std::size_t findings_max = 200;

  Findings(std::string file, PathStyle style) : file_{std::move(file)}, style_{style} {}
  /// `at` gives line and column; null = the text as a whole.
  void error(const Node* at, std::string field, std::string_view reason, Message message);
  void warning(const Node* at, std::string field, std::string_view reason, Message message);
  void add(Finding finding);

  [[nodiscard]] std::string child(std::string_view parent, std::string_view key) const;
  [[nodiscard]] std::string element(std::string_view parent, std::size_t index) const;
  [[nodiscard]] bool has_error() const { return has_error_; }
  [[nodiscard]] const std::string& file() const { return file_; }
  [[nodiscard]] const std::vector<Finding>& all() const { return all_; }
  /// Everything found, in the order of the text; leaves the collector empty.
  [[nodiscard]] std::vector<Finding> take();

 private:
  std::string file_;
  PathStyle style_;
  std::vector<Finding> all_;
  bool has_error_ = false;
};

/// `word` in double quotes for a sentence: control characters dropped, cut after 60 characters.
[[nodiscard]] std::string quoted(std::string_view word);
/// ` Did you mean "siri"?` (both languages) when one of `candidates` is a slip of the pen away from `word`, else empty.
[[nodiscard]] Message did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace skranke::wire
