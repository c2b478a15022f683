// libclock_ahead.so (LD_PRELOAD): the wall clock of a program is CLOCK_AHEAD_S seconds ahead, or as many as the file CLOCK_AHEAD_FILE says at that moment. Nothing else changes: timers, files and the kernel keep real time.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec* at) {
  static int (*real)(clockid_t, struct timespec*);
  if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, "clock_gettime");
  const int result = real(clock, at);
  const char* ahead = getenv("CLOCK_AHEAD_S");
  if (result != 0 || clock != CLOCK_REALTIME) return result;
  if (ahead != NULL) at->tv_sec += atol(ahead);
  const char* path = getenv("CLOCK_AHEAD_FILE");
  FILE* file = path == NULL ? NULL : fopen(path, "re");
  long more = 0;
  if (file != NULL && fscanf(file, "%ld", &more) == 1) at->tv_sec += more;
  if (file != NULL) fclose(file);
  return result;
}
