// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc

/// Memory for what a product packs: one piece per thread, made when the thread first asks and freed when it ends, so that a
/// product allocates nothing.
struct PanelMemory<E: Element> {
  /// A panel of the right factor.
  let right: UnsafeMutablePointer<E>
  /// A block of rows of the left factor.
  let left: UnsafeMutablePointer<E>

  /// The steps of a block: a panel of it takes three quarters of a first-level cache of 32 KiB.
  static var depth: Int { 384 }
  /// The rows of a block: 252 KiB, half of the second-level cache of most processors, in whole tiles.
  static var rows: Int { PanelBytes.left / (depth * MemoryLayout<E>.stride) / RowTiles.tallest * RowTiles.tallest }

  /// That of the calling thread; its content is whatever was left there.
  @inline(__always)
  static var ofThisThread: PanelMemory {
    let start = PanelBytes.ofThisThread
    return PanelMemory(
      right: start.bindMemory(to: E.self, capacity: PanelBytes.right / MemoryLayout<E>.stride),
      left: (start + PanelBytes.right).bindMemory(
        to: E.self, capacity: PanelBytes.left / MemoryLayout<E>.stride))
  }
}

/// The bytes behind it, the same for both elements.
enum PanelBytes {
  static let right = 384 * 64
  static let left = 168 * 384 * 4
  /// A register may be moved across the end.
  private static let slack = 64

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    let failed = pthread_key_create(&key) { free($0) }
    precondition(failed == 0, "a process has far more keys than we ask for")
    return key
  }()

  /// The calling thread's piece, aligned to a page.
  static var ofThisThread: UnsafeMutableRawPointer {
    if let own = pthread_getspecific(key) { return own }
    let own = aligned_alloc(4096, (right + left + slack + 4095) / 4096 * 4096)!
    pthread_setspecific(key, own)
    return own
  }
}
