#include <array>
#include <cerrno>

#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "enrolment/worker/devices.hpp"

namespace skranke::enrolment {

namespace {

// What a process that only looks at pictures never needs, and what somebody who took it over would try first.
constexpr std::array always{SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(mount), SCMP_SYS(unlink),
                            SCMP_SYS(unlinkat), SCMP_SYS(rename), SCMP_SYS(renameat2), SCMP_SYS(memfd_create), SCMP_SYS(bind), SCMP_SYS(listen)};
constexpr std::array sockets{SCMP_SYS(socket), SCMP_SYS(connect)};

}  // namespace

bool confine(Confined how) {
  ::prctl(PR_SET_DUMPABLE, 0);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  if (scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW); filter != nullptr) {
    seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);   // threads that a library has begun, too
    for (const int call : always) seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0);
    if (how != Confined::driver_with_sockets)
      for (const int call : sockets) seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0);
    seccomp_load(filter);
    seccomp_release(filter);
  }
  return ::mlockall(MCL_CURRENT | MCL_FUTURE | (how == Confined::worker ? 0 : MCL_ONFAULT)) == 0;
}

bool confine_foreign() {
  constexpr rlim_t memory_max = 2UL << 30U;
  const rlimit none{0, 0}, memory{memory_max, memory_max};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || ::setrlimit(RLIMIT_CORE, &none) != 0 || ::setrlimit(RLIMIT_FSIZE, &none) != 0 || ::setrlimit(RLIMIT_AS, &memory) != 0) return false;
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  if (filter == nullptr) return false;
  for (const int call : always)
    if (call != SCMP_SYS(execve)) seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0);   // itself is yet to begin
  for (const int call : sockets) seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0);
  const bool held = seccomp_load(filter) == 0;
  seccomp_release(filter);
  return held;
}

}  // namespace skranke::enrolment
