#include <cerrno>

#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "enrolment/worker/devices.hpp"

namespace skranke::enrolment {

bool confine() {
  ::prctl(PR_SET_DUMPABLE, 0);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  // What a process that only looks at pictures never needs, and what somebody who took it over would try first.
  if (scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW); filter != nullptr) {
    for (const int call : {SCMP_SYS(socket), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv),
                           SCMP_SYS(process_vm_writev), SCMP_SYS(mount), SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(rename), SCMP_SYS(renameat2), SCMP_SYS(memfd_create)})
      seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0);
    seccomp_load(filter);
    seccomp_release(filter);
  }
  return ::mlockall(MCL_CURRENT | MCL_FUTURE) == 0;
}

}  // namespace skranke::enrolment
