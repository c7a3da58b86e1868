// SPDX-License-Identifier: GPL-3.0-or-later

extension Double: Element {
  public typealias Vector = DoubleRegister
}

extension DoubleRegister: Lanes {}

/// The constants and polynomials for IEEE 754 binary64, printed by `coefficients.py`.
extension DoubleRegister: ElementaryKernel {
  @inlinable @inline(__always)
  static var shifter: Self { Self(repeating: 0x1.8p52) }

  @inlinable @inline(__always)
  static var integerBase: Self { Self(repeating: 0x1p52) }

  @inlinable @inline(__always)
  static var biasedIntegerBase: Self { Self(repeating: 0x1.00000000003ffp52) }

  @inlinable @inline(__always)
  static var smallestNormal: Self { Self(repeating: 0x1p-1022) }

  @inlinable @inline(__always)
  static var sqrtHalf: Self { Self(repeating: 0x1.6a09e667f3bcdp-1) }

  @inlinable @inline(__always)
  static var sqrt2: Self { Self(repeating: 0x1.6a09e667f3bcdp0) }

  @inlinable @inline(__always)
  static var log2e: Self { Self(repeating: 0x1.71547652b82fep0) }

  @inlinable @inline(__always)
  static var minusLn2High: Self { Self(repeating: -0x1.62e42fefa39efp-1) }

  @inlinable @inline(__always)
  static var minusLn2Low: Self { Self(repeating: -0x1.abc9e3b39803fp-56) }

  @inlinable @inline(__always)
  static var twoOverPi: Self { Self(repeating: 0x1.45f306dc9c883p-1) }

  @inlinable @inline(__always)
  static var reductionLimit: Self { Self(repeating: 0x1p30) }

  @inlinable @inline(__always)
  static var tiny: Self { Self(repeating: 0x1p-55) }

  @inlinable @inline(__always)
  static var erfLimit: Self { Self(repeating: 6) }

  @inlinable @inline(__always)
  static var normalLimit: Self { Self(repeating: 39) }

  @inlinable @inline(__always)
  static var millsConstant: Self { Self(repeating: 0x1.82b4bb8c94dcep-1) }

  @inlinable @inline(__always)
  static var millsSlope: Self { Self(repeating: -0x1.373e3a893c28ap-1) }

  @inlinable @inline(__always)
  static var millsCurve: Self { Self(repeating: 0x1.8c6dbf2cfc2b5p-2) }

  @inlinable @inline(__always)
  static var minusHalfPi: (Self, Self, Self) {
    (
      Self(repeating: -0x1.921fb54442d18p0), Self(repeating: -0x1.1a62633145c07p-54),
      Self(repeating: 0x1.f1976b7ed8fbcp-110)
    )
  }

  @inlinable @inline(__always)
  static var expRange: (zero: Self, lost: Self, normal: Self, infinite: Self) {
    (Self(repeating: -746), Self(repeating: -40), Self(repeating: 708), Self(repeating: 710))
  }

  @inlinable @inline(__always)
  static var tanhLimit: Self { Self(repeating: 20) }

  /// Degree 9, relative error of exp(r) - 1 within 2^-54.71.
  @inlinable @inline(__always)
  static func expTail(_ r: Self) -> Self {
    let square = r * r
    let fourthPower = square * square
    let first = Self(repeating: 0x1.28a1e072a58c3p-22)
      .then(0x1.6c16c17edbe34p-10, fourthPower)
      .then(0x1.0000000000005p-1, fourthPower)
    let second = Self(repeating: 0x1.ae6b9b3ac7ff5p-26)
      .then(0x1.a01a01751317bp-13, fourthPower)
      .then(0x1.5555555555539p-3, fourthPower)
    let third = Self(repeating: 0x1.a019a76eb8a2ap-16)
      .then(0x1.55555555522b6p-5, fourthPower)
    let fourth = Self(repeating: 0x1.71de880cf7306p-19)
      .then(0x1.1111111118facp-7, fourthPower)
    return first.fused(second, r).fused(third.fused(fourth, r), square)
  }

  /// Degree 6, relative error of log(1 + f) within 2^-58.83.
  @inlinable @inline(__always)
  static func logTail(_ z: Self) -> Self {
    let square = z * z
    let even = Self(repeating: 0x1.2f07057f069bbp-3)
      .then(0x1.7466405a66d47p-3, square)
      .then(0x1.24924941f8b88p-2, square)
      .then(0x1.5555555555592p-1, square)
    let odd = Self(repeating: 0x1.39a19347b28acp-3)
      .then(0x1.c71c5202bf8ffp-3, square)
      .then(0x1.999999997fd39p-2, square)
    return even.fused(odd, z)
  }

