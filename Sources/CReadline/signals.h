// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef CREADLINE_SIGNALS_H
#define CREADLINE_SIGNALS_H

#include <stdbool.h>

#include "CReadline.h"

/// Becomes readable when a signal has come.
int gf_signal_descriptor(void);

/// Empties the pipe behind that descriptor.
void gf_signal_drain(void);

/// Between begin and end the signals of an editing session are caught too, and neither SIGINT nor the end of the time
/// ends the process.
void gf_editing_begin(void);
void gf_editing_end(void);

/// Whether a signal that ends or interrupts the current line is pending.
bool gf_signal_waits(void);

/// What a reader of lines does about signals.
typedef struct {
  /// Restores the terminal, because the process is about to stop.
  void (*pause)(void);
  /// Shows the line again after that.
  void (*redraw)(void);
  /// Adapts to the new size of the terminal.
  void (*resize)(void);
  /// Drops the line.
  void (*drop)(void);
  /// Restores the terminal and gives up the line, because the process is about to end.
  void (*leave)(void);
} gf_line_actions;

/// Handles the signals that have arrived since the last call. Returns whether they end the line; `*status` says how.
bool gf_handle_signals(const gf_line_actions *actions, gf_line_status *status);

#endif
