// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "CSystem.h"

static atomic_size_t bound;

static size_t resident_bytes(void) {
  FILE *file = fopen("/proc/self/statm", "re");
  if (file == NULL) return 0;
  size_t total = 0, resident = 0;
  if (fscanf(file, "%zu %zu", &total, &resident) != 2) resident = 0;
  fclose(file);
  return resident * (size_t)sysconf(_SC_PAGESIZE);
}

size_t gf_memory_used(void) {
  // Querying the system costs more than a call in the language, so the value is only updated on every eighth call.
  static atomic_uint calls;
  static atomic_size_t known;
  if (atomic_fetch_add(&calls, 1) % 8 == 0) atomic_store(&known, resident_bytes());
  return atomic_load(&known);
}

void gf_memory_bound(size_t size) { atomic_store(&bound, size); }

size_t gf_memory_exceeds(size_t size) {
  size_t most = atomic_load(&bound);
  if (most == 0) return 0;
  size_t used = resident_bytes();
  return used > most || size > most - used ? most : 0;
}
