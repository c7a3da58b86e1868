// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc

/// A thread that makes the system prepare memory before it is written.
///
/// The system clears a page when it is first touched. Code that writes a lot of new memory, such as the record of a
/// training run, would have to wait for that again and again.
final class PageSupply: Sendable {
  private struct State {
    var wanted: UnsafeMutableRawBufferPointer?
    var isStopping = false
  }

  private let state = Guarded(State())

  /// Requests that memory be prepared and returns immediately. An earlier request that is still waiting is dropped,
  /// because its memory is being written by now.
  func request(_ memory: UnsafeMutableRawBufferPointer) {
    state.change { $0.wanted = memory }
  }

  func stop() {
    state.change { $0.isStopping = true }
  }

  /// Prepares the requested memory until `stop()` is called. This is the body of the thread.
  func work() {
    while let memory = next() { populate(memory) }
  }

  private func next() -> UnsafeMutableRawBufferPointer? {
    state.wait { state in
      if state.isStopping { return .some(nil) }
      defer { state.wanted = nil }
      return state.wanted.map(Optional.some)
    }
  }

  /// If the system does not support this advice, pages are prepared when they are first written. The contents are
  /// neither read nor changed, so the memory may be freed meanwhile.
  private func populate(_ memory: UnsafeMutableRawBufferPointer) {
    guard let start = memory.baseAddress else { return }
    let inPage = Int(bitPattern: start) % Self.page
    madvise(start - inPage, inPage + memory.count, MADV_POPULATE_WRITE)
  }

  private static let page = sysconf(Int32(_SC_PAGESIZE))
}
