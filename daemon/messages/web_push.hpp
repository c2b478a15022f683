#pragma once
// Messages to a browser (web push): what RFC 8291 puts around a text so that only that browser can read it, and what RFC 8292 signs so that the push
// service knows who sends. OpenSSL does the arithmetic; nothing here knows a network.
#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <openssl/evp.h>
#include <tl/expected.hpp>

#include "system/owned.hpp"

namespace skranke::daemon {

/// What a browser gives to whoever may write to it.
struct PushSubscription {
  std::string endpoint;   ///< where its push service takes messages
  std::string p256dh;     ///< its public key, 65 bytes
  std::string auth;       ///< a secret of 16 bytes
  /// In one line for keeping, and back; nothing when it is no subscription.
  [[nodiscard]] std::string line() const;
  [[nodiscard]] static std::optional<PushSubscription> from_line(std::string_view line);
};

[[nodiscard]] std::string base64url(std::string_view bytes);
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

/// "https://push.example/x" → "push.example" and "https://push.example"; empty when it is no https address.
struct PushOrigin { std::string host, origin; };
[[nodiscard]] PushOrigin push_origin(std::string_view endpoint);

/// A pair of keys on P-256.
class PushKey {
 public:
  using Handle = std::unique_ptr<EVP_PKEY, Closer<EVP_PKEY_free>>;

  [[nodiscard]] static std::optional<PushKey> fresh();
  /// DIR/push.key (PEM, mode 0600), made when it is not there. Whoever has it can write in this house's name; it is not in the database or its backups.
  [[nodiscard]] static tl::expected<PushKey, std::string> load(const std::string& directory);
  [[nodiscard]] std::string public_bytes() const;               ///< 65 bytes, uncompressed
  /// ECDH with another's public key of 65 bytes; nothing when that is no point of the curve.
  [[nodiscard]] std::optional<std::string> shared_with(std::string_view public_key) const;
  /// ECDSA with SHA-256: r and s, 32 bytes each.
  [[nodiscard]] std::optional<std::string> sign(std::string_view text) const;

 private:
  explicit PushKey(Handle key) : key_{std::move(key)} {}
  Handle key_;
};

/// The body of the request: one record of aes128gcm (RFC 8188). Keys and salt are fresh for each message; the test gives its own.
[[nodiscard]] std::optional<std::string> push_sealed(std::string_view text, const PushSubscription& to, const PushKey& fresh, std::string_view salt);
/// "vapid t=…, k=…" for one push service, good for half a day.
[[nodiscard]] std::optional<std::string> vapid_header(const PushKey& house, std::string_view origin, std::string_view contact, std::chrono::sys_seconds now);

}  // namespace skranke::daemon
