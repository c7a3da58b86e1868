// SPDX-License-Identifier: GPL-3.0-or-later

/// An entry of a catalogue, such as that of an activation, an initializer, a loss or an optimizer.
///
/// Argument checking, help, completion, the reference and an example that a test runs are all derived from it.
public struct Recipe<Product>: Sendable {
  /// The name in the language: the usual term of the field, in snake_case.
  public let name: String
  /// A description in one line.
  public let summary: String
  /// The numeric parameters, in positional order.
  public let parameters: [RecipeParameter]
  /// What users should know beyond the summary, in whole sentences. May be empty.
  public let details: String
  /// An example in the language.
  public let example: String
  /// The formula, or the paper that it comes from.
  public let source: String
  /// Creates the product from one number per parameter, in order.
  public let make: @Sendable ([Double]) -> Product

  public init(
    _ name: String, _ summary: String, details: String = "", parameters: [RecipeParameter] = [], example: String,
    source: String,
    make: @escaping @Sendable ([Double]) -> Product
  ) {
    self.name = name
    self.summary = summary
    self.details = details
    self.parameters = parameters
    self.example = example
    self.source = source
    self.make = make
  }

  /// The product with the default values; a parameter without one is 0.
  public var `default`: Product { make(parameters.map { $0.defaultValue ?? 0 }) }
}

/// A numeric parameter of a recipe.
public struct RecipeParameter: Sendable {
  /// The name in the language.
  public let name: String
  /// The default value, or nil if the parameter is required.
  public let defaultValue: Double?
  /// A description in one line.
  public let summary: String
  /// The allowed values.
  public let range: ClosedRange<Double>
  /// A Boolean value that indicates whether the ends of `range` are excluded.
  public let open: Bool
  /// A Boolean value that indicates whether only whole numbers are allowed.
  public let whole: Bool
  /// A Boolean value that indicates whether the parameter may be none, which 0 represents.
  public let optional: Bool
  /// The words for the values 0, 1 and so on. `false` and `true` make it a Boolean. Empty if the parameter is a number.
  public let choices: [String]
  /// The name of a parameter without which this one has no effect, with a usual value, or nil.
  public private(set) var condition: (name: String, usual: Double)?

  /// Returns the parameter as one that has no effect if another parameter is 0.
  public func needing(_ name: String, usual: Double) -> RecipeParameter {
    var parameter = self
    parameter.condition = (name, usual)
    return parameter
  }

  /// Creates a parameter that is a number.
  public init(
    _ name: String, _ defaultValue: Double? = nil, in range: ClosedRange<Double> = -.infinity ... .infinity,
    open: Bool = false, whole: Bool = false, _ summary: String
  ) {
    self.name = name
    self.defaultValue = defaultValue
    self.summary = summary
    self.range = range
    self.open = open
    self.whole = whole
    optional = false
    choices = []
  }

  /// Creates a parameter that is a number in a range without 0, or none, which is the default.
  public init(optional name: String, in range: ClosedRange<Double>, whole: Bool = false, _ summary: String) {
    precondition(!range.contains(0), "0 represents none")
    self.name = name
    defaultValue = 0
    self.summary = summary
    self.range = range
    open = false
    self.whole = whole
    optional = true
    choices = []
  }

  /// Creates a parameter that is one of the given words. `defaultValue` is the index of the default.
  public init(_ name: String, _ defaultValue: Int, choices: [String], _ summary: String) {
    self.name = name
    self.defaultValue = Double(defaultValue)
    self.summary = summary
    range = 0...Double(choices.count - 1)
    open = false
    whole = true
    optional = false
    self.choices = choices
  }
}

extension ClosedRange<Double> {
  /// All numbers from 0 that are finite.
  package static let finiteNonnegative = 0...Double.greatestFiniteMagnitude
}
