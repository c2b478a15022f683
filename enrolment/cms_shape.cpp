#include "enrolment/cms_shape.hpp"

#include <algorithm>
#include <array>

#include <boost/json.hpp>

#include "enrolment/objects.hpp"

namespace skranke::enrolment {
namespace {

bool all_of(const std::string& text, std::string_view allowed) {
  return std::ranges::all_of(text, [&](char c) { return allowed.find(c) != std::string_view::npos; });
}

}  // namespace

namespace {

constexpr std::array<std::uint8_t, 11> auth_enveloped{0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01, 0x17};
constexpr std::array<std::uint8_t, 9> signed_data{0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02};
constexpr std::array<std::uint8_t, 9> aes_256_gcm{0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2E};
constexpr std::size_t nonce_bytes = 12, tag_bytes = 16;

bool is(const Result<ByteView>& value, ByteView wanted) { return value && std::ranges::equal(*value, wanted); }
bool is(const Result<ByteView>& value, std::uint8_t wanted) { return is(value, ByteView{&wanted, 1}); }

/// One recipient: by key transport (RSA) or by key agreement (curves).
bool recipient_fits(Objects& recipients) {
  if (recipients.next_is(0x30)) {
    Result<Objects> transport = recipients.enter(0x30);
    return transport && is(transport->take(0x02), 0);
  }
  Result<Objects> agreement = recipients.enter(0xA1);
  if (!agreement || !is(agreement->take(0x02), 3)) return false;
  Result<Objects> originator = agreement->enter(0xA0);
  if (!originator) return false;
  Result<Objects> key = originator->enter(0xA1);
  if (!key || !key->take(0x30)) return false;
  const Result<ByteView> point = key->take(0x03);
  return point && !point->empty() && point->front() == 0;  // no bits left over
}

bool content_fits(Objects& data) {
  Result<Objects> content = data.enter(0x30);
  if (!content || !is(content->take(0x06), signed_data)) return false;
  Result<Objects> algorithm = content->enter(0x30);
  if (!algorithm || !is(algorithm->take(0x06), aes_256_gcm)) return false;
  Result<Objects> parameters = algorithm->enter(0x30);
  if (!parameters || !algorithm->done()) return false;
  const Result<ByteView> nonce = parameters->take(0x04);
  if (!nonce || nonce->size() != nonce_bytes || !is(parameters->take(0x02), tag_bytes) || !parameters->done())
    return false;
  return content->take(0x80).has_value() && content->done();
}

bool envelope_fits(ByteView envelope) {
  Objects file{envelope, "envelope"};
  Result<Objects> outer = file.enter(0x30);
  if (!outer || !file.done() || !is(outer->take(0x06), auth_enveloped)) return false;
  Result<Objects> wrapped = outer->enter(0xA0);
  if (!wrapped || !outer->done()) return false;
  Result<Objects> data = wrapped->enter(0x30);
  if (!data || !wrapped->done() || !is(data->take(0x02), 0)) return false;
  Result<Objects> recipients = data->enter(0x31);
  if (!recipients || recipients->done()) return false;
  while (!recipients->done())
    if (!recipient_fits(*recipients)) return false;
  if (!content_fits(*data)) return false;
  const Result<ByteView> tag = data->take(0x04);
  return tag && tag->size() == tag_bytes && data->done();
}

}  // namespace

Result<void> check_envelope_shape(ByteView envelope) {
  if (!envelope_fits(envelope)) return wrong("envelope", "not as the appliance writes it: another format, or touched");
  return {};
}

Result<void> check_receipt_fields(const Receipt& receipt) {
  constexpr std::string_view hex = "0123456789abcdef",
                             id = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  if (receipt.record_id.empty() || receipt.record_id.size() > 64 || !all_of(receipt.record_id, id))
    return wrong("receipt: record_id", "not 1 to 64 letters, digits, dashes and underscores");
  if (receipt.envelope_sha256.size() != 64 || !all_of(receipt.envelope_sha256, hex))
    return wrong("receipt: envelope_sha256", "not 64 small hex digits");
  if (receipt.received_at.size() < 20 || receipt.received_at.size() > 35 ||
      !all_of(receipt.received_at, "0123456789TZ:.+-"))
    return wrong("receipt: received_at", "not a time as RFC 3339 has it");
  return {};
}

Result<Receipt> parse_receipt(const std::string& json) {
  boost::system::error_code error;
  boost::json::parse_options options;
  options.max_depth = 4;
  const boost::json::value value = boost::json::parse(json, error, {}, options);
  if (error || !value.is_object()) return wrong("receipt", "not a JSON object");
  Receipt receipt;
  for (const auto& [name, member] : {std::pair{"record_id", &Receipt::record_id},
                                     {"envelope_sha256", &Receipt::envelope_sha256},
                                     {"received_at", &Receipt::received_at}}) {
    const boost::json::value* found = value.get_object().if_contains(name);
    if (found == nullptr || !found->is_string()) return wrong(std::string{"receipt: "} + name, "missing, or not text");
    receipt.*member = std::string{found->get_string()};
  }
  if (const auto fine = check_receipt_fields(receipt); !fine) return tl::unexpected<Error>{fine.error()};
  return receipt;
}

}  // namespace skranke::enrolment
