// SPDX-License-Identifier: GPL-3.0-or-later

/// An angle of any size as a number of quarter turns and a remainder of at most an eighth of a turn, after Payne and
/// Hanek (1983): only those digits of 2/π are used that affect the wanted part of the product.
@usableFromInline
struct QuarterTurns {
  /// The number of quarter turns, modulo 4.
  @usableFromInline let quarter: UInt64
  /// The remaining angle, in [-π/4, π/4]; NaN for an infinite angle.
  @usableFromInline let rest: Double
  /// The rounding error of `rest`: the exact remainder less `rest`.
  let restOfRest: Double

  /// The first 1280 binary digits of 2/π.
  private static let digits: [UInt64] = [
    0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041, 0xfe5163abdebbc561,
    0xb7246e3a424dd2e0, 0x06492eea09d1921c, 0xfe1deb1cb129a73e, 0xe88235f52ebb4484,
    0xe99c7026b45f7e41, 0x3991d639835339f4, 0x9c845f8bbdf9283b, 0x1ff897ffde05980f,
    0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d, 0x7527bac7ebe5f17b,
    0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab, 0xf0cfbc209af4361d,
  ]

  /// Reduces a number of at least 1, an infinity or a NaN.
  @usableFromInline @inline(never)
  init(_ angle: Double) {
    guard angle < .infinity else {
      quarter = 0
      rest = .nan
      restOfRest = 0
      return
    }
    // angle = significand · 2^exponent. Words of 2/π that contribute only multiples of 4 to the product are skipped.
    let significand = angle.significandBitPattern | 1 << 52
    let exponent = Int(angle.exponent) - 52
    let first = max(0, (exponent - 2) / 64)
    var product: [5 of UInt64] = .init(repeating: 0)
    var carry: UInt64 = 0
    for place in 0..<4 {
      let (high, low) = significand.multipliedFullWidth(by: Self.digits[first + 3 - place])
      let (sum, overflow) = low.addingReportingOverflow(carry)
      product[place] = sum
      carry = high &+ (overflow ? 1 : 0)
    }
    product[4] = carry
    // The product has its binary point at bit `point`: the two bits above it count quarters, those below it are the
    // fraction.
    let point = 64 * (first + 4) - exponent
    func word(endingAt bit: Int) -> UInt64 {
      let (index, shift) = (bit >> 6, bit & 63)
      let upper = index < 4 ? product[index + 1] << UInt64(64 - shift) : 0
      return shift == 0 ? product[index] : product[index] >> UInt64(shift) | upper
    }
    let turns = word(endingAt: point - 62)
    var high = word(endingAt: point - 64)
    var low = word(endingAt: point - 128)
    let upwards = high >> 63
    quarter = (turns >> 62 &+ upwards) & 3
    if upwards == 1 {
      low = ~low &+ 1
      high = ~high &+ (low == 0 ? 1 : 0)
    }
    // The fraction as two exact numbers of 53 and 64 bits, times π/2.
    let large = Double(high >> 11) * 0x1p-53
    let second = high << 53 | low >> 11
    let small = Double(second) * 0x1p-117
    let product0 = large * 0x1.921fb54442d18p0
    let remainder = (-product0).addingProduct(large, 0x1.921fb54442d18p0)
    let tail = remainder.addingProduct(large, 0x1.1a62633145c07p-54).addingProduct(small, 0x1.921fb54442d18p0)
    rest = upwards == 1 ? -(product0 + tail) : product0 + tail
    // Near a multiple of π/2, most digits of the fraction are in the second number, which does not fit into one f64.
    let fraction =
      DoubleDouble(sum: large, Double(second >> 32) * 0x1p-85)
      + DoubleDouble(Double(second & 0xffff_ffff) * 0x1p-117)
    let exact = fraction * DoubleDouble.halfPi
    restOfRest = ((upwards == 1 ? -exact : exact) - DoubleDouble(rest)).high
  }
}
