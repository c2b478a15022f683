#include <algorithm>
#include <random>

#include "tests/crash/crash_disk.hpp"

namespace skranke::test {
namespace {

using Op = CrashDisk::Op;

void put(std::string& content, std::uint64_t at, std::string_view bytes) {
  content.resize(std::max(content.size(), at + bytes.size()));
  content.replace(at, bytes.size(), bytes);
}

/// Chance decides for each sector of a write.
class Luck {
 public:
  Luck(Fate fate, std::uint64_t seed) : fate_{fate}, random_{seed}, odds_{0.1 + 0.2 * static_cast<double>(seed % 5)} {}

  [[nodiscard]] bool survives() {
    if (fate_ == Fate::lost) return false;
    return fate_ == Fate::kept || chance(odds_);
  }
  void write(std::string& content, std::uint64_t at, std::string_view bytes) {
    while (!bytes.empty()) {
      const std::size_t piece = std::min<std::size_t>(bytes.size(), sector - at % sector);
      write_sector(content, at, bytes.substr(0, piece));
      bytes.remove_prefix(piece);
      at += piece;
    }
  }

 private:
  [[nodiscard]] bool chance(double odds) { return std::uniform_real_distribution<>{0, 1}(random_) < odds; }
  void write_sector(std::string& content, std::uint64_t at, std::string_view bytes) {
    if (survives()) {
      const bool torn = fate_ == Fate::torn && chance(0.2);
      put(content, at, torn ? bytes.substr(0, std::uniform_int_distribution<std::size_t>{0, bytes.size()}(random_)) : bytes);
    } else if (fate_ != Fate::lost && at + bytes.size() > content.size() && chance(0.3)) {
      // The file has grown on disk, the data has not arrived: zeros, or whatever lay there before.
      std::string rubbish(bytes.size(), '\0');
      if (chance(0.5))
        for (char& byte : rubbish) byte = static_cast<char>(random_());
      const std::size_t old = std::min<std::size_t>(content.size(), at + bytes.size());
      const std::string before = old > at ? content.substr(at, old - at) : std::string{};
      put(content, at, rubbish);
      content.replace(at, before.size(), before);
    }
  }

  Fate fate_;
  std::mt19937_64 random_;
  double odds_;
};

}  // namespace

void PowerCut::advance(std::size_t ops) {
  for (; next_ < ops && next_ < ops_.size(); ++next_) apply(ops_[next_]);
}

void PowerCut::apply(const Op& op) {
  switch (op.kind) {
    case Op::Kind::create:
      files_[op.file] = {true, false, {}, {}};
      return;
    case Op::Kind::write:
    case Op::Kind::truncate:
      files_[op.file].pending.push_back(&op);
      return;
    case Op::Kind::sync: {
      File& file = files_[op.file];
      for (const Op* write : file.pending) write->kind == Op::Kind::write ? put(file.durable, write->at, write->bytes) : file.durable.resize(write->at);
      file.pending.clear();
      if (!op.file.ends_with(".db")) file.named = true;   // SQLite flushes the directory of logs and journals itself, ours is for us to flush
      return;
    }
    case Op::Kind::lose:
      files_[op.file].pending.clear();
      return;
    case Op::Kind::remove:
      if (op.at == 0 && files_[op.file].named) removed_[op.file] = files_[op.file].durable;
      files_.erase(op.file);
      return;
    case Op::Kind::settle:
      for (auto& [name, file] : files_) file.named = true;
      removed_.clear();
      return;
    case Op::Kind::mark:
      return;
  }
}

CrashDisk::Files PowerCut::cut(Fate fate, std::uint64_t seed) const {
  Luck luck{fate, seed};
  CrashDisk::Files left;
  for (const auto& [name, content] : removed_)
    if (fate == Fate::lost || (fate != Fate::kept && luck.survives())) left[name] = content;
  for (const auto& [name, file] : files_) {
    if (!file.named && !luck.survives()) continue;
    std::string content = file.durable;
    for (const Op* op : file.pending) {
      if (op->kind == Op::Kind::write)
        luck.write(content, op->at, op->bytes);
      else if (luck.survives())
        content.resize(op->at);
    }
    left[name] = std::move(content);
  }
  return left;
}

}  // namespace skranke::test
