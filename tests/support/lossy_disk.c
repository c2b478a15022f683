/* A disk that loses what was not flushed, for tests, by LD_PRELOAD. A killed process keeps what the kernel has; after a power cut it has only
 * what the disk has. Every write into a file LOSSY_NAME… notes what stood there before; a flush of that file makes the note void. Once the
 * process is killed, appliance.lose_power() puts back what the notes say.
 *   LOSSY_NAME=n   files whose name begins with n, "-shm" left out
 *   LOSSY_NOTES=d  folder of the notes, one file each
 *   LOSSY_LIES=f   once the file f exists, flushes say "done" and do nothing: a broken disk
 * A note: offset, size of the file before, count of bytes (three times 64 bits, native), then the bytes. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;

static void* next_of(const char* name) {
  void* next = dlsym(RTLD_NEXT, name);
  if (!next) abort();
  return next;
}

/* The path of the notes on the file behind fd; 0 when that file is none of ours. */
static int notes_of(int fd, char* notes, size_t room) {
  const char* name = getenv("LOSSY_NAME");
  const char* folder = getenv("LOSSY_NOTES");
  if (!name || !folder) return 0;
  char link[64];
  char path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t got = readlink(link, path, sizeof path - 1);
  if (got <= 0) return 0;
  path[got] = 0;
  const char* base = strrchr(path, '/');
  base = base ? base + 1 : path;
  const size_t length = strlen(base);
  if (strncmp(base, name, strlen(name)) != 0 || (length >= 4 && strcmp(base + length - 4, "-shm") == 0)) return 0;
  return snprintf(notes, room, "%s/%s", folder, base) < (int)room;
}

static ssize_t real_write(int fd, const void* bytes, size_t count, off_t at) {
  ssize_t (*next)(int, const void*, size_t, off_t) = (ssize_t(*)(int, const void*, size_t, off_t))next_of("pwrite");
  return next(fd, bytes, count, at);
}

/* Notes what stands in [at, at + count). Without a note the test would be blind, so a failure ends the process. */
static void note(int fd, const char* notes, off_t at, size_t count) {
  struct stat facts;
  if (fstat(fd, &facts) != 0) abort();
  char* record = malloc(3 * sizeof(int64_t) + count);
  if (!record) abort();
  const ssize_t read = count > 0 ? pread(fd, record + 3 * sizeof(int64_t), count, at) : 0;
  if (read < 0) abort();
  const int64_t head[3] = {at, facts.st_size, read};
  memcpy(record, head, sizeof head);
  const int out = open(notes, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (out < 0) abort();
  const off_t end = lseek(out, 0, SEEK_END);
  const ssize_t whole = (ssize_t)(sizeof head) + read;
  if (end < 0 || real_write(out, record, (size_t)whole, end) != whole) abort();
  close(out);
  free(record);
}

static ssize_t noted_write(int fd, const void* bytes, size_t count, off_t at) {
  char notes[PATH_MAX];
  if (!notes_of(fd, notes, sizeof notes)) return real_write(fd, bytes, count, at);
  pthread_mutex_lock(&one);
  note(fd, notes, at, count);
  const ssize_t done = real_write(fd, bytes, count, at);
  pthread_mutex_unlock(&one);
  return done;
}

ssize_t pwrite(int fd, const void* bytes, size_t count, off_t at) { return noted_write(fd, bytes, count, at); }
ssize_t pwrite64(int fd, const void* bytes, size_t count, off64_t at) { return noted_write(fd, bytes, count, at); }

static int noted_truncate(int fd, off_t size) {
  int (*next)(int, off_t) = (int (*)(int, off_t))next_of("ftruncate");
  char notes[PATH_MAX];
  struct stat facts;
  if (!notes_of(fd, notes, sizeof notes) || fstat(fd, &facts) != 0) return next(fd, size);
  pthread_mutex_lock(&one);
  note(fd, notes, size, facts.st_size > size ? (size_t)(facts.st_size - size) : 0);
  const int done = next(fd, size);
  pthread_mutex_unlock(&one);
  return done;
}

int ftruncate(int fd, off_t size) { return noted_truncate(fd, size); }
int ftruncate64(int fd, off64_t size) { return noted_truncate(fd, size); }

static int flush(int fd, const char* real) {
  int (*next)(int) = (int (*)(int))next_of(real);
  char notes[PATH_MAX];
  if (!notes_of(fd, notes, sizeof notes)) return next(fd);
  const char* lies = getenv("LOSSY_LIES");
  if (lies && access(lies, F_OK) == 0) return 0;
  pthread_mutex_lock(&one);
  const int done = next(fd);
  if (done == 0) unlink(notes);
  pthread_mutex_unlock(&one);
  return done;
}

int fsync(int fd) { return flush(fd, "fsync"); }
int fdatasync(int fd) { return flush(fd, "fdatasync"); }
