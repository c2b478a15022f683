#include "db/directory.hpp"

#include <fcntl.h>
#include <openssl/rand.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "core/check.hpp"
#include "db/chain.hpp"
#include "system/whole_file.hpp"

namespace skranke::db {
namespace {

tl::unexpected<Error> failed(std::string_view doing, const std::filesystem::path& path) {
  const int code = errno;
  return tl::unexpected{Error{code == ENOSPC || code == EDQUOT ? Errc::storage_full : Errc::io,
                              fmt::format("{} {}: {}", doing, path.string(), std::strerror(code))}};
}

std::string read_all(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

std::string random_hex() {
  std::array<unsigned char, 16> bytes{};
  SKRANKE_TRUTH(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
  std::string hex;
  for (const unsigned char byte : bytes) hex += fmt::format("{:02x}", byte);
  return hex;
}

}  // namespace

Result<Descriptor> lock_directory(const std::filesystem::path& directory) {
  std::error_code ec;
  std::filesystem::create_directories(directory, ec);
  if (ec) return tl::unexpected{Error{Errc::io, fmt::format("create {}: {}", directory.string(), ec.message())}};
  const std::filesystem::path file = directory / "lock";
  Descriptor lock{::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  if (!lock) return failed("open", file);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return failed("lock", file);
    std::string holder = read_all(file);
    while (!holder.empty() && holder.back() == '\n') holder.pop_back();
    return tl::unexpected{Error{Errc::locked, fmt::format("{} is in use by process {}", directory.string(), holder.empty() ? "?" : holder)}};
  }
  // The pid is only a hint for people; a full disk must not keep the site from starting.
  if (::ftruncate(lock.get(), 0) == 0) static_cast<void>(::dprintf(lock.get(), "%d\n", static_cast<int>(::getpid())));
  return lock;
}

Result<std::string> box_identity(const std::filesystem::path& directory) {
  const std::filesystem::path file = directory / "box";
  if (read_all(file).empty() && !write_whole_file(file, random_hex() + "\n", 0600)) return failed("write", file);
  struct stat about {};
  if (::stat(file.c_str(), &about) != 0) return failed("look at", file);
  return sha256_hex(fmt::format("{}\n{}\n{}", read_all("/etc/machine-id"), read_all(file), about.st_ino)).substr(0, 32);
}

Result<void> sync_directory(const std::filesystem::path& directory) {
  if (!skranke::sync_directory(directory)) return failed("flush", directory);
  return {};
}

void note_failed_flush(const std::filesystem::path& directory) {
  const Descriptor note{::open((directory / "flush-failed").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)};
}

bool flush_has_failed(const std::filesystem::path& directory) {
  std::error_code ec;
  return std::filesystem::exists(directory / "flush-failed", ec);
}

void forget_failed_flush(const std::filesystem::path& directory) {
  std::error_code ignored;   // staying, it only costs the next start a checkpoint
  std::filesystem::remove(directory / "flush-failed", ignored);
}

Result<void> sync_file(const std::filesystem::path& file) {
  if (!skranke::sync_file(file)) return failed("flush", file);
  return {};
}

}  // namespace skranke::db
