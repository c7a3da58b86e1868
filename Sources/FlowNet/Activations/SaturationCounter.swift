// SPDX-License-Identifier: GPL-3.0-or-later
import Synchronization

/// Counts the saturated pairs of sample and unit of a pass, to which threads add side by side.
///
/// It is a place in memory and no object: in a narrow network counting the references to it would cost more than the work.
struct SaturationCounter {
  private let place: UnsafeMutablePointer<Atomic<Int>>

  /// The owner frees it.
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
