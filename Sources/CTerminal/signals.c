// Signals as bytes in a pipe, for a loop that waits with poll.

#include "CTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { most_signals = 16 };

static int caught[most_signals];
static struct sigaction old_actions[most_signals];
static int caught_count;
static int signal_pipe[2] = {-1, -1};

static void on_signal(int signal_number) {
  int saved = errno;
  unsigned char byte = (unsigned char)signal_number;
  // A full pipe wakes the loop just as well.
  ssize_t ignored = write(signal_pipe[1], &byte, 1);
  (void)ignored;
  errno = saved;
}

int ct_catch_signals(const int *signals, int count) {
  if (signal_pipe[0] >= 0 || count > most_signals || pipe(signal_pipe) != 0) return -1;
  for (int i = 0; i < 2; i++) {
    fcntl(signal_pipe[i], F_SETFL, O_NONBLOCK);
    fcntl(signal_pipe[i], F_SETFD, FD_CLOEXEC);
  }
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  // A parent that blocks signals leaves them blocked in its children.
  sigset_t unblocked;
  sigemptyset(&unblocked);
  caught_count = 0;
  for (int i = 0; i < count; i++) {
    struct sigaction old;
    if (sigaction(signals[i], NULL, &old) != 0) continue;
    // What a parent ignores for us stays ignored, as under nohup.
    if (old.sa_handler == SIG_IGN) continue;
    caught[caught_count] = signals[i];
    old_actions[caught_count++] = old;
    sigaction(signals[i], &action, NULL);
    sigaddset(&unblocked, signals[i]);
  }
  pthread_sigmask(SIG_UNBLOCK, &unblocked, NULL);
  return signal_pipe[0];
}

int ct_release_signals(unsigned char *left, int size) {
  if (signal_pipe[0] < 0) return 0;
  for (int i = 0; i < caught_count; i++) sigaction(caught[i], &old_actions[i], NULL);
  ssize_t count = read(signal_pipe[0], left, (size_t)size);
  for (int i = 0; i < 2; i++) {
    close(signal_pipe[i]);
    signal_pipe[i] = -1;
  }
  return count < 0 ? 0 : (int)count;
}
