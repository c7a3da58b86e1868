// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import Testing

/// Compares rounding to a format with Swift's own types and with lists of all numbers of a format.
@Suite struct NumberFormatTests {
  static func named(_ name: String) -> NumberFormat { NumberFormat.catalogue.first { $0.name == name }!.make([]) }

  @Test func limits() {
    let (half, single, double) = (Self.named("f16"), Self.named("f32"), Self.named("f64"))
    #expect(half.largest == 65504 && half.smallest == 0x1p-24 && half.smallestNormal == 0x1p-14)
    #expect(single.largest == Double(Float.greatestFiniteMagnitude))
    #expect(single.smallest == Double(Float.leastNonzeroMagnitude))
    #expect(single.smallestNormal == Double(Float.leastNormalMagnitude))
    #expect(double.largest == .greatestFiniteMagnitude && double.smallest == .leastNonzeroMagnitude)
    // Kalamkar and others: the range of f32, with 7 bits.
    let brain = Self.named("bf16")
    #expect(brain.largest == 0x1.FEp127 && brain.smallest == 0x1p-133)
  }

  /// Returns the number of wrong results around a number of the type: for the number itself, its neighbours in f64, the
  /// tie with the next number, the neighbours of the tie, and a point in between.
  private func check<F: BinaryFloatingPoint>(_ format: NumberFormat, _ type: F.Type, _ number: F) -> Int {
    let here = Double(number)
    let next = Double(number.nextUp)
    let tie = here + (next - here) / 2
    var wrong = 0
    for x in [here, here.nextUp, here.nextDown, tie, tie.nextUp, tie.nextDown, here + (next - here) * 0.3] {
      if format.round(x).bitPattern != Double(F(x)).bitPattern { wrong += 1 }
      if format.round(-x).bitPattern != Double(F(-x)).bitPattern { wrong += 1 }
    }
    return wrong
  }

  /// Tests all half-precision numbers, including the subnormal ones and the largest.
  @Test func everyHalf() {
    let format = Self.named("f16")
    #expect((0..<UInt16(0x7C00)).reduce(0) { $0 + check(format, Float16.self, Float16(bitPattern: $1)) } == 0)
  }

  /// Tests every 1999th single-precision number, which covers all exponents.
  @Test func singles() {
    let format = Self.named("f32")
    var wrong = 0
    for bits in stride(from: UInt32(0), to: 0x7F80_0000, by: 1999) {
      wrong += check(format, Float.self, Float(bitPattern: bits))
    }
    for bits in [UInt32(1), 0x007F_FFFF, 0x0080_0000, 0x7F7F_FFFE, 0x7F7F_FFFF] {
      wrong += check(format, Float.self, Float(bitPattern: bits))
    }
    #expect(wrong == 0)
  }

  /// Tests doubles of any bit pattern. f64 does not change them.
  @Test func anyBits() {
    var stream = RandomStream(seed: 3, purpose: .data)
    let (half, single, double) = (Self.named("f16"), Self.named("f32"), Self.named("f64"))
    var wrong = 0
    for _ in 0..<2_000_000 {
      let bits = UInt64(stream.uniform() * 0x1p32) << 32 | UInt64(stream.uniform() * 0x1p32)
      let x = Double(bitPattern: bits)
      if x.isNaN {
        if !half.round(x).isNaN || !single.round(x).isNaN { wrong += 1 }
        continue
      }
      if half.round(x) != Double(Float16(x)) || single.round(x) != Double(Float(x)) || double.round(x) != x {
        wrong += 1
      }
    }
    #expect(wrong == 0)
    for format in [half, single, double] {
      #expect(format.round(.infinity) == .infinity && format.round(-.infinity) == -.infinity)
      #expect(format.round(-0.0).sign == .minus && format.round(format.smallest / 2) == 0)
    }
  }

  /// Tests all numbers of small formats, constructed from their definition. The position in the list is the code of the
  /// number, so a tie rounds to the neighbour at an even position.
  @Test(arguments: [(2, 1), (2, 3), (3, 2), (4, 3), (5, 2), (5, 10), (8, 7), (6, 9)])
  func nearestOfAllNumbers(_ exponentBits: Int, _ significandBits: Int) {
    let format = NumberFormat(exponentBits: exponentBits, significandBits: significandBits)
    let bias = (1 << (exponentBits - 1)) - 1
    let count = 1 << significandBits
    func power(_ exponent: Int) -> Double { Double(sign: .plus, exponent: exponent, significand: 1) }
    var numbers: [Double] = []
    for exponent in 0..<(1 << exponentBits) - 1 {
      for fraction in 0..<count {
        let part = Double(fraction) / Double(count)
        numbers.append(exponent == 0 ? part * power(1 - bias) : (1 + part) * power(exponent - bias))
      }
    }
    // The number after the largest represents infinity.
    numbers.append(power(bias + 1))
    #expect(format.largest == numbers[numbers.count - 2] && format.smallest == numbers[1])
    #expect(format.smallestNormal == numbers[count])
    var wrong = 0
    for i in 0..<numbers.count - 1 {
      let (low, high) = (numbers[i], numbers[i + 1])
      let top = i + 1 == numbers.count - 1 ? Double.infinity : high
      let tie = low + (high - low) / 2
      let even = i % 2 == 0 ? low : top
      for (x, expected) in [
        (low, low), (low + (high - low) * 0.25, low), (tie.nextDown, low), (tie, even), (tie.nextUp, top),
        (low + (high - low) * 0.75, top), (high, top),
      ] where format.round(x) != expected || format.round(-x) != -expected { wrong += 1 }
    }
    #expect(wrong == 0)
  }

  /// Formats with the longest exponent have subnormal numbers in the subnormal range of f64.
  @Test func longExponents() {
    let format = NumberFormat(exponentBits: 11, significandBits: 3)
    #expect(format.smallest == 0x1p-1025 && format.largest == 0x1.Ep1023)
    #expect(format.round(0x1p-1026) == 0 && format.round(0x1.8p-1026) == 0x1p-1025)
    #expect(format.round(0x1.8p-1025) == 0x1p-1024 && format.round(0x1.4p-1024) == 0x1p-1024)
    #expect(format.round(0x1.Fp1023) == .infinity && format.round(0x1.EFp1023) == 0x1.Ep1023)
  }

  @Test func source() {
    #expect(Self.named("bf16").arguments == [])
    #expect(NumberFormat(exponentBits: 4, significandBits: 3).arguments == [4, 3])
  }
}
