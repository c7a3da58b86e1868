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
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    // Otherwise, a change of the system's time would change how long a wait may take.
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(changed, &attributes)
    pthread_condattr_destroy(&attributes)
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

  /// Calls `body` like `wait(until:)`, but for at most the given number of seconds. Returns nil after that time.
  func wait<Result>(atMost seconds: Double, until body: (inout Value) -> Result?) -> Result? {
    var end = timespec()
    clock_gettime(CLOCK_MONOTONIC, &end)
    let nanoseconds = end.tv_nsec + Int(seconds * 1e9)
    end.tv_sec += nanoseconds / 1_000_000_000
    end.tv_nsec = nanoseconds % 1_000_000_000
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while true {
      if let result = body(&content.value) { return result }
      if pthread_cond_timedwait(changed, mutex, &end) != 0 { return body(&content.value) }
    }
  }
}
