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
  gf_line_interrupted,
  /// The user wants to continue in an editor.
  gf_line_edit
} gf_line_status;

/// Returns the candidates for the word that begins at byte `start` and ends at byte `point` of `line`: whole words, one
/// per line, in a string that the caller frees, or NULL if there are none. `context` is the one passed to
/// `gf_read_line`.
typedef char *(*gf_completer)(void *context, const char *line, int start, int point);

/// Returns the style of each byte of `line`, as an ASCII digit that is its place in the palette, in a string that the
/// caller frees, or NULL for plain text. The cursor is at byte `point`, which is past the end once the line is complete.
typedef char *(*gf_painter)(void *context, const char *line, int point);

/// Returns pasted text in the form in which it is inserted into the line, in a string that the caller frees.
typedef char *(*gf_cleaner)(const char *text);

/// The functions that the line editor calls. The palette contains the parameters of the escape sequence of each style;
/// the first one is empty. Without a painter, the line has no colours.
typedef struct {
  gf_completer complete;
  gf_painter paint;
  const char *const *palette;
  gf_cleaner clean;
} gf_assistant;

/// The prompt, and the one that is shown before the later lines of a text. Escape sequences are between `\001` and
/// `\002`.
typedef struct {
  const char *prompt, *continuation;
} gf_prompts;

/// Prepares the line editor. The prompt and the echo go to stderr. `name` identifies the program in inputrc.
void gf_editor_start(const char *name, const gf_assistant *assistant);

/// Reads a line. `*line` is the text, even if the line was abandoned with Ctrl-C, or NULL at the end. The caller frees
/// it. The state of the terminal is restored before this returns.
gf_line_status gf_read_line(const gf_prompts *prompts, void *context, char **line);

/// Returns whether the line editor can be used on the terminal. It needs cursor movements and a few columns. Use
/// `gf_read_plain_line` elsewhere.
bool gf_editor_fits(void);

/// Reads a line that the user edits with the terminal driver. Otherwise it behaves like `gf_read_line`.
gf_line_status gf_read_plain_line(const char *prompt, char **line);

/// Clears the screen, if the line editor can be used on the terminal.
void gf_clear_screen(void);

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
