// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import Testing

/// Rounding to a format, against Swift's own types and against lists of all numbers that a format has.
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

  /// Numbers around those of a type: the number itself, both neighbours in f64, the tie to the next one and its
  /// neighbours, and something in between.
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

  /// All numbers of half precision, subnormal ones and the largest among them.
  @Test func everyHalf() {
    let format = Self.named("f16")
    #expect((0..<UInt16(0x7C00)).reduce(0) { $0 + check(format, Float16.self, Float16(bitPattern: $1)) } == 0)
  }

  /// Every 2000th of single precision, which takes in all exponents.
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

  /// Doubles of any bits whatever; f64 leaves them as they are.
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

  /// All numbers of small formats, made from their definition; the position in the list is the code, so that the even
  /// neighbour of a tie is the one at an even position.
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
    // What would come next stands for infinity.
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

  /// Formats with the longest exponent have subnormal numbers where f64 has them too.
  @Test func longExponents() {
    let format = NumberFormat(exponentBits: 11, significandBits: 3)
    #expect(format.smallest == 0x1p-1025 && format.largest == 0x1.Ep1023)
    #expect(format.round(0x1p-1026) == 0 && format.round(0x1.8p-1026) == 0x1p-1025)
    #expect(format.round(0x1.8p-1025) == 0x1p-1024 && format.round(0x1.4p-1024) == 0x1p-1024)
    #expect(format.round(0x1.Fp1023) == .infinity && format.round(0x1.EFp1023) == 0x1.Ep1023)
  }

  @Test func source() {
    #expect(Self.named("bf16").sourceText == "bf16")
    #expect(NumberFormat(exponentBits: 4, significandBits: 3).sourceText == "format(4, 3)")
  }
}
