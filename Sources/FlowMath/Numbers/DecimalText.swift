// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc

/// The notation of numbers in files: a sign, digits with a decimal point, an exponent, and the words `nan`, `inf` and
/// `infinity` in any case.
public enum DecimalText {
  /// Returns whether a text is a number in this notation.
  public static func isNumber(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { number($0) } != nil
  }

  /// Returns the number in a text, correctly rounded, or nil if the text is anything but a number. A number that is too
  /// large is infinite.
  ///
  /// If the digits form a whole number of at most 2⁵³ and the power of ten is at most 10²², both are exact, so a single
  /// product or quotient of them rounds correctly (Clinger, "How to read floating point numbers accurately", PLDI
  /// 1990). Most other numbers of up to 19 digits take two products of 64 bits; see `PowersOfFive`. The C library reads
  /// the rest.
  public static func number(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
    var at = 0
    let isNegative = text.first == UInt8(ascii: "-")
    if isNegative || text.first == UInt8(ascii: "+") { at = 1 }
    guard at < text.count else { return nil }
    if text[at] | 0x20 == UInt8(ascii: "n") || text[at] | 0x20 == UInt8(ascii: "i") {
      return word(UnsafeBufferPointer(rebasing: text[at...])).map { isNegative ? -$0 : $0 }
    }
    var (digits, decimals) = (0, 0)
    var value: UInt64 = 0
    var isFraction = false
    while at < text.count {
      let byte = text[at]
      if byte &- 48 < 10 {
        // A value that wraps around has more than 19 digits and is not used.
        value = value &* 10 &+ UInt64(byte &- 48)
        digits += 1
        if isFraction { decimals += 1 }
      } else if byte == UInt8(ascii: "."), !isFraction {
        isFraction = true
      } else {
        break
      }
      at += 1
    }
    guard digits > 0 else { return nil }
    var exponent = 0
    if at < text.count {
      guard text[at] | 0x20 == UInt8(ascii: "e") else { return nil }
      at += 1
      let isSmall = at < text.count && text[at] == UInt8(ascii: "-")
      if isSmall || at < text.count && text[at] == UInt8(ascii: "+") { at += 1 }
      guard at < text.count else { return nil }
      while at < text.count {
        guard text[at] &- 48 < 10 else { return nil }
        exponent = min(exponent * 10 + Int(text[at] &- 48), 1_000_000)
        at += 1
      }
      if isSmall { exponent = -exponent }
    }
    guard digits <= 19 else { return libraryNumber(text) }
    return number(value, exponent - decimals, isNegative: isNegative) ?? libraryNumber(text)
  }

  /// Returns ±`digits` · 10^`exponent`, correctly rounded, or nil in rare cases that need more precision.
  @inline(__always)
  public static func number(_ digits: UInt64, _ exponent: Int, isNegative: Bool) -> Double? {
    let number: Double
    if digits <= 1 << 53, abs(exponent) <= 22 {
      let power = powersOfTen[abs(exponent)]
      number = exponent < 0 ? Double(digits) / power : Double(digits) * power
    } else if digits == 0 {
      number = 0
    } else if let wide = PowersOfFive.number(digits, exponent) {
      number = wide
    } else {
      return nil
    }
    return isNegative ? -number : number
  }

  private static func word(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
    func matches(_ word: StaticString) -> Bool {
      text.count == word.utf8CodeUnitCount && text.indices.allSatisfy { text[$0] | 0x20 == word.utf8Start[$0] }
    }
    return matches("nan") ? .nan : matches("inf") || matches("infinity") ? .infinity : nil
  }

  /// Returns the number in a text that is known to be one. The program sets no locale for numbers.
  private static func libraryNumber(_ text: UnsafeBufferPointer<UInt8>) -> Double {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: text.count + 1) { copy in
      for index in text.indices { copy[index] = CChar(bitPattern: text[index]) }
      copy[text.count] = 0
      return strtod(copy.baseAddress!, nil)
    }
  }

  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]
}
