// SPDX-License-Identifier: GPL-3.0-or-later

/// The chain rule for one parameter, factor by factor.
public struct Explanation: Sendable {
  /// One factor, and the product up to it.
  public struct Term: Sendable {
    /// In words, such as `activation slope`.
    public let name: String
    /// In symbols, such as `f'(z3)`.
    public let symbol: String
    /// The factor.
    public let value: Double
    /// The product of this factor and those before.
    public let product: Double
    /// log10 of the product's magnitude, right also where the product underflows.
    public let log10: Double

    /// A row of the table.
    public init(name: String, symbol: String, value: Double, product: Double, log10: Double) {
      self.name = name
      self.symbol = symbol
      self.value = value
      self.product = product
      self.log10 = log10
    }
  }

  /// What is derived, such as `dL/db1`.
  public let target: String
  /// The formula in symbols; a long one is cut in the middle.
  public let formula: String
  /// The factors from the loss back to the parameter.
  public let terms: [Term]
  /// What backpropagation gives for the same derivative, and its log10.
  public let gradient: Double
  /// log10 of the gradient's magnitude, right also where it underflows.
  public let gradientLog10: Double
  /// |product − gradient|/|gradient|, from the logarithms where both underflow.
  public let relativeError: Double

  init(target: String, factors: [Factor], gradient: Double, gradientExponent: Int) {
    var product = 1.0
    var mantissa = 1.0
    var exponent = 0
    terms = factors.map { factor in
      product *= factor.value
      mantissa *= factor.value
      // The running product as mantissa·2^exponent never underflows.
      if mantissa != 0, mantissa.isFinite {
        exponent += Int(mantissa.exponent)
        mantissa = mantissa.sign == .minus ? -mantissa.significand : mantissa.significand
      }
      return Term(
        name: factor.name, symbol: factor.symbol, value: factor.value, product: product,
        log10: logarithm10(abs(mantissa), scaledBy: -exponent))
    }
    self.target = target
    formula = "\(target) = \(Explanation.shortened(factors.map(\.symbol)).joined(separator: " * "))"
    self.gradient = unscaled(gradient, by: gradientExponent)
    gradientLog10 = logarithm10(abs(gradient), scaledBy: gradientExponent)
    let ratio = unscaled(mantissa / gradient, by: -exponent - gradientExponent)
    relativeError = gradient == 0 && mantissa == 0 ? 0 : abs(ratio - 1)
  }

  /// What stands for the explanation of a pass that was stopped.
  static let stopped = Explanation(target: "", factors: [], gradient: .nan, gradientExponent: 0)

  /// A long product keeps its two ends; the table has them all.
  private static func shortened(_ symbols: [String]) -> [String] {
    symbols.count > 24 ? symbols.prefix(9) + ["..."] + symbols.suffix(8) : symbols
  }

  /// One factor of the product.
  struct Factor {
    let name: String
    let symbol: String
    let value: Double
  }
}
