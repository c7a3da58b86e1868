// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowLanguage
import FlowRuntime

extension Builtin {
  /// Creates the builtin for a recipe of a catalogue. A call creates the choice from its arguments; the bare name is
  /// the choice with all defaults.
  package init<Product: Sendable>(_ recipe: Recipe<Product>, family: Family, in group: Group) {
    self.init(
      recipe.name, recipe.summary.sentence + (recipe.details.isEmpty ? "" : " " + recipe.details), in: group,
      recipe.parameters.map(Parameter.init),
      gives: withArticle(family.name), example: recipe.example, family: family, source: recipe.source
    ) { call throws(Diagnostic) in
      let numbers = recipe.parameters.map { $0.number(of: call.value($0.name)) }
      try call.checkConditions(of: recipe.parameters, numbers)
      return .object(Choice(recipe, numbers, family: family))
    }
  }

  /// Returns one builtin for each recipe of a catalogue.
  static func catalogue<Product: CatalogueChoice>(_ product: Product.Type, in group: Group) -> [Builtin] {
    Product.catalogue.map { Builtin($0, family: Product.family, in: group) }
  }
}

extension Call {
  /// Throws if an argument has no effect because another one is 0.
  fileprivate func checkConditions(of parameters: [RecipeParameter], _ numbers: [Double]) throws(Diagnostic) {
    for (parameter, number) in zip(parameters, numbers) where number != 0 {
      guard let (name, usual) = parameter.condition,
        let other = parameters.firstIndex(where: { $0.name == name }), numbers[other] == 0
      else { continue }
      let value = "\(name): \(literal(usual))"
      let code = place.text
      throw Complaint(
        "out-of-range", "\(parameter.name) has no effect without \(name)",
        label: isGiven(name) ? "write \(value)" : "",
        replacement: isGiven(name) || !code.hasSuffix(")") ? nil : "\(code.dropLast()), \(value))"
      ).at(place)
    }
  }
}

extension Parameter {
  /// Creates a parameter from that of a recipe: a number, a whole number, a word or a boolean.
  init(_ parameter: RecipeParameter) {
    let type = ParameterType(parameter)
    self.init(
      parameter.name, parameter.optional ? .optional(type) : type, default: parameter.standardText,
      parameter.summary)
  }
}

extension RecipeParameter {
  /// The default value as source code, or nil if the parameter is required. 0.3333333333333333 is written as 1/3.
  fileprivate var standardText: String? {
    guard let defaultValue else { return nil }
    let text = text(of: defaultValue)
    let whole = (1 / defaultValue).rounded()
    return text.count > 8 && 1 / whole == defaultValue ? "1/\(literal(whole))" : text
  }
}

extension ParameterType {
  fileprivate init(_ parameter: RecipeParameter) {
    if parameter.isBoolean {
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

extension String {
  /// The phrase with a capital letter and a full stop.
  var sentence: String { prefix(1).uppercased() + dropFirst() + (hasSuffix(".") ? "" : ".") }
}
