#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <unistd.h>

#include "enrolment/far/door.hpp"
#include "enrolment/seal.hpp"

namespace skranke::enrolment {
namespace {

constexpr std::string_view key_file = "door.pem";
constexpr std::size_t pem_max = 64UL * 1024;
constexpr long days_valid = 36'500;   // nobody looks at the time: the key is pinned

struct Free {
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const noexcept { X509_free(certificate); }
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

/// A name that says nothing, since whoever knocks is shown it.
std::unique_ptr<X509, Free> certificate_of(EVP_PKEY* key) {
  std::unique_ptr<X509, Free> certificate{X509_new()};
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

/// Whole or not at all, and for nobody else.
Result<void> write_key(const std::string& path, EVP_PKEY* key, X509* certificate) {
  const std::string fresh = path + ".new";
  const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return failed(fresh);
  std::unique_ptr<std::FILE, Free> file{::fdopen(fd, "w")};
  const bool written = PEM_write_PrivateKey(file.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1 && PEM_write_X509(file.get(), certificate) == 1 && std::fflush(file.get()) == 0 && ::fsync(fd) == 0;
  file.reset();
  if (!written || ::rename(fresh.c_str(), path.c_str()) != 0) return failed(path);
  const int folder = ::open(std::filesystem::path{path}.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) ::fsync(folder), ::close(folder);
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
  const std::unique_ptr<EVP_PKEY, Free> key{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")};
  const auto certificate = key == nullptr ? nullptr : certificate_of(key.get());
  if (certificate == nullptr) return wrong("key", "the system gives no randomness");
  return write_key(path, key.get(), certificate.get()).map([&] { return path; });
}

}  // namespace skranke::enrolment
