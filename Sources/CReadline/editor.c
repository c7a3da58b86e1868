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
#include "commands.h"
#include "display.h"
#include "signals.h"

// This file uses the callback interface of Readline with a poll loop of its own, so that signals are handled between
// two keys and never inside Readline. Readline's own signal handling is disabled.

static gf_completer completer;
static void *line_context;
static char *candidates;

static struct {
  bool is_done;
  char *text;
} line;

/// The number of bytes passed to Readline since poll last reported input.
static int taken;

/// The bytes that end a paste, as far as Readline has not read them.
static const char *rest_of_paste = "";

/// Returns a byte that ends what Readline reads. If a paste ends without its mark, Readline 8.2 inserts the memory
/// behind it too, so the mark is supplied.
static int end_of_reading(void) {
  if (RL_ISSTATE(RL_STATE_MOREINPUT)) rest_of_paste = "\033[201~";
  return *rest_of_paste == '\0' ? EOF : *rest_of_paste++;
}

/// Returns a byte for Readline. Readline only requests more than the one available byte inside a paste. The end of a
/// paste may never arrive, so Ctrl-C, Ctrl-D and signals end it.
static int next_byte(FILE *stream) {
  enum { end_of_transmission = 4 };
  struct pollfd inputs[] = {
    {.fd = fileno(stream), .events = POLLIN}, {.fd = gf_signal_descriptor(), .events = POLLIN}};
  if (*rest_of_paste != '\0') return *rest_of_paste++;
  for (;;) {
    gf_display_update();
    if (poll(inputs, 2, -1) < 0) continue;
    if (inputs[0].revents != 0) {
      unsigned char byte;
      ssize_t count = read(fileno(stream), &byte, 1);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0 || (taken > 0 && byte == end_of_transmission)) return end_of_reading();
      taken++;
      return byte;
    }
    gf_signal_drain();
    if (gf_signal_waits()) return end_of_reading();
  }
}

static void line_is_done(char *text) {
  line.is_done = true;
  line.text = text;
  gf_display_end(text == NULL ? "" : text, "");
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
  // The candidates are sorted by how specific they are.
  rl_sort_completion_matches = 0;
  rl_completion_append_character = '\0';
  rl_completion_suppress_quote = 1;
  candidates = completer(line_context, rl_line_buffer, start, rl_point);
  if (candidates == NULL) return NULL;
  char **matches = rl_completion_matches(word, next_candidate);
  free(candidates);
  candidates = NULL;
  return matches;
}

static void prepare(void *meta) {
  rl_prep_terminal(*(int *)meta);
  gf_commands_bind_special();
}

static void prepare_terminal(int meta) { gf_display_pass(prepare, &meta); }

static void restore(void *argument) {
  (void)argument;
  rl_deprep_terminal();
}

