// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The distance between round numbers: 1, 2 or 5 times a power of ten.
struct DecimalStep: Equatable {
  private(set) var mantissa: Int
  private(set) var exponent: Int

  /// Creates the smallest step that is not less than `width`, which must be positive.
  init(atLeast width: Double) {
    let power = width.isFinite ? Int(Real.log10(width).rounded(.down)) : 308
    (mantissa, exponent) = (1, power)
    // The width may have a rounding error, and the logarithm of a power of ten may be rounded down.
    while size < width * (1 - 1e-9), exponent <= 308 { self = next }
  }

  init(_ mantissa: Int, exponent: Int) {
    self.mantissa = mantissa
    self.exponent = exponent
  }

  /// The next larger step.
  var next: DecimalStep {
    switch mantissa {
    case 1: DecimalStep(2, exponent: exponent)
    case 2: DecimalStep(5, exponent: exponent)
    default: DecimalStep(1, exponent: exponent + 1)
    }
  }

  var size: Double { value(1) }

  /// Returns `count` steps as a number, rounded once.
  func value(_ count: Int) -> Double { Double("\(count * mantissa)e\(exponent)") ?? .nan }

  /// Returns the range of counts whose multiples lie between two numbers. Returns nil if there are none, or if they are
  /// too large for a double to distinguish adjacent multiples.
  func counts(from low: Double, to high: Double) -> ClosedRange<Int>? {
    let (first, last) = ((low / size - 1e-9).rounded(.up), (high / size + 1e-9).rounded(.down))
    guard distinguishes(low, high), first <= last else { return nil }
    return Int(first)...Int(last)
  }

  /// Returns the multiples from one number to another, or nil if these two are not multiples.
  func multiples(from first: Double, through last: Double) -> [Double]? {
    let multiples = counts(from: first, to: last)?.map(value) ?? []
    return multiples.count > 1 && multiples.first == first && multiples.last == last ? multiples : nil
  }

  /// Returns whether doubles between two numbers can represent adjacent multiples.
  func distinguishes(_ low: Double, _ high: Double) -> Bool {
    size > 0 && abs(low / size) < Self.mostCounts && abs(high / size) < Self.mostCounts
  }

  private static let mostCounts = 1e15

  /// Returns multiples as text, all with the same number of decimals, or if they are very large or small, all in
  /// scientific notation.
  func texts(_ counts: [Int]) -> [String] {
    let most = counts.map { abs($0 * mantissa) }.max() ?? 0
    let isScientific =
      (exponent + String(most).count > 6 || exponent < -5)
      && Self.scientific(most, exponent).count < fixed(most).count
    return counts.map { count in
      let text = isScientific ? Self.scientific(abs(count * mantissa), exponent) : fixed(abs(count * mantissa))
      return count < 0 ? "-" + text : text
    }
  }

  /// Returns the number of digits needed to distinguish the multiples.
  static func digits(_ counts: [Int]) -> Int { counts.map { String(abs($0)).count }.max() ?? 0 }

  private func fixed(_ whole: Int) -> String {
    if exponent >= 0 { return String(whole) + (whole == 0 ? "" : String(repeating: "0", count: exponent)) }
    var digits = String(whole)
    digits = String(repeating: "0", count: max(0, 1 - exponent - digits.count)) + digits
    return digits.dropLast(-exponent) + "." + digits.suffix(-exponent)
  }

  /// Returns `whole` times ten to the power of `exponent` in scientific notation, such as `2.5e-8` for 25 and -9.
  static func scientific(_ whole: Int, _ exponent: Int) -> String {
    if whole == 0 { return "0" }
    var digits = String(whole)
    let power = exponent + digits.count - 1
    while digits.last == "0" { digits.removeLast() }
    return "\(digits.prefix(1))\(digits.count > 1 ? "." : "")\(digits.dropFirst())e\(power)"
  }
}
