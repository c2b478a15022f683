#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "enrolment/far/door.hpp"
#include "enrolment/seal.hpp"
#include "system/owned.hpp"
#include "system/whole_file.hpp"

namespace skranke::enrolment {
namespace {

constexpr std::string_view key_file = "door.pem";
constexpr std::size_t pem_max = 64UL * 1024;
constexpr long days_valid = 36'500;   // nobody looks at the time: the key is pinned

using Key = std::unique_ptr<EVP_PKEY, Closer<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Closer<X509_free>>;
using Bio = std::unique_ptr<BIO, Closer<BIO_free>>;

/// A name that says nothing, since whoever knocks is shown it.
Certificate certificate_of(EVP_PKEY* key) {
  Certificate certificate{X509_new()};
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  X509_time_adj_ex(X509_getm_notAfter(certificate.get()), days_valid, 0, nullptr);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("door"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_set_pubkey(certificate.get(), key);
  return X509_sign(certificate.get(), key, nullptr) > 0 ? std::move(certificate) : nullptr;
}

tl::unexpected<Error> failed(const std::string& path) { return wrong(path, std::strerror(errno)); }

/// For nobody else.
Result<void> write_key(const std::string& path, EVP_PKEY* key, X509* certificate) {
  const Bio memory{BIO_new(BIO_s_mem())};
  if (PEM_write_bio_PrivateKey(memory.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1 || PEM_write_bio_X509(memory.get(), certificate) != 1) return wrong("key", "cannot be written down");
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &text);
  if (!write_whole_file(path, {text, static_cast<std::size_t>(size)}, 0600)) return failed(path);
  return {};
}

}  // namespace

Result<std::string> own_pin(const std::string& folder) {
  const std::string path = (std::filesystem::path{folder} / key_file).string();
  std::ifstream file{path, std::ios::binary};
  if (!file) return failed(path);
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const auto identity = text.size() > pem_max ? Result<Identity>{wrong("key", "too large")} : Identity::from_pem(text, text);
  if (!identity) return wrong(path, "not the key of a door (" + identity.error().text() + "); without this file another one is made, and must be told to the daemon's box");
  return identity->pin();
}

Result<std::string> own_key(const std::string& folder) {
  const std::string path = (std::filesystem::path{folder} / key_file).string();
  std::error_code error;
  if (std::filesystem::exists(path, error)) return own_pin(folder).map([&](const std::string&) { return path; });
  std::filesystem::create_directories(folder, error);   // what is wrong with it is said when the file is written
  const Key key{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")};
  const Certificate certificate = key == nullptr ? nullptr : certificate_of(key.get());
  if (certificate == nullptr) return wrong("key", "the system gives no randomness");
  return write_key(path, key.get(), certificate.get()).map([&] { return path; });
}

}  // namespace skranke::enrolment
