#pragma once
// What OpenSSL does not look at, because it decides nothing for it: version numbers and what follows. Here every byte
// must be as we write it, so that an envelope that was touched anywhere is known by it.
#include "enrolment/seal.hpp"

namespace skranke::enrolment {

constexpr std::size_t receipt_bytes_max = 20'000;

[[nodiscard]] Result<void> check_envelope_shape(ByteView envelope);
[[nodiscard]] Result<void> check_receipt_fields(const Receipt& receipt);
/// The members that a receipt has, in any order; members that are not known are passed over.
[[nodiscard]] Result<Receipt> parse_receipt(const std::string& json);

}  // namespace skranke::enrolment
