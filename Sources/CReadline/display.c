// SPDX-License-Identifier: GPL-3.0-or-later
#define _GNU_SOURCE
#include <stdio.h>
#include <readline/readline.h>

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "display.h"
#include "layout.h"

// Readline edits the line, and this file displays it. Whatever Readline does, the display is computed from its state
// alone: the prompt, the line and the cursor. It is compared with what is on the screen, and the rest is written from the
// first difference on, with a single write. What Readline itself writes is discarded, except lists of completions and
// the like.

static gf_painter painter;
static const char *const *palette;
static void **painter_context;
static const char *continuation = "";

static bool is_outdated;
/// Whether other output follows the line, which is drawn again when Readline requests it.
static bool is_left;
/// Whether Readline's output reaches the terminal.
static bool passes;

/// What is on the screen: the number of rows, the row of the cursor among them, the first row of the layout that fits into
/// the window, and the layout. That has no rows if it is unknown.
static struct {
  int row_count, row, first;
  layout made;
} shown;

/// Makes the next drawing write everything.
static void forget_shown(void) {
  layout_release(&shown.made);
  shown.made = (layout){0};
}

/// The state that was drawn last.
static struct {
  char *prompt, *line;
  int point;
} drawn;

static bool is_drawn(void) {
  return drawn.line != NULL && drawn.point == rl_point && strcmp(drawn.line, rl_line_buffer) == 0 &&
         strcmp(drawn.prompt, rl_display_prompt) == 0;
}

static void note_drawn(void) {
  free(drawn.prompt);
  free(drawn.line);
  drawn.prompt = strdup(rl_display_prompt);
  drawn.line = strdup(rl_line_buffer);
  drawn.point = rl_point;
}

static void write_all(const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t count = write(STDERR_FILENO, bytes, length);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) {
      struct pollfd output = {.fd = STDERR_FILENO, .events = POLLOUT};
      poll(&output, 1, -1);
      continue;
    }
    if (count <= 0) return;
    bytes += count;
    length -= (size_t)count;
  }
}

/// Writes a capability of the terminal without the padding that only old hardware needed.
static void put(FILE *stream, const char *name) {
  const char *text = rl_get_termcap(name);
  while (text != NULL && *text != '\0') {
    const char *end = strncmp(text, "$<", 2) == 0 ? strchr(text, '>') : NULL;
    if (end != NULL) text = end + 1;
    else fputc(*text++, stream);
  }
}

/// Writes a capability that moves the cursor, `count` times.
static void repeat(FILE *stream, const char *name, int count) {
  const char *text = rl_get_termcap(name);
  if (count > 1 && text != NULL && strncmp(text, "\033[", 2) == 0 && strlen(text) == 3) {
    fprintf(stream, "\033[%d%c", count, text[2]);
  } else {
    while (count-- > 0) put(stream, name);
  }
}

bool gf_display_works(void) {
  return rl_get_termcap("up") != NULL && rl_get_termcap("ce") != NULL && rl_get_termcap("nd") != NULL;
}

void gf_display_size(int *rows, int *columns) {
  struct winsize size;
  rl_get_screen_size(rows, columns);
  if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    // Readline leaves the last column free if the terminal breaks rows differently from most.
    static int unused = -1;
    if (unused < 0) unused = size.ws_col - *columns == 1;
    *columns = size.ws_col - unused;
    if (size.ws_row > 0) *rows = size.ws_row;
  }
}

/// Returns the number of columns to the right of the layout, or -1 if it is unknown. Without any, the terminal continues
/// on the next row when a row is full.
static int free_columns(int columns) {
  struct winsize size;
  return ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col - columns : -1;
}

/// Returns the prompt as Readline shows it, with the mode string before it. The caller frees it.
static char *whole_prompt(void) {
  const char *shows = rl_variable_value("show-mode-in-prompt");
  const char *mode = "";
  if (shows != NULL && strcmp(shows, "on") == 0) {
    const char *variable = rl_editing_mode == 1                     ? "emacs-mode-string"
                           : rl_get_keymap() == vi_movement_keymap ? "vi-cmd-mode-string"
                                                                   : "vi-ins-mode-string";
    mode = rl_variable_value(variable);
  }
  char *prompt = NULL;
  if (asprintf(&prompt, "%s%s", mode == NULL ? "" : mode, rl_prompt == NULL ? "" : rl_prompt) < 0) abort();
  return prompt;
}

