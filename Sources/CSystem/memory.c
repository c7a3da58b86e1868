// SPDX-License-Identifier: GPL-3.0-or-later
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "CSystem.h"

// The allocation functions that this file wraps are found by name behind the program's own, so that an object loaded
// before the C library, such as a profiler's, is used as well.
struct functions {
  void *(*malloc)(size_t);
  void *(*calloc)(size_t, size_t);
  void *(*realloc)(void *, size_t);
  int (*posix_memalign)(void **, size_t, size_t);
  void *(*aligned_alloc)(size_t, size_t);
};

static struct functions next;
static atomic_bool is_ready;

enum { largest_reserve = 64 << 20, smallest_reserve = 1 << 20, share_of_limit = 8 };

static _Atomic(void *) reserve;
static atomic_size_t reserve_size;
static atomic_size_t refused;
static atomic_size_t bound;
static int no_stop;
static int *stop = &no_stop;

void gf_memory_stop_word(int *word) { stop = word; }

void gf_memory_bound(size_t size) { atomic_store(&bound, size); }

size_t gf_memory_exceeds(size_t size) {
  size_t most = atomic_load(&bound);
  if (most == 0) return 0;
  FILE *file = fopen("/proc/self/statm", "re");
  size_t total = 0, resident = 0;
  if (file != NULL) {
    if (fscanf(file, "%zu %zu", &total, &resident) != 2) resident = 0;
    fclose(file);
  }
  size_t used = resident * (size_t)sysconf(_SC_PAGESIZE);
  return used > most || size > most - used ? most : 0;
}

static size_t wanted_reserve(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur / share_of_limit >= largest_reserve) return largest_reserve;
  return limit.rlim_cur / share_of_limit;
}

void gf_memory_arm(void) {
  atomic_store(&refused, 0);
  if (atomic_load(&reserve) != NULL) return;
  for (size_t size = wanted_reserve(); size >= smallest_reserve; size /= 2) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) continue;
    atomic_store(&reserve_size, size);
    atomic_store(&reserve, memory);
    return;
  }
}

size_t gf_memory_refused(void) { return atomic_load_explicit(&refused, memory_order_relaxed); }

void gf_memory_report(size_t size) {
  size_t none = 0;
  atomic_compare_exchange_strong(&refused, &none, size > 0 ? size : 1);
  __atomic_store_n(stop, 1, __ATOMIC_RELAXED);
}

static void give_way(size_t size) {
  gf_memory_report(size);
  void *memory = atomic_exchange(&reserve, NULL);
  if (memory != NULL) munmap(memory, atomic_load(&reserve_size));
}

// Most callers cannot go on without their memory; what the language's runtime would do is abort.
_Noreturn static void give_up(size_t size) {
  char text[128];
  int length = snprintf(text, sizeof text, "error: out of memory: the system refuses %zu KiB more\n", (size + 1023) / 1024);
  ssize_t written = write(STDERR_FILENO, text, (size_t)length);
  (void)written;
  _exit(1);
}

#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

#ifdef SANITIZED

void *gf_memory_try(size_t alignment, size_t size) {
  void *memory = NULL;
  return posix_memalign(&memory, alignment, size) == 0 ? memory : NULL;
}

#else

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

// Looking up a name may allocate, so until all are known the C library's own functions serve.
static void find_functions(void) {
  static atomic_flag is_searching = ATOMIC_FLAG_INIT;
  if (atomic_flag_test_and_set(&is_searching)) return;
  struct functions found = {
      .malloc = dlsym(RTLD_NEXT, "malloc"),
      .calloc = dlsym(RTLD_NEXT, "calloc"),
      .realloc = dlsym(RTLD_NEXT, "realloc"),
      .posix_memalign = dlsym(RTLD_NEXT, "posix_memalign"),
      .aligned_alloc = dlsym(RTLD_NEXT, "aligned_alloc"),
  };
  next = found;
  atomic_store_explicit(&is_ready, true, memory_order_release);
}

static inline bool has_functions(void) {
  if (__builtin_expect(atomic_load_explicit(&is_ready, memory_order_acquire), true)) return true;
  find_functions();
  return atomic_load_explicit(&is_ready, memory_order_acquire);
}

static void *first_malloc(size_t size) { return has_functions() ? next.malloc(size) : __libc_malloc(size); }

static void *first_calloc(size_t count, size_t size) {
  return has_functions() ? next.calloc(count, size) : __libc_calloc(count, size);
}

static void *first_realloc(void *old, size_t size) {
  return has_functions() ? next.realloc(old, size) : __libc_realloc(old, size);
}

static int first_posix_memalign(void **result, size_t alignment, size_t size) {
  if (has_functions()) return next.posix_memalign(result, alignment, size);
  *result = __libc_memalign(alignment, size);
  return *result == NULL ? ENOMEM : 0;
}

static void *first_aligned_alloc(size_t alignment, size_t size) {
  return has_functions() ? next.aligned_alloc(alignment, size) : __libc_memalign(alignment, size);
}

void *malloc(size_t size) {
  void *memory = first_malloc(size);
  if (__builtin_expect(memory != NULL, true)) return memory;
  give_way(size);
  memory = first_malloc(size);
  if (memory == NULL) give_up(size);
  return memory;
}

void *calloc(size_t count, size_t size) {
  void *memory = first_calloc(count, size);
  if (__builtin_expect(memory != NULL, true)) return memory;
  size_t total = count > SIZE_MAX / (size | 1) ? SIZE_MAX : count * size;
  give_way(total);
  memory = first_calloc(count, size);
  if (memory == NULL) give_up(total);
  return memory;
}

void *realloc(void *old, size_t size) {
  void *memory = first_realloc(old, size);
  // Nothing is what the C library returns for memory of no size that it has released.
  if (__builtin_expect(memory != NULL || size == 0, true)) return memory;
  give_way(size);
  memory = first_realloc(old, size);
  if (memory == NULL) give_up(size);
  return memory;
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  int status = first_posix_memalign(result, alignment, size);
  if (__builtin_expect(status != ENOMEM, true)) return status;
  give_way(size);
  status = first_posix_memalign(result, alignment, size);
  if (status == ENOMEM) give_up(size);
  return status;
}

void *aligned_alloc(size_t alignment, size_t size) {
  void *memory = first_aligned_alloc(alignment, size);
  if (__builtin_expect(memory != NULL || errno != ENOMEM, true)) return memory;
  give_way(size);
  memory = first_aligned_alloc(alignment, size);
  if (memory == NULL) give_up(size);
  return memory;
}

void *gf_memory_try(size_t alignment, size_t size) {
  void *memory = NULL;
  return first_posix_memalign(&memory, alignment, size) == 0 ? memory : NULL;
}

#endif

// A thread's stack is allocated whole, but the main thread's grows, and where the address space is limited it may one day
// find no room. So what it needs is taken right away.
enum { main_stack = 1 << 20 };

__attribute__((constructor, noinline)) static void grow_main_stack(void) {
  volatile char stack[main_stack];
  stack[0] = 0;
}
