// SPDX-License-Identifier: GPL-3.0-or-later
#define _GNU_SOURCE
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "CSystem.h"

// The handler only does what is async-signal-safe: it counts signals and writes a byte that wakes poll. It may run on
// any thread.

enum { interrupts_to_exit = 3, interrupted_status = 130, time_limit_status = 1 };

static atomic_int pending[NSIG];
static atomic_int interrupts;
static atomic_bool is_editing;
static int wake_pipe[2] = {-1, -1};

static void note_signal(int signal) {
  int saved = errno;
  atomic_store(&pending[signal], 1);
  if (signal == SIGINT && !atomic_load(&is_editing)) {
    gf_stop_request();
    if (atomic_fetch_add(&interrupts, 1) + 1 >= interrupts_to_exit) _exit(interrupted_status);
  }
  ssize_t written = write(wake_pipe[1], "", 1);
  (void)written;  // if the pipe is full, poll wakes up anyway
  errno = saved;
}

static void catch_signal(int signal) {
  struct sigaction action = {.sa_handler = note_signal, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, NULL);
}

void gf_signals_start(void) {
  // If the parent has closed a standard stream, another file must not get its descriptor.
  for (int stream = 0; stream <= 2; stream++) {
    if (fcntl(stream, F_GETFD) < 0) open("/dev/null", stream == 0 ? O_RDONLY : O_WRONLY);
  }
  if (wake_pipe[0] < 0 && pipe2(wake_pipe, O_NONBLOCK | O_CLOEXEC) != 0) abort();
  catch_signal(SIGINT);
  // Writing to a closed pipe should fail with an error. A caught signal, unlike an ignored one, is reset to its default
  // in the commands that the program starts.
  catch_signal(SIGPIPE);
  // The same applies to writing a file beyond the size limit set by the shell.
  catch_signal(SIGXFSZ);
}

bool gf_interrupted(void) { return atomic_load(&interrupts) > 0; }

void gf_interrupt_reset(void) {
  atomic_store(&interrupts, 0);
  atomic_store(&pending[SIGINT], 0);
  gf_stop_withdraw();
  // Check afterwards, because the time may run out between the two.
  if (gf_time_is_up()) gf_stop_request();
}

int gf_signal_descriptor(void) { return wake_pipe[0]; }

void gf_signal_drain(void) {
  char bytes[64];
  while (read(wake_pipe[0], bytes, sizeof bytes) > 0) {
  }
}

bool gf_signal_waits(void) {
  static const int ending[] = {SIGINT, SIGTSTP, SIGTERM, SIGHUP, SIGALRM};
  for (unsigned i = 0; i < sizeof ending / sizeof *ending; i++) {
    if (atomic_load(&pending[ending[i]])) return true;
  }
  return false;
}

/// Returns whether the signal has arrived since the last call for it.
static bool take(int signal) { return atomic_exchange(&pending[signal], 0) != 0; }

static const int editing_signals[] = {SIGTSTP, SIGCONT, SIGWINCH, SIGTERM, SIGHUP};
enum { editing_signal_count = sizeof editing_signals / sizeof *editing_signals };
static struct sigaction outside[editing_signal_count];

void gf_editing_begin(void) {
  for (int i = 0; i < editing_signal_count; i++) {
    sigaction(editing_signals[i], NULL, &outside[i]);
    atomic_store(&pending[editing_signals[i]], 0);
    // Signals that the parent has set to be ignored, as nohup does, stay ignored.
    if (outside[i].sa_handler != SIG_IGN) catch_signal(editing_signals[i]);
  }
  gf_interrupt_reset();
  atomic_store(&pending[SIGALRM], 0);
  atomic_store(&is_editing, true);
  // The time may have run out before the first line is read.
  if (gf_time_is_up()) note_signal(SIGALRM);
}

void gf_editing_end(void) {
  atomic_store(&is_editing, false);
  for (int i = 0; i < editing_signal_count; i++) sigaction(editing_signals[i], &outside[i], NULL);
}

static void leave_with(int signal, const gf_line_actions *actions) {
  actions->leave();
  gf_editing_end();
  raise(signal);
}

bool gf_handle_signals(const gf_line_actions *actions, gf_line_status *status) {
  gf_signal_drain();
  if (take(SIGTERM)) leave_with(SIGTERM, actions);
  if (take(SIGHUP)) leave_with(SIGHUP, actions);
  if (take(SIGALRM)) {
    actions->leave();
    *status = gf_line_end;
    return true;
  }
  if (take(SIGWINCH)) actions->resize();
  if (take(SIGTSTP)) {
    actions->pause();
    raise(SIGSTOP);
    take(SIGCONT);
    actions->redraw();
  } else if (take(SIGCONT)) {
    actions->redraw();
  }
  if (!take(SIGINT)) return false;
  actions->drop();
  *status = gf_line_interrupted;
  return true;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

// Set once, before the threads that read it start.
static double deadline;

// How many seconds a computation may take to stop after the deadline.
static const double grace = 2;

static void arm(double seconds) {
  // Beyond about thirty years the timer could overflow, and the limit has no effect anyway.
  if (seconds > 1e9) return;
  struct itimerval timer = {.it_value = {.tv_sec = (time_t)seconds, .tv_usec = (long)(1e6 * (seconds - (time_t)seconds))}};
  if (timer.it_value.tv_sec == 0 && timer.it_value.tv_usec == 0) timer.it_value.tv_usec = 1;
  setitimer(ITIMER_REAL, &timer, NULL);
}

static const char *time_limit_message;

// At the deadline, ends the line that is being read, or requests that the computation stop. If the computation is still
// running after the grace period, ends the process.
static void handle_time_limit(int signal) {
  int saved = errno;
  if (atomic_load(&is_editing)) {
    note_signal(signal);
  } else if (now() < deadline + grace) {
    gf_stop_request();
    arm(grace + 0.05);
  } else {
    ssize_t written = write(STDERR_FILENO, time_limit_message, strlen(time_limit_message));
    (void)written;
    _exit(time_limit_status);
  }
  errno = saved;
}

void gf_time_limit(double seconds, const char *message) {
  time_limit_message = strdup(message);
  deadline = now() + seconds;
  struct sigaction action = {.sa_handler = handle_time_limit, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigaction(SIGALRM, &action, NULL);
  // The limit must hold even if the parent has blocked SIGALRM.
  sigset_t alarm;
  sigemptyset(&alarm);
  sigaddset(&alarm, SIGALRM);
  pthread_sigmask(SIG_UNBLOCK, &alarm, NULL);
  arm(seconds);
}

bool gf_time_is_up(void) { return deadline > 0 && now() > deadline; }

void gf_crash_reporter_off(void) {
  if (getenv("SWIFT_BACKTRACE") != NULL) return;
  static const int crashes[] = {SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP};
  for (unsigned i = 0; i < sizeof crashes / sizeof *crashes; i++) signal(crashes[i], SIG_DFL);
}
