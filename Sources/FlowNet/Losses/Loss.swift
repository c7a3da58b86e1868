// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// A loss with its arguments.
public struct Loss: CatalogueValue {
  let entry: LossEntry
  /// The values of the recipe's parameters, in order.
  public let arguments: [Double]

  /// The name in the language.
  public var name: String { entry.name }
  public var recipe: Recipe<Loss> { entry.recipe }
  /// The final activation that this loss is fused with, if any: the loss then takes the activation's input z and
  /// differentiates through it.
  package var fusesWith: Activation? { entry.fusion?.activation }

  /// Returns the loss that `loss: auto` stands for: cross entropy for classes (`bce` if there is a single output, which
  /// can only distinguish two classes), otherwise the mean squared error.
  public static func automatic(for data: DataSet, outputs: Int) -> Loss {
    data.isClassification ? outputs == 1 ? .binaryCrossEntropy : .crossEntropy : .meanSquaredError
  }

  /// Sets `gradient` to the derivative of the mean loss with respect to `output`, samples × outputs, with padding 0. It
  /// has full relative accuracy even where a probability is rounded to 1.
  package func differentiate(_ output: Matrix<Double>, _ target: Matrix<Double>, into gradient: Matrix<Double>) {
    _ = Double.kernel(self).evaluate(output, target, gradient, arguments, true)
  }

  /// Every loss of the language.
  public static let catalogue: [Recipe<Loss>] = lossEntries.map(\.recipe)
}

/// A loss and its gradient for whole batches, samples × outputs.
///
/// `evaluate` returns the mean loss and sets `gradient` to its derivative with respect to `output`, with padding 0. If
/// `isPrecise`, the gradient has full relative accuracy even where a probability is rounded to 1. Training steps
/// subtract the target from the probability instead, as PyTorch does.
protocol LossFunction: SendableMetatype {
  static func evaluate<E: Element>(
    _ output: Matrix<E>, _ target: Matrix<E>, gradient: Matrix<E>, _ arguments: [Double], isPrecise: Bool
  ) -> Double
  /// Returns the derivative of the mean loss over `samples` samples with respect to the outputs of one of them. It is
  /// as accurate as the precise gradient, even outside the range of f64.
  static func slopes(
    _ output: [Double], _ target: [Double], samples: Int, _ arguments: [Double]
  ) -> [WideNumber]
}

/// The evaluation of a loss for one element type.
struct LossKernel<E: Element>: Sendable {
  let evaluate:
    @Sendable (
      _ output: Matrix<E>, _ target: Matrix<E>, _ gradient: Matrix<E>, _ arguments: [Double], _ isPrecise: Bool
    ) -> Double

  init<L: LossFunction>(_ function: L.Type) {
    evaluate = { L.evaluate($0, $1, gradient: $2, $3, isPrecise: $4) }
  }
}

/// The final activation that a loss is fused with.
struct LossFusion: Sendable {
  let activation: Activation
  /// The class of PyTorch that computes the same loss. It always applies the activation itself.
  let torchClass: String

  /// A sentence about the pair for the help page of the loss.
  var advice: String {
    let name = activation.name
    return
      "A final \(name) is fused with it: the loss takes the input of the \(name), so that \(name) is applied once. "
      + "PyTorch differs: \(torchClass) after a \(name) applies \(name) twice."
  }
}

extension Network {
  /// Returns a note about the loss and the final activation of the network if they are fused, or nil if they are
  /// not.
  package func fusionNote(_ loss: Loss) -> String? {
    guard let fusion = loss.entry.fusion, architecture.graph.nodes.last?.role.activation == fusion.activation else {
      return nil
    }
    let name = fusion.activation.name
    return "the final \(name) and \(loss.name) are fused, so \(name) is applied once; in PyTorch, leave it out before "
      + "\(fusion.torchClass), which applies it itself"
  }
}

/// An entry in the catalogue of losses. It is a class because every copy of a loss refers to it.
final class LossEntry: Sendable {
  let name: String
  let summary: String
  let parameters: [RecipeParameter]
  let source: String
  let fusion: LossFusion?
  let targets: TargetRequirement
  /// The power of the unit of the targets that the loss is proportional to, or nil if it is not proportional to any.
  let unitPower: Int?
  /// The constant output with the smallest loss, as a function of the mean target, or nil if it has no closed form.
  let bestConstant: (@Sendable (_ meanTarget: Double) -> Double)?
  let slopes: @Sendable (_ output: [Double], _ target: [Double], _ samples: Int, _ arguments: [Double]) -> [WideNumber]
  let f32: LossKernel<Float>
  let f64: LossKernel<Double>

  init<L: LossFunction>(
    _ function: L.Type, _ name: String, _ summary: String, _ source: String, parameters: [RecipeParameter] = [],
    fusion: LossFusion? = nil, targets: TargetRequirement = .numbers, unitPower: Int? = nil,
    bestConstant: (@Sendable (_ meanTarget: Double) -> Double)? = nil
  ) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
    self.source = source
    self.fusion = fusion
    self.targets = targets
    self.unitPower = unitPower
    self.bestConstant = bestConstant
    slopes = { L.slopes($0, $1, samples: $2, $3) }
    f32 = LossKernel<Float>(function)
    f64 = LossKernel<Double>(function)
  }

  var recipe: Recipe<Loss> {
    Recipe(
      name, summary, details: fusion?.advice ?? "", parameters: parameters,
      example: "flow(mlp([2, 4, 2], tanh), loss: \(name))", source: source
    ) { Loss(entry: self, arguments: $0) }
  }
}

extension Element {
  /// Returns the kernel of a loss for this element type.
  @inline(__always)
  static func kernel(_ loss: Loss) -> LossKernel<Self> {
    if Self.self == Float.self { return loss.entry.f32 as! LossKernel<Self> }
    return loss.entry.f64 as! LossKernel<Self>
  }
}
