// Puts the terminal back when the process crashes. Everything the handler calls is
// async-signal-safe, and everything it needs is computed when the guard is armed.

#include "internal.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const int crash_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT};
enum { crash_signal_count = sizeof crash_signals / sizeof *crash_signals };

static struct sigaction old_actions[crash_signal_count];
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

static void on_crash(int signal_number) {
  if (armed) {
    armed = 0;
    ssize_t ignored = write(STDOUT_FILENO, restore_bytes, restore_length);
    (void)ignored;
    if (mode_is_saved) tcsetattr(STDIN_FILENO, TCSANOW, &saved_mode);
    release_stderr_in_handler();
  }
  // The Swift runtime's own handler asks a question and waits 30 seconds for the answer, so it
  // only gets its turn when the person asked for it.
  for (int i = 0; i < crash_signal_count; i++) {
    if (crash_signals[i] != signal_number) continue;
    if (keeps_old_handlers) {
      sigaction(signal_number, &old_actions[i], NULL);
    } else {
      signal(signal_number, SIG_DFL);
    }
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
  action.sa_handler = on_crash;
  action.sa_flags = SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (int i = 0; i < crash_signal_count; i++) {
    sigaction(crash_signals[i], &action, &old_actions[i]);
  }
  armed = 1;
}

void guard_disarm(void) {
  if (!armed) return;
  armed = 0;
  for (int i = 0; i < crash_signal_count; i++) {
    sigaction(crash_signals[i], &old_actions[i], NULL);
  }
}
