// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc

/// Memory for packed panels: one piece per thread, made when the thread first asks and freed when it ends, so that a
/// product allocates nothing.
enum PanelMemory {
  /// Room for 256 steps of two registers.
  static let bytes = 256 * 64

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    let failed = pthread_key_create(&key) { free($0) }
    precondition(failed == 0, "a process has far more keys than we ask for")
    return key
  }()

  /// The calling thread's piece, aligned to a cache line; its content is whatever was left there.
  static var ofThisThread: UnsafeMutableRawPointer {
    if let own = pthread_getspecific(key) { return own }
    let own = aligned_alloc(64, bytes)!
    pthread_setspecific(key, own)
    return own
  }
}
