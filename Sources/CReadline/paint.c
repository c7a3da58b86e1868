// SPDX-License-Identifier: GPL-3.0-or-later
#define _GNU_SOURCE
#include <stdio.h>
#include <readline/readline.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "paint.h"

// Readline draws a line without colours, and only the parts that have changed. Afterwards, the whole line is rewritten
// in colour with a single write: the same characters in the same places, so that nothing flickers and Readline's model
// of the screen stays valid. If the places are uncertain, the line stays uncoloured.

static gf_painter painter;
static void **painter_context;

typedef struct {
  int row, column;
  /// Whether the previous row is filled to its last column.
  bool is_wrapped;
} screen_place;

/// Moves `place` to where the next character goes after writing `text`. Returns false if that is uncertain.
static bool advance(screen_place *place, const char *text, size_t length, int columns) {
  mbstate_t state = {0};
  while (length > 0) {
    wchar_t character;
    size_t bytes = mbrtowc(&character, text, length, &state);
    if (bytes == (size_t)-1 || bytes == (size_t)-2 || bytes == 0) return false;
    text += bytes;
    length -= bytes;
    if (character == L'\n') {
      // Readline leaves an empty row here, but a terminal does not.
      if (place->is_wrapped) return false;
      *place = (screen_place){place->row + 1, 0, false};
      continue;
    }
    int width = wcwidth(character);
    if (width < 0) return false;
    if (place->column + width > columns) *place = (screen_place){place->row + 1, 0, false};
    place->column += width;
    place->is_wrapped = place->column == columns;
    if (place->is_wrapped) *place = (screen_place){place->row + 1, 0, true};
  }
  return true;
}

/// Returns the number of columns of the prompt, without the invisible text between the marks.
static int prompt_width(void) {
  int width = 0;
  bool is_visible = true;
  for (const char *next = rl_display_prompt; *next != '\0'; next++) {
    if (*next == RL_PROMPT_START_IGNORE) is_visible = false;
    else if (*next == RL_PROMPT_END_IGNORE) is_visible = true;
    else if (is_visible) width++;
  }
  return width;
}

static void paint(int point) {
  // A long line scrolls sideways if the terminal cannot move the cursor up or if the user has configured it so.
  const char *scrolls = rl_variable_value("horizontal-scroll-mode");
  if (rl_get_termcap("up") == NULL || (scrolls != NULL && strcmp(scrolls, "on") == 0)) return;
  bool is_searching = RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH | RL_STATE_NUMERICARG);
  if (is_searching || rl_display_prompt != rl_prompt) return;
  int rows, columns;
  rl_get_screen_size(&rows, &columns);
  int indent = prompt_width();
  screen_place cursor = {0, indent, false}, end = cursor;
  if (!advance(&cursor, rl_line_buffer, rl_point, columns) || !advance(&end, rl_line_buffer, rl_end, columns)) return;
  if (end.row >= rows) return;
  char *text = painter(*painter_context, rl_line_buffer, point);
  if (text == NULL) return;
  char *piece = NULL;
  size_t length = 0;
  FILE *stream = open_memstream(&piece, &length);
  // Save the cursor, move to the start of the line, write it, and restore the cursor.
  fputs("\0337\r", stream);
  if (cursor.row > 0) fprintf(stream, "\033[%dA", cursor.row);
  if (indent > 0) fprintf(stream, "\033[%dC", indent);
  for (const char *next = text; *next != '\0'; next++) {
    if (*next == '\n') fputc('\r', stream);
    fputc(*next, stream);
  }
  fputs("\0338", stream);
  fclose(stream);
  fflush(rl_outstream);
  fwrite(piece, 1, length, rl_outstream);
  fflush(rl_outstream);
  free(piece);
  free(text);
}

static void redisplay(void) {
  rl_redisplay();
  paint(rl_point);
}

/// Accepts the line and redraws it without the marks at the cursor.
static int accept(int count, int key) {
  // After a search, the prompt is still that of the search.
  rl_redisplay();
  paint(rl_end + 1);
  return rl_newline(count, key);
}

void gf_paint_start(gf_painter chosen, void **context) {
  painter = chosen;
  painter_context = context;
  // Initialize first: with a custom redisplay function, Readline would treat the terminal as dumb.
  rl_initialize();
  rl_redisplay_function = redisplay;
  Keymap maps[] = {emacs_standard_keymap, vi_insertion_keymap, vi_movement_keymap};
  for (unsigned map = 0; map < sizeof maps / sizeof *maps; map++) {
    for (const char *key = "\r\n"; *key != '\0'; key++) {
      // The user may have bound the key to another function.
      if (maps[map][(int)*key].function == rl_newline) rl_bind_key_in_map(*key, accept, maps[map]);
    }
  }
}
