#pragma once
// Keys and certificates made for a test, so that none lies in the tree.
#include <ctime>
#include <string>

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

namespace skranke::enrolment::test {

struct Pems {
  std::string certificate, key;
};

inline std::string text_in(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text{data, static_cast<std::size_t>(size)};
  BIO_free(bio);
  return text;
}

/// `kind` is "rsa2048", "rsa1024", "P-256" …; valid from an hour ago for so many days.
inline Pems make_identity(const std::string& kind, long days = 30, const char* usage = nullptr) {
  static int serial = 0;
  EVP_PKEY* key = kind == "rsa2048"   ? EVP_RSA_gen(2048U)
                  : kind == "rsa1024" ? EVP_RSA_gen(1024U)
                  : kind == "ED25519" ? EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")
                                      : EVP_EC_gen(kind.c_str());
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), days * 24 * 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  const std::string words = "test " + kind + " " + std::to_string(serial);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(words.c_str()), -1, -1,
                             0);
  X509_set_issuer_name(certificate, name);
  if (usage != nullptr) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_key_usage, usage);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }
  X509_sign(certificate, key, kind == "ED25519" ? nullptr : EVP_sha256());
  BIO* certificate_out = BIO_new(BIO_s_mem());
  BIO* key_out = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(certificate_out, certificate);
  PEM_write_bio_PrivateKey(key_out, key, nullptr, nullptr, 0, nullptr, nullptr);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return {text_in(certificate_out), text_in(key_out)};
}

}  // namespace skranke::enrolment::test
