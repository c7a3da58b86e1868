// SPDX-License-Identifier: GPL-3.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "CReadline.h"
#include "signals.h"

// Lines without an editor: the terminal driver echoes and corrects them, and hands them over whole.

/// What has been read beyond the last line.
static struct {
  char *bytes;
  size_t count;
} rest;

static void say(const char *text) {
  ssize_t written = write(STDERR_FILENO, text, strlen(text));
  (void)written;
}

/// Takes the first line off the rest; at the end of the input, also one without a line end. NULL for none.
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

/// Adds what has come; false at the end of the input.
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

static void show_prompt(void) { say(shown_prompt); }

static void drop_line(void) {
  // The driver has dropped what was typed, and has shown ^C.
  rest.count = 0;
  say("\n");
}

/// The terminal driver keeps the line, the terminal's state and its size.
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