  /// Degree 6, relative error of tanh within 2^-56.79.
  @inlinable @inline(__always)
  static func tanhTail(_ z: Self) -> Self {
    let square = z * z
    let even = Self(repeating: -0x1.56c8c36c21c2ep-10)
      .then(-0x1.2266df38ee9bap-7, square)
      .then(-0x1.ba1ba17d6c75bp-5, square)
      .then(-0x1.55555555554b1p-2, square)
    let odd = Self(repeating: 0x1.d4c4034c5db0cp-9)
      .then(0x1.664f2bb0ca408p-6, square)
      .then(0x1.11111110f2bc8p-3, square)
    return even.fused(odd, z)
  }

  /// Degree 5, relative error of the sine within 2^-56.37.
  @inlinable @inline(__always)
  static func sinTail(_ z: Self) -> Self {
    let square = z * z
    let even = Self(repeating: -0x1.ae5e59f7155e6p-26)
      .then(-0x1.a01a019bfd1bdp-13, square)
      .then(-0x1.5555555555548p-3, square)
    let odd = Self(repeating: 0x1.5d8fa3765d455p-33)
      .then(0x1.71de356714d58p-19, square)
      .then(0x1.111111110f7cap-7, square)
    return even.fused(odd, z)
  }

  /// Degree 5, relative error of the cosine within 2^-59.63.
  @inlinable @inline(__always)
  static func cosTail(_ z: Self) -> Self {
    let square = z * z
    let even = Self(repeating: 0x1.1ee9d7529243fp-29)
      .then(0x1.a01a019c8390ap-16, square)
      .then(0x1.555555555554bp-5, square)
    let odd = Self(repeating: -0x1.8fa465f5db197p-37)
      .then(-0x1.27e4f7ea377c9p-22, square)
      .then(-0x1.6c16c16c14f8ap-10, square)
    return even.fused(odd, z)
  }

  /// Degree 11, relative error of erf within 2^-55.22.
  @inlinable @inline(__always)
  static func erfRatio(_ z: Self) -> Self {
    let square = z * z
    let fourthPower = square * square
    let first = Self(repeating: 0x1.b97fd3c481bbcp-20)
      .then(0x1.565bccf92b22cp-8, fourthPower)
      .then(0x1.06eba8214db68p-3, fourthPower)
    let second = Self(repeating: -0x1.5c0726720bd5cp-23)
      .then(-0x1.c02db03dd563ap-11, fourthPower)
      .then(-0x1.812746b0379bdp-2, fourthPower)
    let third = Self(repeating: 0x1.d71b0bbe27715p-27)
      .then(0x1.f9a2baa8d85d9p-14, fourthPower)
      .then(0x1.ce2f21a040d16p-4, fourthPower)
    let fourth = Self(repeating: -0x1.abae3f2b28ff6p-31)
      .then(-0x1.f4ca4d6d09df5p-17, fourthPower)
      .then(-0x1.b82ce311fa936p-6, fourthPower)
    return first.fused(second, z).fused(third.fused(fourth, z), square)
  }

  /// Degree 23, relative error of the whole function within 2^-58.35.
  @inlinable @inline(__always)
  static func millsTail(_ t: Self) -> Self {
    let square = t * t
    let fourthPower = square * square
    let first = Self(repeating: 0x1.4a56e2e66b682p-26)
      .then(0x1.233bacaef08f5p-22, fourthPower)
      .then(0x1.80b1648c451b9p-21, fourthPower)
      .then(0x1.17a4ae29e814ep-13, fourthPower)
      .then(0x1.eec4cc3e4d1ffp-5, fourthPower)
      .then(-0x1.ab2194cb0eddap-56, fourthPower)
    let second = Self(repeating: 0x1.e30a86030e25dp-30)
      .then(-0x1.4cec5bd0b0741p-23, fourthPower)
      .then(-0x1.8d4b1eb5f2433p-18, fourthPower)
      .then(-0x1.e4a4256de4cd3p-13, fourthPower)
      .then(-0x1.ee2761047f309p-8, fourthPower)
      .then(-0x1.df53c34dbeeb8p-57, fourthPower)
    let third = Self(repeating: -0x1.4c1b712a2b6fcp-29)
      .then(-0x1.6c20e0ac4005ap-24, fourthPower)
      .then(-0x1.51e40ca512b66p-21, fourthPower)
      .then(-0x1.001e4841ef7f3p-19, fourthPower)
      .then(-0x1.c81719d53e65fp-9, fourthPower)
      .then(-0x1.c236cfa5ee8f5p-56, fourthPower)
    let fourth = Self(repeating: -0x1.70d59ae195a55p-31)
      .then(0x1.ce4982812743dp-27, fourthPower)
      .then(0x1.1236b9ba0725p-20, fourthPower)
      .then(0x1.26d0996f1fb9cp-15, fourthPower)
      .then(0x1.ab825fc0f9bc7p-10, fourthPower)
      .then(-0x1.7dff2bff68399p-3, fourthPower)
    return first.fused(second, t).fused(third.fused(fourth, t), square)
  }
}
