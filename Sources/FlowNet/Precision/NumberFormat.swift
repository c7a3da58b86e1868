// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// A binary floating-point format in the style of IEEE 754: a sign, a number of bits of exponent and of significand
/// after the leading one, subnormal numbers, infinities and NaN.
public struct NumberFormat: Sendable {
  /// The name in the language; formats with numbers of their own are all called `format`.
  public let name: String
  /// Bits of the exponent, 2 to 11.
  public let exponentBits: Int
  /// Bits of the significand that are stored, 1 to 52.
  public let significandBits: Int
  /// The smallest positive number, a subnormal one.
  public let smallest: Double
  /// The smallest number that has all its digits.
  public let smallestNormal: Double
  /// The largest number.
  public let largest: Double

  /// A format; both numbers must be in their range.
  public init(_ name: String = "format", exponentBits: Int, significandBits: Int) {
    self.name = name
    self.exponentBits = exponentBits
    self.significandBits = significandBits
    let top = (1 << (exponentBits - 1)) - 1
    smallest = Double(sign: .plus, exponent: 1 - top - significandBits, significand: 1)
    smallestNormal = Double(sign: .plus, exponent: 1 - top, significand: 1)
    largest = Double(
      sign: .plus, exponent: top,
      significand: 2 - Double(sign: .plus, exponent: -significandBits, significand: 1))
  }

  /// How it is written: `bf16`, `format(4, 3)`.
  public var sourceText: String { name == "format" ? "format(\(exponentBits), \(significandBits))" : name }

  /// Whether an element type is this very format, so that nothing needs rounding.
  func isFormat<E: Element>(of type: E.Type) -> Bool {
    exponentBits == E.exponentBitCount && significandBits == E.significandBitCount
  }

  /// The element type that computes for it: f32 and f64 are their own, and short formats have f32, as hardware with wide
  /// accumulators gives them. Short are those with at most 11 digits, for which rounding to f32 first changes no digit of
  /// a normal product or quotient; Figueroa 1995, When is double rounding innocuous? All others have f64.
  var arithmetic: Precision {
    let isShort =
      exponentBits <= Float.exponentBitCount && 2 * (significandBits + 1) + 2 <= Float.significandBitCount + 1
    return isShort || isFormat(of: Float.self) ? .f32 : .f64
  }

  /// The nearest number of the format, of two the one whose last bit is 0; gradual below `smallestNormal`, infinite where
  /// it would be above `largest`.
  @inline(__always)
  public func round(_ x: Double) -> Double {
    let magnitude = abs(x)
    guard magnitude < .infinity else { return x }
    var rounded: Double
    if magnitude < smallestNormal {
      // The sum is so large that its last bit is worth `smallest`.
      let shift = smallest * 0x1p52
      rounded = (magnitude + shift) - shift
    } else {
      // Half of the last bit that stays, less one where that bit is 0, carries up to it; a carry out of the significand
      // is one more in the exponent.
      let dropped = UInt64(52 - significandBits)
      let bits = magnitude.bitPattern
      let odd = (bits >> dropped) & 1
      let half: UInt64 = dropped == 0 ? 0 : (1 << (dropped - 1)) - 1 + odd
      rounded = Double(bitPattern: ((bits + half) >> dropped) << dropped)
      if rounded > largest { rounded = .infinity }
    }
    return x.sign == .minus ? -rounded : rounded
  }

  /// Rounds `count` elements in memory, shared among the threads.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func round<E: Element>(_ x: UnsafeMutablePointer<E>, _ count: Int, _ pool: ThreadPool) {
    if isFormat(of: E.self) { return }
    pool.run(count, elements: count, (self, x)) { work, range in
      let (format, x) = work
      for i in range { x[i] = E(format.round(Double(x[i]))) }
    }
  }
}

extension NumberFormat {
  /// The formats of the language, one entry each.
  public static let catalogue: [Recipe<NumberFormat>] = [
    recipe("f16", "half precision: up to 65504, down to 6e-8", 5, 10, "binary16 of IEEE 754-2008"),
    recipe("bf16", "the upper half of f32: its range, but three digits", 8, 7, "Kalamkar and others 2019"),
    recipe("f32", "single precision: seven digits, down to 1.4e-45", 8, 23, "binary32 of IEEE 754-2008"),
    recipe("f64", "double precision: sixteen digits, down to 4.9e-324", 11, 52, "binary64 of IEEE 754-2008"),
    Recipe(
      "format", "a format of your own, with subnormal numbers and infinities",
      parameters: [
        RecipeParameter("exponent_bits", in: 2...11, whole: true, "bits of the exponent"),
        RecipeParameter("significand_bits", in: 1...52, whole: true, "bits of the significand after the leading one"),
      ], example: "precision(chain(3, tanh), formats: format(5, 2)) |> select(layer, format, zero)",
      source: "bias 2^(exponent_bits - 1) - 1; IEEE 754-2008"
    ) { NumberFormat(exponentBits: Int($0[0]), significandBits: Int($0[1])) },
  ]

  private static func recipe(
    _ name: String, _ summary: String, _ exponentBits: Int, _ significandBits: Int, _ source: String
  ) -> Recipe<NumberFormat> {
    Recipe(
      name, summary, example: "precision(chain(3, tanh), formats: \(name)) |> select(layer, format, zero)",
      source: source
    ) { _ in NumberFormat(name, exponentBits: exponentBits, significandBits: significandBits) }
  }
}
