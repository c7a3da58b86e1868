// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// A penalty on the weights, added to the loss: λ₁‖W‖₁ + λ₂/2·‖W‖² for each weight matrix. Biases are not penalised.
public struct Penalty: CatalogueValue {
  /// The name in the language.
  public let name: String
  /// The values of the recipe's parameters, in order.
  public let arguments: [Double]
  /// λ₁. `square` is λ₂.
  let absolute: Double
  let square: Double

  /// Every penalty of the language.
  public static let catalogue: [Recipe<Penalty>] = [l1, l2, elastic]

  package static let l1 = recipe(
    "l1", "sum of the weights' magnitudes, times lambda", ["lambda"], "lambda*|W|_1; Tibshirani 1996"
  ) { ($0[0], 0) }
  package static let l2 = recipe(
    "l2", "half the sum of the weights' squares, times lambda", ["lambda"], "lambda/2*|W|^2; weight decay"
  ) { (0, $0[0]) }
  package static let elastic = recipe(
    "elastic", "l1 and l2 together", ["lambda1", "lambda2"], "lambda1*|W|_1 + lambda2/2*|W|^2; Zou, Hastie 2005"
  ) { ($0[0], $0[1]) }

  private static func recipe(
    _ name: String, _ summary: String, _ parameters: [String], _ source: String,
    _ strengths: @escaping @Sendable ([Double]) -> (absolute: Double, square: Double)
  ) -> Recipe<Penalty> {
    let example = parameters.map { _ in "0.001" }.joined(separator: ", ")
    return Recipe(
      name, summary, parameters: parameters.map { RecipeParameter($0, in: .finiteNonnegative, "strength") },
      example: "train(mlp([2, 4, 1], tanh), xor(16), penalty: \(name)(\(example)), epochs: 2).state", source: source
    ) { arguments in
      let (absolute, square) = strengths(arguments)
      return Penalty(name: name, arguments: arguments, absolute: absolute, square: square)
    }
  }

  /// Adds the gradient of the penalty, λ₁·sign(w) + λ₂·w, to the gradients of the weight matrices.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func addGradient<E: Element>(_ parameters: [Parameter<E>]) {
    for parameter in parameters where parameter.spec.isMatrix {
      let w = parameter.values.pointer
      let g = parameter.gradients.pointer
      let a = E(absolute)
      let s = E(square)
      for i in 0..<parameter.count { g[i] += s * w[i] + (w[i] > 0 ? a : w[i] < 0 ? -a : 0) }
    }
  }
}
