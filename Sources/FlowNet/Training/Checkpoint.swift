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

/// The parameters of a network at one time, of an element type that is known only when the program runs.
protocol ParameterValues: Sendable {
  associatedtype E: Element
  /// The values. Nobody writes to them.
  var buffer: Buffer<E> { get }
}

/// The parameters of a network at one time.
struct ParameterSnapshot<E: Element>: ParameterValues, @unchecked Sendable {
  let buffer: Buffer<E>
}
