// SPDX-License-Identifier: GPL-3.0-or-later
import Synchronization

/// Counts the saturated (sample, unit) pairs in a pass. Several threads can add to it at the same time.
///
/// This is a pointer and not a class, because in a narrow network reference counting would cost more than the work
/// itself.
struct SaturationCounter {
  private let place: UnsafeMutablePointer<Atomic<Int>>

  /// Creates a counter. The owner must call `free()`.
  init() {
    place = .allocate(capacity: 1)
    place.initialize(to: Atomic(0))
  }

  func free() {
    place.deinitialize(count: 1)
    place.deallocate()
  }

  @inline(__always)
  var pairs: Int { place.pointee.load(ordering: .relaxed) }

  @inline(__always)
  func set(_ pairs: Int) { place.pointee.store(pairs, ordering: .relaxed) }

  func add(_ pairs: Int) { place.pointee.wrappingAdd(pairs, ordering: .relaxed) }
}
