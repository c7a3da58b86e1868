// SPDX-License-Identifier: GPL-3.0-or-later
#include <unistd.h>

// The numeric targets are compiled for AVX2 and FMA (see Package.swift). This target is not, and the constructor runs
// before any of their code.
#if defined(__x86_64__)
__attribute__((constructor(101))) static void check_processor(void) {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return;
  static const char text[] =
      "error: this processor is too old for gradflow, which needs the AVX2 and FMA instructions (Intel since 2013, "
      "AMD since 2015)\n";
  ssize_t written = write(STDERR_FILENO, text, sizeof text - 1);
  (void)written;
  _exit(1);
}
#endif
