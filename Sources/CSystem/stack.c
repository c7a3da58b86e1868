// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "refusal.h"

// The stack of a thread is allocated as a whole, but that of the main thread grows on demand. If the stack or the
// address space is limited, it may fail to grow later. So the required stack is claimed at start: the part that the
// evaluator may use, and the same amount again for the code that runs before it and for error reports. If the system
// refuses to grow the stack, it kills the process without a message, so both limits are checked first.
enum { main_stack = 2 << 20, frames_around = 64 << 10 };

/// Returns the number of bytes from the top of the stack, where the kernel stores the name of the program, to the
/// current frame.
static size_t used_stack(void) {
  const char *name = (const char *)getauxval(AT_EXECFN);
  if (name == NULL) return 0;
  return (uintptr_t)(name + strlen(name)) - (uintptr_t)__builtin_frame_address(0);
}

static void check_stack_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return;
  size_t wanted = used_stack() + main_stack + frames_around;
  if (limit.rlim_cur >= wanted) return;
  char text[128];
  int length = snprintf(
    text, sizeof text, "error: the stack is limited to %zu KiB here, and gradflow needs %zu KiB (ulimit -s)\n",
    (size_t)limit.rlim_cur / 1024, wanted / 1024 + 1);
  ssize_t written = write(STDERR_FILENO, text, (size_t)length);
  (void)written;
  _exit(1);
}

static void check_address_space(void) {
  void *probe = mmap(NULL, main_stack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (probe == MAP_FAILED) gf_memory_give_up(main_stack);
  munmap(probe, main_stack);
}

__attribute__((noinline)) static void touch_main_stack(void) {
  char stack[main_stack];
  stack[0] = 0;
  // Keeps the compiler from reducing the array to a single byte.
  __asm__ volatile("" : : "r"(stack) : "memory");
}

__attribute__((constructor)) static void grow_main_stack(void) {
  check_stack_limit();
  check_address_space();
  touch_main_stack();
}
