// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

private let momentParameters = [
  RecipeParameter("beta1", 0.9, in: 0...(1.0).nextDown, "decay rate of the running mean of the gradient"),
  RecipeParameter("beta2", 0.999, in: 0...(1.0).nextDown, "decay rate of the running mean of its square"),
  RecipeParameter("eps", 1e-8, in: .finiteNonnegative, "prevents division by zero"),
]

extension OptimizerEntry {
  /// Adaptive moments; Kingma, Ba 2015.
  static let adam = OptimizerEntry(
    AdamRule.self, "adam", "steps scaled by running moments of the gradient",
    "Kingma, Ba 2015; torch.optim.Adam", parameters: [rateParameter(0.001)] + momentParameters
  )

  /// Adam with weight decay decoupled from the gradient; Loshchilov, Hutter 2019.
  static let adamw = OptimizerEntry(
    AdamRule.self, "adamw", "adam with weight decay decoupled from the gradient",
    "Loshchilov, Hutter 2019; torch.optim.AdamW",
    parameters: [rateParameter(0.001)] + momentParameters
      + [RecipeParameter("decay", 0.01, in: .finiteNonnegative, "every step shrinks all parameters by rate*decay")]
  )
}

/// m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g², w ← (1 − η·λ)·w − η·m̂/(√v̂ + ε), where m̂ and v̂ are m and v divided
/// by 1 − βᵗ in step t. λ, the weight decay, is 0 for adam.
enum AdamRule: UpdateRule {
  struct Coefficients {
    /// The rate divided by the bias correction of the first moment.
    let rate: Double
    let firstDecay: Double
    let secondDecay: Double
    let epsilon: Double
    /// One over the square root of the bias correction of the second moment.
    let secondScale: Double
    /// The factor by which weight decay multiplies the parameters.
    let shrinkage: Double
  }

  static var memories: Int { 2 }

  static func coefficients(_ arguments: [Double], step: Int) -> Coefficients {
    let (rate, firstDecay, secondDecay) = (arguments[0], arguments[1], arguments[2])
    let weightDecay = arguments.count > 4 ? arguments[4] : 0
    return Coefficients(
      rate: rate / (1 - power(firstDecay, step)), firstDecay: firstDecay, secondDecay: secondDecay,
      epsilon: arguments[3], secondScale: 1 / (1 - power(secondDecay, step)).squareRoot(),
      shrinkage: 1 - rate * weightDecay)
  }

  @inline(__always)
  static func updated<V: Lanes>(_ w: V, _ g: V, _ first: inout V, _ second: inout V, _ c: Coefficients) -> V {
    let (firstDecay, secondDecay) = (V.of(c.firstDecay), V.of(c.secondDecay))
    first = firstDecay * first + (.of(1) - firstDecay) * g
    second = secondDecay * second + (.of(1) - secondDecay) * g * g
    return V.of(c.shrinkage) * w - V.of(c.rate) * first
      / (second.squareRoot() * V.of(c.secondScale) + V.of(c.epsilon))
  }
}

/// Returns base^exponent for an integer exponent by repeated squaring, so that the bits are the same on every system.
private func power(_ base: Double, _ exponent: Int) -> Double {
  var result = 1.0
  var factor = base
  var left = exponent
  while left > 0 {
    if left & 1 == 1 { result *= factor }
    factor *= factor
    left >>= 1
  }
  return result
}
