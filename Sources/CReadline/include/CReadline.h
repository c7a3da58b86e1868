// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef CREADLINE_H
#define CREADLINE_H

#include <stdbool.h>

// This header does not include Readline's, whose global variables are not safe to use from Swift. Unless noted
// otherwise, the functions below must be called from the main thread.

/// The result of reading a line.
typedef enum {
  /// The user pressed Enter.
  gf_line_read,
  /// The user pressed Ctrl-D on an empty line, the terminal was closed, or the time limit was reached.
  gf_line_end,
  /// The user pressed Ctrl-C.
  gf_line_interrupted
} gf_line_status;

/// Returns the candidates for the word that begins at byte `start` and ends at byte `point` of `line`: whole words, one
/// per line, in a string that the caller frees, or NULL if there are none. `context` is the one passed to
/// `gf_read_line`.
typedef char *(*gf_completer)(void *context, const char *line, int start, int point);

/// Returns `line` with escape sequences for colours, in a string that the caller frees, or NULL to leave it unchanged.
/// The cursor is at byte `point`, which is past the end once the line is complete.
typedef char *(*gf_painter)(void *context, const char *line, int point);

/// Returns pasted text in the form in which it is inserted into the line, in a string that the caller frees.
typedef char *(*gf_cleaner)(const char *text);

/// Prepares the line editor. The prompt and the echo go to stderr. `name` identifies the program in inputrc. Without a
/// painter, the line has no colours.
void gf_editor_start(const char *name, gf_completer completer, gf_painter painter, gf_cleaner cleaner);

/// Reads a line. `*line` is the text, even if the line was abandoned with Ctrl-C, or NULL at the end. The caller frees
/// it. The state of the terminal is restored before this returns.
gf_line_status gf_read_line(const char *prompt, void *context, char **line);

/// Returns whether the line editor can be used on the terminal. Without cursor movements or with very few columns,
/// Readline divides by zero or draws forever. Use `gf_read_plain_line` there.
bool gf_editor_fits(void);

/// Reads a line that the user edits with the terminal driver. Otherwise it behaves like `gf_read_line`.
gf_line_status gf_read_plain_line(const char *prompt, char **line);

/// Adds an entry to the history. Beyond `limit` entries, the oldest are removed.
void gf_history_add(const char *entry, int limit);

/// Catches SIGINT. Each SIGINT is counted and requests that running computations stop; the third since the last reset
/// ends the process with status 130. SIGPIPE is caught as well, so that writing to a closed pipe fails instead of
/// ending the process.
void gf_signals_start(void);

/// Returns whether SIGINT has arrived since the last reset. May be called from any thread.
bool gf_interrupted(void);

/// Resets the count of interrupts, and withdraws the stop request unless the time is up.
void gf_interrupt_reset(void);

/// Sets the time after which `gf_time_is_up` returns true, running computations must stop, and reading a line ends. If
/// a computation is still running two seconds later, the process prints `message` and exits with status 1.
void gf_time_limit(double seconds, const char *message);

/// Returns whether the time limit has been reached. May be called from any thread.
bool gf_time_is_up(void);

/// Disables Swift's crash reporter, which would wait for a key, and leaves crashes to the system.
void gf_crash_reporter_off(void);

#endif
