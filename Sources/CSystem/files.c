// SPDX-License-Identifier: GPL-3.0-or-later
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/mman.h>

#include "CSystem.h"

int gf_open_unnamed(const char *folder, unsigned mode) {
  return open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, (mode_t)mode);
}

int gf_open_scratch(void) { return memfd_create("gradflow", MFD_CLOEXEC); }
