// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc

/// Runs `body`, and until it has returned, calls `action` at intervals on a thread of its own.
///
/// No call of `action` begins or continues after this function has returned. If the system refuses the thread, `action`
/// is not called.
public func repeating<Result, Failure: Error>(
  every seconds: Double, _ action: @escaping @Sendable () -> Void, during body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  let isOver = Guarded(false)
  let thread = startThread {
    while isOver.wait(atMost: seconds, until: { $0 ? true : nil }) == nil { action() }
  }
  defer {
    isOver.change { $0 = true }
    if let thread { pthread_join(thread, nil) }
  }
  return try body()
}
