// CMS by OpenSSL 3. Whatever OpenSSL says of a failure is kept, and its queue of errors is emptied.
#include "enrolment/seal.hpp"

#include <algorithm>
#include <array>
#include <ctime>

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "enrolment/cms_shape.hpp"
#include "system/owned.hpp"

namespace skranke::enrolment {
namespace {

/// A memory BIO that is overwritten before it is freed.
void free_wiped(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  if ((BIO_get_flags(bio) & BIO_FLAGS_MEM_RDONLY) == 0 && size > 0)
    OPENSSL_cleanse(data, static_cast<std::size_t>(size));
  BIO_free(bio);
}
void free_stack(STACK_OF(X509) * stack) { sk_X509_free(stack); }
void free_cms(CMS_ContentInfo* cms) {
  if (ASN1_OCTET_STRING** content = CMS_get0_content(cms); content != nullptr && *content != nullptr)
    OPENSSL_cleanse((*content)->data, static_cast<std::size_t>((*content)->length));
  ERR_clear_error();  // an envelope has no content to be had
  CMS_ContentInfo_free(cms);
}
using Bio = std::unique_ptr<BIO, Closer<free_wiped>>;
using Cms = std::unique_ptr<CMS_ContentInfo, Closer<free_cms>>;
using Certificate = std::unique_ptr<X509, Closer<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Closer<EVP_PKEY_free>>;
using Certificates = std::unique_ptr<STACK_OF(X509), Closer<free_stack>>;

constexpr int rsa_bits_min = 2048;

tl::unexpected<Error> failed(const char* where, const char* what) {
  const unsigned long code = ERR_peek_last_error();
  std::array<char, 200> words{};
  if (code != 0) ERR_error_string_n(code, words.data(), words.size());
  ERR_clear_error();
  return wrong(where, code != 0 ? fmt::format("{} ({})", what, words.data()) : std::string{what});
}

Bio reading(ByteView bytes) { return Bio{BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size()))}; }

Bytes content(const Bio& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  const auto* begin = reinterpret_cast<const std::uint8_t*>(data);
  return {begin, begin + std::max(size, 0L)};
}

Result<Bytes> der_of(const Cms& cms, const char* where) {
  const Bio out{BIO_new(BIO_s_mem())};
  if (!out || i2d_CMS_bio(out.get(), cms.get()) != 1) return failed(where, "cannot be written");
  return content(out);
}

Result<Cms> parse(ByteView der, const char* where, int kind) {
  if (der.size() > envelope_bytes_max) return wrong(where, "more than 16,000,000 bytes");
  const unsigned char* at = der.data();
  Cms cms{d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(der.size()))};
  if (!cms || at != der.data() + der.size()) return failed(where, "not CMS");
  if (OBJ_obj2nid(CMS_get0_type(cms.get())) != kind) return wrong(where, "CMS of another kind");
  return cms;
}

}  // namespace

struct Identity::Parts {
  Certificate certificate;
  Key key;
};

namespace {

/// What is signed here is made and checked by the same two functions, records and receipts alike.
Result<Bytes> sign(ByteView bytes, const Identity& signer, const char* where) {
  if (!signer.has_key()) return wrong(where, "no private key to sign with");
  const Bio in = reading(bytes);
  constexpr unsigned flags = CMS_BINARY | CMS_NOSMIMECAP | CMS_PARTIAL;
  const Cms cms{CMS_sign(nullptr, nullptr, nullptr, nullptr, flags)};
  if (!in || !cms ||
      CMS_add1_signer(cms.get(), signer.parts().certificate.get(), signer.parts().key.get(), EVP_sha256(), flags) ==
          nullptr ||
      CMS_final(cms.get(), in.get(), nullptr, flags) != 1)
    return failed(where, "cannot be signed");
  return der_of(cms, where);
}

/// The signed bytes, if exactly this certificate signed them; certificates in the message are not looked at.
Result<Bytes> verify(ByteView der, const Identity& signer, const char* where) {
  const Result<Cms> cms = parse(der, where, NID_pkcs7_signed);
  if (!cms) return tl::unexpected<Error>{cms.error()};
  const Certificates only{sk_X509_new_null()};
  const Bio out{BIO_new(BIO_s_mem())};
  if (!only || !out || sk_X509_push(only.get(), signer.parts().certificate.get()) == 0)
    return wrong(where, "no memory");
  if (STACK_OF(CMS_SignerInfo)* signers = CMS_get0_SignerInfos(cms->get());
      signers == nullptr || sk_CMS_SignerInfo_num(signers) != 1)
    return wrong(where, "not exactly one signature");
  constexpr unsigned flags = CMS_BINARY | CMS_NOINTERN | CMS_NO_SIGNER_CERT_VERIFY;
  if (CMS_verify(cms->get(), only.get(), nullptr, nullptr, out.get(), flags) != 1)
    return failed(where, "not signed by whom it should be");
  return content(out);
}

bool set_up_key_transport(CMS_RecipientInfo* info) {
  EVP_PKEY_CTX* context = CMS_RecipientInfo_get0_pkey_ctx(info);
  if (CMS_RecipientInfo_type(info) == CMS_RECIPINFO_TRANS)
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) > 0 &&
           EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) > 0 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) > 0;
  return EVP_PKEY_CTX_set_ecdh_kdf_md(context, EVP_sha256()) > 0;  // the default would be SHA-1
}

