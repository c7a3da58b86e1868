// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// 1, 2 or 5 times a power of ten: the distance of round numbers.
struct DecimalStep: Equatable {
  private(set) var mantissa: Int
  private(set) var exponent: Int

  /// The smallest that is not below a width, which is positive.
  init(atLeast width: Double) {
    let power = width.isFinite ? Int(Real.log10(width).rounded(.down)) : 308
    (mantissa, exponent) = (1, power)
    // The logarithm of what is a power of ten may have been rounded.
    while size < width * (1 - 1e-9), exponent <= 308 { self = next }
  }

  init(_ mantissa: Int, exponent: Int) {
    self.mantissa = mantissa
    self.exponent = exponent
  }

  /// The next larger one.
  var next: DecimalStep {
    switch mantissa {
    case 1: DecimalStep(2, exponent: exponent)
    case 2: DecimalStep(5, exponent: exponent)
    default: DecimalStep(1, exponent: exponent + 1)
    }
  }

  var size: Double { value(1) }

  /// The multiple, rounded once.
  func value(_ count: Int) -> Double { Double("\(count * mantissa)e\(exponent)") ?? .nan }

  /// The counts whose multiples lie between two numbers; nil where a double does not tell multiples apart any more.
  func counts(from low: Double, to high: Double) -> ClosedRange<Int>? {
    let (first, last) = ((low / size - 1e-9).rounded(.up), (high / size + 1e-9).rounded(.down))
    guard size > 0, abs(first) < Self.mostCounts, abs(last) < Self.mostCounts, first <= last else { return nil }
    return Int(first)...Int(last)
  }

  private static let mostCounts = 1e15

  /// Multiples as text, all with equally many decimals, or all with a power of ten where they are large or small.
  func texts(_ counts: [Int]) -> [String] {
    let most = counts.map { abs($0 * mantissa) }.max() ?? 0
    let isScientific = exponent + String(most).count > 6 || exponent < -5
    return counts.map { count in
      let text = isScientific ? Self.scientific(abs(count * mantissa), exponent) : fixed(abs(count * mantissa))
      return count < 0 ? "-" + text : text
    }
  }

  /// How many digits tell the multiples apart.
  static func digits(_ counts: [Int]) -> Int { counts.map { String(abs($0)).count }.max() ?? 0 }

  private func fixed(_ whole: Int) -> String {
    if exponent >= 0 { return String(whole) + (whole == 0 ? "" : String(repeating: "0", count: exponent)) }
    var digits = String(whole)
    digits = String(repeating: "0", count: max(0, 1 - exponent - digits.count)) + digits
    return digits.dropLast(-exponent) + "." + digits.suffix(-exponent)
  }

  /// `2.5e-8` of 25 and -9.
  static func scientific(_ whole: Int, _ exponent: Int) -> String {
    if whole == 0 { return "0" }
    var digits = String(whole)
    let power = exponent + digits.count - 1
    while digits.last == "0" { digits.removeLast() }
    return "\(digits.prefix(1))\(digits.count > 1 ? "." : "")\(digits.dropFirst())e\(power)"
  }
}
