// What curses' macros and globals force into C.

#define _GNU_SOURCE
#define NCURSES_WIDECHAR 1

#include "CTerminal.h"
#include "internal.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <ncurses.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

static SCREEN *screen;
static int reports_mouse;
static int is_released;

static void send(const char *bytes) {
  ct_send(bytes, (int)strlen(bytes));
}

// Appends a terminfo string without its padding marks ($<5>), which only tputs understands.
static void append(char *buffer, size_t size, const char *name) {
  char capability[8];
  strncpy(capability, name, sizeof capability - 1);
  capability[sizeof capability - 1] = '\0';
  const char *value = tigetstr(capability);
  if (value == NULL || value == (const char *)-1) return;
  size_t length = strlen(buffer);
  for (const char *c = value; *c != '\0' && length + 1 < size; c++) {
    if (c[0] == '$' && c[1] == '<') {
      const char *end = strchr(c, '>');
      if (end != NULL) {
        c = end;
        continue;
      }
    }
    buffer[length++] = *c;
  }
  buffer[length] = '\0';
}

static int has_capability(const char *name) {
  char capability[8];
  strncpy(capability, name, sizeof capability - 1);
  capability[sizeof capability - 1] = '\0';
  const char *value = tigetstr(capability);
  return value != NULL && value != (const char *)-1;
}

static void use_utf8(void) {
  setlocale(LC_CTYPE, "");
  if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0) setlocale(LC_CTYPE, "C.UTF-8");
}

int ct_open(const char *term) {
  use_utf8();
  int status = 0;
  if (setupterm(term, STDOUT_FILENO, &status) != OK) return CT_UNKNOWN_TERMINAL;
  int can_draw = has_capability("cup") && has_capability("clear");
  char restore[256] = MODES_OFF;
  append(restore, sizeof restore, "sgr0");
  append(restore, sizeof restore, "cnorm");
  append(restore, sizeof restore, "rmcup");
  del_curterm(cur_term);
  if (!can_draw) return CT_CANNOT_ADDRESS;

  guard_arm(restore, strlen(restore));
  screen = newterm(term, stdout, stdin);
  if (screen == NULL) {
    guard_disarm();
    return CT_FAILED;
  }
  set_term(screen);
  raw();
  noecho();
  nonl();
  leaveok(stdscr, FALSE);
  scrollok(stdscr, FALSE);
  if (has_colors()) {
    start_color();
    use_default_colors();
  }
  refresh();
  send(PASTE_ON);
  return CT_OK;
}

void ct_mouse(int on) {
  reports_mouse = on;
  send(on ? MOUSE_ON : MOUSE_OFF);
}

void ct_close(void) {
  if (screen == NULL) return;
  if (!is_released) ct_release();
  is_released = 0;
  guard_disarm();
  delscreen(screen);
  screen = NULL;
}

void ct_release(void) {
  send(MODES_OFF);
  curs_set(1);
  endwin();
  guard_restore_mode();
  is_released = 1;
}

void ct_retake(void) {
  is_released = 0;
  reset_prog_mode();
  refresh();
  send(PASTE_ON);
  if (reports_mouse) send(MOUSE_ON);
  ct_forget();
}

int ct_color_count(void) {
  return has_colors() ? COLORS : 0;
}

void ct_window_size(int *width, int *height) {
  struct winsize size = {0};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) memset(&size, 0, sizeof size);
  *width = size.ws_col;
  *height = size.ws_row;
}

void ct_resize(int width, int height) {
  resizeterm(height, width);
}

int ct_pair(int foreground, int background) {
  // Without colours alloc_pair follows a null pointer (ncurses 6.4).
  if (!has_colors() || (foreground < 0 && background < 0)) return 0;
  int pair = alloc_pair(foreground, background);
  return pair < 0 ? 0 : pair;
}

int ct_width(uint32_t scalar) {
  return wcwidth((wchar_t)scalar);
}

void ct_put(int column, int row, const uint32_t *scalars, int count, int attributes, int pair) {
  wchar_t text[CCHARW_MAX + 1] = {0};
  if (count > CCHARW_MAX) count = CCHARW_MAX;
  for (int i = 0; i < count; i++) text[i] = (wchar_t)scalars[i];
  attr_t bits = A_NORMAL;
  if (attributes & CT_BOLD) bits |= A_BOLD;
  if (attributes & CT_DIM) bits |= A_DIM;
  if (attributes & CT_ITALIC) bits |= A_ITALIC;
  if (attributes & CT_UNDERLINE) bits |= A_UNDERLINE;
  if (attributes & CT_REVERSE) bits |= A_REVERSE;
  cchar_t cell;
  if (setcchar(&cell, text, bits, 0, &pair) == ERR) return;
  mvadd_wch(row, column, &cell);
}

void ct_erase(void) {
  erase();
}

void ct_show(int cursor_column, int cursor_row) {
  if (cursor_column >= 0) {
    move(cursor_row, cursor_column);
    curs_set(1);
  } else {
    curs_set(0);
  }
  refresh();
}

void ct_send(const char *bytes, int count) {
  while (count > 0) {
    ssize_t sent = write(STDOUT_FILENO, bytes, (size_t)count);
    if (sent < 0 && errno != EINTR) return;
    if (sent > 0) {
      bytes += sent;
      count -= (int)sent;
    }
  }
}

void ct_forget(void) {
  clearok(stdscr, TRUE);
}
