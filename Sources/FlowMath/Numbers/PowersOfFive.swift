// SPDX-License-Identifier: GPL-3.0-or-later

/// Powers of five to 128 bits, for the conversion of decimal numbers.
///
/// Source of the conversion: Lemire, "Number parsing at a gigabyte per second", Software: Practice and Experience 51
/// (2021), which also proves the precision that the powers need.
enum PowersOfFive {
  /// The exponents of ten of all finite numbers with up to 19 digits.
  static let exponents = -342...308

  /// The leading 128 bits of 5^q for each exponent, with the highest bit set: rounded down, and for negative exponents
  /// up.
  private static let table: [(high: UInt64, low: UInt64)] = makeTable()

  /// Returns the number w · 10^q, correctly rounded, for a w other than 0. Returns nil in rare cases that need more
  /// precision, and for subnormal numbers.
  @inline(__always)
  static func number(_ w: UInt64, _ q: Int) -> Double? {
    guard exponents.contains(q) else { return nil }
    let zeros = w.leadingZeroBitCount
    let digits = w << UInt64(zeros)
    let power = table[q - exponents.lowerBound]
    var (high, low) = power.high.multipliedFullWidth(by: digits)
    // The lower half of the power matters only if the bits after those of the result are all ones.
    if high & 0x1FF == 0x1FF {
      let (carried, overflow) = low.addingReportingOverflow(power.low.multipliedFullWidth(by: digits).high)
      low = carried
      if overflow { high &+= 1 }
      if low == .max, !(-27...55).contains(q) { return nil }
    }
    let upper = Int(high >> 63)
    var mantissa = high >> UInt64(upper + 9)
    // ⌊q · log2(10)⌋ + 63, with log2(10) in units of 2^-16.
    var exponent = ((217_706 * q) >> 16) + 63 + upper - zeros + 1023
    guard exponent > 0 else { return nil }
    // A tie rounds to even; only here can the product be exact.
    if low <= 1, (-4...23).contains(q), mantissa & 3 == 1, mantissa << UInt64(upper + 9) == high { mantissa &= ~1 }
    mantissa = (mantissa &+ (mantissa & 1)) >> 1
    if mantissa >= 1 << 53 {
      mantissa = 1 << 52
      exponent += 1
    }
    guard exponent < 0x7FF else { return .infinity }
    return Double(bitPattern: mantissa & ~(1 << 52) | UInt64(exponent) << 52)
  }

  private static func makeTable() -> [(high: UInt64, low: UInt64)] {
    // A multiple of 64 that leaves enough bits for the smallest power.
    let scale = 32 * 64
    var powers = [LongNumber([1])]
    var quotients = [LongNumber([UInt64](repeating: 0, count: scale / 64) + [1])]
    for _ in 1...max(exponents.upperBound, -exponents.lowerBound) {
      powers.append(powers[powers.count - 1].multiplied(by: 5))
      quotients.append(quotients[quotients.count - 1].divided(by: 5))
    }
    return exponents.map { q in
      guard q < 0 else { return powers[q].leadingBits }
      let length = powers[-q].bitLength
      let bits = q >= -27 ? length + 127 : 2 * length + 128
      return quotients[-q].shiftedRight(by: scale - bits).incremented.leadingBits
    }
  }
}

/// A natural number of any size.
private struct LongNumber {
  /// The digits in base 2^64, the least significant first, without leading zeros.
  private var words: [UInt64]

  init(_ words: [UInt64]) {
    self.words = words
    while self.words.last == 0 { self.words.removeLast() }
  }

  var bitLength: Int { words.count * 64 - (words.last?.leadingZeroBitCount ?? 0) }

  /// The leading 128 bits, with the highest bit set.
  var leadingBits: (high: UInt64, low: UInt64) {
    let shift = UInt64(words.last?.leadingZeroBitCount ?? 0)
    func word(_ place: Int) -> UInt64 { place < words.count ? words[words.count - 1 - place] : 0 }
    func joined(_ high: UInt64, _ low: UInt64) -> UInt64 { shift == 0 ? high : high << shift | low >> (64 - shift) }
    return (joined(word(0), word(1)), joined(word(1), word(2)))
  }

  func multiplied(by factor: UInt64) -> LongNumber {
    var (result, carry) = ([UInt64](), UInt64(0))
    for word in words {
      let (high, low) = word.multipliedFullWidth(by: factor)
      let (sum, overflow) = low.addingReportingOverflow(carry)
      result.append(sum)
      carry = high + (overflow ? 1 : 0)
    }
    return LongNumber(result + [carry])
  }

  func divided(by divisor: UInt64) -> LongNumber {
    var (result, rest) = (words, UInt64(0))
    for index in words.indices.reversed() {
      (result[index], rest) = divisor.dividingFullWidth((rest, words[index]))
    }
    return LongNumber(result)
  }

  func shiftedRight(by count: Int) -> LongNumber {
    let (skipped, shift) = (count / 64, UInt64(count % 64))
    let kept = Array(words.dropFirst(skipped))
    return LongNumber(
      kept.indices.map { index in
        let next = index + 1 < kept.count ? kept[index + 1] : 0
        return shift == 0 ? kept[index] : kept[index] >> shift | next << (64 - shift)
      })
  }

  var incremented: LongNumber {
    var result = words
    for index in result.indices {
      result[index] &+= 1
      if result[index] != 0 { return LongNumber(result) }
    }
    return LongNumber(result + [1])
  }
}
