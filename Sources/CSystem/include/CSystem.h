// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef CSYSTEM_H
#define CSYSTEM_H

#include <stdbool.h>
#include <stddef.h>

// Linking this target has three side effects. Before any other code of the program runs, the processor is checked for
// the instructions that the numeric targets are compiled for, and the main thread's stack is grown to the required
// size. The allocation functions of the C library are wrapped; see `gf_memory_arm`.

/// Sets the word to which `gf_stop_request` writes 1. `word` must stay valid for the rest of the process.
void gf_stop_word(int *word);

/// Requests that running computations stop. May be called from any thread and from signal handlers.
void gf_stop_request(void);

/// Withdraws the stop request.
void gf_stop_withdraw(void);

/// Returns memory that is released with `free`, or NULL if the system refuses it. Unlike `malloc` and the other wrapped
/// functions, this does not use the reserve and never ends the process, so the caller can report the error.
void *gf_memory_try(size_t alignment, size_t size);

/// Clears a recorded refusal and reserves address space, unless there already is a reserve.
///
/// If the system refuses an allocation, the reserve is released, a stop is requested, `gf_memory_refused` returns the
/// size of the allocation, and the allocation is retried. The reserve gives the computation room to react to the
/// request. If the system refuses again, the process prints an error and exits with status 1.
void gf_memory_arm(void);

/// Returns the size in bytes of the allocation that was refused since the last call of `gf_memory_arm`, or 0. May be
/// called from any thread.
size_t gf_memory_refused(void);

/// Records a refusal that the caller of `gf_memory_try` cannot report immediately, and requests a stop.
void gf_memory_report(size_t size);

/// Keeps up to 256 MiB of freed memory for later allocations. A sweep creates and frees thousands of networks, and the
/// system would have to clear every page again.
void gf_memory_keep_freed(void);

/// Limits the address space to `size` bytes, unless a lower limit is already set.
void gf_memory_limit_address_space(size_t size);

/// Returns the resident memory in bytes. The value may be a few calls old, which makes frequent calls cheap. May be
/// called from any thread.
size_t gf_memory_used(void);

/// Sets a bound on the resident memory for `gf_memory_exceeds`; 0 means no bound.
void gf_memory_bound(size_t size);

/// Returns the bound if another `size` bytes would exceed it, else 0.
size_t gf_memory_exceeds(size_t size);

/// Opens an unnamed file in a folder for writing. The system deletes it when the last descriptor is closed, unless
/// `linkat` has given it a name. Returns -1 and sets `errno` on failure, as on a file system without such files.
int gf_open_unnamed(const char *folder, unsigned mode);

/// Opens a file in memory for reading and writing. Other programs do not inherit it. Returns -1 and sets `errno` on
/// failure.
int gf_open_scratch(void);

#endif
