// SPDX-License-Identifier: GPL-3.0-or-later
#include <malloc.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "CReadline.h"

long gf_memory_used(void) {
  // Asking the system costs more than a call in the language, so most answers are a little old.
  static atomic_uint asked;
  static atomic_long known;
  if (atomic_fetch_add(&asked, 1) % 8 == 0) {
    FILE *file = fopen("/proc/self/statm", "re");
    long total = 0, resident = 0;
    if (file != NULL && fscanf(file, "%ld %ld", &total, &resident) == 2) {
      atomic_store(&known, resident * sysconf(_SC_PAGESIZE));
    }
    if (file != NULL) fclose(file);
  }
  return atomic_load(&known);
}

void gf_keep_freed_memory(void) {
#ifdef M_TRIM_THRESHOLD
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
#endif
}
