#include "daemon/messages/sms_spool.hpp"

#include <cstdio>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace skranke::daemon {

namespace fs = std::filesystem;

namespace {

/// Counts what lies in a folder, up to twice what may; the value tells whether there is a file from before `oldest`.
bool count(const fs::path& folder, core::Instant oldest, std::size_t& waiting, std::error_code& error) {
  bool old = false;
  for (fs::directory_iterator files{folder, error}; !error && files != fs::directory_iterator{} && waiting < 2 * SmsSpool::waiting_max; files.increment(error)) {
    if (files->path().extension() == ".LOCK") continue;
    ++waiting;
    struct stat about {};
    old = old || (::stat(files->path().c_str(), &about) == 0 && core::Instant{std::chrono::seconds{about.st_mtime}} < oldest);
  }
  return old;
}

}  // namespace

SmsSpool::Look SmsSpool::look(core::Instant now) const {
  Look look;
  std::error_code error, unseen;
  const core::Instant oldest = now - untouched_max;
  bool old = count(folder_, oldest, look.waiting, error);
  if (error || ::access(folder_.c_str(), W_OK | X_OK) != 0) return {Health::missing, 0};
  // smsd moves what it has read to a folder beside this one, and there it stays while the modem does not work. A house that calls it otherwise sees less.
  old = count((fs::path{folder_} / "..").lexically_normal() / "checked", oldest, look.waiting, unseen) || old;
  if (old || look.waiting >= waiting_max) look.health = Health::stuck;
  return look;
}

bool SmsSpool::put(std::string_view name, std::string_view phone, std::string_view text) const {
  const std::string path = folder_ + "/" + std::string{name}, draft = path + ".LOCK";
  std::string content = "To: ";
  content.append(phone.substr(phone.starts_with('+') ? 1 : 0)).append("\nAlphabet: UTF-8\n\n").append(text);
  const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  if (file < 0) return false;
  // smsd is another user: the folder's group, which the folder's setgid bit gives, must read and take it.
  const bool written = ::fchmod(file, S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP) == 0 &&
                       ::write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size()) && ::fsync(file) == 0;
  ::close(file);
  if (written && ::rename(draft.c_str(), path.c_str()) == 0) return true;
  ::unlink(draft.c_str());
  return false;
}

Outcome SpoolChannel::send(const Parcel& parcel) {
  const SmsSpool::Look seen = spool_.look(std::chrono::time_point_cast<std::chrono::milliseconds>(parcel.at));
  if (seen.health == SmsSpool::Health::missing) return {Outcome::Fate::down, "spool_missing"};
  if (seen.waiting >= SmsSpool::waiting_max) return {Outcome::Fate::down, "spool_stuck"};
  if (spool_.put("skranke-" + parcel.id, parcel.to, parcel.text)) return {Outcome::Fate::sent};
  return {Outcome::Fate::down, "spool_missing"};
}

bool SmsSpool::can_reach(std::string_view phone) {
  return phone.starts_with('+') && phone.size() >= 8 && phone.size() <= 16 && phone.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

}  // namespace skranke::daemon
