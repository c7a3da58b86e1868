// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

private let momentParameters = [
  RecipeParameter("beta1", 0.9, in: 0...(1.0).nextDown, "decay rate of the running mean of the gradient"),
  RecipeParameter("beta2", 0.999, in: 0...(1.0).nextDown, "decay rate of the running mean of its square"),
  RecipeParameter("eps", 1e-8, in: 0 ... .infinity, "prevents division by zero"),
]

extension OptimizerEntry {
  /// Adaptive moments; Kingma, Ba 2015.
  static let adam = OptimizerEntry(
    AdamRule.self, "adam", "steps scaled by running moments of the gradient",
    "Kingma, Ba 2015; torch.optim.Adam", parameters: [rateParameter(0.001)] + momentParameters
  ) { arguments, step in
    adamNumbers(arguments, step, decay: 0)
  }

  /// Adam with weight decay decoupled from the gradient; Loshchilov, Hutter 2019.
  static let adamw = OptimizerEntry(
    AdamRule.self, "adamw", "adam with weight decay decoupled from the gradient",
    "Loshchilov, Hutter 2019; torch.optim.AdamW",
    parameters: [rateParameter(0.001)] + momentParameters
      + [RecipeParameter("decay", 0.01, in: 0 ... .infinity, "every step shrinks all parameters by rate*decay")]
  ) { arguments, step in
    adamNumbers(arguments, step, decay: arguments[4])
  }
}

private func adamNumbers(_ arguments: [Double], _ step: Double, decay: Double) -> StepNumbers {
  let firstBias = 1 - power(arguments[1], step)
  let secondBias = 1 - power(arguments[2], step)
  return StepNumbers(
    a: arguments[0] / firstBias, b: arguments[1], c: arguments[2], d: arguments[3], e: 1 / secondBias.squareRoot(),
    f: 1 - arguments[0] * decay)
}

/// Returns base^exponent for an integer exponent by repeated squaring, so that the bits are the same on every system.
private func power(_ base: Double, _ exponent: Double) -> Double {
  var result = 1.0
  var factor = base
  var left = Int(exponent)
  while left > 0 {
    if left & 1 == 1 { result *= factor }
    factor *= factor
    left >>= 1
  }
  return result
}

/// a is the rate divided by the bias correction of the first moment, b and c are the decay rates, d is ε, e is one over
/// the square root of the bias correction of the second moment, and f is the factor by which weight decay multiplies
/// the parameters.
enum AdamRule: UpdateRule {
  static var memories: Int { 2 }

  @inline(__always)
  static func updated<V: Lanes>(_ w: V, _ g: V, _ first: inout V, _ second: inout V, _ c: Coefficients<V>) -> V {
    first = c.b * first + (.of(1) - c.b) * g
    second = c.c * second + (.of(1) - c.c) * g * g
    return c.f * w - c.a * first / (second.squareRoot() * c.e + c.d)
  }
}
