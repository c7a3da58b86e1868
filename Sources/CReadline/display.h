// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef DISPLAY_H
#define DISPLAY_H

#include <stdbool.h>

#include "CReadline.h"

/// Takes over the display from Readline. Call this before Readline is initialized.
void gf_display_start(gf_painter painter, const char *const *palette, void **context);

/// Replaces the redisplay function. Call this after Readline has been initialized, because it would take the terminal
/// for a dumb one.
void gf_display_take_over(void);

/// Returns whether the terminal can do what the display needs. Call this after Readline has been initialized.
bool gf_display_works(void);

/// Begins to display a new line below what is on the screen.
void gf_display_begin(const char *continuation);

/// Draws the line if it has changed since it was drawn last, unless the next key has been typed already. Call this before
/// waiting for input.
void gf_display_update(void);

/// Draws the given line without marks at the cursor and moves the cursor to the row below it. `ending` is appended.
void gf_display_end(const char *line, const char *ending);

/// Moves the cursor to the last row of the line for other output, or to the row below if `breaks` is true. The line is
/// drawn again when Readline requests it.
void gf_display_leave(bool breaks);

/// Adapts to a new size of the window and draws the line again.
void gf_display_resize(void);

/// Writes the whole line again, even where it has not changed.
void gf_display_refresh(void);

/// Clears the screen, and the scrollback buffer if `all` is true, and draws the line again.
void gf_display_clear(bool all);

/// Calls a function with the output of Readline passed to the terminal. It is discarded otherwise.
void gf_display_pass(void (*body)(void *), void *argument);

/// Stores the size of the terminal.
void gf_display_size(int *rows, int *columns);

#endif
