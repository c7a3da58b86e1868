// SPDX-License-Identifier: GPL-3.0-or-later

extension Double: Element {
  public typealias Vector = SIMD4<Double>
}

extension SIMD4: Lanes where Scalar == Double {
  @inlinable @inline(__always)
  public func fused(_ a: Self, _ b: Self) -> Self { addingProduct(a, b) }
}

/// The constants and polynomials of IEEE 754 binary64, printed by `coefficients.py`.
extension SIMD4: ElementaryKernel where Scalar == Double {
  @inlinable @inline(__always)
  public static var shifter: Self { Self(repeating: 0x1.8p52) }

  @inlinable @inline(__always)
  public static var integerBase: Self { Self(repeating: 0x1p52) }

  @inlinable @inline(__always)
  public static var biasedIntegerBase: Self { Self(repeating: 0x1.00000000003ffp52) }

  @inlinable @inline(__always)
  public static var smallestNormal: Self { Self(repeating: 0x1p-1022) }

  @inlinable @inline(__always)
  public static var sqrtHalf: Self { Self(repeating: 0x1.6a09e667f3bcdp-1) }

  @inlinable @inline(__always)
  public static var sqrt2: Self { Self(repeating: 0x1.6a09e667f3bcdp0) }

  @inlinable @inline(__always)
  public static var log2e: Self { Self(repeating: 0x1.71547652b82fep0) }

  @inlinable @inline(__always)
  public static var minusLn2High: Self { Self(repeating: -0x1.62e42fefa4p-1) }

  @inlinable @inline(__always)
  public static var minusLn2Low: Self { Self(repeating: 0x1.8432a1b0e2634p-43) }

  @inlinable @inline(__always)
  public static var twoOverPi: Self { Self(repeating: 0x1.45f306dc9c883p-1) }

  @inlinable @inline(__always)
  public static var reductionLimit: Self { Self(repeating: 0x1p30) }

  @inlinable @inline(__always)
  public static var tiny: Self { Self(repeating: 0x1p-55) }

  @inlinable @inline(__always)
  public static var erfLimit: Self { Self(repeating: 6) }

  @inlinable @inline(__always)
  public static var normalLimit: Self { Self(repeating: 39) }

  @inlinable @inline(__always)
  public static var millsConstant: Self { Self(repeating: 0x1.82b4bb8c94dcep-1) }

  @inlinable @inline(__always)
  public static var minusHalfPi: (Self, Self, Self) {
    (
      Self(repeating: -0x1.921fb54442d18p0), Self(repeating: -0x1.1a62633145c07p-54),
      Self(repeating: 0x1.f1976b7ed8fbcp-110)
    )
  }

  @inlinable @inline(__always)
  public static var expRange: (zero: Self, infinite: Self, lost: Self) {
    (Self(repeating: -746), Self(repeating: 710), Self(repeating: 20))
  }

  /// Degree 10; adds 2^-59.9 of relative error to exp(r) - 1.
  @inlinable @inline(__always)
  public static func expTail(_ r: Self) -> Self {
    Self(repeating: 0x1.1ee88588b4f87p-29)
      .then(0x1.af5e7527a9383p-26, r)
      .then(0x1.27e5362e0bc67p-22, r)
      .then(0x1.71ddf87ea997ep-19, r)
      .then(0x1.a01a017bc56e2p-16, r)
      .then(0x1.a01a01afd3e65p-13, r)
      .then(0x1.6c16c16c1f07cp-10, r)
      .then(0x1.111111110f6dap-7, r)
      .then(0x1.555555555553fp-5, r)
      .then(0x1.5555555555559p-3, r)
      .then(0x1p-1, r)
  }

