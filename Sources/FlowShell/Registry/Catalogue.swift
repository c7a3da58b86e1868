// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowNet
import OrderedCollections

extension Builtin {
  /// The builtin that a recipe of any catalogue becomes: called with its numbers it makes the choice, and its bare
  /// name is the choice with every default.
  public init<Product: Sendable>(_ recipe: Recipe<Product>, family: Family, in group: Group) {
    let parameters = recipe.parameters.map { parameter in
      Parameter(
        parameter.name, .number(Bounds(parameter.range, open: parameter.open)),
        default: parameter.standard.map(literal), parameter.summary)
    }
    self.init(
      recipe.name, recipe.summary, in: group, parameters, gives: withArticle(family.name), example: recipe.example,
      family: family
    ) { call in
      let numbers = recipe.parameters.map { call.number($0.name) }
      return .object(
        Choice(
          family: family, name: recipe.name,
          arguments: Record(uniqueKeysWithValues: zip(recipe.parameters.map(\.name), numbers.map(Value.number))),
          isStandard: zip(recipe.parameters, numbers).allSatisfy { $0.standard == $1 },
          product: recipe.make(numbers)))
    }
  }

  /// A catalogue as builtins.
  public static func catalogue<Product: Sendable>(
    _ recipes: [Recipe<Product>], family: Family, in group: Group
  ) -> [Builtin] {
    recipes.map { Builtin($0, family: family, in: group) }
  }
}
