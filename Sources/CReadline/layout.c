// SPDX-License-Identifier: GPL-3.0-or-later
#define _GNU_SOURCE
#include "layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

// Every row is independent of the others: it begins with its style and ends with plain text, so that any part of the
// rows can be drawn.

enum { tab_width = 8, start_of_invisible = 1, end_of_invisible = 2, escape = 27, delete = 127 };

static void append(layout *made, const char *bytes, size_t length) {
  if (made->length + length > made->capacity) {
    made->capacity = 2 * (made->length + length) + 256;
    made->bytes = realloc(made->bytes, made->capacity);
    if (made->bytes == NULL) abort();
  }
  if (length > 0) memcpy(made->bytes + made->length, bytes, length);
  made->length += length;
}

static layout_row *last_row(layout *made) { return &made->rows[made->row_count - 1]; }

static void change_style(layout *made, const char *style) {
  if (strcmp(style, made->current_style) == 0) return;
  made->current_style = style;
  append(made, "\033[0", 3);
  if (*style != '\0') append(made, ";", 1);
  append(made, style, strlen(style));
  append(made, "m", 1);
}

static void begin_row(layout *made, bool is_wrapped) {
  if (made->row_count > 0) {
    change_style(made, "");
    last_row(made)->is_wrapped = is_wrapped;
  }
  if (made->row_count == made->row_capacity) {
    made->row_capacity = 2 * made->row_capacity + 8;
    made->rows = realloc(made->rows, made->row_capacity * sizeof *made->rows);
    if (made->rows == NULL) abort();
  }
  made->rows[made->row_count++] = (layout_row){.start = made->length};
}

/// Begins a new row unless a character of this width fits into the last one.
static void make_room(layout *made, int width) {
  if (last_row(made)->width + width <= made->columns) return;
  // Blanks where a wide character does not fit, so that the terminal breaks the row in the same place.
  for (; last_row(made)->width < made->columns; last_row(made)->width++) append(made, " ", 1);
  begin_row(made, true);
}

static void add(layout *made, const char *bytes, size_t length, int width) {
  if (width > 0) make_room(made, width);
  change_style(made, made->style);
  append(made, bytes, length);
  last_row(made)->width += width;
}

static void add_text(layout *made, const char *text) {
  for (; *text != '\0'; text++) add(made, text, 1, 1);
}

/// Adds the first character of a text and returns the number of its bytes. The cursor is on it if one of them is at
/// `point`.
static size_t add_character(layout *made, const char *text, size_t length, int point) {
  unsigned char byte = (unsigned char)*text;
  wchar_t character;
  mbstate_t state = {0};
  size_t bytes = mbrtowc(&character, text, length, &state);
  bool is_valid = bytes != (size_t)-1 && bytes != (size_t)-2;
  if (!is_valid || bytes == 0) bytes = 1;
  bool is_control = byte < ' ' || byte == delete;
  int width = is_control || !is_valid ? 1 : wcwidth(character);
  bool is_shown = width >= 0;
  if (!is_shown) width = 1;
  make_room(made, width);
  if (point >= 0 && point < (int)bytes) {
    made->cursor_row = made->row_count - 1;
    made->cursor_column = last_row(made)->width;
  }
  if (byte == '\t') {
    int blanks = tab_width - last_row(made)->width % tab_width;
    while (blanks-- > 0) add(made, " ", 1, 1);
  } else if (is_control) {
    char shown[] = {'^', byte == delete ? '?' : (char)(byte + '@'), '\0'};
    add_text(made, shown);
  } else if (!is_valid) {
    char shown[5];
    snprintf(shown, sizeof shown, "\\%03o", byte);
    add_text(made, shown);
  } else if (!is_shown) {
    add_text(made, "?");
  } else {
    add(made, text, bytes, width);
  }
  return bytes;
}

/// Returns the length of the escape sequence at the start of a text, or 0 if there is none.
static size_t sequence_length(const char *text) {
  if (text[0] != escape || text[1] != '[') return 0;
  size_t length = 2;
  while (text[length] != '\0' && (text[length] < '@' || text[length] > '~')) length++;
  return text[length] == '\0' ? 0 : length + 1;
}

