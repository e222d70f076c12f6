// Signals as bytes in a pipe, for a loop that waits with poll.

#include "CTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static const int caught_signals[] = {SIGWINCH, SIGTERM, SIGHUP, SIGINT,
                                     SIGQUIT,  SIGTSTP, SIGCONT};
enum { caught_signal_count = sizeof caught_signals / sizeof *caught_signals };

static struct sigaction old_actions[caught_signal_count];
static int signal_pipe[2] = {-1, -1};

static void on_signal(int signal_number) {
  int saved = errno;
  unsigned char byte = (unsigned char)signal_number;
  // A full pipe wakes the loop just as well.
  ssize_t ignored = write(signal_pipe[1], &byte, 1);
  (void)ignored;
  errno = saved;
}

int ct_catch_signals(void) {
  if (pipe(signal_pipe) != 0) return -1;
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
  sigset_t caught;
  sigemptyset(&caught);
  for (int i = 0; i < caught_signal_count; i++) {
    sigaction(caught_signals[i], &action, &old_actions[i]);
    sigaddset(&caught, caught_signals[i]);
  }
  pthread_sigmask(SIG_UNBLOCK, &caught, NULL);
  return signal_pipe[0];
}

void ct_release_signals(void) {
  if (signal_pipe[0] < 0) return;
  for (int i = 0; i < caught_signal_count; i++) {
    sigaction(caught_signals[i], &old_actions[i], NULL);
  }
  for (int i = 0; i < 2; i++) {
    close(signal_pipe[i]);
    signal_pipe[i] = -1;
  }
}
