// Standard error, held back while it would write into the picture.

#include "CTerminal.h"
#include "internal.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static int real_stderr = -1;
static int held_file = -1;

int ct_hold_stderr(void) {
  FILE *file = tmpfile();
  if (file == NULL) return -1;
  held_file = fcntl(fileno(file), F_DUPFD_CLOEXEC, 3);
  fclose(file);
  real_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  if (held_file < 0 || real_stderr < 0 || dup2(held_file, STDERR_FILENO) < 0) {
    if (held_file >= 0) close(held_file);
    if (real_stderr >= 0) close(real_stderr);
    held_file = real_stderr = -1;
    return -1;
  }
  return 0;
}

void release_stderr_in_handler(void) {
  if (real_stderr < 0) return;
  dup2(real_stderr, STDERR_FILENO);
  char buffer[4096];
  off_t offset = 0;
  ssize_t count;
  while ((count = pread(held_file, buffer, sizeof buffer, offset)) > 0) {
    if (write(STDERR_FILENO, buffer, (size_t)count) < 0) break;
    offset += count;
  }
}

void ct_release_stderr(void) {
  if (real_stderr < 0) return;
  fflush(stderr);
  release_stderr_in_handler();
  close(real_stderr);
  close(held_file);
  real_stderr = held_file = -1;
}
