// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The part of a step that multiplies by weights: z = W·x + b. It begins a row of the flow table.
protocol AffineRow<E>: AnyObject {
  associatedtype E: Element
  var weight: Parameter<E> { get }
  /// The bias, or nil if none is added.
  var bias: Parameter<E>? { get }
  /// x.
  var input: Matrix<E> { get }
  /// z. A later step may have overwritten it if the plan allows this; see `PlanMode`.
  var output: Matrix<E> { get }
  /// δ = ∂L/∂z, or nil in a plan without a backward pass.
  var delta: Matrix<E>? { get }
  /// Returns the weight from an input to an output.
  func weight(_ input: Int, _ output: Int) -> E
  /// Returns the gradients of the parameters, given δ. That of the weight is returned as two factors.
  func wideFactors(_ delta: WideMatrix) -> WideFactors
}

extension AffineRow {
  var inputs: Int { input.columns }
  var outputs: Int { output.columns }
  /// The weight and, if there is one, the bias.
  var parameters: [Parameter<E>] { [weight] + (bias.map { [$0] } ?? []) }
  func weight(_ input: Int, _ output: Int) -> E { weight.values[input, output] }

  func wideFactors(_ delta: WideMatrix) -> WideFactors {
    let (x, right) = (input, delta.transposed)
    return WideFactors(
      left: WideMatrix(rows: x.columns, columns: x.rows) { WideNumber(Double(x[$1, $0])) }, right: right,
      bias: right.rowSums)
  }
}

/// The gradients of the parameters of a row, in numbers with separate exponents. The gradient of the weight, in the
/// layout in which the weight is stored, is left·rightᵀ.
struct WideFactors {
  let left: WideMatrix
  let right: WideMatrix
  let bias: [WideNumber]
}

/// A step that consists of a single affine operation.
protocol AffineStep<E>: Step, AffineRow {
  /// Returns ∂L/∂x in numbers with separate exponents, given δ.
  func wideBackward(_ delta: WideMatrix, _ pool: ThreadPool) -> WideMatrix
}

extension AffineStep {
  var role: StepRole<E> { .affine(self) }

  func trace(_ visit: (TracePoint<E>) -> Void) {
    if let delta { visit(.arrival(row: 0, delta, stage: nil)) }
  }

  func wideBackward(
    _ gradients: [WideMatrix], _ pool: ThreadPool, _ visit: (WideTracePoint) -> Void
  ) -> [WideMatrix] {
    visit(.arrival(row: 0, gradients[0]))
    return [wideBackward(gradients[0], pool)]
  }
}
