// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowLanguage
import FlowNet
import FlowRuntime
import OrderedCollections

extension Builtin {
  /// Creates the builtin for a recipe of a catalogue. A call creates the choice from its arguments; the bare name is
  /// the choice with all defaults.
  package init<Product: Sendable>(_ recipe: Recipe<Product>, family: Family, in group: Group) {
    self.init(
      recipe.name, recipe.summary.sentence, in: group, recipe.parameters.map(Parameter.init),
      gives: withArticle(family.name), example: recipe.example, family: family, source: recipe.source
    ) { call in
      let numbers = recipe.parameters.map { $0.number(of: call.value($0.name)) }
      return .object(
        Choice(
          family: family, name: recipe.name,
          arguments: Record(uniqueKeysWithValues: recipe.parameters.map { ($0.name, call.value($0.name)) }),
          isStandard: zip(recipe.parameters, numbers).allSatisfy { $0.standard == $1 },
          product: recipe.make(numbers)))
    }
  }

  /// Returns one builtin for each recipe of a catalogue.
  package static func catalogue<Product: Sendable>(
    _ recipes: [Recipe<Product>], family: Family, in group: Group
  ) -> [Builtin] {
    recipes.map { Builtin($0, family: family, in: group) }
  }
}

extension Parameter {
  /// Creates a parameter from that of a recipe: a number, a whole number, a word or a boolean.
  init(_ parameter: RecipeParameter) {
    let standard = parameter.standard.map { parameter.choices.isEmpty ? literal($0) : parameter.choices[Int($0)] }
    self.init(parameter.name, ParameterType(parameter), default: standard, parameter.summary)
  }
}

extension ParameterType {
  fileprivate init(_ parameter: RecipeParameter) {
    if parameter.choices == ["false", "true"] {
      self = .boolean
    } else if !parameter.choices.isEmpty {
      self = .word(parameter.choices)
    } else if parameter.whole {
      self = .whole(Int(clamping: parameter.range.lowerBound)...Int(clamping: parameter.range.upperBound))
    } else {
      self = .number(Bounds(parameter.range, open: parameter.open))
    }
  }
}

extension Int {
  /// Creates an integer by rounding toward zero. Magnitudes of 2^62 or more become the smallest or largest integer.
  fileprivate init(clamping number: Double) {
    self = number >= 0x1p62 ? .max : number <= -0x1p62 ? .min : Int(number)
  }
}

extension RecipeParameter {
  /// Returns the number that represents a checked argument: the index of a word, or 1 for true.
  func number(of value: Value) -> Double {
    switch value {
    case .number(let number): number
    case .boolean(let truth): truth ? 1 : 0
    case .string(let word): Double(choices.firstIndex(of: word) ?? 0)
    default: preconditionFailure("the signature lets numbers, booleans and words in")
    }
  }
}

extension String {
  /// The phrase with a capital letter and a full stop.
  var sentence: String { prefix(1).uppercased() + dropFirst() + (hasSuffix(".") ? "" : ".") }
}
