// SPDX-License-Identifier: GPL-3.0-or-later

/// One entry of a catalogue: everything the program knows of an activation, an initializer, a loss, an optimizer...
///
/// From this one declaration come argument checking, help, completion, the reference, and the example that a test runs.
public struct Recipe<Product>: Sendable {
  /// The name in the language, a standard term of the field in snake_case.
  public let name: String
  /// One line that says what it is.
  public let summary: String
  /// The numeric parameters, in positional order.
  public let parameters: [RecipeParameter]
  /// Source code of the language that uses it.
  public let example: String
  /// The formula, or the paper it comes from.
  public let source: String
  /// Makes the product from one number per parameter, in order.
  public let make: @Sendable ([Double]) -> Product

  /// An entry with all it says.
  public init(
    _ name: String, _ summary: String, parameters: [RecipeParameter] = [], example: String, source: String,
    make: @escaping @Sendable ([Double]) -> Product
  ) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
    self.example = example
    self.source = source
    self.make = make
  }
}

/// A numeric parameter of a recipe.
public struct RecipeParameter: Sendable {
  /// The name in the language.
  public let name: String
  /// The value when none is given; a parameter without one must be given.
  public let standard: Double?
  /// One line that says what it is.
  public let summary: String
  /// The values allowed.
  public let range: ClosedRange<Double>
  /// True where the ends of the range themselves are not allowed.
  public let open: Bool
  /// True where only whole numbers are allowed.
  public let whole: Bool
  /// The words that stand for 0, 1...; `false` and `true` make it a boolean. Empty for a number.
  public let choices: [String]

  /// A parameter that is a number.
  public init(
    _ name: String, _ standard: Double? = nil, in range: ClosedRange<Double> = -.infinity ... .infinity,
    open: Bool = false, whole: Bool = false, _ summary: String
  ) {
    self.name = name
    self.standard = standard
    self.summary = summary
    self.range = range
    self.open = open
    self.whole = whole
    choices = []
  }

  /// A parameter whose value is one of these words; `standard` is the position of the default.
  public init(_ name: String, _ standard: Int, choices: [String], _ summary: String) {
    self.name = name
    self.standard = Double(standard)
    self.summary = summary
    range = 0...Double(choices.count - 1)
    open = false
    whole = true
    self.choices = choices
  }
}
