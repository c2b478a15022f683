#pragma once
// A disk in memory under SQLite that remembers every write, so that a power cut can be played at any moment of a workload: what was not
// flushed may be there, be missing, be there in part, or be there while earlier writes are not. It can also fail calls and be full.
//
// One thread, one connection to a file at a time: locks are granted to everybody.
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <sqlite3.h>

namespace skranke::test {

inline constexpr std::size_t sector = 512;

/// Kinds of calls that can be made to fail.
enum class Call : std::uint8_t { open, read, write, truncate, sync, remove, size, index };

/// Fail the n-th call of a kind with `code`; once, or from then on.
struct Fault {
  Call call = Call::write;
  int nth = 0;        ///< 1 = the first; 0 = never
  int code = SQLITE_IOERR_WRITE;
  bool sticky = false;
};

/// How a power cut treats what was not flushed.
enum class Fate : std::uint8_t {
  lost,      ///< nothing of it reached the disk
  kept,      ///< all of it did
  any,       ///< each sector by chance, so also later ones without earlier ones; grown parts may hold rubbish
  torn       ///< as `any`, and sectors written in part
};

class CrashDisk {
 public:
  using Files = std::map<std::string, std::string>;

  CrashDisk();
  ~CrashDisk();
  CrashDisk(const CrashDisk&) = delete;
  CrashDisk& operator=(const CrashDisk&) = delete;

  /// The name to open SQLite with.
  [[nodiscard]] const std::string& vfs() const { return name_; }

  /// What was written since the beginning, in order.
  struct Op {
    enum class Kind : std::uint8_t { create, write, truncate, sync, lose, remove, settle, mark } kind;
    std::string file;
    std::uint64_t at = 0;     ///< write: offset; truncate: new size; mark: the number
    std::string bytes;
  };
  [[nodiscard]] const std::vector<Op>& ops() const { return ops_; }
  /// Notes a moment of the workload (an acknowledged event, say) among the writes.
  void mark(std::uint64_t number) { ops_.push_back({Op::Kind::mark, {}, number, {}}); }
  /// The directory was flushed: files that were created exist, removed ones do not.
  void settle() { ops_.push_back({Op::Kind::settle, {}, 0, {}}); }

  /// The files as a power cut after the first `ops` operations leaves them.
  [[nodiscard]] Files after_power_cut(std::size_t ops, Fate fate, std::uint64_t seed) const;
  /// Starts again from these files; the record begins anew with them durable. No connection may be open.
  void load(Files files);
  /// All there is, to come back to. No connection may be open.
  struct Moment {
    Files files;
    std::vector<Op> ops;
  };
  [[nodiscard]] Moment moment() const { return {files_, ops_}; }
  void come_back(Moment moment) { files_ = std::move(moment.files), ops_ = std::move(moment.ops), index_.clear(); }

  void fail(Fault fault) { fault_ = fault, calls_ = 0, fired_ = false; }
  /// Has the fault been met since it was set?
  [[nodiscard]] bool failed() const { return fired_; }
  void heal() { fault_ = {}; }

  // --- for the VFS ---
  [[nodiscard]] int refused(Call call);   ///< the code to fail with, or SQLITE_OK
  int write(const std::string& file, std::uint64_t at, std::string_view bytes);
  int truncate(const std::string& file, std::uint64_t size);
  int sync(const std::string& file);
  void create(const std::string& file);
  int remove(const std::string& file, bool durable);
  [[nodiscard]] bool exists(const std::string& file) const { return files_.contains(file); }
  [[nodiscard]] std::string& content(const std::string& file) { return files_[file]; }
  void* index_region(const std::string& file, std::size_t region, std::size_t size);
  void forget_index(const std::string& file) { index_.erase(file); }
  [[nodiscard]] std::uint64_t random();

 private:
  std::string name_;
  std::unique_ptr<sqlite3_vfs> vfs_;
  Files files_;
  std::map<std::string, std::vector<std::unique_ptr<char[]>>> index_;
  std::vector<Op> ops_;
  Fault fault_;
  int calls_ = 0;
  bool fired_ = false;
  std::uint64_t random_ = 1;
};

/// Plays recorded operations up to any moment without starting over each time. Moments must not go back.
class PowerCut {
 public:
  explicit PowerCut(const std::vector<CrashDisk::Op>& ops) : ops_{ops} {}
  void advance(std::size_t ops);
  [[nodiscard]] CrashDisk::Files cut(Fate fate, std::uint64_t seed) const;

 private:
  struct File {
    bool exists = false, named = false;   ///< named: its directory entry is durable
    std::string durable;
    std::vector<const CrashDisk::Op*> pending;
  };
  void apply(const CrashDisk::Op& op);

  const std::vector<CrashDisk::Op>& ops_;
  std::size_t next_ = 0;
  std::map<std::string, File> files_;
  std::map<std::string, std::string> removed_;   ///< gone, but the directory does not know it for sure
};

}  // namespace skranke::test
