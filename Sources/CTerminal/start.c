// What a process sets right before anything else runs.

#include "CTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static int ignores_broken_pipes;

void ct_start_process(void) {
  // A standard stream that is closed would be the next file or pipe that is opened. In its place
  // comes one that is empty, or cannot be written to, as a closed one.
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++) {
    if (fcntl(stream, F_GETFD) < 0 && errno == EBADF) {
      open("/dev/null", stream == STDERR_FILENO ? O_RDWR : O_RDONLY);
    }
  }
  // The Swift runtime takes the key that quits for a crash, and asks what to do.
  struct sigaction quit;
  if (sigaction(SIGQUIT, NULL, &quit) == 0 && quit.sa_handler != SIG_IGN) {
    signal(SIGQUIT, SIG_DFL);
  }
  // A limit on the size of files is an error of the write that meets it, which is told, as a full disk.
  signal(SIGXFSZ, SIG_IGN);
  // So is a connection that another program has closed. Standard output is another matter: see below.
  struct sigaction broken;
  ignores_broken_pipes = sigaction(SIGPIPE, NULL, &broken) == 0 && broken.sa_handler == SIG_IGN;
  signal(SIGPIPE, SIG_IGN);
}

void ct_end_on_broken_pipe(void) {
  if (ignores_broken_pipes) return;
  signal(SIGPIPE, SIG_DFL);
  // The library's threads block signals.
  sigset_t broken;
  sigemptyset(&broken);
  sigaddset(&broken, SIGPIPE);
  pthread_sigmask(SIG_UNBLOCK, &broken, NULL);
  raise(SIGPIPE);
}

static void *wait_at(void *gate) {
  pthread_mutex_lock(gate);
  pthread_mutex_unlock(gate);
  return NULL;
}

int ct_can_start_threads(int count) {
  enum { most = 24 };
  pthread_t threads[most];
  pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
  int started = 0;
  if (count > most) count = most;
  pthread_mutex_lock(&gate);
  while (started < count && pthread_create(&threads[started], NULL, wait_at, &gate) == 0) started++;
  pthread_mutex_unlock(&gate);
  for (int i = 0; i < started; i++) pthread_join(threads[i], NULL);
  return started == count;
}
