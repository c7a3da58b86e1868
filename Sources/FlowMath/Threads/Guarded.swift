// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc

/// A value protected by a lock, with a condition that threads can wait for.
///
/// The standard library's `Mutex` has no condition, and the thread sanitizer does not recognize its lock.
public final class Guarded<Value>: @unchecked Sendable {
  /// The byte keeps a value of no size, `Void`, from sharing its address with the next field, which the sanitizer would
  /// take for a race.
  private var content: (value: Value, byte: UInt8)
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  public init(_ value: Value) {
    content = (value, 0)
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    pthread_cond_destroy(changed)
    mutex.deallocate()
    changed.deallocate()
  }

  /// Calls `body` with exclusive access to the value.
  public func withLock<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&content.value)
  }

  /// Calls `body` with exclusive access to the value, and then wakes the threads that wait for a change.
  func change(_ body: (inout Value) -> Void) {
    withLock { value in
      body(&value)
      pthread_cond_broadcast(changed)
    }
  }

  /// Calls `body` with exclusive access to the value, now and after every change, until it returns a result.
  func wait<Result>(until body: (inout Value) -> Result?) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    // The access to the value ends before the lock is released to wait.
    while true {
      if let result = body(&content.value) { return result }
      pthread_cond_wait(changed, mutex)
    }
  }
}
