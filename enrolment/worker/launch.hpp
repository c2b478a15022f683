#pragma once
// A program at the other end of a pair of sockets.
#include <string>
#include <vector>

#include <sys/types.h>

#include "enrolment/error.hpp"

namespace skranke::enrolment {

struct Launched {
  pid_t pid = -1;
  int fd = -1;   ///< our end; the program has its own as descriptor 3, and nothing else that is open
};
/// Whose program it is: one that confines itself, or one that is held from its first instruction.
enum class Trust : bool { own, foreign };
/// Ends with this process. No environment.
[[nodiscard]] Result<Launched> launch(const std::string& program, const std::vector<std::string>& words, Trust trust);
/// A driver that runs as somebody else: the connected socket. "absent" when nobody listens there.
[[nodiscard]] Result<int> connect_to(const std::string& path);
/// Ends at once whoever calls it when its parent does.
void end_with_parent(pid_t parent);

}  // namespace skranke::enrolment
