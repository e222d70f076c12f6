// Makes one call of the C library fail, for scripts/fault-loop. Preloaded into the program.
//
// FAULT_KIND    which calls: write, sync, rename, read, open, map, allocate, thread; none of them fails where it is unset
// FAULT_AT      which of them fails, from 1 on
// FAULT_ERROR   the error's number
// FAULT_STAYS   1: all later ones fail too, as on a full disk
// FAULT_COUNTS  a file that gets a byte for each call of the kind

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

// Swift's own allocations cannot fail without ending the program; those of this size are the program's.
enum { LARGE = 256 * 1024 };

static const char *kind;
static long fails_at;
static int error_number, stays, counts = -1;
static atomic_long calls;

__attribute__((constructor)) static void begin(void) {
  kind = getenv("FAULT_KIND");
  fails_at = atol(getenv("FAULT_AT") ?: "0");
  error_number = atoi(getenv("FAULT_ERROR") ?: "5");
  stays = atoi(getenv("FAULT_STAYS") ?: "0");
  const char *path = getenv("FAULT_COUNTS");
  if (path) counts = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

static int fails(const char *name) {
  if (!kind || strcmp(kind, name) != 0) return 0;
  long call = atomic_fetch_add(&calls, 1) + 1;
  if (counts >= 0) syscall(SYS_write, counts, "x", 1);
  if (call != fails_at && !(stays && fails_at && call > fails_at)) return 0;
  errno = error_number;
  return 1;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int file, const void *bytes, size_t count) {
  return fails("write") ? -1 : syscall(SYS_write, file, bytes, count);
}
ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
  return fails("write") ? -1 : syscall(SYS_pwrite64, file, bytes, count, offset);
}
ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
  return fails("write") ? -1 : syscall(SYS_pwrite64, file, bytes, count, offset);
}
ssize_t writev(int file, const struct iovec *parts, int count) {
  return fails("write") ? -1 : syscall(SYS_writev, file, parts, count);
}
int fsync(int file) { return fails("sync") ? -1 : (int)syscall(SYS_fsync, file); }
int fdatasync(int file) { return fails("sync") ? -1 : (int)syscall(SYS_fdatasync, file); }

int rename(const char *from, const char *to) { return fails("rename") ? -1 : NEXT(rename)(from, to); }
int renameat(int from, const char *name, int to, const char *other) {
  return fails("rename") ? -1 : NEXT(renameat)(from, name, to, other);
}

ssize_t read(int file, void *bytes, size_t count) {
  return fails("read") ? -1 : syscall(SYS_read, file, bytes, count);
}
ssize_t pread(int file, void *bytes, size_t count, off_t offset) {
  return fails("read") ? -1 : syscall(SYS_pread64, file, bytes, count, offset);
}
ssize_t pread64(int file, void *bytes, size_t count, off64_t offset) {
  return fails("read") ? -1 : syscall(SYS_pread64, file, bytes, count, offset);
}

static int opened(int folder, const char *path, int flags, va_list rest) {
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
  return fails("open") ? -1 : (int)syscall(SYS_openat, folder, path, flags, mode);
}
#define OPEN(name)                               \
  int name(const char *path, int flags, ...) {   \
    va_list rest;                                \
    va_start(rest, flags);                       \
    int file = opened(AT_FDCWD, path, flags, rest); \
    va_end(rest);                                \
    return file;                                 \
  }
OPEN(open)
OPEN(open64)
#define OPENAT(name)                                       \
  int name(int folder, const char *path, int flags, ...) { \
    va_list rest;                                          \
    va_start(rest, flags);                                 \
    int file = opened(folder, path, flags, rest);          \
    va_end(rest);                                          \
    return file;                                           \
  }
OPENAT(openat)
OPENAT(openat64)

void *mmap(void *at, size_t size, int protection, int flags, int file, off_t offset) {
  if ((file >= 0 || size >= LARGE) && fails("map")) return MAP_FAILED;
  return (void *)syscall(SYS_mmap, at, size, protection, flags, file, offset);
}
void *mmap64(void *at, size_t size, int protection, int flags, int file, off64_t offset) {
  return mmap(at, size, protection, flags, file, offset);
}

int posix_memalign(void **at, size_t alignment, size_t size) {
  if (size >= LARGE && fails("allocate")) return error_number;
  return NEXT(posix_memalign)(at, alignment, size);
}
void *aligned_alloc(size_t alignment, size_t size) {
  return size >= LARGE && fails("allocate") ? NULL : NEXT(aligned_alloc)(alignment, size);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *argument) {
  return fails("thread") ? EAGAIN : NEXT(pthread_create)(thread, attributes, body, argument);
}
