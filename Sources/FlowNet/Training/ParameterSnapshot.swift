// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

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