/// Lays out a line with its prompt. If `is_final` is true, the line has been accepted.
static layout current_layout(const char *line, int length, bool is_final, int columns) {
  layout_text text = {.continuation = continuation, .line = line, .length = length, .palette = palette};
  text.is_message = !is_final && rl_display_prompt != rl_prompt;
  text.point = is_final ? length : rl_point;
  char *prompt = text.is_message ? strdup(rl_display_prompt) : whole_prompt();
  text.prompt = prompt;
  char *styles = painter == NULL ? NULL : painter(*painter_context, line, is_final ? length + 1 : rl_point);
  // A line that is not valid text is not coloured.
  if (styles != NULL && strlen(styles) == (size_t)length) text.styles = styles;
  layout made = layout_make(&text, columns);
  free(styles);
  free(prompt);
  return made;
}

static int limited(int number, int least, int most) {
  return number > most ? most : number < least ? least : number;
}

/// Moves the cursor from one row of the window to the start of another.
static void move_to_row(FILE *stream, int from, int to) {
  repeat(stream, "up", from - to);
  fputc('\r', stream);
  for (; from < to; from++) fputc('\n', stream);
}

/// Writes the rows of a layout that fit into the window over those on the screen, and moves the cursor to its place.
static void draw(const layout *made, int height, FILE *stream) {
  int rest = free_columns(made->columns);
  bool is_soft = rest == 0;
  int most = made->row_count > height ? made->row_count - height : 0;
  int first = limited(shown.first, made->cursor_row - height + 1, made->cursor_row);
  first = limited(first, 0, most);
  int end = first + (made->row_count > height ? height : made->row_count);
  layout_place start = {.row = first};
  // Rows that are outside of the window are not on the screen.
  bool is_whole = shown.made.row_count > 0 && shown.made.row_count == shown.row_count && made->row_count <= height;
  if (is_whole && shown.made.columns == made->columns) start = layout_common(&shown.made, made);
  move_to_row(stream, shown.row, start.row - first);
  repeat(stream, "nd", start.column);
  for (int row = start.row; row < end; row++) {
    size_t length;
    const char *bytes = layout_bytes(made, row, &length);
    size_t skipped = row == start.row ? start.offset : 0;
    fwrite(bytes + skipped, 1, length - skipped, stream);
    bool is_full = made->rows[row].width == made->columns;
    if (!is_full || rest > 0) put(stream, "ce");
    if (row + 1 == end) break;
    if (!is_soft || !made->rows[row].is_wrapped) fputs("\r\n", stream);
    // Nothing follows that would continue on the next row.
    else if (made->rows[row + 1].width == 0) fputs(" \r", stream);
  }
  int row = end - first - 1;
  for (; row + 1 < limited(shown.row_count, 0, height); row++) {
    fputs("\r\n", stream);
    put(stream, "ce");
  }
  shown.row_count = end - first;
  shown.first = first;
  shown.row = made->cursor_row - first;
  bool is_at_end = row == shown.row && made->cursor_row == made->row_count - 1 &&
                   made->cursor_column == made->rows[made->cursor_row].width;
  if (is_at_end && made->cursor_column > 0) return;
  move_to_row(stream, row, shown.row);
  repeat(stream, "nd", limited(made->cursor_column, 0, made->columns - 1));
}

