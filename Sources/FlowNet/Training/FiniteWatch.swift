// SPDX-License-Identifier: GPL-3.0-or-later
import Synchronization

/// Watches the pre-activations of a pass, while they are still in the cache of the thread that computes them.
final class FiniteWatch: Sendable {
  private let state = Atomic<Bool>(true)

  /// Whether every pre-activation since the last reset was finite.
  var isFinite: Bool { state.load(ordering: .relaxed) }

  func reset() { state.store(true, ordering: .relaxed) }

  /// Notes that one was not.
  func raise() { state.store(false, ordering: .relaxed) }
}
