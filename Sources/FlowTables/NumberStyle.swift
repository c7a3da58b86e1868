// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc

/// How numbers become text. A locale never changes it.
public enum NumberStyle {
  /// The shortest text that reads back to the same number; whole numbers without a point; `nan`, `inf`, `-inf`.
  public static func shortest(_ value: Double) -> String {
    guard value.isFinite else { return nonfinite(value) }
    var text = value.description
    if text.hasSuffix(".0") { text.removeLast(2) }
    return text
  }

  /// At most that many significant digits, without zeros at the end. Scientific below 1e-4, and where the whole part
  /// has more digits than that: `0.5`, `0.0001234`, `1.234e-08`, `1.234e+04`.
  public static func significant(_ value: Double, digits: Int = 4) -> String {
    guard value.isFinite else { return nonfinite(value) }
    // In the worst case sign, digits, point, four zeros and an exponent of five characters.
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: digits + 32) { buffer in
      _ = withVaList([CInt(digits), value]) { vsnprintf(buffer.baseAddress!, buffer.count, "%.*g", $0) }
      return String(cString: buffer.baseAddress!)
    }
  }

  /// A whole number in full; any other number by four significant digits.
  public static func integer(_ value: Double) -> String {
    isWhole(value) ? String(Int(value)) : significant(value)
  }

  /// True for the whole numbers that a double tells apart from their neighbours.
  public static func isWhole(_ value: Double) -> Bool {
    abs(value) <= 9_007_199_254_740_992 && value == value.rounded(.towardZero)
  }

  private static func nonfinite(_ value: Double) -> String {
    value.isNaN ? "nan" : value < 0 ? "-inf" : "inf"
  }
}

extension Cell {
  /// The text in the machine readable formats; a missing value is empty.
  public var exactText: String {
    switch self {
    case .number(let value): NumberStyle.shortest(value)
    case .text(let value): value
    case .boolean(let value): value ? "true" : "false"
    case .missing: ""
    }
  }

  /// The text for a reader: numbers by their role, with four significant digits unless they count something.
  func readableText(_ role: Role) -> String {
    guard case .number(let value) = self else { return exactText }
    return role == .integer ? NumberStyle.integer(value) : NumberStyle.significant(value)
  }
}
