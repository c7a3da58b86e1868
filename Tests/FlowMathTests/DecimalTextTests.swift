// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import Glibc
import SeededRandom
import Testing

/// The conversion of decimal numbers, against the C library, which rounds correctly.
struct DecimalTextTests {
  private static func number(_ text: String) -> Double? {
    var text = text
    return text.withUTF8 { DecimalText.number($0) }
  }

  @Test func randomNumbers() {
    let ranges = [-5...5, -30...30, -345...310]
    let limits: [UInt64] = [10, 1_000_000, 1 << 53, 1 << 60, 9_999_999_999_999_999_999]
    var random = SeededGenerator(seed: 7)
    for _ in 0..<200_000 {
      let digits = random.next() % limits.randomElement(using: &random)!
      let exponent = Int.random(in: ranges.randomElement(using: &random)!, using: &random)
      check("\(digits)e\(exponent)")
    }
  }

  /// Numbers of all sizes in the shortest form, with 17 digits, and halfway between two doubles.
  @Test func everyBitPattern() {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<50_000 {
      let number = Double(bitPattern: random.next())
      guard number.isFinite else { continue }
      check("\(number)")
      check(Self.formatted(number, "%.16e"))
      check(Self.formatted(number, "%.18e"))
      let whole = (random.next() >> 11) | 1 << 52
      check("\(whole << 1 | 1)")
      check(Self.formatted(Double(whole) / 1024, "%.25f"))
    }
  }

  private static func formatted(_ number: Double, _ format: String) -> String {
    var buffer = [CChar](repeating: 0, count: 400)
    let length = withVaList([number]) { vsnprintf(&buffer, buffer.count, format, $0) }
    return String(decoding: buffer.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private func check(_ text: String) {
    #expect(Self.number(text)?.bitPattern == strtod(text, nil).bitPattern, "\(text)")
  }

  @Test(arguments: [
    "0", "-0", "+1", "1.", ".5", "-.5e1", "1e400", "-1e400", "1e-400", "4.9e-324", "2.4703282292062327e-324",
    "2.4703282292062328e-324", "2.2250738585072011e-308", "1.7976931348623157e308", "1.7976931348623159e308",
    "9007199254740993", "9007199254740992.5", "0.000000000000000000000000000000000000001", "1e99999999999999999999",
    "123456789012345678901234567890", "1.00000000000000011102230246251565",
  ]) func special(_ text: String) { check(text) }

  @Test(arguments: [
    "", "-", "+", ".", "e5", "1e", "1e+", "1 ", " 1", "0x1", "1_0", "1,5", "nanx", "in", "1e5e5", "--1",
  ])
  func others(_ text: String) { #expect(Self.number(text) == nil) }

  @Test func words() {
    for word in ["inf", "Inf", "INFINITY", "+inf"] { #expect(Self.number(word) == .infinity) }
    #expect(Self.number("-Infinity") == -.infinity)
    for word in ["nan", "NaN", "-nan"] { #expect(Self.number(word)?.isNaN == true) }
  }
}
