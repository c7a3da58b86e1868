// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc

private final class ThreadBody {
  let run: () -> Void
  init(_ run: @escaping () -> Void) { self.run = run }
}

/// Starts a thread that blocks the signals that other threads handle. Returns nil if the system refuses the thread.
func startThread(_ body: @escaping () -> Void) -> pthread_t? {
  var blocked = sigset_t()
  var before = sigset_t()
  sigemptyset(&blocked)
  for signal in [SIGINT, SIGTSTP, SIGWINCH, SIGTERM, SIGHUP, SIGQUIT, SIGALRM] { sigaddset(&blocked, signal) }
  pthread_sigmask(SIG_BLOCK, &blocked, &before)
  defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
  var thread = pthread_t()
  let argument = Unmanaged.passRetained(ThreadBody(body)).toOpaque()
  let failed = pthread_create(
    &thread, nil,
    { raw in
      Unmanaged<ThreadBody>.fromOpaque(raw!).takeRetainedValue().run()
      return nil
    }, argument)
  if failed != 0 {
    Unmanaged<ThreadBody>.fromOpaque(argument).release()
    return nil
  }
  return thread
}
