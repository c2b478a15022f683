#pragma once
// How a record leaves: a tar, signed by the appliance, encrypted to the authority that is to have it (CMS, RFC 5652 and
// 5083), and the authority's signed receipt. Nobody here can open what was sealed. Times come in as seconds since 1970.
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "enrolment/bytes.hpp"
#include "enrolment/error.hpp"

struct x509_st;

namespace skranke::enrolment {

/// Overwrites and empties.
void wipe(Bytes& bytes);
[[nodiscard]] std::string sha256_hex(ByteView bytes);

struct PackedFile {
  std::string name;
  Bytes bytes;
  bool operator==(const PackedFile&) const = default;
};
constexpr std::size_t packed_files_max = 16, packed_bytes_max = 12'000'000, envelope_bytes_max = 16'000'000;

/// POSIX tar of plain files, always the same bytes for the same files.
[[nodiscard]] Result<Bytes> pack(std::span<const PackedFile> files, std::int64_t time);
[[nodiscard]] Result<std::vector<PackedFile>> unpack(ByteView tar);

/// A certificate, with its private key or without.
class Identity {
 public:
  /// PEM; `key` may be empty. An error when the two do not belong together.
  static Result<Identity> from_pem(std::string_view certificate, std::string_view key);

  /// SHA-256 of the public key as the certificate has it, as 64 hex digits: what is pinned, so that a renewed
  /// certificate stays.
  [[nodiscard]] std::string pin() const;
  [[nodiscard]] std::int64_t expires() const;
  [[nodiscard]] bool has_key() const;

  struct Parts;  // OpenSSL's handles, known to seal.cpp alone
  [[nodiscard]] const Parts& parts() const { return *parts_; }

 private:
  explicit Identity(std::shared_ptr<const Parts> parts) : parts_{std::move(parts)} {}
  std::shared_ptr<const Parts> parts_;
};

/// The same of a certificate that OpenSSL holds, as the other end of a line shows it.
[[nodiscard]] std::string key_pin(const x509_st& certificate);

/// Whether records may be encrypted to it now: pinned, within its time, RSA of 2,048 bits and more or a NIST curve.
[[nodiscard]] Result<void> check_recipient(const Identity& recipient, const std::string& pin, std::int64_t now);

struct Sealed {
  Bytes envelope;
  std::string sha256;
};
/// One or two recipients: two while a certificate is replaced. The plain bytes in between are overwritten.
[[nodiscard]] Result<Sealed> seal(std::span<const PackedFile> files, const Identity& signer,
                                  std::span<const Identity> recipients, std::int64_t time);
/// The receiver's side: decrypted, and signed by exactly `signer`. Nothing is returned of an envelope that was touched.
[[nodiscard]] Result<std::vector<PackedFile>> open_sealed(ByteView envelope, const Identity& recipient,
                                                          const Identity& signer);

struct Receipt {
  std::string record_id, envelope_sha256, received_at;  ///< the last as RFC 3339
  bool operator==(const Receipt&) const = default;
};
[[nodiscard]] Result<Bytes> sign_receipt(const Receipt& receipt, const Identity& recipient);
/// Only a receipt of this recipient for this record and these bytes lets the record be erased.
[[nodiscard]] Result<Receipt> check_receipt(ByteView receipt, const Identity& recipient, const std::string& record_id,
                                            const std::string& envelope_sha256);

}  // namespace skranke::enrolment
