// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef LINES_H
#define LINES_H

#include <stdbool.h>

// Readline takes an entry of several lines for a single one. These commands act on the line of it that contains the
// cursor.

typedef struct {
  const char *name;
  int (*old)(int count, int key), (*new)(int count, int key);
} gf_replacement;

/// The commands of Readline about the line, and what they are replaced with.
extern const gf_replacement gf_line_replacements[];
extern const unsigned gf_line_replacement_count;

/// Returns the start of the line of text that contains a place.
int gf_start_of_line(int place);

/// Returns the end of the line of text that contains a place.
int gf_end_of_line(int place);

/// Moves the cursor to a column of the line that begins at `start`, or to its end if it is shorter.
void gf_move_to_column(int start, int column);

/// Returns whether keys are commands of vi.
bool gf_is_vi_command_mode(void);

#endif
