// SPDX-License-Identifier: GPL-3.0-or-later
// peak ROUNDS THREADS: does only fused multiply-adds in f32, with enough independent chains to hide their latency.
// A round is a million of them per thread, each on eight numbers, which is 16 million operations.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

typedef float lanes __attribute__((vector_size(32)));

enum { chains = 10, per_round = 1000000 / chains };

static long rounds;
static volatile float factor = 0.5f, term = 0.25f;

static void *work(void *result) {
  lanes sum[chains], a = {0}, b = {0};
  a += factor;
  b += term;
  for (int i = 0; i < chains; i++) sum[i] = b * (float)i;
  for (long n = rounds * per_round; n > 0; n--) {
#pragma GCC unroll 10
    for (int i = 0; i < chains; i++) sum[i] = sum[i] * a + b;
  }
  float total = 0;
  for (int i = 0; i < chains; i++)
    for (int j = 0; j < 8; j++) total += sum[i][j];
  *(float *)result = total;
  return 0;
}

int main(int count, char **arguments) {
  if (count != 3) return 2;
  rounds = atol(arguments[1]);
  int threads = atoi(arguments[2]);
  if (threads < 1 || threads > 64) return 2;
  pthread_t thread[64];
  float result[64], total = 0;
  for (int i = 0; i < threads; i++)
    if (pthread_create(&thread[i], 0, work, &result[i])) return 1;
  for (int i = 0; i < threads; i++) pthread_join(thread[i], 0), total += result[i];
  printf("%g\n", total);  // so that the compiler does not remove the computation
  return 0;
}
