// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef CREADLINE_SIGNALS_H
#define CREADLINE_SIGNALS_H

#include <stdbool.h>

#include "CReadline.h"

/// Returns a descriptor that becomes readable when a signal arrives.
int gf_signal_descriptor(void);

/// Empties the pipe behind that descriptor.
void gf_signal_drain(void);

/// Between begin and end, the signals of an editing session are caught as well, and neither SIGINT nor the time limit
/// ends the process.
void gf_editing_begin(void);
void gf_editing_end(void);

/// Returns whether a signal that ends or interrupts the current line is pending.
bool gf_signal_waits(void);

/// The reactions of a line reader to signals.
typedef struct {
  /// Restores the terminal, because the process is about to be suspended.
  void (*pause)(void);
  /// Redraws the line after the process has been resumed.
  void (*redraw)(void);
  /// Adapts to the new size of the terminal.
  void (*resize)(void);
  /// Discards the line.
  void (*drop)(void);
  /// Restores the terminal and abandons the line, because the process is about to end.
  void (*leave)(void);
} gf_line_actions;

/// Handles the signals that have arrived since the last call. Returns whether they end the line; if so, sets `*status`.
bool gf_handle_signals(const gf_line_actions *actions, gf_line_status *status);

#endif
