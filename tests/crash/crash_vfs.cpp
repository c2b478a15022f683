// SQLite's side of the crash disk. Says of itself what SQLite's own Unix layer says: sectors of 4 KiB that a power cut does not spoil
// beside what is written.
#include <algorithm>
#include <atomic>
#include <cstring>
#include <new>
#include <string>

#include <fmt/format.h>

#include "tests/crash/crash_disk.hpp"

namespace skranke::test {
namespace {

struct OpenFile {
  sqlite3_file base;
  CrashDisk* disk;
  std::string* name;
};

OpenFile& of(sqlite3_file* file) { return *reinterpret_cast<OpenFile*>(file); }
CrashDisk& disk_of(sqlite3_vfs* vfs) { return *static_cast<CrashDisk*>(vfs->pAppData); }

int close_file(sqlite3_file* file) {
  delete of(file).name;
  of(file).name = nullptr;
  return SQLITE_OK;
}

int read_file(sqlite3_file* file, void* to, int amount, sqlite3_int64 at) {
  OpenFile& open = of(file);
  if (const int code = open.disk->refused(Call::read); code != SQLITE_OK) return code;
  const std::string& content = open.disk->content(*open.name);
  const auto from = static_cast<std::size_t>(at), wanted = static_cast<std::size_t>(amount);
  const std::size_t there = from < content.size() ? std::min(wanted, content.size() - from) : 0;
  if (there > 0) std::memcpy(to, content.data() + from, there);
  std::memset(static_cast<char*>(to) + there, 0, wanted - there);
  return there == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* file, const void* from, int amount, sqlite3_int64 at) {
  return of(file).disk->write(*of(file).name, static_cast<std::uint64_t>(at), {static_cast<const char*>(from), static_cast<std::size_t>(amount)});
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) { return of(file).disk->truncate(*of(file).name, static_cast<std::uint64_t>(size)); }
int sync_file(sqlite3_file* file, int) { return of(file).disk->sync(*of(file).name); }

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  if (const int code = of(file).disk->refused(Call::size); code != SQLITE_OK) return code;
  *size = static_cast<sqlite3_int64>(of(file).disk->content(*of(file).name).size());
  return SQLITE_OK;
}

int lock(sqlite3_file*, int) { return SQLITE_OK; }
int check_lock(sqlite3_file*, int* taken) { return *taken = 0, SQLITE_OK; }

int control(sqlite3_file*, int operation, void* value) {
  if (operation != SQLITE_FCNTL_PERSIST_WAL) return SQLITE_NOTFOUND;
  if (*static_cast<int*>(value) < 0) *static_cast<int*>(value) = 1;
  return SQLITE_OK;
}

int sector_size(sqlite3_file*) { return 4096; }
int characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

int map_index(sqlite3_file* file, int region, int size, int extend, void volatile** at) {
  static_cast<void>(extend);
  if (const int code = of(file).disk->refused(Call::index); code != SQLITE_OK) return *at = nullptr, code;
  *at = of(file).disk->index_region(*of(file).name, static_cast<std::size_t>(region), static_cast<std::size_t>(size));
  return SQLITE_OK;
}
int lock_index(sqlite3_file*, int, int, int) { return SQLITE_OK; }
void index_barrier(sqlite3_file*) {}
int unmap_index(sqlite3_file* file, int) {   // with the last connection the index is worth nothing: the next one builds it again
  of(file).disk->forget_index(*of(file).name);
  return SQLITE_OK;
}

const sqlite3_io_methods methods = {2,         close_file, read_file,  write_file, truncate_file, sync_file,       file_size,
                                    lock,      lock,       check_lock, control,    sector_size,   characteristics, map_index,
                                    lock_index, index_barrier, unmap_index, nullptr, nullptr};

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  CrashDisk& disk = disk_of(vfs);
  std::memset(file, 0, sizeof(OpenFile));
  if (const int code = disk.refused(Call::open); code != SQLITE_OK) return code;
  const std::string path = name == nullptr ? "temporary" : name;
  if (!disk.exists(path)) {
    if ((flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
    disk.create(path);
  }
  OpenFile& open = of(file);
  open.base.pMethods = &methods;
  open.disk = &disk;
  open.name = new std::string{path};
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int remove_file(sqlite3_vfs* vfs, const char* name, int sync_directory) {
  if (!disk_of(vfs).exists(name)) return SQLITE_IOERR_DELETE_NOENT;
  return disk_of(vfs).remove(name, sync_directory != 0);
}

int access_file(sqlite3_vfs* vfs, const char* name, int, int* there) { return *there = disk_of(vfs).exists(name) ? 1 : 0, SQLITE_OK; }

int full_name(sqlite3_vfs*, const char* name, int room, char* out) {
  if (std::strlen(name) >= static_cast<std::size_t>(room)) return SQLITE_CANTOPEN;
  std::strcpy(out, name);
  return SQLITE_OK;
}

int randomness(sqlite3_vfs* vfs, int amount, char* out) {
  for (int i = 0; i < amount; ++i) out[i] = static_cast<char>(disk_of(vfs).random());
  return amount;
}

int sleep_some(sqlite3_vfs*, int microseconds) { return microseconds; }
int time_now(sqlite3_vfs*, double* julian) { return *julian = 2'461'000.5, SQLITE_OK; }
int last_error(sqlite3_vfs*, int, char*) { return 0; }
int time_now_ms(sqlite3_vfs*, sqlite3_int64* julian) { return *julian = 212'630'443'200'000, SQLITE_OK; }

}  // namespace

CrashDisk::CrashDisk() : vfs_{std::make_unique<sqlite3_vfs>()} {
  static std::atomic<int> count{0};
  name_ = fmt::format("crash-disk-{}", ++count);
  *vfs_ = {};
  vfs_->iVersion = 2;
  vfs_->szOsFile = sizeof(OpenFile);
  vfs_->mxPathname = 512;
  vfs_->zName = name_.c_str();
  vfs_->pAppData = this;
  vfs_->xOpen = open_file;
  vfs_->xDelete = remove_file;
  vfs_->xAccess = access_file;
  vfs_->xFullPathname = full_name;
  vfs_->xRandomness = randomness;
  vfs_->xSleep = sleep_some;
  vfs_->xCurrentTime = time_now;
  vfs_->xGetLastError = last_error;
  vfs_->xCurrentTimeInt64 = time_now_ms;
  sqlite3_vfs_register(vfs_.get(), 0);
}

CrashDisk::~CrashDisk() { sqlite3_vfs_unregister(vfs_.get()); }

}  // namespace skranke::test
