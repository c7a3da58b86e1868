// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc

/// A thread that has the system prepare memory before it is written.
///
/// The system clears a page when it is first touched. Code that writes much and reads it later, such as the record of a
/// training, would wait for that again and again.
final class PageSupply: @unchecked Sendable {
  private struct State {
    var wanted: UnsafeMutableRawBufferPointer?
    var isStopping = false
  }

  private var state = State()
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    pthread_cond_destroy(changed)
    mutex.deallocate()
    changed.deallocate()
  }

  /// Returns immediately. An earlier request that has not been begun is dropped, because its memory is being written.
  func request(_ memory: UnsafeMutableRawBufferPointer) {
    change { $0.wanted = memory }
  }

  func stop() {
    change { $0.isStopping = true }
  }

  /// The thread's life.
  func work() {
    while let memory = next() { populate(memory) }
  }

  private func next() -> UnsafeMutableRawBufferPointer? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while state.wanted == nil, !state.isStopping { pthread_cond_wait(changed, mutex) }
    defer { state.wanted = nil }
    return state.isStopping ? nil : state.wanted
  }

  private func change(_ body: (inout State) -> Void) {
    pthread_mutex_lock(mutex)
    body(&state)
    pthread_cond_signal(changed)
    pthread_mutex_unlock(mutex)
  }

  /// On systems that do not know the advice the pages are prepared when they are first written. Nothing is read or
  /// changed, so the memory may be freed without waiting for this.
  private func populate(_ memory: UnsafeMutableRawBufferPointer) {
    guard let start = memory.baseAddress else { return }
    let inPage = Int(bitPattern: start) % Self.page
    madvise(start - inPage, inPage + memory.count, MADV_POPULATE_WRITE)
  }

  private static let page = sysconf(Int32(_SC_PAGESIZE))
}
