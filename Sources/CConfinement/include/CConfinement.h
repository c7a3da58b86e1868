// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef CCONFINEMENT_H
#define CCONFINEMENT_H

#include <sys/types.h>

/// Starts a program that can compute and write to the streams it is given, and do little else: the kernel refuses to
/// start processes, to send signals to others, to open files for writing, to change the file system and to use the
/// network on its behalf. Its working folder is `/`, and it leads a session of its own, without a terminal. If the kernel
/// has no such filters, it runs without.
///
/// `arguments` and `environment` end with NULL; `arguments[0]` is searched for in PATH. `streams` become its standard
/// input, output and error. Returns 0 and sets `process`, or returns the errno of what failed.
int gf_spawn_confined(char *const *arguments, char *const *environment, const int streams[3], pid_t *process);

#endif
