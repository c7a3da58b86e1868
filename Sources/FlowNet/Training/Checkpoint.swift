// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Where a training stands after some steps: what it needs to go on from there with the same numbers.
struct Checkpoint<E: Element>: @unchecked Sendable {
  /// The steps that are done.
  let steps: Int
  let values: Buffer<E>
  /// What the optimizer remembers.
  let first: Buffer<E>
  let second: Buffer<E>
}
