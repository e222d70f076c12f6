#ifndef SPECREASON_CTERMINAL_H
#define SPECREASON_CTERMINAL_H

#include <stdint.h>

// A plain-C face of ncursesw: its globals, macros and attributes stay on the other side.
// Only one thread may call these functions; the exceptions say so.

// Attributes of a cell; the same bits as Viewer's Style.Attributes.
enum { CT_BOLD = 1, CT_DIM = 2, CT_ITALIC = 4, CT_UNDERLINE = 8, CT_REVERSE = 16 };

enum ct_result {
  CT_OK = 0,
  CT_UNKNOWN_TERMINAL = 1,  // no terminfo entry for TERM
  CT_CANNOT_ADDRESS = 2,    // the terminal cannot move its cursor or clear its screen
  CT_FAILED = 3,
};

// Takes the terminal on standard input and output: alternate screen, raw mode, bracketed paste. The crash guard is armed before any mode changes. Returns a ct_result.
int ct_open(const char *term);

// Gives the terminal back as it was. Harmless when it is not taken; after ct_release the terminal is
// somebody else's, and is left alone.
void ct_close(void);

// Gives the terminal back for a while, as it was before ct_open.
void ct_release(void);

// Takes the terminal again after ct_release; the next ct_show sends everything.
void ct_retake(void);

// Asks the terminal for mouse reports, or for none; it gives none after ct_open.
void ct_mouse(int on);

// Sends a sequence to the terminal past ncurses, whole. It must not move the cursor or draw.
void ct_send(const char *bytes, int count);

// Number of colours: 0 for none, 8, 16, 256, or 1 << 24 for direct colour.
int ct_color_count(void);

// The window's size in cells as the kernel knows it; 0 where it does not.
void ct_window_size(int *width, int *height);

// Tells ncurses the screen's new size.
void ct_resize(int width, int height);

// A colour pair; -1 means the terminal's own colour. 0 when there is none to have.
int ct_pair(int foreground, int background);

// Columns of a scalar in this C library's eyes, which are ncurses' eyes; -1 when unknown.
int ct_width(uint32_t scalar);

// Draws one base scalar and the marks on it. Attributes are CT_ bits.
void ct_put(int column, int row, const uint32_t *scalars, int count, int attributes, int pair);

// Erases everything drawn so far.
void ct_erase(void);

// Sends what changed. A negative column hides the cursor.
void ct_show(int cursor_column, int cursor_row);

// Forgets what the terminal shows: the next ct_show sends everything.
void ct_forget(void);

// Secures the standard streams, makes SIGQUIT end the process, and lets writes fail that go beyond a
// file size limit or to nobody. Call before anything is opened.
void ct_start_process(void);

// Nobody reads standard output any more: ends the process as SIGPIPE does, unless it was started to
// ignore that.
void ct_end_on_broken_pipe(void);

// Whether `count` threads, at most 24, can be there at once.
int ct_can_start_threads(int count);

// Catches `count` signals, at most 16, except those that the process was started to ignore: each
// writes its number as one byte into a pipe. Returns the pipe's reading end, or -1. Call before
// ct_open, so that ncurses leaves the signals alone, and never twice without a release.
int ct_catch_signals(const int *signals, int count);

// Puts the signals' handling back and closes the pipe. Fills `left` with the numbers of signals
// that came and were not read, at most `size`, and returns how many.
int ct_release_signals(unsigned char *left, int size);

// Keeps standard error off the screen: it goes to a nameless file until it is released. Returns
// 0, or -1 when it could not be redirected.
int ct_hold_stderr(void);

// Standard error goes where it went before, and so does what was written meanwhile.
void ct_release_stderr(void);

#endif
