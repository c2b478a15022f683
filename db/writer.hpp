#pragma once
// The one thread that writes. The engine hands over a batch when the one before is done; in between it projects and checkpoints.
#include <functional>
#include <memory>
#include <vector>

#include "db/store.hpp"

namespace skranke::db {

class Writer {
 public:
  struct Done {
    Result<void> result;
    std::optional<core::State> state;   ///< on storage_full: the durable state, to go on from
  };
  /// `done` is called on the writer's thread, once per batch.
  using Callback = std::function<void(Done)>;

  explicit Writer(std::unique_ptr<Store> store);
  ~Writer();   ///< finishes the batch in hand, projects, closes
  /// At most one batch is under way; calling again before `done` is our bug.
  void submit(std::vector<Record> batch, Callback done);
  /// Runs `task` on the writer's thread between batches (backup, answers); bounded queue of 64, false when full.
  [[nodiscard]] bool run(std::function<void(Store&)> task);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace skranke::db