Result<Bytes> encrypt(ByteView bytes, std::span<const Identity> recipients) {
  const Cms cms{CMS_AuthEnvelopedData_create(EVP_aes_256_gcm())};
  const Bio in = reading(bytes);
  if (!cms || !in || CMS_set_detached(cms.get(), 0) != 1) return failed("envelope", "no memory");
  for (const Identity& recipient : recipients) {
    CMS_RecipientInfo* info = CMS_add1_recipient_cert(cms.get(), recipient.parts().certificate.get(), CMS_KEY_PARAM);
    if (info == nullptr || !set_up_key_transport(info)) return failed("recipient", "cannot be encrypted to");
  }
  if (CMS_set1_eContentType(cms.get(), OBJ_nid2obj(NID_pkcs7_signed)) != 1 ||
      CMS_final(cms.get(), in.get(), nullptr, CMS_BINARY) != 1)
    return failed("envelope", "cannot be encrypted");
  return der_of(cms, "envelope");
}

/// OpenSSL compares names as people do, without case; the envelope must name the certificate byte for byte.
bool names(ByteView envelope, const Identity& recipient) {
  const X509* certificate = recipient.parts().certificate.get();
  Writer wanted;
  unsigned char* der = nullptr;
  int size = i2d_X509_NAME(X509_get_issuer_name(certificate), &der);
  wanted.put(ByteView{der, static_cast<std::size_t>(std::max(size, 0))});
  OPENSSL_free(der);
  der = nullptr;
  size = i2d_ASN1_INTEGER(X509_get0_serialNumber(certificate), &der);
  wanted.put(ByteView{der, static_cast<std::size_t>(std::max(size, 0))});
  OPENSSL_free(der);
  const Bytes& bytes = wanted.bytes();
  return std::search(envelope.begin(), envelope.end(), bytes.begin(), bytes.end()) != envelope.end();
}

Result<Bytes> decrypt(ByteView envelope, const Identity& recipient) {
  if (!recipient.has_key()) return wrong("envelope", "no private key to open it with");
  if (const auto shape = check_envelope_shape(envelope); !shape) return tl::unexpected<Error>{shape.error()};
  if (!names(envelope, recipient)) return wrong("envelope", "not for this recipient");
  const Result<Cms> cms = parse(envelope, "envelope", NID_id_smime_ct_authEnvelopedData);
  if (!cms) return tl::unexpected<Error>{cms.error()};
  if (const Result<Bytes> again = der_of(*cms, "envelope"); !again || !std::ranges::equal(*again, envelope))
    return wrong("envelope", "not in its one distinguished encoding");
  const Bio out{BIO_new(BIO_s_mem())};
  if (!out || CMS_decrypt(cms->get(), recipient.parts().key.get(), recipient.parts().certificate.get(), nullptr,
                          out.get(), CMS_BINARY) != 1)
    return failed("envelope", "cannot be opened: another recipient's, or touched");
  return content(out);
}

}  // namespace

void wipe(Bytes& bytes) {
  if (!bytes.empty()) OPENSSL_cleanse(bytes.data(), bytes.size());
  bytes.clear();
}

std::string sha256_hex(ByteView bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  std::string text;
  for (const unsigned char byte : digest) text += fmt::format("{:02x}", byte);
  return text;
}

Result<Identity> Identity::from_pem(std::string_view certificate, std::string_view key) {
  auto parts = std::make_shared<Parts>();
  const Bio in = reading(view_of(certificate));
  parts->certificate.reset(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
  if (!parts->certificate) return failed("certificate", "not PEM of a certificate");
  if (!key.empty()) {
    const Bio key_in = reading(view_of(key));
    const auto no_password = [](char*, int, int, void*) { return -1; };  // never ask at a terminal
    parts->key.reset(PEM_read_bio_PrivateKey(key_in.get(), nullptr, no_password, nullptr));
    if (!parts->key) return failed("key", "not PEM of a private key without password");
    if (X509_check_private_key(parts->certificate.get(), parts->key.get()) != 1)
      return failed("key", "does not belong to the certificate");
  }
  return Identity{std::move(parts)};
}

std::string key_pin(const X509& certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(&certificate), &der);
  const std::string text = sha256_hex({der, static_cast<std::size_t>(std::max(size, 0))});
  OPENSSL_free(der);
  return text;
}

