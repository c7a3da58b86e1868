// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The parameters of a network at some point in time, with a type-erased element type.
protocol ParameterValues: Sendable {
  associatedtype E: Element
  /// The values. They must not be modified.
  var buffer: Buffer<E> { get }
}

/// The parameters of a network at some point in time.
struct ParameterSnapshot<E: Element>: ParameterValues, @unchecked Sendable {
  let buffer: Buffer<E>
}
