// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// A binary floating-point format in the style of IEEE 754: a sign, an exponent, a significand with a hidden leading
/// bit, subnormal numbers, infinities and NaN.
public struct NumberFormat: CatalogueValue {
  /// The name in the language. Custom formats are all named `format`.
  public let name: String
  /// The numbers of bits of a custom format; empty for a format with a name of its own.
  public let arguments: [Double]
  /// The number of bits of the exponent, 2 to 11.
  public let exponentBits: Int
  /// The number of stored bits of the significand, 1 to 52.
  public let significandBits: Int
  /// The smallest positive number, which is subnormal.
  public let smallest: Double
  /// The smallest normal number.
  public let smallestNormal: Double
  /// The largest finite number.
  public let largest: Double

  /// Creates a format. Both numbers of bits must be in their ranges.
  public init(_ name: String? = nil, exponentBits: Int, significandBits: Int) {
    self.name = name ?? "format"
    arguments = name == nil ? [Double(exponentBits), Double(significandBits)] : []
    self.exponentBits = exponentBits
    self.significandBits = significandBits
    let top = (1 << (exponentBits - 1)) - 1
    smallest = Double(sign: .plus, exponent: 1 - top - significandBits, significand: 1)
    smallestNormal = Double(sign: .plus, exponent: 1 - top, significand: 1)
    largest = Double(
      sign: .plus, exponent: top,
      significand: 2 - Double(sign: .plus, exponent: -significandBits, significand: 1))
  }

  /// Returns whether the format is that of an element type, so that nothing needs rounding.
  func isFormat<E: Element>(of type: E.Type) -> Bool {
    exponentBits == E.exponentBitCount && significandBits == E.significandBitCount
  }

  /// The element type in which results for this format are computed before they are rounded. f32 and f64 use their own
  /// types. Short formats use f32, like hardware with wide accumulators. A format is short if it has at most 11 digits:
  /// then rounding to f32 first does not change a normal product or quotient (Figueroa, When is double rounding
  /// innocuous?, 1995). All other formats use f64.
  var arithmetic: Precision {
    let isShort =
      exponentBits <= Float.exponentBitCount && 2 * (significandBits + 1) + 2 <= Float.significandBitCount + 1
    return isShort || isFormat(of: Float.self) ? .f32 : .f64
  }

  /// Returns the nearest number of the format; ties go to the number whose last bit is 0. Numbers below
  /// `smallestNormal` underflow gradually, and numbers that would round above `largest` become infinite.
  @inline(__always)
  public func round(_ x: Double) -> Double {
    let magnitude = abs(x)
    guard magnitude < .infinity else { return x }
    var rounded: Double
    if magnitude < smallestNormal {
      // The sum is so large that its last bit has the value `smallest`.
      let shift = smallest * 0x1p52
      rounded = (magnitude + shift) - shift
    } else {
      // Adding half of the last bit kept, less one unit if that bit is 0, carries into it when the number must be
      // rounded up. A carry out of the significand increments the exponent.
      let dropped = UInt64(52 - significandBits)
      let bits = magnitude.bitPattern
      let odd = (bits >> dropped) & 1
      let half: UInt64 = dropped == 0 ? 0 : (1 << (dropped - 1)) - 1 + odd
      rounded = Double(bitPattern: ((bits + half) >> dropped) << dropped)
      if rounded > largest { rounded = .infinity }
    }
    return x.sign == .minus ? -rounded : rounded
  }

  /// Rounds `count` elements in memory, divided among the threads.
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
  /// Every format of the language.
  public static let catalogue: [Recipe<NumberFormat>] = [
    recipe("f16", "half precision: up to 65504, down to 6e-8", 5, 10, "binary16 of IEEE 754-2008"),
    recipe("bf16", "the upper half of f32: the same range, but only three digits", 8, 7, "Kalamkar and others 2019"),
    recipe("f32", "single precision: seven digits, down to 1.4e-45", 8, 23, "binary32 of IEEE 754-2008"),
    recipe("f64", "double precision: sixteen digits, down to 4.9e-324", 11, 52, "binary64 of IEEE 754-2008"),
    Recipe(
      "format", "a custom format with subnormal numbers and infinities",
      parameters: [
        RecipeParameter("exponent_bits", in: 2...11, whole: true, "bits of the exponent"),
        RecipeParameter("significand_bits", in: 1...52, whole: true, "bits of the significand without the leading one"),
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
