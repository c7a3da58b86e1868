// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowLanguage
import FlowNet
import FlowRuntime
import OrderedCollections

extension Builtin {
  /// The builtin that a recipe of any catalogue becomes: called with its numbers it makes the choice, and its bare
  /// name is the choice with every default.
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

  /// A catalogue as builtins.
  package static func catalogue<Product: Sendable>(
    _ recipes: [Recipe<Product>], family: Family, in group: Group
  ) -> [Builtin] {
    recipes.map { Builtin($0, family: family, in: group) }
  }
}

extension Parameter {
  /// The parameter of a recipe: a number, a whole number, a word or a boolean.
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
  /// The nearest whole number.
  fileprivate init(clamping number: Double) {
    self = number >= 0x1p62 ? .max : number <= -0x1p62 ? .min : Int(number)
  }
}

extension RecipeParameter {
  /// The number that a checked argument stands for.
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
  /// The phrase of a catalogue as a sentence.
  var sentence: String { prefix(1).uppercased() + dropFirst() + (hasSuffix(".") ? "" : ".") }
}
