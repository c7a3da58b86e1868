// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The powers of two by which the gradients of a measuring pass were multiplied: true gradient = measured · 2^−exponent.
struct GradientScales {
  /// For each node, the exponent of the gradient of its output.
  var exponents: [Int]

  /// Returns the exponent of the gradient of a node's first input.
  func atInput<E: Element>(of node: Node<E>, _ index: Int) -> Int {
    node.inputs[0] == Node<E>.input ? exponents[index] : exponents[node.inputs[0]]
  }
}

extension Engine {
  /// A backward pass whose gradients neither underflow nor overflow on their way.
  ///
  /// Backpropagation is linear in the gradient. So wherever the gradient is a single matrix, it may be multiplied by a
  /// power of two, which is exact, and every ratio of two layers is right even where the gradient itself is too small
  /// or too large for the element type.
  ///
  /// If a stop is requested, the remaining operations are skipped.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func scaledBackward(_ gradient: LossGradient<E>, _ pass: Pass) -> GradientScales {
    // Sizes are kept near 1, so that both ends of the range are far away.
    let limit = E.self == Float.self ? 16 : 60
    var scales = GradientScales(exponents: [Int](repeating: 0, count: wiring.nodes.count))
    var exponent = 0
    let cuts = wiring.cuts
    connectVisiting(gradient)
    _ = backwardVisiting(
      gradient, pass,
      before: { index in
        if cuts[index] || index == gradient.operations - 1 {
          let g = wiring.outputGradients(index)[0]
          let norm = Reduction.norm(g.pointer, g.count)
          if norm.isFinite, norm > 0, abs(norm.exponent) > limit {
            let step = Int(-norm.exponent)
            multiply(g, byPowerOfTwo: step)
            exponent += step
          }
        }
        scales.exponents[index] = exponent
      })
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
