// SPDX-License-Identifier: GPL-3.0-or-later
import Synchronization

/// Records whether the pre-activations of a pass are finite. Each thread checks them while they are still in its cache.
final class FiniteWatch: Sendable {
  private let state = Atomic<Bool>(true)

  /// Whether every pre-activation since the last reset was finite.
  var isFinite: Bool { state.load(ordering: .relaxed) }

  func reset() { state.store(true, ordering: .relaxed) }

  /// Records that a pre-activation was not finite.
  func raise() { state.store(false, ordering: .relaxed) }
}
