// libclock_ahead.so (LD_PRELOAD): the wall clock of a program is CLOCK_AHEAD_S seconds ahead. Nothing else changes: timers, files and the kernel keep real time.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec* at) {
  static int (*real)(clockid_t, struct timespec*);
  if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, "clock_gettime");
  const int result = real(clock, at);
  const char* ahead = getenv("CLOCK_AHEAD_S");
  if (result == 0 && clock == CLOCK_REALTIME && ahead != NULL) at->tv_sec += atol(ahead);
  return result;
}
