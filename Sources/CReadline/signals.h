// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef CREADLINE_SIGNALS_H
#define CREADLINE_SIGNALS_H

#include <stdbool.h>

/// Becomes readable when a signal has come.
int gf_signal_descriptor(void);

/// Empties the pipe behind that descriptor.
void gf_signal_drain(void);

/// Between begin and end the signals of an editing session are caught too, and SIGINT never ends the process.
void gf_editing_begin(void);
void gf_editing_end(void);

/// Ends the process as the signal does by itself.
void gf_leave_by(int signal);

/// Whether a signal has come and was not taken that ends or stops what is being typed.
bool gf_signal_waits(void);

/// Whether the signal came since the last time it was asked for.
bool gf_signal_take(int signal);

#endif
