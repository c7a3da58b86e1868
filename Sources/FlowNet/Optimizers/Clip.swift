// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// A limit applied to the gradient before a step.
public struct Clip: CatalogueValue {
  /// The name in the language.
  public let name: String
  /// The values of the recipe's parameters, in order.
  public let arguments: [Double]
  private let bounded: Bounded
  private var limit: Double { arguments[0] }

  private enum Bounded { case elements, norm }

  /// Every clipping method of the language.
  public static let catalogue: [Recipe<Clip>] = [value, norm]

  package static let value = recipe(
    .elements, "clip_value", "limits every element of the gradient to -limit..limit", "torch.nn.utils.clip_grad_value_")
  package static let norm = recipe(
    .norm, "clip_norm", "scales the whole gradient down if its norm exceeds limit",
    "g*min(1, limit/(norm + 1e-6)); Pascanu, Mikolov, Bengio 2013; torch.nn.utils.clip_grad_norm_")

  private static func recipe(
    _ bounded: Bounded, _ name: String, _ summary: String, _ source: String
  ) -> Recipe<Clip> {
    Recipe(
      name, summary,
      parameters: [
        RecipeParameter("limit", in: 0 ... .infinity, open: true, "largest allowed magnitude of an element, or norm")
      ],
      example: "train(mlp([2, 4, 1], tanh), xor(16), clip: \(name)(0.1), epochs: 2).state", source: source
    ) { Clip(name: name, arguments: $0, bounded: bounded) }
  }

  /// Clips the gradients, whose norm is `norm`. Returns the norm afterwards and whether any element was changed.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func apply<E: Element>(_ gradients: Buffer<E>, norm: Double) -> (norm: Double, acted: Bool) {
    switch bounded {
    case .norm:
      let factor = min(1, limit / (norm + 1e-6))
      guard factor < 1 else { return (norm, false) }
      for i in 0..<gradients.count { gradients.pointer[i] *= E(factor) }
    case .elements:
      let bound = E(limit)
      var acted = false
      for i in 0..<gradients.count where abs(gradients.pointer[i]) > bound {
        gradients.pointer[i] = gradients.pointer[i] > 0 ? bound : -bound
        acted = true
      }
      guard acted else { return (norm, false) }
    }
    return (Reduction.norm(gradients.pointer, gradients.count), true)
  }
}
