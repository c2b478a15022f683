#pragma once
// The key that contacts are sealed with. It lies beside the database, never in it and never in a backup: a copy of contacts.db alone says nothing.
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace skranke::daemon {

class ContactKey {
 public:
  static constexpr std::size_t bytes = 32;

  /// systemd's credential "contacts.key" where the unit gives one, else DIR/contacts.key (mode 0600), made at random when it is not there. A file of
  /// another length is refused and left as it is: it may be somebody's only copy of something.
  [[nodiscard]] static tl::expected<ContactKey, std::string> load(const std::string& directory);

  /// "nonce, ciphertext": what only this key opens, and only under the same `label`.
  [[nodiscard]] std::string seal(std::string_view plain, std::string_view label) const;
  /// Nothing when another key sealed it, or a bit is altered, or the label is another.
  [[nodiscard]] std::optional<std::string> open(std::string_view sealed, std::string_view label) const;
  /// The same 16 bytes for the same text: finds equal rows without opening any. Nobody can compute it who has not the key.
  [[nodiscard]] std::string tag(std::string_view text) const;

 private:
  using Bytes = std::array<unsigned char, bytes>;
  explicit ContactKey(const Bytes& master);
  Bytes sealing_{}, tagging_{};
};

}  // namespace skranke::daemon