static void add_prompt(layout *made, const char *prompt, bool is_message) {
  for (const char *next = prompt; *next != '\0';) {
    if (*next == start_of_invisible) {
      const char *end = strchr(++next, end_of_invisible);
      size_t length = end == NULL ? strlen(next) : (size_t)(end - next);
      append(made, next, length);
      next += length;
    } else if (*next == end_of_invisible) {
      next++;
    } else if (*next == '\n' && !is_message) {
      begin_row(made, false);
      next++;
    } else if (!is_message && sequence_length(next) > 0) {
      append(made, next, sequence_length(next));
      next += sequence_length(next);
    } else {
      next += add_character(made, next, strlen(next), -1);
    }
  }
}

/// Notes that the cursor is at the end of the last row, on a new one if that is full.
static void add_end(layout *made, bool point) {
  make_room(made, 1);
  if (!point) return;
  made->cursor_row = made->row_count - 1;
  made->cursor_column = last_row(made)->width;
}

layout layout_make(const layout_text *text, int columns) {
  layout made = {.columns = columns, .style = "", .current_style = ""};
  begin_row(&made, false);
  add_prompt(&made, text->prompt, text->is_message);
  for (int place = 0; place < text->length;) {
    const char *next = text->line + place;
    if (*next == '\n') {
      add_end(&made, text->point == place);
      made.style = "";
      begin_row(&made, false);
      add_prompt(&made, text->continuation, false);
      place++;
      continue;
    }
    made.style = text->styles == NULL ? "" : text->palette[text->styles[place] - '0'];
    place += (int)add_character(&made, next, (size_t)(text->length - place), text->point - place);
  }
  made.style = "";
  add_end(&made, text->point >= text->length);
  change_style(&made, "");
  return made;
}

void layout_release(layout *made) {
  free(made->bytes);
  free(made->rows);
}

const char *layout_bytes(const layout *made, int row, size_t *length) {
  size_t end = row + 1 < made->row_count ? made->rows[row + 1].start : made->length;
  *length = end - made->rows[row].start;
  return made->bytes + made->rows[row].start;
}

/// Returns the number of bytes of the sequence or character at the start of a text, and its width in `*width`. Sets
/// `*is_plain` to whether the text after it is plain.
static size_t element(const char *text, size_t length, int *width, bool *is_plain) {
  static const char end_of_style[] = "\033[0m";
  *width = 0;
  if (*text == escape) {
    size_t bytes = 1;
    if (bytes < length && text[bytes] == '[') bytes++;
    while (bytes < length && (text[bytes] < '@' || text[bytes] > '~')) bytes++;
    if (bytes < length) bytes++;
    *is_plain = bytes == strlen(end_of_style) && memcmp(text, end_of_style, bytes) == 0;
    return bytes;
  }
  wchar_t character;
  mbstate_t state = {0};
  size_t bytes = mbrtowc(&character, text, length, &state);
  if (bytes == (size_t)-1 || bytes == (size_t)-2 || bytes == 0) return 1;
  *width = wcwidth(character);
  if (*width < 0) *width = 0;
  return bytes;
}

/// Returns whether the first character of a text, after any escape sequences, is not combined with the one before it.
static bool begins_cell(const char *text, size_t length) {
  int width = 1;
  bool is_plain;
  size_t place = 0;
  while (place < length && text[place] == escape) place += element(text + place, length - place, &width, &is_plain);
  if (place == length) return true;
  element(text + place, length - place, &width, &is_plain);
  return width > 0;
}

layout_place layout_common(const layout *old, const layout *new) {
  int row = 0;
  size_t old_length, new_length;
  const char *old_bytes, *new_bytes;
  for (;; row++) {
    old_bytes = layout_bytes(old, row, &old_length);
    new_bytes = layout_bytes(new, row, &new_length);
    bool is_same = old_length == new_length && memcmp(old_bytes, new_bytes, old_length) == 0 &&
                   old->rows[row].is_wrapped == new->rows[row].is_wrapped;
    if (!is_same || row + 1 == old->row_count || row + 1 == new->row_count) break;
  }
  layout_place common = {.row = row};
  bool is_plain = true;
  int column = 0;
  for (size_t offset = 0; offset <= new_length && offset <= old_length;) {
    bool is_start = begins_cell(new_bytes + offset, new_length - offset) &&
                    begins_cell(old_bytes + offset, old_length - offset);
    if (is_plain && is_start && column < new->columns) common = (layout_place){row, column, offset};
    if (offset == new_length || offset == old_length) break;
    int width;
    size_t bytes = element(new_bytes + offset, new_length - offset, &width, &is_plain);
    if (offset + bytes > old_length || memcmp(new_bytes + offset, old_bytes + offset, bytes) != 0) break;
    offset += bytes;
    column += width;
  }
  return common;
}
