// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// An operation that multiplies by weights. It begins a row of the flow table, unless its parameters belong to none.
protocol AffineStep<E>: UnaryOperation {
  var weight: Parameter<E> { get }
  /// The bias, or nil if the operation adds none.
  var bias: Parameter<E>? { get }
  /// The input of the last forward pass.
  var input: Matrix<E>? { get }
  /// δ, the gradient of the output in the last backward pass.
  var delta: Matrix<E>? { get }
}

extension AffineStep {
  /// The weight and, if there is one, the bias.
  var parameters: [Parameter<E>] { [weight] + (bias.map { [$0] } ?? []) }
}
