// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The chain rule for one parameter, factor by factor.
public struct Explanation: Sendable {
  /// One factor, and the product of the factors up to and including it.
  public struct Term: Sendable {
    /// The name in words, such as `activation slope`.
    public let name: String
    /// The symbol, such as `f'(z3)`.
    public let symbol: String
    /// The factor. It is `nil` if it does not exist: after a gradient of 0, and in a closed branch, whose whole effect
    /// is attributed to the shortcut around it.
    public let value: Double?
    /// The product of the factors up to and including this one; `nil` in a closed branch.
    public let product: Double?
    /// log10 of the product's magnitude, correct even if the product underflows; `nil` if it is not known.
    public let log10: Double?

    public init(name: String, symbol: String, value: Double?, product: Double?, log10: Double?) {
      self.name = name
      self.symbol = symbol
      self.value = value
      self.product = product
      self.log10 = log10
    }
  }

  /// The derivative, such as `dL/db1`.
  public let target: String
  /// The formula in symbols. A long formula is shortened in the middle.
  public let formula: String
  /// The factors from the loss back to the parameter.
  public let terms: [Term]
  /// The same derivative as computed by backpropagation.
  public let gradient: Double
  /// log10 of the gradient's magnitude, correct even if it underflows; `nil` if it is not known.
  public let gradientLog10: Double?
  /// |product − gradient|/|gradient|, computed even if both are outside the range of f64.
  public let relativeError: Double

  init(target: String, factors: [Factor], gradient: WideNumber) {
    var product = WideNumber(1)
    terms = factors.map { factor in
      if let value = factor.value { product = product * value }
      let isKnown = factor.value != nil || product.isZero
      return Term(
        name: factor.name, symbol: factor.symbol, value: factor.value?.number, product: isKnown ? product.number : nil,
        log10: isKnown ? product.log10 : nil)
    }
    self.target = target
    formula = "\(target) = \(Explanation.shortened(factors.map(\.symbol)).joined(separator: " * "))"
    self.gradient = gradient.plain
    gradientLog10 = gradient.log10
    relativeError = gradient.isZero && product.isZero ? 0 : abs((product / gradient).plain - 1)
  }

  /// A placeholder for the explanation of a pass that was stopped.
  static let stopped = Explanation(target: "", factors: [], gradient: WideNumber(.nan))

  /// Keeps the two ends of a long product. The table contains all factors.
  private static func shortened(_ symbols: [String]) -> [String] {
    symbols.count > 24 ? symbols.prefix(9) + ["..."] + symbols.suffix(8) : symbols
  }

  /// One factor of the product.
  struct Factor {
    let name: String
    let symbol: String
    let value: WideNumber?
  }
}