  /// Degree 6; 2^-58.8 of the logarithm.
  @inlinable @inline(__always)
  public static func logTail(_ z: Self) -> Self {
    Self(repeating: 0x1.2f07057f069bbp-3)
      .then(0x1.39a19347b28acp-3, z)
      .then(0x1.7466405a66d47p-3, z)
      .then(0x1.c71c5202bf8ffp-3, z)
      .then(0x1.24924941f8b88p-2, z)
      .then(0x1.999999997fd39p-2, z)
      .then(0x1.5555555555592p-1, z)
  }

  /// Degree 5; 2^-56.4 of the sine.
  @inlinable @inline(__always)
  public static func sinTail(_ z: Self) -> Self {
    Self(repeating: 0x1.5d8fa3765d455p-33)
      .then(-0x1.ae5e59f7155e6p-26, z)
      .then(0x1.71de356714d58p-19, z)
      .then(-0x1.a01a019bfd1bdp-13, z)
      .then(0x1.111111110f7cap-7, z)
      .then(-0x1.5555555555548p-3, z)
  }

  /// Degree 5; 2^-59.6 of the cosine.
  @inlinable @inline(__always)
  public static func cosTail(_ z: Self) -> Self {
    Self(repeating: -0x1.8fa465f5db197p-37)
      .then(0x1.1ee9d7529243fp-29, z)
      .then(-0x1.27e4f7ea377c9p-22, z)
      .then(0x1.a01a019c8390ap-16, z)
      .then(-0x1.6c16c16c14f8ap-10, z)
      .then(0x1.555555555554bp-5, z)
  }

  /// Degree 11; 2^-55.2 of erf.
  @inlinable @inline(__always)
  public static func erfRatio(_ z: Self) -> Self {
    Self(repeating: -0x1.abae3f2b28ff6p-31)
      .then(0x1.d71b0bbe27715p-27, z)
      .then(-0x1.5c0726720bd5cp-23, z)
      .then(0x1.b97fd3c481bbcp-20, z)
      .then(-0x1.f4ca4d6d09df5p-17, z)
      .then(0x1.f9a2baa8d85d9p-14, z)
      .then(-0x1.c02db03dd563ap-11, z)
      .then(0x1.565bccf92b22cp-8, z)
      .then(-0x1.b82ce311fa936p-6, z)
      .then(0x1.ce2f21a040d16p-4, z)
      .then(-0x1.812746b0379bdp-2, z)
      .then(0x1.06eba8214db68p-3, z)
  }

  /// Degree 23; 2^-53.9 of the function, half of it from the rounding of the coefficients.
  @inlinable @inline(__always)
  public static func millsTail(_ t: Self) -> Self {
    Self(repeating: -0x1.70d59ae195a55p-31)
      .then(-0x1.4c1b712a2b6fcp-29, t)
      .then(0x1.e30a86030e25dp-30, t)
      .then(0x1.4a56e2e66b682p-26, t)
      .then(0x1.ce4982812743dp-27, t)
      .then(-0x1.6c20e0ac4005ap-24, t)
      .then(-0x1.4cec5bd0b0741p-23, t)
      .then(0x1.233bacaef08f5p-22, t)
      .then(0x1.1236b9ba0725p-20, t)
      .then(-0x1.51e40ca512b66p-21, t)
      .then(-0x1.8d4b1eb5f2433p-18, t)
      .then(0x1.80b1648c451b9p-21, t)
      .then(0x1.26d0996f1fb9cp-15, t)
      .then(-0x1.001e4841ef7f3p-19, t)
      .then(-0x1.e4a4256de4cd3p-13, t)
      .then(0x1.17a4ae29e814ep-13, t)
      .then(0x1.ab825fc0f9bc7p-10, t)
      .then(-0x1.c81719d53e65fp-9, t)
      .then(-0x1.ee2761047f309p-8, t)
      .then(0x1.eec4cc3e4d1ffp-5, t)
      .then(-0x1.7dff2bff68399p-3, t)
      .then(0x1.8c6dbf2cfc2b5p-2, t)
      .then(-0x1.373e3a893c28ap-1, t)
      .then(-0x1.ab2194cb0eddap-56, t)
  }
}
