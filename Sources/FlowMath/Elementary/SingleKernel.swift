// SPDX-License-Identifier: GPL-3.0-or-later

extension Float: Element {
  public typealias Vector = SIMD8<Float>
}

extension SIMD8: Lanes where Scalar == Float {
  @inlinable @inline(__always)
  public func fused(_ a: Self, _ b: Self) -> Self { addingProduct(a, b) }
}

/// The constants and polynomials of IEEE 754 binary32, printed by `coefficients.py`.
extension SIMD8: ElementaryKernel where Scalar == Float {
  @inlinable @inline(__always)
  public static var shifter: Self { Self(repeating: 0x1.8p23) }

  @inlinable @inline(__always)
  public static var integerBase: Self { Self(repeating: 0x1p23) }

  @inlinable @inline(__always)
  public static var biasedIntegerBase: Self { Self(repeating: 0x1.0000fep23) }

  @inlinable @inline(__always)
  public static var smallestNormal: Self { Self(repeating: 0x1p-126) }

  @inlinable @inline(__always)
  public static var sqrtHalf: Self { Self(repeating: 0x1.6a09e6p-1) }

  @inlinable @inline(__always)
  public static var sqrt2: Self { Self(repeating: 0x1.6a09e6p0) }

  @inlinable @inline(__always)
  public static var log2e: Self { Self(repeating: 0x1.715476p0) }

  @inlinable @inline(__always)
  public static var minusLn2High: Self { Self(repeating: -0x1.62e4p-1) }

  @inlinable @inline(__always)
  public static var minusLn2Low: Self { Self(repeating: -0x1.7f7d1cp-20) }

  @inlinable @inline(__always)
  public static var twoOverPi: Self { Self(repeating: 0x1.45f306p-1) }

  @inlinable @inline(__always)
  public static var reductionLimit: Self { Self(repeating: 0x1p17) }

  @inlinable @inline(__always)
  public static var tiny: Self { Self(repeating: 0x1p-26) }

  @inlinable @inline(__always)
  public static var erfLimit: Self { Self(repeating: 4) }

  @inlinable @inline(__always)
  public static var normalLimit: Self { Self(repeating: 14.5) }

  @inlinable @inline(__always)
  public static var millsConstant: Self { Self(repeating: 0x1.82b4bcp-1) }

  @inlinable @inline(__always)
  public static var minusHalfPi: (Self, Self, Self) {
    (
      Self(repeating: -0x1.921fb6p0), Self(repeating: 0x1.777a5cp-25),
      Self(repeating: 0x1.ee59dap-50)
    )
  }

  @inlinable @inline(__always)
  public static var expRange: (zero: Self, infinite: Self, lost: Self) {
    (Self(repeating: -104.5), Self(repeating: 89), Self(repeating: 9.5))
  }

  /// Degree 5; adds 2^-28.8 of relative error to exp(r) - 1.
  @inlinable @inline(__always)
  public static func expTail(_ r: Self) -> Self {
    Self(repeating: 0x1.a032ep-13)
      .then(0x1.6d71f8p-10, r)
      .then(0x1.11118ap-7, r)
      .then(0x1.5554b2p-5, r)
      .then(0x1.555554p-3, r)
      .then(0x1p-1, r)
  }

  /// Degree 2; 2^-30.1 of the logarithm.
  @inlinable @inline(__always)
  public static func logTail(_ z: Self) -> Self {
    Self(repeating: 0x1.31e3a6p-2)
      .then(0x1.995eb4p-2, z)
      .then(0x1.55557ap-1, z)
  }

  /// Degree 2; 2^-26.9 of the sine.
  @inlinable @inline(__always)
  public static func sinTail(_ z: Self) -> Self {
    Self(repeating: -0x1.994388p-13)
      .then(0x1.11073ap-7, z)
      .then(-0x1.555546p-3, z)
  }

  /// Degree 2; 2^-32.6 of the cosine.
  @inlinable @inline(__always)
  public static func cosTail(_ z: Self) -> Self {
    Self(repeating: 0x1.99eb4ap-16)
      .then(-0x1.6c0c32p-10, z)
      .then(0x1.55554ap-5, z)
  }

  /// Degree 6; 2^-28.6 of erf.
  @inlinable @inline(__always)
  public static func erfRatio(_ z: Self) -> Self {
    Self(repeating: 0x1.496a3p-14)
      .then(-0x1.a3f7p-11, z)
      .then(0x1.5405b2p-8, z)
      .then(-0x1.b7f90ep-6, z)
      .then(0x1.ce2cf8p-4, z)
      .then(-0x1.81273ep-2, z)
      .then(0x1.06eba8p-3, z)
  }

  /// Degree 10; 2^-25.1 of the function, half of it from the rounding of the coefficients.
  @inlinable @inline(__always)
  public static func millsTail(_ t: Self) -> Self {
    Self(repeating: -0x1.848bdcp-15)
      .then(-0x1.d1afeap-13, t)
      .then(0x1.667cc8p-13, t)
      .then(0x1.ad271p-10, t)
      .then(-0x1.c99c7cp-9, t)
      .then(-0x1.ee54f4p-8, t)
      .then(0x1.eec818p-5, t)
      .then(-0x1.7dff04p-3, t)
      .then(0x1.8c6dbap-2, t)
      .then(-0x1.373e3ap-1, t)
      .then(-0x1.b41138p-27, t)
  }
}
