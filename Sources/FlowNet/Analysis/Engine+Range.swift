// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Engine {
  /// Whether a scaled backward pass has lost no number to the range of the element type: every gradient in it that is 0 or
  /// has few digits left is 0 in real arithmetic, and whatever is not finite came of numbers that are not.
  ///
  /// Each operation is looked at alone. A zero is right where it comes from zeros, from a flat slope or a dropped unit; any
  /// other one may be a product that underflowed, or a sum whose terms cancel. Only `WideBackward` can tell them apart.
  /// After a request to stop the answer means nothing.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func isInRange(_ gradient: LossGradient<E>, _ scales: GradientScales, unless isStopped: () -> Bool) -> Bool {
    var g = gradient.matrix
    for index in stride(from: gradient.operations - 1, through: 0, by: -1) {
      if isStopped() || StopToken.current.isRequested { return true }
      let step = scales.exponents[max(index - 1, 0)] - scales.exponents[index]
      guard isInRange(operations[index], &g, RangeLimit(scaledBy: step)) else { return false }
    }
    return true
  }

  /// Looks at one operation, and takes `g` from the gradient of its output to that of its input.
  private func isInRange(_ operation: any Operation<E>, _ g: inout Matrix<E>, _ limit: RangeLimit<E>) -> Bool {
    let arriving = g
    g = operation.inputGradient ?? g
    switch operation {
    case let block as ResidualOperation<E>:
      // What is inside a block is not scaled.
      let inside = RangeLimit<E>(scaledBy: 0)
      var branch = arriving
      for inner in block.body.reversed() where !isInRange(inner, &branch, inside) { return false }
      guard let sum = block.inputGradient else { return true }
      if let projection = block.projection {
        guard comesFromRows(projection.inputGradient!, of: arriving, projection.weight, inside) else { return false }
      }
      return isSum(sum, branch, block.projection?.inputGradient ?? arriving, limit)
    case let dense as DenseOperation<E>:
      guard let dx = dense.inputGradient else { return hasParameterGradients(dense) }
      return comesFromRows(dx, of: arriving, dense.weight, limit) && hasParameterGradients(dense)
    case let activation as ActivationOperation<E>:
      if activation.activation.isSoftmax { return comesFromRows(g, of: arriving, nil, limit) }
      return comesFromSlopes(activation, arriving, g, limit)
    case is BatchNormOperation<E>: return comesFromColumns(g, of: arriving, limit)
    case is LayerNormOperation<E>: return comesFromRows(g, of: arriving, nil, limit)
    default: return true
    }
  }

  private func comesFromRows(
    _ result: Matrix<E>, of g: Matrix<E>, _ weight: Parameter<E>?, _ limit: RangeLimit<E>
  ) -> Bool {
    let isBroken =
      !Reduction.isFinite(g.pointer, g.count)
      || weight.map { !Reduction.isFinite($0.values.pointer, $0.count) } ?? false
    // Inputs without a weight that is not 0; few networks have any.
    var unused: [Bool]?
    let stop = StopToken.current
    for row in 0..<result.rows where !stop.isRequested {
      guard (0..<g.columns).contains(where: { g[row, $0] != 0 }) else { continue }
      for column in 0..<result.columns where limit.isDoubtful(result[row, column], isBroken) {
        guard let weight, result[row, column] == 0 else { return false }
        unused =
          unused
          ?? (0..<weight.rows).map { input in
            stop.isRequested || (0..<weight.columns).allSatisfy { weight.values[input, $0] == 0 }
          }
        if !unused![column] { return false }
      }
    }
    return true
  }

  private func comesFromColumns(_ result: Matrix<E>, of g: Matrix<E>, _ limit: RangeLimit<E>) -> Bool {
    let isBroken = !Reduction.isFinite(g.pointer, g.count)
    for column in (0..<result.columns).untilStopped {
      guard (0..<g.rows).contains(where: { g[$0, column] != 0 }) else { continue }
      for row in 0..<result.rows where limit.isDoubtful(result[row, column], isBroken) { return false }
    }
    return true
  }

  /// A sum of two numbers is exact where it is small, but scaling it may not be.
  private func isSum(_ sum: Matrix<E>, _ a: Matrix<E>, _ b: Matrix<E>, _ limit: RangeLimit<E>) -> Bool {
    for row in (0..<sum.rows).untilStopped {
      for column in 0..<sum.columns where limit.isDoubtful(sum[row, column], false) {
        let (left, right) = (a[row, column], b[row, column])
        if left + right != 0 && left.isFinite && right.isFinite { return false }
      }
    }
    return true
  }

  private func comesFromSlopes(
    _ operation: ActivationOperation<E>, _ g: Matrix<E>, _ result: Matrix<E>, _ limit: RangeLimit<E>
  ) -> Bool {
    let slopes = scratch(g.rows, g.columns)
    operation.writeSlopes(into: slopes)
    for row in (0..<g.rows).untilStopped {
      for column in 0..<g.columns where limit.isDoubtful(result[row, column], false) {
        let (gradient, slope) = (g[row, column], slopes[row, column])
        if gradient == 0 || !gradient.isFinite || !slope.isFinite { continue }
        if !operation.isFlat(row, column, slope: slope) { return false }
      }
    }
    return true
  }

  /// Whether the gradients of the weights are finite, or none could be.
  private func hasParameterGradients(_ dense: DenseOperation<E>) -> Bool {
    if Reduction.isFinite(dense.weight.gradients.pointer, dense.weight.count) { return true }
    guard let x = dense.input, let delta = dense.delta else { return true }
    // Activations may have anything in their padding.
    let hasFiniteInputs = (0..<x.rows).untilStopped.allSatisfy { row in
      (0..<x.columns).allSatisfy { x[row, $0].isFinite }
    }
    return !(hasFiniteInputs && Reduction.isFinite(delta.pointer, delta.count))
  }
}

/// The size below which a number among others of a size near 1 may have lost digits.
private struct RangeLimit<E: Element> {
  private let floor: E

  /// For numbers that have been multiplied by a power of two after they were computed.
  init(scaledBy step: Int) {
    // Room for the digits of sums whose terms nearly cancel.
    floor = E.leastNormalMagnitude * 0x1p30 * E(sign: .plus, exponent: E.Exponent(max(step, 0)), significand: 1)
  }

  /// Whether a number may be the result of underflow or overflow; `isBroken` where it may have come of one that is not
  /// finite.
  @inline(__always)
  func isDoubtful(_ x: E, _ isBroken: Bool) -> Bool { x.magnitude < floor || !(isBroken || x.isFinite) }
}
