// SPDX-License-Identifier: GPL-3.0-or-later
// readline.h names FILE without including its header.
#include <stdio.h>
#include <readline/readline.h>
#include <readline/history.h>

#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "CReadline.h"
#include "paint.h"
#include "signals.h"

// The callback interface of readline with our own poll, so that signals are handled between two keys and never inside
// readline. Its own signal handling is off.

static gf_completer completer;
static void *line_context;
static char *candidates;

static struct {
  bool is_done;
  char *text;
} line;

static void line_is_done(char *text) {
  line.is_done = true;
  line.text = text;
  rl_callback_handler_remove();
}

/// Gives one candidate after the other to rl_completion_matches, which frees them.
static char *next_candidate(const char *word, int state) {
  static char *rest;
  (void)word;
  if (state == 0) rest = candidates;
  char *candidate = strsep(&rest, "\n");
  return candidate == NULL || *candidate == '\0' ? NULL : strdup(candidate);
}

static char **complete(const char *word, int start, int end) {
  (void)end;
  // Never a fallback to file names, nothing after the word that the candidate does not bring itself.
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

/// readline would write a line end of its own after Ctrl-D, and after every line from then on.
static void give_terminal_back(void) {
  rl_eof_found = 0;
  rl_deprep_terminal();
}

void gf_editor_start(const char *name, gf_completer chosen_completer, gf_painter painter) {
  completer = chosen_completer;
  // Only the kind of characters: a decimal point is a point in every country.
  setlocale(LC_CTYPE, "");
  if (MB_CUR_MAX == 1) setlocale(LC_CTYPE, "C.UTF-8");
  rl_readline_name = strdup(name);
  rl_instream = stdin;
  rl_outstream = stderr;
  rl_catch_signals = 0;
  rl_catch_sigwinch = 0;
  rl_deprep_term_function = give_terminal_back;
  // All that ends a word; a point stays inside, for `net.depth`.
  rl_completer_word_break_characters = strdup(" \t\n\"'`\\;|&<>=+-*/%^!?,:()[]{}");
  rl_basic_quote_characters = strdup("");
  rl_attempted_completion_function = complete;
  using_history();
  if (painter != NULL) gf_paint_start(painter, &line_context);
}

static void redraw_after_stop(void) {
  rl_deprep_terminal();
  rl_prep_terminal(1);
  rl_on_new_line();
  (*rl_redisplay_function)();
}

/// Stops the process as Ctrl-Z does everywhere, with the terminal as it was before.
static void stop(void) {
  rl_deprep_terminal();
  fputc('\n', rl_outstream);
  fflush(rl_outstream);
  raise(SIGSTOP);
  redraw_after_stop();
}

static void drop_line(void) {
  line.text = strdup(rl_line_buffer);
  rl_callback_sigcleanup();
  // From the end of the text, so that the next prompt does not overwrite its last lines.
  rl_point = rl_end;
  rl_redisplay();
  rl_free_line_state();
  rl_replace_line("", 0);
  fputs("^C\n", rl_outstream);
  fflush(rl_outstream);
  rl_callback_handler_remove();
}

/// Ends as the signal does by itself, with the terminal as it was before.
static void leave_by(int signal) {
  rl_callback_handler_remove();
  gf_editing_end();
  raise(signal);
}

/// Where the drawing is a function of ours, readline would not take what is on the screen away.
static void resize(void) {
  rl_voidfunc_t *draw = rl_redisplay_function;
  rl_redisplay_function = rl_redisplay;
  rl_resize_terminal();
  rl_redisplay_function = draw;
  (*draw)();
}

/// What has come since the last look; true when the line is dropped.
static bool handle_signals(void) {
  gf_signal_drain();
  if (gf_signal_take(SIGTERM)) leave_by(SIGTERM);
  if (gf_signal_take(SIGHUP)) leave_by(SIGHUP);
  if (gf_signal_take(SIGWINCH)) resize();
  if (gf_signal_take(SIGTSTP)) {
    stop();
    gf_signal_take(SIGCONT);
  } else if (gf_signal_take(SIGCONT)) {
    redraw_after_stop();
  }
  if (!gf_signal_take(SIGINT)) return false;
  drop_line();
  return true;
}

gf_line_status gf_read_line(const char *prompt, void *context, char **text) {
  line_context = context;
  line.is_done = false;
  line.text = NULL;
  gf_editing_begin();
  rl_reset_screen_size();
  rl_callback_handler_install(prompt, line_is_done);
  gf_line_status status = gf_line_read;
  struct pollfd inputs[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = gf_signal_descriptor(), .events = POLLIN}};
  while (!line.is_done) {
    int ready = poll(inputs, 2, -1);
    if (ready < 0) continue;
    if (inputs[1].revents != 0 && handle_signals()) {
      status = gf_line_interrupted;
      break;
    }
    if (inputs[0].revents & POLLIN) {
      rl_callback_read_char();
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
