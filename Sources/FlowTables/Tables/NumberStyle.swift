// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import Glibc

/// Conversion of numbers to text. The program never sets a locale for numbers, so the result does not depend on it.
public enum NumberStyle {
  /// Returns the shortest text that reads back as the same number. Whole numbers have no decimal point. Numbers that are
  /// not finite become `nan`, `inf` or `-inf`.
  public static func shortest(_ value: Double) -> String {
    guard value.isFinite else { return nonfinite(value) }
    var text = value.description
    if text.hasSuffix(".0") { text.removeLast(2) }
    return text
  }

  /// Returns a number with at most `digits` significant digits, without trailing zeros. The notation is scientific
  /// below 1e-4 and if the whole part has more digits: `0.5`, `0.0001234`, `1.234e-08`, `1.234e+04`.
  public static func significant(_ value: Double, digits: Int = 4) -> String {
    guard value.isFinite else { return nonfinite(value) }
    // The longest text has a sign, the digits, a point, four zeros and an exponent of five characters.
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: digits + 32) { buffer in
      _ = withVaList([CInt(digits), value]) { vsnprintf(buffer.baseAddress!, buffer.count, "%.*g", $0) }
      return String(cString: buffer.baseAddress!)
    }
  }

  /// Returns a number with the given number of digits after the decimal point: `3.00`.
  public static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return nonfinite(value) }
    // The largest number has 309 digits before the point.
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: decimals + 320) { buffer in
      _ = withVaList([CInt(decimals), value]) { vsnprintf(buffer.baseAddress!, buffer.count, "%.*f", $0) }
      return String(cString: buffer.baseAddress!)
    }
  }

  /// Returns numbers with at most four significant digits, or as many as are needed to tell them apart.
  public static func distinct(_ values: [Double]) -> [String] {
    let count = Set(values.untilStopped).count
    for digits in 4..<17 {
      let texts = values.untilStopped.map { significant($0, digits: digits) }
      if Set(texts.untilStopped).count >= count { return texts }
    }
    return values.untilStopped.map(shortest)
  }

  /// Returns a whole number in full and any other number with four significant digits.
  public static func integer(_ value: Double) -> String {
    isWhole(value) ? String(Int(value)) : significant(value)
  }

  /// Returns a share in percent with at most `digits` significant digits. The notation is scientific only from a million
  /// percent on: `180`, `0.5`, `1.8e+06`.
  public static func percent(_ share: Double, digits: Int) -> String {
    let text = significant(share * 100, digits: digits)
    guard let rounded = Double(text), isWhole(rounded), abs(rounded) < 1e6 else { return text }
    return integer(rounded)
  }

  /// Returns numbers as `integer` does if these texts tell them apart, and otherwise as `distinct` does.
  public static func distinctIntegers(_ values: [Double]) -> [String] {
    let texts = values.untilStopped.map(integer)
    return Set(texts.untilStopped).count >= Set(values.untilStopped).count ? texts : distinct(values)
  }

  /// Returns whether a number is whole and at most 2^53 in magnitude. Up to there, a double can represent every whole
  /// number.
  public static func isWhole(_ value: Double) -> Bool {
    abs(value) <= 9_007_199_254_740_992 && value == value.rounded(.towardZero)
  }

  private static func nonfinite(_ value: Double) -> String {
    value.isNaN ? "nan" : value < 0 ? "-inf" : "inf"
  }
}

extension Cell {
  /// The text in machine-readable formats. A missing value is empty.
  public var exactText: String {
    switch self {
    case .number(let value): NumberStyle.shortest(value)
    case .text(let value): value
    case .boolean(let value): value ? "true" : "false"
    case .missing: ""
    }
  }

  /// Returns the text for a human reader. Numbers have four significant digits, except for whole numbers in a column
  /// with the role `integer`.
  func readableText(_ role: Role) -> String {
    guard case .number(let value) = self else { return exactText }
    return role == .integer ? NumberStyle.integer(value) : NumberStyle.significant(value)
  }
}
