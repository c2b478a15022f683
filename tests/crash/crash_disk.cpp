#include "tests/crash/crash_disk.hpp"

#include <algorithm>
#include <cstring>

namespace skranke::test {

void* CrashDisk::index_region(const std::string& file, std::size_t region, std::size_t size) {
  auto& regions = index_[file];
  while (regions.size() <= region) {
    regions.push_back(std::make_unique<char[]>(size));
    std::memset(regions.back().get(), 0, size);
  }
  return regions[region].get();
}

int CrashDisk::refused(Call call) {
  if (fault_.nth == 0 || call != fault_.call) return SQLITE_OK;
  ++calls_;
  if (calls_ != fault_.nth && (!fault_.sticky || calls_ < fault_.nth)) return SQLITE_OK;
  fired_ = true;
  return fault_.code;
}

int CrashDisk::write(const std::string& file, std::uint64_t at, std::string_view bytes) {
  if (const int code = refused(Call::write); code != SQLITE_OK) {
    if (code != SQLITE_FULL) bytes = bytes.substr(0, bytes.size() / 3);   // part of it may have gone through
    else bytes = {};
    if (!bytes.empty()) static_cast<void>(ops_.emplace_back(Op{Op::Kind::write, file, at, std::string{bytes}}));
    std::string& partly = files_[file];
    partly.resize(std::max(partly.size(), at + bytes.size()));
    partly.replace(at, bytes.size(), bytes);
    return code;
  }
  ops_.push_back({Op::Kind::write, file, at, std::string{bytes}});
  std::string& content = files_[file];
  content.resize(std::max(content.size(), at + bytes.size()));
  content.replace(at, bytes.size(), bytes);
  return SQLITE_OK;
}

int CrashDisk::truncate(const std::string& file, std::uint64_t size) {
  if (const int code = refused(Call::truncate); code != SQLITE_OK) return code;
  ops_.push_back({Op::Kind::truncate, file, size, {}});
  files_[file].resize(size);
  return SQLITE_OK;
}

/// A flush that fails loses what it should have flushed, as Linux does: the pages count as clean and are never tried again.
int CrashDisk::sync(const std::string& file) {
  const int code = refused(Call::sync);
  ops_.push_back({code == SQLITE_OK ? Op::Kind::sync : Op::Kind::lose, file, 0, {}});
  return code;
}

void CrashDisk::create(const std::string& file) {
  ops_.push_back({Op::Kind::create, file, 0, {}});
  files_[file].clear();
}

int CrashDisk::remove(const std::string& file, bool durable) {
  if (const int code = refused(Call::remove); code != SQLITE_OK) return code;
  ops_.push_back({Op::Kind::remove, file, durable ? 1U : 0U, {}});
  files_.erase(file);
  return SQLITE_OK;
}

void CrashDisk::load(Files files) {
  files_ = std::move(files);
  index_.clear();
  ops_.clear();
  for (const auto& [file, content] : files_) {
    ops_.push_back({Op::Kind::create, file, 0, {}});
    ops_.push_back({Op::Kind::write, file, 0, content});
    ops_.push_back({Op::Kind::sync, file, 0, {}});
  }
  settle();
}

std::uint64_t CrashDisk::random() {   // splitmix64: the workload is the same in every run
  std::uint64_t x = random_ += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

CrashDisk::Files CrashDisk::after_power_cut(std::size_t ops, Fate fate, std::uint64_t seed) const {
  PowerCut power{ops_};
  power.advance(ops);
  return power.cut(fate, seed);
}

}  // namespace skranke::test
