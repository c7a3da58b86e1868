// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef CCONFINEMENT_H
#define CCONFINEMENT_H

#include <sys/types.h>

/// Starts a program that can compute and write to the given streams, and do little else: the kernel refuses to let it
/// start processes, send signals to other processes, open files for writing, change the file system or use the network.
/// Its working directory is `/`, and it runs in a session of its own, without a terminal. If the kernel does not
/// support such filters, the program runs without them.
///
/// `arguments` and `environment` end with NULL. `arguments[0]` is searched for in PATH. `streams` become standard
/// input, output and error. Returns 0 and sets `process`, or returns the errno of the failure.
int gf_spawn_confined(char *const *arguments, char *const *environment, const int streams[3], pid_t *process);

#endif
