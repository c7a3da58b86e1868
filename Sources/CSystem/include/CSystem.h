// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef CSYSTEM_H
#define CSYSTEM_H

#include <stdbool.h>
#include <stddef.h>

// Linking this target has three effects of its own. Before any other code of the program runs, the processor is checked
// for the instructions that the numeric targets are compiled for, and the main thread gets the stack that it needs. And
// the C library's allocation functions are wrapped: see `gf_memory_arm`.

/// Sets the word that `gf_stop_request` sets to 1, which asks running computations to stop. `word` lives forever.
void gf_stop_word(int *word);

/// Asks running computations to stop. Signal handlers and any thread may call it.
void gf_stop_request(void);

/// Withdraws that request.
void gf_stop_withdraw(void);

/// Returns memory that is released with `free`, or NULL if the system refuses it. Unlike `malloc` and its relatives, it
/// leaves the reserve alone and never ends the process, so the caller can report the refusal.
void *gf_memory_try(size_t alignment, size_t size);

/// Forgets a refusal and sets aside a reserve of address space, unless there is one already.
///
/// An allocation that the system refuses releases the reserve, asks for a stop, makes `gf_memory_refused` return its
/// size, and is tried again: the computation has this much room to notice that it must stop. If the system refuses
/// again, the process prints an error and exits with status 1.
void gf_memory_arm(void);

/// The size in bytes of the allocation that was refused since the last call of `gf_memory_arm`, or 0. Any thread may
/// call it.
size_t gf_memory_refused(void);

/// Records a refusal that the caller of `gf_memory_try` cannot report right away, and asks for a stop.
void gf_memory_report(size_t size);

/// Keeps up to 256 MiB of freed memory for later allocations. Networks come and go, in a sweep by the thousand, and the
/// system would clear every page again.
void gf_memory_keep_freed(void);

/// Limits the address space to `size` bytes, unless a lower limit is set already.
void gf_memory_limit_address_space(size_t size);

/// Returns the resident memory in bytes, which may be a few calls old. Any thread may call it, also often.
size_t gf_memory_used(void);

/// Sets a bound on the resident memory, which `gf_memory_exceeds` reports; 0 is no bound.
void gf_memory_bound(size_t size);

/// Returns the bound if `size` bytes more would take the resident memory beyond it, else 0.
size_t gf_memory_exceeds(size_t size);

/// Opens a file without a name in a folder for writing: the system removes it with the last descriptor, unless a name
/// is given to it with `linkat`. Returns -1, and sets `errno`, if that fails or the file system has no such files.
int gf_open_unnamed(const char *folder, unsigned mode);

/// Opens a file in memory for reading and writing, which no other program inherits. Returns -1, and sets `errno`, if that
/// fails.
int gf_open_scratch(void);

#endif
