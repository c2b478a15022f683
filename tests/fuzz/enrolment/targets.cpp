#include "tests/fuzz/enrolment/targets.hpp"

#include <cstdio>
#include <cstdlib>

#include "enrolment/pictures.hpp"
#include "enrolment/profile.hpp"
#include "enrolment/records.hpp"
#include "enrolment/seal.hpp"
#include "enrolment/wsbd/answer.hpp"
#include "enrolment/wsbd/http.hpp"
#include "enrolment/wsq.hpp"
#include "tests/unit/enrolment/identities.hpp"

namespace skranke::enrolment::fuzz {
namespace {

void must(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", promise);
  std::abort();
}

void must_be_told(const Error& error) {
  must(!error.where.empty() && !error.what.empty(), "a refusal names the part and the reason");
}

const Identity& somebody() {
  static const test::Pems pems = test::make_identity("P-256");
  static const Identity identity = Identity::from_pem(pems.certificate, pems.key).value();
  return identity;
}

}  // namespace

void wsq(ByteView input) {
  const Result<wsq::Header> header = wsq::read_header(input);
  const Result<Image> image = wsq::decode(input);
  if (!header) must_be_told(header.error());
  if (!image) return must_be_told(image.error());
  must(header.has_value(), "what is decoded has a header");
  must(image->consistent() && image->width == header->width && image->height == header->height,
       "pixels as the header says");
  const Result<Bytes> again = wsq::encode(*image);
  if (!again) return must_be_told(again.error());
  must(wsq::decode(*again).has_value(), "what we write we read");
}

void picture(ByteView input) {
  const Result<PictureHeader> header = picture_header(input);
  if (!header) must_be_told(header.error());
  if (header && header->width > 1024) return;  // time, not safety
  const Result<Image> image = picture_decode(input);
  if (!image) return must_be_told(image.error());
  must(header.has_value(), "what is decoded has a header");
  must(image->consistent() && image->width == header->width && image->height == header->height &&
           image->channels == header->channels,
       "pixels as the header says");
}

void dg2(ByteView input) {
  const Result<Dg2> group = read_dg2(input);
  if (!group) return must_be_told(group.error());
  const Result<Bytes> again = write_dg2(group->face, group->encoding, group->created);
  must(again.has_value(), "what is read can be written");
  must(read_dg2(*again) == group, "and is read again as the same");
}

void dg3(ByteView input) {
  const Result<Dg3> group = read_dg3(input);
  if (!group) return must_be_told(group.error());
  if (group->prints.empty() && (group->random.size() < 8 || group->random.size() > 64)) return;
  const Result<Bytes> again = write_dg3(group->prints, group->encoding, group->created, group->random);
  must(again.has_value(), "what is read can be written");
  must(read_dg3(*again) == group, "and is read again as the same");
}

void an2(ByteView input) {
  const Result<Transaction> transaction = read_an2(input);
  if (!transaction) return must_be_told(transaction.error());
  const Result<Bytes> again = write_an2(*transaction);
  if (!again) return must_be_told(again.error());  // the writer is stricter about names
  must(read_an2(*again) == transaction, "what is written is read again as the same");
}

void receipt(ByteView input) {
  const Result<Receipt> found = check_receipt(input, somebody(), "E-1", sha256_hex({}));
  must(!found, "nobody but the recipient signs a receipt");
  must_be_told(found.error());
}

void envelope(ByteView input) {
  const auto found = open_sealed(input, somebody(), somebody());
  must(!found, "nobody but the appliance seals a record");
  must_be_told(found.error());
}

void tar(ByteView input) {
  const Result<std::vector<PackedFile>> files = unpack(input);
  if (!files) return must_be_told(files.error());
  const Result<Bytes> again = pack(*files, 0);
  must(again.has_value() && unpack(*again) == files, "what is unpacked packs again");
}

void profile(ByteView input) {
  const auto found = read_profile(text_of(input), "fuzz.toml");
  if (!found) {
    must(!found.error().empty() && found.error().size() <= 51, "a refusal has reasons, and not too many");
    for (const Error& error : found.error()) must_be_told(error);
    return;
  }
  must(!found->id.empty() && found->minutes >= 2 && !found->face.sources.empty(), "a profile holds together");
  if (found->fingers)
    must(!found->fingers->order.empty() && found->fingers->captures >= 1, "a profile that wants fingers says which");
}

void wsbd(ByteView input) {
  const std::string text = text_of(input);
  const auto answer = enrolment::wsbd::read_answer(text);
  if (answer) must(enrolment::wsbd::read_answer(enrolment::wsbd::write_answer(*answer)) == answer, "what is read is written and read again the same");
  else must_be_told(answer.error());
  const auto parameters = enrolment::wsbd::read_configuration(text);
  if (parameters) must(enrolment::wsbd::read_configuration(enrolment::wsbd::write_configuration(*parameters)) == parameters, "a configuration is read again the same");
  else must_be_told(parameters.error());
  std::string bytes = text;
  for (auto request = enrolment::wsbd::take_request(bytes); request && *request; request = enrolment::wsbd::take_request(bytes))
    must((*request)->body.size() <= enrolment::wsbd::request_body_max, "a request keeps its bounds");
}

}  // namespace skranke::enrolment::fuzz
