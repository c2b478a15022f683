/* A slower disk for tests and benches, by LD_PRELOAD:
 *   SLOW_FLUSH_MS=n     every fsync and fdatasync takes n milliseconds longer (fractions allowed)
 *   SLOW_FLUSH_FAIL=n   the n-th flush of this process fails with EIO, once
 *   SLOW_FLUSH_AFTER=f  SLOW_FLUSH_MS holds only once the file f exists
 *   SLOW_FLUSH_COUNT=f  at the end, the number of flushes is written to file f as text, by a process that flushed at all
 * `slow_flush_count()` gives the number so far to whoever links or looks it up. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static atomic_long flushes;

long slow_flush_count(void);
long slow_flush_count(void) { return atomic_load(&flushes); }

static void linger(void) {
  const char* wanted = getenv("SLOW_FLUSH_MS");
  const double ms = wanted ? strtod(wanted, NULL) : 0;
  const char* after = getenv("SLOW_FLUSH_AFTER");
  if (ms <= 0 || (after && access(after, F_OK) != 0)) return;
  struct timespec left = {(time_t)(ms / 1000), (long)((ms - 1000.0 * (double)(time_t)(ms / 1000)) * 1e6)};
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
}

static int flush(int fd, const char* real) {
  const long nth = atomic_fetch_add(&flushes, 1) + 1;
  const char* fail = getenv("SLOW_FLUSH_FAIL");
  linger();
  if (fail && strtol(fail, NULL, 10) == nth) {
    errno = EIO;
    return -1;
  }
  int (*next)(int) = (int (*)(int))dlsym(RTLD_NEXT, real);
  if (!next) {
    errno = ENOSYS;
    return -1;
  }
  return next(fd);
}

int fsync(int fd) { return flush(fd, "fsync"); }
int fdatasync(int fd) { return flush(fd, "fdatasync"); }

__attribute__((destructor)) static void report(void) {
  const char* file = getenv("SLOW_FLUSH_COUNT");
  if (!file || slow_flush_count() == 0) return;   /* a wrapper that only started us must not write over our count */
  FILE* out = fopen(file, "w");
  if (!out) return;
  fprintf(out, "%ld\n", slow_flush_count());
  fclose(out);
}
