// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef LAYOUT_H
#define LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

/// A row of the screen.
typedef struct {
  /// The offset of its first byte in the bytes of the layout. The row ends where the next one begins.
  size_t start;
  int width;
  /// Whether the text continues on the next row because this one is full.
  bool is_wrapped;
} layout_row;

/// The rows that a prompt and a line occupy on a screen with `columns` columns, and the place of the cursor.
typedef struct {
  char *bytes;
  size_t length, capacity;
  layout_row *rows;
  int row_count, row_capacity;
  int columns;
  int cursor_row, cursor_column;
  /// The style of the characters that are added next, and the one that is in effect. Not NULL.
  const char *style, *current_style;
} layout;

/// The text to lay out.
typedef struct {
  /// The prompt. Text between `\001` and `\002` is invisible.
  const char *prompt;
  /// Whether the prompt is a message of Readline, whose control characters are shown as they are in the line.
  bool is_message;
  /// The prompt of the later lines.
  const char *continuation;
  const char *line;
  int length;
  /// The offset of the cursor in the line.
  int point;
  /// The number of the style of each byte of the line, as an ASCII digit, or NULL for plain text.
  const char *styles;
  /// The parameters of the escape sequence of each style. The first one is empty.
  const char *const *palette;
} layout_text;

/// Lays out a text. `columns` must be at least 2. Release the result with `layout_release`.
layout layout_make(const layout_text *text, int columns);

void layout_release(layout *made);

/// Returns the bytes of a row and their number.
const char *layout_bytes(const layout *made, int row, size_t *length);

/// A place in a layout: a row, a column, and the offset of the byte there in the bytes of the row.
typedef struct {
  int row, column;
  size_t offset;
} layout_place;

/// Returns a place before which two layouts with the same number of columns are the same, and from which the second one
/// can be written over the first.
layout_place layout_common(const layout *old, const layout *new);

#endif
