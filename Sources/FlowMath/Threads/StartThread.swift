// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc

private final class ThreadBody {
  let run: () -> Void
  init(_ run: @escaping () -> Void) { self.run = run }
}

/// Starts a thread. Returns nil if the system refuses it.
///
/// - Parameters:
///   - stackSize: The size of its stack in bytes; nil for the default.
///   - blocksSignals: Whether to block the signals that other threads handle. A thread that makes system calls for the
///     user needs them, because a signal ends a call that blocks.
public func startThread(
  stackSize: Int? = nil, blocksSignals: Bool = true, _ body: @escaping () -> Void
) -> pthread_t? {
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  defer { pthread_attr_destroy(&attributes) }
  if let stackSize { pthread_attr_setstacksize(&attributes, stackSize) }
  var blocked = sigset_t()
  var before = sigset_t()
  sigemptyset(&blocked)
  if blocksSignals {
    for signal in [SIGINT, SIGTSTP, SIGWINCH, SIGTERM, SIGHUP, SIGQUIT, SIGALRM] { sigaddset(&blocked, signal) }
  }
  pthread_sigmask(SIG_BLOCK, &blocked, &before)
  defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
  var thread = pthread_t()
  let argument = Unmanaged.passRetained(ThreadBody(body)).toOpaque()
  let failed = pthread_create(
    &thread, &attributes,
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
