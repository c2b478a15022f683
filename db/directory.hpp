#pragma once
// A data directory: who holds it, which box it belongs to, where its files are.
#include <filesystem>
#include <string>

#include "db/result.hpp"
#include "system/owned.hpp"

namespace skranke::db {

[[nodiscard]] inline std::filesystem::path database_file(const std::filesystem::path& directory) { return directory / "skranke.db"; }

/// Takes DIR/lock for as long as the descriptor lives and writes our pid into it. Creates the directory. Errc::locked names the holder.
[[nodiscard]] Result<Descriptor> lock_directory(const std::filesystem::path& directory);

/// Who we are, as far as a file can tell: the machine's id and DIR/box, a random made on first use. The box file's inode goes in too, so
/// that a copied directory is somebody else even on the same machine. 32 hex digits.
[[nodiscard]] Result<std::string> box_identity(const std::filesystem::path& directory);

/// Makes created, renamed and removed names of `directory` durable.
[[nodiscard]] Result<void> sync_directory(const std::filesystem::path& directory);
[[nodiscard]] Result<void> sync_file(const std::filesystem::path& file);

/// After a failed flush the system may show pages that are not on the disk, and never write them. A restart must not build on them, but
/// only as long as this system runs: so the note (DIR/flush-failed) is not flushed, and a reboot may forget it. Does what it can.
void note_failed_flush(const std::filesystem::path& directory);
[[nodiscard]] bool flush_has_failed(const std::filesystem::path& directory);
void forget_failed_flush(const std::filesystem::path& directory);

}  // namespace skranke::db
