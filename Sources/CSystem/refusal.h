// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef CSYSTEM_REFUSAL_H
#define CSYSTEM_REFUSAL_H

#include <stddef.h>

/// Prints that the system refused `size` bytes and ends the process.
_Noreturn void gf_memory_give_up(size_t size);

#endif
