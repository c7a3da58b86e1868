// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc

/// Scratch memory for the packed parts of a product. Each thread allocates its own at first use and frees it when the
/// thread ends, so a product itself allocates nothing.
struct PanelMemory<E: Element> {
  /// Space for a panel of the right factor.
  let right: UnsafeMutablePointer<E>
  /// Space for a block of rows of the left factor.
  let left: UnsafeMutablePointer<E>

  /// The number of steps in a block, chosen so that a panel fills three quarters of a first-level cache of 32 KiB.
  static var depth: Int { 384 }
  /// The number of rows in a block, a multiple of the tallest tile. The block takes 252 KiB, half of the second-level
  /// cache of most processors.
  static var rows: Int { PanelBytes.left / (depth * MemoryLayout<E>.stride) / RowTiles.tallest * RowTiles.tallest }

  /// The memory of the calling thread. Its contents are unspecified.
  @inline(__always)
  static var ofThisThread: PanelMemory {
    let start = PanelBytes.ofThisThread
    return PanelMemory(
      right: start.bindMemory(to: E.self, capacity: PanelBytes.right / MemoryLayout<E>.stride),
      left: (start + PanelBytes.right).bindMemory(
        to: E.self, capacity: PanelBytes.left / MemoryLayout<E>.stride))
  }
}

/// The untyped memory behind `PanelMemory`. The sizes are the same for both element types.
enum PanelBytes {
  static let right = 384 * 64
  static let left = 168 * 384 * 4
  /// Packing stores whole registers, which may reach past the end.
  private static let slack = 64

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    let failed = pthread_key_create(&key) { free($0) }
    precondition(failed == 0, "could not create a thread-specific key")
    return key
  }()

  /// The calling thread's memory, aligned to a page.
  static var ofThisThread: UnsafeMutableRawPointer {
    if let own = pthread_getspecific(key) { return own }
    let own = aligned_alloc(4096, (right + left + slack + 4095) / 4096 * 4096)!
    pthread_setspecific(key, own)
    return own
  }
}
