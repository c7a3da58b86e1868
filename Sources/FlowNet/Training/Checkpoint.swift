// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The state of a training run after some steps. Training resumed from it produces the same numbers.
struct Checkpoint<E: Element>: @unchecked Sendable {
  /// The number of completed steps.
  let steps: Int
  let numbers: NetworkSnapshot<E>
  /// The state of the optimizer.
  let first: Buffer<E>
  let second: Buffer<E>
}
