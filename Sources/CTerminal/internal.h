#ifndef SPECREASON_CTERMINAL_INTERNAL_H
#define SPECREASON_CTERMINAL_INTERNAL_H

#include <stddef.h>

// Modes that ncurses does not know: bracketed paste; reports of buttons, drags and the wheel with
// coordinates in SGR form.
#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
#define MOUSE_ON "\033[?1002h\033[?1006h"
#define MOUSE_OFF "\033[?1006l\033[?1002l"
#define MODES_OFF MOUSE_OFF PASTE_OFF

// Remembers the terminal's mode and `restore`, the bytes that undo the screen, and catches the
// signals of a crash and all others that end a process.
void guard_arm(const char *restore, size_t length);

// The terminal is given back: a crash has nothing to undo any more.
void guard_disarm(void);

// Puts the remembered mode of the line back.
void guard_restore_mode(void);

// Copies what standard error got while it was held. Safe in a signal handler.
void release_stderr_in_handler(void);

#endif
