// SPDX-License-Identifier: GPL-3.0-or-later
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "CSystem.h"
#include "refusal.h"

enum { largest_reserve = 64 << 20, smallest_reserve = 1 << 20, share_of_limit = 8 };

static _Atomic(void *) reserve;
static atomic_size_t reserve_size;
static atomic_size_t refused;

/// Returns the limit on the address space in bytes, or SIZE_MAX if there is none.
static size_t address_space(void) {
  struct rlimit limit;
  return getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY ? SIZE_MAX : limit.rlim_cur;
}

// The arena of a thread takes 64 MiB of address space. Once the address space is exhausted, every allocation would try
// to get more from the system before it falls back to another arena. So all arenas together may take an eighth of the
// limit; fewer would be slower, because threads that share an arena wait for each other.
static void limit_arenas(size_t limit) {
#ifdef M_ARENA_MAX
  enum { arena_size = 64 << 20, most_arenas = 1024 };
  size_t count = limit / share_of_limit / arena_size;
  mallopt(M_ARENA_MAX, count < 1 ? 1 : count > most_arenas ? most_arenas : (int)count);
#endif
}

void gf_memory_limit_address_space(size_t size) {
  if (address_space() <= size) return;
  struct rlimit limit = {.rlim_cur = size, .rlim_max = size};
  if (setrlimit(RLIMIT_AS, &limit) == 0) limit_arenas(size);
}

void gf_memory_arm(void) {
  atomic_store(&refused, 0);
  if (atomic_load(&reserve) != NULL) return;
  size_t limit = address_space();
  if (limit != SIZE_MAX) limit_arenas(limit);
  size_t share = limit / share_of_limit;
  for (size_t size = share < largest_reserve ? share : largest_reserve; size >= smallest_reserve; size /= 2) {
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
  gf_stop_request();
}

static void handle_refusal(size_t size) {
  gf_memory_report(size);
  void *memory = atomic_exchange(&reserve, NULL);
  if (memory != NULL) munmap(memory, atomic_load(&reserve_size));
}

// Most callers cannot continue without the memory, and the Swift runtime would abort.
void gf_memory_give_up(size_t size) {
  char text[128];
  int length = snprintf(text, sizeof text, "error: out of memory: the system could not provide another %zu KiB\n", (size + 1023) / 1024);
  ssize_t written = write(STDERR_FILENO, text, (size_t)length);
  (void)written;
  _exit(1);
}

void gf_memory_keep_freed(void) {
#ifdef M_TRIM_THRESHOLD
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
#endif
}

#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

#ifdef SANITIZED

// The sanitizers have allocation functions of their own, which end the process instead of failing. Sizes from
// 1 TiB on are refused here.
void *gf_memory_try(size_t alignment, size_t size) {
  void *memory = NULL;
  if (size >> 40 != 0) return NULL;
  return posix_memalign(&memory, alignment, size) == 0 ? memory : NULL;
}

#else

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

// The wrapped functions are looked up with RTLD_NEXT, so that an object loaded before the C library, such as a
// profiler, is used as well. The lookup itself may allocate; until it is complete, the C library's functions are used.
static void find_functions(void);

static void *early_malloc(size_t size) {
  find_functions();
  return __libc_malloc(size);
}

static void *early_calloc(size_t count, size_t size) {
  find_functions();
  return __libc_calloc(count, size);
}

static void *early_realloc(void *old, size_t size) {
  find_functions();
  return __libc_realloc(old, size);
}

static int early_posix_memalign(void **result, size_t alignment, size_t size) {
  find_functions();
  *result = __libc_memalign(alignment, size);
  return *result == NULL ? ENOMEM : 0;
}

static void *early_aligned_alloc(size_t alignment, size_t size) {
  find_functions();
  return __libc_memalign(alignment, size);
}

static void *(*next_malloc)(size_t) = early_malloc;
static void *(*next_calloc)(size_t, size_t) = early_calloc;
static void *(*next_realloc)(void *, size_t) = early_realloc;
static int (*next_posix_memalign)(void **, size_t, size_t) = early_posix_memalign;
static void *(*next_aligned_alloc)(size_t, size_t) = early_aligned_alloc;

static void find(const char *name, void *place) {
  void *found = dlsym(RTLD_NEXT, name);
  if (found != NULL) __atomic_store_n((void **)place, found, __ATOMIC_RELAXED);
}

// No locking is needed: before `main` there is only one thread.
static void find_functions(void) {
  static bool is_searching;
  if (is_searching) return;
  is_searching = true;
  find("malloc", &next_malloc);
  find("calloc", &next_calloc);
  find("realloc", &next_realloc);
  find("posix_memalign", &next_posix_memalign);
  find("aligned_alloc", &next_aligned_alloc);
}

__attribute__((constructor(101))) static void find_functions_early(void) { find_functions(); }

void *malloc(size_t size) {
  void *memory = next_malloc(size);
  if (__builtin_expect(memory != NULL, true)) return memory;
  handle_refusal(size);
  memory = next_malloc(size);
  if (memory == NULL) gf_memory_give_up(size);
  return memory;
}

void *calloc(size_t count, size_t size) {
  void *memory = next_calloc(count, size);
  if (__builtin_expect(memory != NULL, true)) return memory;
  size_t total = count > SIZE_MAX / (size | 1) ? SIZE_MAX : count * size;
  handle_refusal(total);
  memory = next_calloc(count, size);
  if (memory == NULL) gf_memory_give_up(total);
  return memory;
}

void *realloc(void *old, size_t size) {
  void *memory = next_realloc(old, size);
  // For size 0, the C library frees the memory and returns NULL.
  if (__builtin_expect(memory != NULL || size == 0, true)) return memory;
  handle_refusal(size);
  memory = next_realloc(old, size);
  if (memory == NULL) gf_memory_give_up(size);
  return memory;
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  int status = next_posix_memalign(result, alignment, size);
  if (__builtin_expect(status != ENOMEM, true)) return status;
  handle_refusal(size);
  status = next_posix_memalign(result, alignment, size);
  if (status == ENOMEM) gf_memory_give_up(size);
  return status;
}

void *aligned_alloc(size_t alignment, size_t size) {
  void *memory = next_aligned_alloc(alignment, size);
  if (__builtin_expect(memory != NULL || errno != ENOMEM, true)) return memory;
  handle_refusal(size);
  memory = next_aligned_alloc(alignment, size);
  if (memory == NULL) gf_memory_give_up(size);
  return memory;
}

void *gf_memory_try(size_t alignment, size_t size) {
  void *memory = NULL;
  return next_posix_memalign(&memory, alignment, size) == 0 ? memory : NULL;
}

#endif