std::string Identity::pin() const { return key_pin(*parts_->certificate); }

std::int64_t Identity::expires() const {
  std::tm time{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(parts_->certificate.get()), &time) != 1) return 0;
  return ::timegm(&time);
}

bool Identity::has_key() const { return parts_->key != nullptr; }

Result<void> check_recipient(const Identity& recipient, const std::string& pin, std::int64_t now) {
  if (recipient.pin() != pin)
    return wrong("recipient", fmt::format("its key is {}, pinned is {}", recipient.pin(), pin));
  X509* certificate = recipient.parts().certificate.get();
  auto moment = static_cast<std::time_t>(now);
  if (X509_cmp_time(X509_get0_notBefore(certificate), &moment) >= 0)
    return wrong("recipient", "the certificate is not valid yet");
  if (X509_cmp_time(X509_get0_notAfter(certificate), &moment) <= 0)
    return wrong("recipient", "the certificate has expired");
  const EVP_PKEY* key = X509_get0_pubkey(certificate);
  const int kind = key == nullptr ? 0 : EVP_PKEY_get_base_id(key);
  if (kind != EVP_PKEY_RSA && kind != EVP_PKEY_EC) return wrong("recipient", "neither an RSA key nor one of a curve");
  if (kind == EVP_PKEY_RSA && EVP_PKEY_get_bits(key) < rsa_bits_min)
    return wrong("recipient", "an RSA key of less than 2,048 bits");
  const std::uint32_t usage = X509_get_key_usage(certificate),
                      wanted = kind == EVP_PKEY_RSA ? KU_KEY_ENCIPHERMENT : KU_KEY_AGREEMENT;
  if ((usage & wanted) == 0) return wrong("recipient", "the certificate is not for encrypting");
  return {};
}

Result<Sealed> seal(std::span<const PackedFile> files, const Identity& signer, std::span<const Identity> recipients,
                    std::int64_t time) {
  if (recipients.empty() || recipients.size() > 2)
    return wrong("recipient", "one is wanted, or two while one replaces the other");
  Result<Bytes> tar = pack(files, time);
  if (!tar) return tl::unexpected<Error>{tar.error()};
  Result<Bytes> with_signature = sign(*tar, signer, "signature");
  wipe(*tar);
  if (!with_signature) return tl::unexpected<Error>{with_signature.error()};
  Result<Bytes> envelope = encrypt(*with_signature, recipients);
  wipe(*with_signature);
  if (!envelope) return tl::unexpected<Error>{envelope.error()};
  std::string digest = sha256_hex(*envelope);
  return Sealed{std::move(*envelope), std::move(digest)};
}

Result<std::vector<PackedFile>> open_sealed(ByteView envelope, const Identity& recipient, const Identity& signer) {
  Result<Bytes> with_signature = decrypt(envelope, recipient);
  if (!with_signature) return tl::unexpected<Error>{with_signature.error()};
  Result<Bytes> tar = verify(*with_signature, signer, "signature");
  wipe(*with_signature);
  if (!tar) return tl::unexpected<Error>{tar.error()};
  Result<std::vector<PackedFile>> files = unpack(*tar);
  wipe(*tar);
  return files;
}

namespace {
/// One line of JSON in one spelling; read back by taking it apart where it must be, and comparing the whole.
std::string line_of(const Receipt& receipt) {
  return fmt::format(R"({{"envelope_sha256":"{}","received_at":"{}","record_id":"{}"}})", receipt.envelope_sha256,
                     receipt.received_at, receipt.record_id);
}
}  // namespace

Result<Bytes> sign_receipt(const Receipt& receipt, const Identity& recipient) {
  if (const auto fine = check_receipt_fields(receipt); !fine) return tl::unexpected<Error>{fine.error()};
  return sign(view_of(line_of(receipt)), recipient, "receipt");
}

Result<Receipt> check_receipt(ByteView signed_receipt, const Identity& recipient, const std::string& record_id,
                              const std::string& envelope_sha256) {
  if (signed_receipt.size() > receipt_bytes_max) return wrong("receipt", "more than 20,000 bytes");
  const Result<Bytes> told = verify(signed_receipt, recipient, "receipt");
  if (!told) return tl::unexpected<Error>{told.error()};
  Result<Receipt> receipt = parse_receipt(text_of(*told));
  if (!receipt) return receipt;
  if (receipt->record_id != record_id) return wrong("receipt: record_id", "of another record");
  if (receipt->envelope_sha256 != envelope_sha256)
    return wrong("receipt: envelope_sha256", "of other bytes than were sent");
  return receipt;
}

}  // namespace skranke::enrolment
