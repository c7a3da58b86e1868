// SPDX-License-Identifier: GPL-3.0-or-later
// readline.h uses FILE without including its header.
#include <stdio.h>
#include <readline/readline.h>
#include <readline/history.h>

#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "CReadline.h"
#include "paint.h"
#include "signals.h"

// This file uses the callback interface of Readline with a poll loop of its own, so that signals are handled between
// two keys and never inside Readline. Readline's own signal handling is disabled.

static gf_completer completer;
static gf_cleaner cleaner;
static void *line_context;
static char *candidates;

static struct {
  bool is_done;
  char *text;
} line;

/// The number of bytes passed to Readline since poll last reported input.
static int taken;

/// Returns a byte for Readline. Readline only requests more than the one available byte inside a paste. The end of a
/// paste may never arrive, so Ctrl-C, Ctrl-D and signals end it.
static int next_byte(FILE *stream) {
  enum { end_of_transmission = 4 };
  struct pollfd inputs[] = {
    {.fd = fileno(stream), .events = POLLIN}, {.fd = gf_signal_descriptor(), .events = POLLIN}};
  for (;;) {
    if (poll(inputs, 2, -1) < 0) continue;
    if (inputs[0].revents != 0) {
      unsigned char byte;
      ssize_t count = read(fileno(stream), &byte, 1);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0 || (taken > 0 && byte == end_of_transmission)) return EOF;
      taken++;
      return byte;
    }
    gf_signal_drain();
    if (gf_signal_waits()) return EOF;
  }
}

static void line_is_done(char *text) {
  line.is_done = true;
  line.text = text;
  rl_callback_handler_remove();
}

/// Returns the candidates one after the other to rl_completion_matches, which frees them.
static char *next_candidate(const char *word, int state) {
  static char *rest;
  (void)word;
  if (state == 0) rest = candidates;
  char *candidate = strsep(&rest, "\n");
  return candidate == NULL || *candidate == '\0' ? NULL : strdup(candidate);
}

static char **complete(const char *word, int start, int end) {
  (void)end;
  // Never fall back to file names, and append nothing to the candidate.
  rl_attempted_completion_over = 1;
  rl_completion_append_character = '\0';
  rl_completion_suppress_quote = 1;
  candidates = completer(line_context, rl_line_buffer, start, rl_point);
  if (candidates == NULL) return NULL;
  char **matches = rl_completion_matches(word, next_candidate);
  free(candidates);
  candidates = NULL;
  return matches;
}

/// Without the reset, Readline would print a line break of its own after Ctrl-D, and after every line from then on.
static void restore_terminal(void) {
  rl_eof_found = 0;
  rl_deprep_terminal();
}

/// Unsets sizes in the environment that are out of range. If the terminal does not report its size, Readline trusts the
/// environment and allocates memory for that many columns.
static void unset_invalid_size(void) {
  const char *names[] = {"COLUMNS", "LINES"};
  for (int i = 0; i < 2; i++) {
    const char *text = getenv(names[i]);
    long number = text == NULL ? 1 : strtol(text, NULL, 10);
    if (number < 1 || number > SHRT_MAX) unsetenv(names[i]);
  }
}

void gf_editor_start(
  const char *name, gf_completer chosen_completer, gf_painter painter, gf_cleaner chosen_cleaner) {
  unset_invalid_size();
  completer = chosen_completer;
  cleaner = chosen_cleaner;
  // Only the character set follows the locale. The decimal separator stays a point.
  setlocale(LC_CTYPE, "");
  if (MB_CUR_MAX == 1) setlocale(LC_CTYPE, "C.UTF-8");
  rl_readline_name = strdup(name);
  rl_instream = stdin;
  rl_outstream = stderr;
  rl_getc_function = next_byte;
  rl_catch_signals = 0;
  rl_catch_sigwinch = 0;
  rl_deprep_term_function = restore_terminal;
  // The characters that end a word. A point is not among them, so that `net.depth` can be completed.
  rl_completer_word_break_characters = strdup(" \t\n\"'`\\;|&<>=+-*/%^!?,:()[]{}");
  rl_basic_quote_characters = strdup("");
  rl_attempted_completion_function = complete;
  using_history();
  if (painter != NULL) gf_paint_start(painter, &line_context);
}

