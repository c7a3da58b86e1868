// SPDX-License-Identifier: GPL-3.0-or-later

extension CSVScanner {
  /// Returns the number in a field, correctly rounded, or nil if the field is not a finite number.
  ///
  /// If the digits, at most 19, form a whole number of at most 2⁵³, the result is that number divided by a power of ten
  /// of at most 10¹⁹. Both operands are exact, so the division rounds correctly (Clinger, "How to read floating point
  /// numbers accurately", PLDI 1990). The standard library parses everything else.
  func number(_ field: Field) -> Double? {
    guard !field.range.isEmpty else { return nil }
    if let number = plainNumber(field.range) { return number }
    // The standard library also accepts hexadecimal digits and words such as `nan`, which are not allowed in a table.
    let digits = bytes[field.range]
    guard digits.allSatisfy({ Self.decimalBytes.contains($0) }),
      let number = Double(String(decoding: digits, as: UTF8.self)), number.isFinite
    else { return nil }
    return number
  }

  private func plainNumber(_ range: Range<Int>) -> Double? {
    var at = range.lowerBound
    let isNegative = bytes[at] == UInt8(ascii: "-")
    if isNegative { at += 1 }
    var (digits, decimals) = (0, 0)
    var value: UInt64 = 0
    var isFraction = false
    while at < range.upperBound {
      let byte = bytes[at]
      if byte &- 48 < 10 {
        value = value &* 10 &+ UInt64(byte &- 48)
        digits += 1
        if isFraction { decimals += 1 }
      } else if byte == UInt8(ascii: "."), !isFraction {
        isFraction = true
      } else {
        return nil
      }
      at += 1
    }
    guard digits > 0, digits <= 19, value <= 1 << 53 else { return nil }
    let number = decimals == 0 ? Double(value) : Double(value) / Self.powersOfTen[decimals]
    return isNegative ? -number : number
  }

  private static let decimalBytes = Array("0123456789+-.eE".utf8)

  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
  ]
}