/// Without the reset, Readline would print a line break of its own after Ctrl-D, and after every line from then on.
static void restore_terminal(void) {
  rl_eof_found = 0;
  gf_display_pass(restore, NULL);
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

typedef struct {
  char **matches;
  int count, length;
} match_list;

static void print_matches(void *argument) {
  const match_list *list = argument;
  rl_display_match_list(list->matches, list->count, list->length);
}

/// Asks whether to show this many matches. Readline's own prompt is not available to a function that displays matches.
static bool wants_matches(int count) {
  if (rl_completion_query_items <= 0 || count < rl_completion_query_items) return true;
  fprintf(stderr, "\r\nDisplay all %d possibilities? (y or n)", count);
  fflush(stderr);
  for (;;) {
    switch (rl_read_key()) {
    case 'y': case 'Y': case ' ': return true;
    case 'n': case 'N': case 127: case 7: case EOF: fputs("\r\n", stderr); return false;
    default: rl_ding();
    }
  }
}

static void show_matches(char **matches, int count, int length) {
  // The list begins with a line break.
  gf_display_leave(false);
  match_list list = {matches, count, length};
  if (wants_matches(count)) gf_display_pass(print_matches, &list);
  rl_forced_update_display();
}

void gf_editor_start(const char *name, const gf_assistant *assistant) {
  unset_invalid_size();
  completer = assistant->complete;
  // Only the character set follows the locale. The decimal separator stays a point.
  setlocale(LC_CTYPE, "");
  if (MB_CUR_MAX == 1) setlocale(LC_CTYPE, "C.UTF-8");
  rl_readline_name = strdup(name);
  rl_instream = stdin;
  rl_getc_function = next_byte;
  rl_catch_signals = 0;
  rl_catch_sigwinch = 0;
  rl_prep_term_function = prepare_terminal;
  rl_deprep_term_function = restore_terminal;
  // The characters that end a word. A point is not among them, so that `net.depth` can be completed.
  rl_completer_word_break_characters = strdup(" \t\n\"'`\\;|&<>=+-*/%^!?,:()[]{}");
  rl_basic_quote_characters = strdup("");
  rl_attempted_completion_function = complete;
  rl_completion_display_matches_hook = show_matches;
  using_history();
  gf_display_start(assistant->paint, assistant->palette, &line_context);
  gf_commands_start(assistant->clean);
}

/// Does the initialization that depends on the terminal. It must wait until Readline may access the terminal.
static void initialize(void) {
  static bool is_initialized;
  if (is_initialized) return;
  is_initialized = true;
  rl_initialize();
  gf_commands_bind();
  gf_display_take_over();
}

static void do_nothing(void) {}

static const char *later_prompt;

static void redraw_after_stop(void) {
  restore_terminal();
  prepare_terminal(1);
  gf_display_begin(later_prompt);
  rl_forced_update_display();
}

static void pause_editing(void) {
  gf_display_leave(true);
  restore_terminal();
}

static void drop_line(void) {
  line.text = strdup(rl_line_buffer);
  // These two may draw the line.
  rl_callback_sigcleanup();
  rl_free_line_state();
  gf_display_end(rl_line_buffer, "^C");
  rl_replace_line("", 0);
  rl_callback_handler_remove();
}

/// Returns the number of columns of the terminal, or 0 if it is unknown.
static int columns(void) {
  struct winsize size;
  return ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

// Room for a prompt and a few characters.
enum { least_columns = 8 };

static bool has_room(void) {
  int width = columns();
  return width == 0 || width >= least_columns;
}

bool gf_editor_fits(void) {
  const char *terminal = getenv("TERM");
  if (terminal == NULL || *terminal == '\0' || strcmp(terminal, "dumb") == 0 || !has_room()) return false;
  initialize();
  return gf_display_works();
}

static void resize(void) {
  // Readline does not work with fewer columns.
  if (has_room()) {
    rl_voidfunc_t *draw = rl_redisplay_function;
    rl_redisplay_function = do_nothing;
    rl_resize_terminal();
    rl_redisplay_function = draw;
  }
  gf_display_resize();
}

static void leave(void) { rl_callback_handler_remove(); }

static const gf_line_actions actions = {
  .pause = pause_editing,
  .redraw = redraw_after_stop,
  .resize = resize,
  .drop = drop_line,
  .leave = leave,
};

gf_line_status gf_read_line(const gf_prompts *prompts, void *context, char **text) {
  line_context = context;
  line.is_done = false;
  line.text = NULL;
  later_prompt = prompts->continuation;
  initialize();
  gf_commands_begin();
  gf_editing_begin();
  rl_reset_screen_size();
  gf_display_begin(prompts->continuation);
  rl_callback_handler_install(prompts->prompt, line_is_done);
  gf_line_status status = gf_line_read;
  struct pollfd inputs[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = gf_signal_descriptor(), .events = POLLIN}};
  while (!line.is_done) {
    gf_display_update();
    int ready = poll(inputs, 2, -1);
    if (ready < 0) continue;
    if (gf_handle_signals(&actions, &status)) break;
    if (inputs[0].revents & POLLIN) {
      taken = 0;
      rest_of_paste = "";
      rl_callback_read_char();
      if (!line.is_done) gf_commands_check_changes();
      // Signals that arrived during a paste have already been read from the pipe.
      if (!line.is_done && gf_handle_signals(&actions, &status)) break;
    } else if (inputs[0].revents != 0) {
      line_is_done(NULL);
    }
  }
  gf_editing_end();
  if (status == gf_line_read && line.text == NULL) status = gf_line_end;
  if (status == gf_line_read && gf_commands_wants_editor()) status = gf_line_edit;
  *text = line.text;
  return status;
}

static void clear(void *argument) {
  (void)argument;
  const char *sequence = rl_get_termcap("cl");
  if (sequence != NULL) fputs(sequence, rl_outstream);
}

void gf_clear_screen(void) {
  if (gf_editor_fits()) gf_display_pass(clear, NULL);
}

void gf_history_add(const char *entry, int limit) {
  if (!history_is_stifled()) stifle_history(limit);
  add_history(entry);
}
