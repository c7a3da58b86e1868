// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef CREADLINE_H
#define CREADLINE_H

#include <stdbool.h>

// readline's own header stays out of here: its variables are no safe globals for Swift. Everything passes through the
// functions below, which are to be called from the main thread unless they say otherwise.

/// How the reading of a line ended.
typedef enum {
  /// The user pressed Enter.
  gf_line_read,
  /// Ctrl-D on an empty line, the terminal is gone, or the time is over.
  gf_line_end,
  /// Ctrl-C.
  gf_line_interrupted
} gf_line_status;

/// Returns the candidates for the word that begins at byte `start` and ends at byte `point` of `line`: whole words, one
/// per line, in a string that the caller frees; NULL for none. `context` is what came with the line to read.
typedef char *(*gf_completer)(void *context, const char *line, int start, int point);

/// Returns `line` with the sequences that colour it put in, in a string that the caller frees; NULL leaves it as it is.
/// The cursor is at byte `point`, or behind the end once the line is done.
typedef char *(*gf_painter)(void *context, const char *line, int point);

/// Returns `text`, which was pasted, as it is to stand on the line, in a string that the caller frees.
typedef char *(*gf_cleaner)(const char *text);

/// Prepares the line editor: prompt and echo go to stderr, its name for inputrc is `name`. Without a painter the line
/// has no colours.
void gf_editor_start(const char *name, gf_completer completer, gf_painter painter, gf_cleaner cleaner);

/// Reads a line. `*line` is the text, also that of a line given up by Ctrl-C, and NULL at the end; the caller frees it.
/// The terminal is as it was before when this returns.
gf_line_status gf_read_line(const char *prompt, void *context, char **line);

/// Whether the terminal is one that the line editor can draw on. On one that knows no movements, or has hardly any
/// columns, readline divides by zero or draws forever; lines are read without it then.
bool gf_editor_fits(void);

/// Reads a line as the terminal itself lets the user type it. Everything else is as with `gf_read_line`.
gf_line_status gf_read_plain_line(const char *prompt, char **line);

/// Adds an entry to the list that the arrow keys walk; the oldest are dropped above `limit`.
void gf_history_add(const char *entry, int limit);

/// Catches SIGINT: each one is counted and asks running computations to stop, and the third since the last reset ends the
/// process with 130. SIGPIPE is caught too, so that writing to a closed pipe fails and does not end the process.
void gf_signals_start(void);

/// Whether SIGINT came since the last reset. Any thread may ask.
bool gf_interrupted(void);

/// Forgets the interrupts counted so far, and withdraws the request to stop unless the time is over.
void gf_interrupt_reset(void);

/// Sets the time after which `gf_time_is_up` is true, computations are asked to stop, and reading a line ends. A
/// computation that is still running two seconds later ends the process with `message` and status 1.
void gf_time_limit(double seconds, const char *message);

/// Whether the time set is over. Any thread may ask.
bool gf_time_is_up(void);

/// Leaves crashes to the system: the language's crash reporter would ask the user for a key.
void gf_crash_reporter_off(void);

#endif
