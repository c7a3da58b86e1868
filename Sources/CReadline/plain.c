// SPDX-License-Identifier: GPL-3.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "CReadline.h"
#include "signals.h"

// Line input without an editor. The terminal driver echoes input, handles corrections and delivers complete lines.

/// Input that was read beyond the last line.
static struct {
  char *bytes;
  size_t count;
} rest;

static void write_text(const char *text) {
  ssize_t written = write(STDERR_FILENO, text, strlen(text));
  (void)written;
}

/// Removes the first line from the rest and returns it, or NULL if there is none. At the end of the input, the line
/// need not end with a line break.
static char *take_line(bool is_end) {
  char *end = rest.count > 0 ? memchr(rest.bytes, '\n', rest.count) : NULL;
  if (end == NULL && !(is_end && rest.count > 0)) return NULL;
  size_t length = end == NULL ? rest.count : (size_t)(end - rest.bytes);
  size_t taken = end == NULL ? length : length + 1;
  char *line = strndup(rest.bytes, length);
  rest.count -= taken;
  memmove(rest.bytes, rest.bytes + taken, rest.count);
  return line;
}

/// Reads available input. Returns false at the end of the input.
static bool read_more(void) {
  char bytes[4096];
  ssize_t count = read(STDIN_FILENO, bytes, sizeof bytes);
  if (count < 0 && errno == EINTR) return true;
  if (count <= 0) return false;
  char *grown = realloc(rest.bytes, rest.count + (size_t)count);
  if (grown == NULL) return false;
  memcpy(grown + rest.count, bytes, (size_t)count);
  rest.bytes = grown;
  rest.count += (size_t)count;
  return true;
}

static const char *shown_prompt;

static void show_prompt(void) { write_text(shown_prompt); }

static void drop_line(void) {
  // The driver has discarded the typed text and printed ^C.
  rest.count = 0;
  write_text("\n");
}

/// The terminal driver manages the line, the state of the terminal and its size.
static void do_nothing(void) {}

static const gf_line_actions actions = {
  .pause = do_nothing, .redraw = show_prompt, .resize = do_nothing, .drop = drop_line, .leave = do_nothing};

gf_line_status gf_read_plain_line(const char *prompt, char **line) {
  gf_editing_begin();
  shown_prompt = prompt;
  show_prompt();
  gf_line_status status = gf_line_read;
  struct pollfd inputs[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = gf_signal_descriptor(), .events = POLLIN}};
  while ((*line = take_line(false)) == NULL) {
    if (poll(inputs, 2, -1) < 0) continue;
    if (gf_handle_signals(&actions, &status)) {
      if (status == gf_line_interrupted) *line = strdup("");
      break;
    }
    if (inputs[0].revents != 0 && !read_more()) {
      *line = take_line(true);
      if (*line == NULL) status = gf_line_end;
      break;
    }
  }
  gf_editing_end();
  return status;
}