/// Handles a paste. Readline would show some control characters of the text unescaped.
static int paste(int count, int key) {
  int start = rl_point;
  int status = rl_bracketed_paste_begin(count, key);
  char *text = rl_copy_text(start, rl_point);
  char *clean = cleaner(text);
  if (clean != NULL && strcmp(clean, text) != 0) {
    rl_delete_text(start, rl_point);
    rl_point = start;
    rl_insert_text(clean);
  }
  free(clean);
  free(text);
  return status;
}

/// Does the initialization that depends on the terminal. It must wait until Readline may access the terminal.
static void initialize(void) {
  static bool is_initialized;
  if (is_initialized) return;
  is_initialized = true;
  rl_initialize();
  Keymap maps[] = {emacs_standard_keymap, vi_insertion_keymap};
  for (unsigned map = 0; map < sizeof maps / sizeof *maps; map++) {
    const char *start_of_paste = "\033[200~";
    // The user may have disabled it.
    if (rl_function_of_keyseq(start_of_paste, maps[map], NULL) == rl_bracketed_paste_begin) {
      rl_bind_keyseq_in_map(start_of_paste, paste, maps[map]);
    }
  }
}

static void redraw_after_stop(void) {
  rl_deprep_terminal();
  rl_prep_terminal(1);
  rl_on_new_line();
  (*rl_redisplay_function)();
}

static void pause_editing(void) {
  rl_deprep_terminal();
  fputc('\n', rl_outstream);
  fflush(rl_outstream);
}

static void drop_line(void) {
  line.text = strdup(rl_line_buffer);
  rl_callback_sigcleanup();
  // Move to the end of the text, so that the next prompt does not overwrite its last lines.
  rl_point = rl_end;
  rl_redisplay();
  rl_free_line_state();
  rl_replace_line("", 0);
  fputs("^C\n", rl_outstream);
  fflush(rl_outstream);
  rl_callback_handler_remove();
}

/// Returns the number of columns of the terminal, or 0 if it is unknown.
static int columns(void) {
  struct winsize size;
  return ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

// Room for a prompt and a few characters. Without cursor movements Readline scrolls sideways, which takes more room.
enum { least_columns = 8, least_columns_without_movements = 24 };

static bool has_room(void) {
  int width = columns();
  if (width == 0 || width >= least_columns_without_movements) return true;
  if (width < least_columns) return false;
  initialize();
  return rl_get_termcap("up") != NULL;
}

bool gf_editor_fits(void) {
  const char *terminal = getenv("TERM");
  if (terminal == NULL || *terminal == '\0' || strcmp(terminal, "dumb") == 0) return false;
  return has_room();
}

/// Readline only clears the screen if the redisplay function is its own, so it is restored during the resize.
static void resize(void) {
  if (!has_room()) return;
  rl_voidfunc_t *draw = rl_redisplay_function;
  rl_redisplay_function = rl_redisplay;
  rl_resize_terminal();
  rl_redisplay_function = draw;
  (*draw)();
}

static const gf_line_actions actions = {
  .pause = pause_editing,
  .redraw = redraw_after_stop,
  .resize = resize,
  .drop = drop_line,
  .leave = rl_callback_handler_remove,
};

gf_line_status gf_read_line(const char *prompt, void *context, char **text) {
  line_context = context;
  line.is_done = false;
  line.text = NULL;
  initialize();
  gf_editing_begin();
  rl_reset_screen_size();
  rl_callback_handler_install(prompt, line_is_done);
  gf_line_status status = gf_line_read;
  struct pollfd inputs[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = gf_signal_descriptor(), .events = POLLIN}};
  while (!line.is_done) {
    int ready = poll(inputs, 2, -1);
    if (ready < 0) continue;
    if (gf_handle_signals(&actions, &status)) break;
    if (inputs[0].revents & POLLIN) {
      taken = 0;
      rl_callback_read_char();
      // Signals that arrived during a paste have already been read from the pipe.
      if (!line.is_done && gf_handle_signals(&actions, &status)) break;
    } else if (inputs[0].revents != 0) {
      line_is_done(NULL);
    }
  }
  gf_editing_end();
  if (status == gf_line_read && line.text == NULL) status = gf_line_end;
  *text = line.text;
  return status;
}

void gf_history_add(const char *entry, int limit) {
  if (!history_is_stifled()) stifle_history(limit);
  add_history(entry);
}
