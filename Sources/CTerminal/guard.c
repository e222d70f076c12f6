// Puts the terminal back when a signal that nobody expects ends the process: a crash, or one such as
// SIGUSR1. Everything the handler calls is async-signal-safe, and everything it needs is computed when
// the guard is armed.

#include "internal.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static struct sigaction old_actions[NSIG];
static unsigned char is_guarded[NSIG];
static struct termios saved_mode;
static int mode_is_saved;
static char restore_bytes[256];
static size_t restore_length;
static int keeps_old_handlers;
static volatile sig_atomic_t armed;

// Of its own, because the stack that overflowed cannot run a handler.
static char handler_stack[64 * 1024];

void guard_restore_mode(void) {
  if (mode_is_saved) tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved_mode);
}

static int is_crash(int signal_number) {
  switch (signal_number) {
  case SIGSEGV: case SIGBUS: case SIGILL: case SIGTRAP: case SIGFPE: case SIGABRT: case SIGSYS: return 1;
  default: return 0;
  }
}

// Whether a signal ends a process that has no handler for it, and is not one that the viewer waits for.
static int ends_unexpected(int signal_number) {
  switch (signal_number) {
  case SIGKILL: case SIGSTOP: case SIGTERM: case SIGINT: case SIGQUIT: case SIGHUP: case SIGWINCH:
  case SIGTSTP: case SIGTTIN: case SIGTTOU: case SIGCONT: case SIGCHLD: case SIGURG: return 0;
  default: return 1;
  }
}

static void on_end(int signal_number) {
  if (armed) {
    armed = 0;
    ssize_t ignored = write(STDOUT_FILENO, restore_bytes, restore_length);
    (void)ignored;
    if (mode_is_saved) tcsetattr(STDIN_FILENO, TCSANOW, &saved_mode);
    release_stderr_in_handler();
  }
  // The Swift runtime's own handler asks a question and waits 30 seconds for the answer, so it
  // only gets its turn when the person asked for it.
  if (keeps_old_handlers) {
    sigaction(signal_number, &old_actions[signal_number], NULL);
  } else {
    signal(signal_number, SIG_DFL);
  }
  raise(signal_number);
}

void guard_arm(const char *restore, size_t length) {
  if (length > sizeof restore_bytes) length = sizeof restore_bytes;
  memcpy(restore_bytes, restore, length);
  restore_length = length;
  keeps_old_handlers = getenv("SWIFT_BACKTRACE") != NULL;
  mode_is_saved = tcgetattr(STDIN_FILENO, &saved_mode) == 0;

  stack_t stack = {.ss_sp = handler_stack, .ss_size = sizeof handler_stack};
  sigaltstack(&stack, NULL);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_end;
  action.sa_flags = SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (int number = 1; number < SIGRTMIN; number++) {
    if (!ends_unexpected(number) || sigaction(number, NULL, &old_actions[number]) != 0) continue;
    // The runtime handles crashes; what else somebody handles or ignores is theirs.
    if (!is_crash(number) && old_actions[number].sa_handler != SIG_DFL) continue;
    is_guarded[number] = sigaction(number, &action, NULL) == 0;
  }
  armed = 1;
}

void guard_disarm(void) {
  if (!armed) return;
  armed = 0;
  for (int number = 1; number < NSIG; number++) {
    if (is_guarded[number]) sigaction(number, &old_actions[number], NULL);
    is_guarded[number] = 0;
  }
}
