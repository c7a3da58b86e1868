// SPDX-License-Identifier: GPL-3.0-or-later
#include "CSystem.h"

static int no_stop;
static int *stop = &no_stop;

void gf_stop_word(int *word) { stop = word; }

void gf_stop_request(void) { __atomic_store_n(stop, 1, __ATOMIC_RELAXED); }

void gf_stop_withdraw(void) { __atomic_store_n(stop, 0, __ATOMIC_RELAXED); }