/// Draws a line. If `ending` is not NULL, the line has been accepted: the ending follows it, and a line break.
static void show(const char *line, int length, bool is_resized, const char *ending) {
  bool is_final = ending != NULL;
  int rows, columns;
  gf_display_size(&rows, &columns);
  if (columns < 2 || rows < 1) return;
  layout made = current_layout(line, length, is_final, columns);
  if (is_resized) {
    forget_shown();
    // Many terminals rearrange the rows of a line.
    static const char *const signs[] = {
      "TMUX", "VTE_VERSION", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "ALACRITTY_WINDOW_ID", "WT_SESSION", "TERM_PROGRAM"};
    for (unsigned i = 0; i < sizeof signs / sizeof *signs; i++) {
      if (getenv(signs[i]) == NULL) continue;
      shown.row = made.cursor_row - shown.first;
      shown.row_count = made.row_count;
      break;
    }
    shown.row = limited(shown.row, 0, rows - 1);
  }
  char *bytes = NULL;
  size_t count = 0;
  FILE *stream = open_memstream(&bytes, &count);
  draw(&made, rows, stream);
  if (is_final) {
    // After a full row, the cursor is on a new one already.
    bool is_on_new_row = *ending == '\0' && made.row_count > 1 && made.rows[made.row_count - 1].width == 0;
    fprintf(stream, "%s%s", ending, is_on_new_row ? "" : "\r\n");
  }
  fclose(stream);
  write_all(bytes, count);
  free(bytes);
  forget_shown();
  shown.made = made;
  note_drawn();
  is_outdated = false;
}

static bool input_waits(void) {
  struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
  return poll(&input, 1, 0) > 0;
}

static void draw_changes(void) {
  fflush(rl_outstream);
  // After some commands, such as a search that fails, Readline moves the cursor without a redisplay.
  if (is_outdated || !is_drawn()) show(rl_line_buffer, rl_end, false, NULL);
}

void gf_display_update(void) {
  if (!is_left && !input_waits()) draw_changes();
}

/// Readline's redisplay function.
static void redisplay(void) {
  is_outdated = true;
  is_left = false;
  gf_display_update();
}

void gf_display_begin(const char *later_prompt) {
  continuation = later_prompt;
  is_left = false;
  shown.row_count = shown.row = shown.first = 0;
  forget_shown();
}

void gf_display_end(const char *line, const char *ending) {
  show(line, (int)strlen(line), false, ending);
  gf_display_begin(continuation);
}

void gf_display_leave(bool breaks) {
  draw_changes();
  char *bytes = NULL;
  size_t count = 0;
  FILE *stream = open_memstream(&bytes, &count);
  for (int row = shown.row + 1; row < shown.row_count; row++) fputs("\r\n", stream);
  if (breaks) fputs("\r\n", stream);
  fclose(stream);
  write_all(bytes, count);
  free(bytes);
  gf_display_begin(continuation);
  is_outdated = is_left = true;
}

void gf_display_resize(void) {
  if (!is_left) show(rl_line_buffer, rl_end, true, NULL);
}

void gf_display_refresh(void) {
  forget_shown();
  redisplay();
}

void gf_display_clear(bool all) {
  char *bytes = NULL;
  size_t count = 0;
  FILE *stream = open_memstream(&bytes, &count);
  put(stream, "cl");
  if (all) put(stream, "E3");
  fclose(stream);
  if (count > 0) {
    write_all(bytes, count);
    gf_display_begin(continuation);
  } else {
    gf_display_leave(true);
  }
  free(bytes);
  redisplay();
}

void gf_display_pass(void (*body)(void *), void *argument) {
  fflush(rl_outstream);
  passes = true;
  body(argument);
  fflush(rl_outstream);
  passes = false;
}

/// Receives what Readline writes.
static ssize_t receive(void *cookie, const char *bytes, size_t count) {
  (void)cookie;
  const char *bell = rl_get_termcap("vb");
  if (passes) {
    write_all(bytes, count);
  } else if (bell != NULL && *bell != '\0' && memmem(bytes, count, bell, strlen(bell)) != NULL) {
    write_all(bell, strlen(bell));
  }
  return (ssize_t)count;
}

void gf_display_start(gf_painter chosen_painter, const char *const *chosen_palette, void **context) {
  painter = chosen_painter;
  palette = chosen_palette;
  painter_context = context;
  rl_outstream = fopencookie(NULL, "w", (cookie_io_functions_t){.write = receive});
  if (rl_outstream == NULL) abort();
}

void gf_display_take_over(void) { rl_redisplay_function = redisplay; }
