// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowLanguage
import FlowNet
import FlowRuntime

/// A value of a catalogue that the language has as a choice.
protocol CatalogueChoice: CatalogueValue {
  static var family: Family { get }
}

extension Activation: CatalogueChoice { static let family = Family.activation }
extension Initializer: CatalogueChoice { static let family = Family.initializer }
extension Loss: CatalogueChoice { static let family = Family.loss }
extension Optimizer: CatalogueChoice { static let family = Family.optimizer }
extension Clip: CatalogueChoice { static let family = Family.clip }
extension Penalty: CatalogueChoice { static let family = Family.penalty }
extension RateSchedule: CatalogueChoice { static let family = Family.schedule }
extension NumberFormat: CatalogueChoice { static let family = Family.format }

extension CatalogueChoice {
  /// The value in the language.
  var value: Value { .object(choice) }

  private var choice: Choice { Choice(recipe, arguments, family: Self.family) }

  /// Source code with all arguments, such as `tanh` or `leaky_relu(0.01)`.
  var sourceText: String { sourceText(recipe.parameters.count) }

  /// Source code without arguments if all of them are defaults.
  var nameOrSourceText: String { choice.summary }

  /// Source code without the defaults at the end. A number that comes first is always written, so that an optimizer
  /// shows its rate, unless it may be none.
  var shortSourceText: String {
    let parameters = recipe.parameters
    let last = parameters.indices.last { arguments[$0] != parameters[$0].defaultValue } ?? -1
    let showsFirst = parameters.first.map { $0.choices.isEmpty && !$0.optional } ?? false
    return sourceText(max(last + 1, showsFirst ? 1 : 0))
  }

  private func sourceText(_ count: Int) -> String {
    let texts = zip(recipe.parameters, arguments).prefix(count).map { $0.text(of: $1) }
    return texts.isEmpty ? name : "\(name)(\(texts.joined(separator: ", ")))"
  }
}

extension Choice {
  /// Creates the choice for an entry of a catalogue and one number for each of its parameters.
  init<Product: Sendable>(_ recipe: Recipe<Product>, _ numbers: [Double], family: Family) {
    let arguments = zip(recipe.parameters, numbers).map { ($0.name, $0.value(of: $1)) }
    self.init(
      family: family, name: recipe.name, arguments: Record(uniqueKeysWithValues: arguments),
      isStandard: zip(recipe.parameters, numbers).allSatisfy { $0.defaultValue == $1 }, product: recipe.make(numbers))
  }
}

extension RecipeParameter {
  /// Returns the number that represents a checked argument: the index of a word, 1 for true, or 0 for none.
  func number(of value: Value) -> Double {
    switch value {
    case .number(let number): number
    case .boolean(let truth): truth ? 1 : 0
    case .none where optional: 0
    case .string(let word): Double(choices.firstIndex(of: word) ?? 0)
    default: preconditionFailure("the signature lets numbers, booleans and words in")
    }
  }

  /// Returns the argument that a number represents.
  func value(of number: Double) -> Value {
    if optional, number == 0 { return .none }
    if choices.isEmpty { return .number(number) }
    return isBoolean ? .boolean(number == 1) : .string(choices[Int(number)])
  }

  /// Returns the source code of the argument that a number represents.
  func text(of number: Double) -> String {
    if optional, number == 0 { return "none" }
    return choices.isEmpty ? literal(number) : choices[Int(number)]
  }

  var isBoolean: Bool { choices == ["false", "true"] }
}
