// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// An optimizer with its arguments.
public struct Optimizer: CatalogueValue {
  let entry: OptimizerEntry
  /// The values of the recipe's parameters, in order.
  public let arguments: [Double]

  /// The name in the language.
  public var name: String { entry.name }
  public var recipe: Recipe<Optimizer> { entry.recipe }

  /// The number of state values that the optimizer keeps per parameter.
  var memories: Int { entry.needsNoMemory(arguments) ? 0 : entry.memories }

  /// Every optimizer of the language.
  public static let catalogue: [Recipe<Optimizer>] = optimizerEntries.map(\.recipe)

  /// Gradient descent with the default rate.
  public static let sgd = OptimizerEntry.sgd.recipe.default
  package static let adam = OptimizerEntry.adam.recipe.default
}

/// The optimizers, in the order of the manual.
private let optimizerEntries: [OptimizerEntry] = [.sgd, .adam, .adamw, .rmsprop, .adagrad]

/// An entry in the catalogue of optimizers. Each entry is in a separate file, together with its rule. It is a class
/// because every copy of an optimizer refers to it.
final class OptimizerEntry: Sendable {
  let name: String
  let summary: String
  let parameters: [RecipeParameter]
  let source: String
  let memories: Int
  let f32: UpdateLoop<Float>
  let f64: UpdateLoop<Double>
  /// Returns whether the rule keeps no state for the given arguments. The plain loops are used in that case.
  let needsNoMemory: @Sendable (_ arguments: [Double]) -> Bool
  let plainF32: UpdateLoop<Float>
  let plainF64: UpdateLoop<Double>

  convenience init<R: UpdateRule>(
    _ rule: R.Type, _ name: String, _ summary: String, _ source: String, parameters: [RecipeParameter]
  ) {
    self.init(
      rule, withoutMemory: rule, where: { _ in false }, name, summary, source, parameters: parameters)
  }

  init<R: UpdateRule, Plain: UpdateRule>(
    _ rule: R.Type, withoutMemory plain: Plain.Type, where needsNoMemory: @escaping @Sendable ([Double]) -> Bool,
    _ name: String, _ summary: String, _ source: String, parameters: [RecipeParameter]
  ) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
    self.source = source
    memories = rule.memories
    f32 = UpdateLoop<Float>(rule)
    f64 = UpdateLoop<Double>(rule)
    self.needsNoMemory = needsNoMemory
    plainF32 = UpdateLoop<Float>(plain)
    plainF64 = UpdateLoop<Double>(plain)
  }

  var recipe: Recipe<Optimizer> {
    Recipe(
      name, summary, parameters: parameters,
      example: "train(mlp([2, 4, 1], tanh), xor(16), optimizer: \(name)(0.05), epochs: 2).state", source: source
    ) { Optimizer(entry: self, arguments: $0) }
  }
}

extension Element {
  /// Returns the update loop of an optimizer for this element type.
  static func loop(_ optimizer: Optimizer) -> UpdateLoop<Self> {
    let entry = optimizer.entry
    let isPlain = optimizer.memories == 0
    if Self.self == Float.self { return (isPlain ? entry.plainF32 : entry.f32) as! UpdateLoop<Self> }
    return (isPlain ? entry.plainF64 : entry.f64) as! UpdateLoop<Self>
  }
}

/// Creates the first parameter of every optimizer, the learning rate.
func rateParameter(_ defaultValue: Double?) -> RecipeParameter {
  RecipeParameter("rate", defaultValue, in: .finiteNonnegative, "learning rate")
}
