// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// By which powers of two the gradients of a measuring pass were multiplied: true gradient = measured · 2^−exponent.
struct GradientScales {
  /// For each operation of the plan, what reaches it from behind.
  var exponents: [Int]
}

extension Engine {
  /// A backward pass whose gradients neither underflow nor overflow on their way.
  ///
  /// Backpropagation is linear in the gradient. So between two operations of the plan the gradient may be multiplied
  /// by a power of two, which is exact, and every ratio of two layers is right even where the gradient itself is too
  /// small or too large for the element type.
  ///
  /// If a stop is requested, the remaining operations are skipped.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func scaledBackward(_ gradient: LossGradient<E>, _ pass: Pass) -> GradientScales {
    disconnect()
    gradients.start(keepingAll: true)
    // Sizes are kept near 1, so that both ends of the range are far away.
    let limit = E.self == Float.self ? 16 : 60
    var scales = GradientScales(exponents: [Int](repeating: 0, count: operations.count))
    var exponent = 0
    var g = gradient.matrix
    for index in stride(from: gradient.operations - 1, through: 0, by: -1) {
      if pass.stop.isRequested { break }
      let norm = Reduction.norm(g.pointer, g.count)
      if norm.isFinite, norm > 0, abs(norm.exponent) > limit {
        let step = Int(-norm.exponent)
        multiply(g, byPowerOfTwo: step)
        exponent += step
      }
      scales.exponents[index] = exponent
      g = operations[index].backward(g, pass, needsInput: index > 0, gradients)
    }
    return scales
  }

  private func multiply(_ g: Matrix<E>, byPowerOfTwo exponent: Int) {
    // Two factors, because one may lie outside the range of the element type.
    let half = exponent / 2
    for part in [half, exponent - half] {
      let factor = E(sign: .plus, exponent: E.Exponent(part), significand: 1)
      for i in 0..<g.count { g.pointer[i] *= factor }
    }
  }
}
