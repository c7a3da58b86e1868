// SPDX-License-Identifier: GPL-3.0-or-later

extension Float: Element {
  public typealias Vector = FloatRegister
}

extension FloatRegister: Lanes {}

/// The constants and polynomials for IEEE 754 binary32, printed by `coefficients.py`.
extension FloatRegister: ElementaryKernel {
  @inlinable @inline(__always)
  static var shifter: Self { Self(repeating: 0x1.8p23) }

  @inlinable @inline(__always)
  static var integerBase: Self { Self(repeating: 0x1p23) }

  @inlinable @inline(__always)
  static var biasedIntegerBase: Self { Self(repeating: 0x1.0000fep23) }

  @inlinable @inline(__always)
  static var smallestNormal: Self { Self(repeating: 0x1p-126) }

  @inlinable @inline(__always)
  static var sqrtHalf: Self { Self(repeating: 0x1.6a09e6p-1) }

  @inlinable @inline(__always)
  static var sqrt2: Self { Self(repeating: 0x1.6a09e6p0) }

  @inlinable @inline(__always)
  static var log2e: Self { Self(repeating: 0x1.715476p0) }

  @inlinable @inline(__always)
  static var minusLn2High: Self { Self(repeating: -0x1.62e43p-1) }

  @inlinable @inline(__always)
  static var minusLn2Low: Self { Self(repeating: 0x1.05c61p-29) }

  @inlinable @inline(__always)
  static var twoOverPi: Self { Self(repeating: 0x1.45f306p-1) }

  @inlinable @inline(__always)
  static var reductionLimit: Self { Self(repeating: 0x1p17) }

  @inlinable @inline(__always)
  static var tiny: Self { Self(repeating: 0x1p-26) }

  @inlinable @inline(__always)
  static var erfLimit: Self { Self(repeating: 4) }

  @inlinable @inline(__always)
  static var normalLimit: Self { Self(repeating: 14.5) }

  @inlinable @inline(__always)
  static var millsConstant: Self { Self(repeating: 0x1.82b4bcp-1) }

  @inlinable @inline(__always)
  static var millsSlope: Self { Self(repeating: -0x1.373e3ap-1) }

  @inlinable @inline(__always)
  static var millsCurve: Self { Self(repeating: 0x1.8c6dbap-2) }

  @inlinable @inline(__always)
  static var minusHalfPi: (Self, Self, Self) {
    (
      Self(repeating: -0x1.921fb6p0), Self(repeating: 0x1.777a5cp-25),
      Self(repeating: 0x1.ee59dap-50)
    )
  }

  @inlinable @inline(__always)
  static var expRange: (zero: Self, lost: Self, normal: Self, infinite: Self) {
    (Self(repeating: -104.5), Self(repeating: -19), Self(repeating: 87), Self(repeating: 89))
  }

  @inlinable @inline(__always)
  static var tanhLimit: Self { Self(repeating: 9.5) }

  /// Degree 5, relative error of exp(r) - 1 within 2^-28.78.
  @inlinable @inline(__always)
  static func expTail(_ r: Self) -> Self {
    let square = r * r
    let even = Self(repeating: 0x1.6d71f8p-10)
      .then(0x1.5554b2p-5, square)
      .then(0x1p-1, square)
    let odd = Self(repeating: 0x1.a032ep-13)
      .then(0x1.11118ap-7, square)
      .then(0x1.555554p-3, square)
    return even.fused(odd, r)
  }

  /// Degree 2, relative error of log(1 + f) within 2^-30.08.
  @inlinable @inline(__always)
  static func logTail(_ z: Self) -> Self {
    Self(repeating: 0x1.31e3a6p-2)
      .then(0x1.995eb4p-2, z)
      .then(0x1.55557ap-1, z)
  }

  /// Degree 2, relative error of tanh within 2^-27.76.
  @inlinable @inline(__always)
  static func tanhTail(_ z: Self) -> Self {
    Self(repeating: -0x1.a3afbep-5)
      .then(0x1.10d982p-3, z)
      .then(-0x1.555506p-2, z)
  }

  /// Degree 2, relative error of the sine within 2^-26.87.
  @inlinable @inline(__always)
  static func sinTail(_ z: Self) -> Self {
    Self(repeating: -0x1.994388p-13)
      .then(0x1.11073ap-7, z)
      .then(-0x1.555546p-3, z)
  }

  /// Degree 2, relative error of the cosine within 2^-32.58.
  @inlinable @inline(__always)
  static func cosTail(_ z: Self) -> Self {
    Self(repeating: 0x1.99eb4ap-16)
      .then(-0x1.6c0c32p-10, z)
      .then(0x1.55554ap-5, z)
  }

  /// Degree 6, relative error of erf within 2^-28.63.
  @inlinable @inline(__always)
  static func erfRatio(_ z: Self) -> Self {
    let square = z * z
    let even = Self(repeating: 0x1.496a3p-14)
      .then(0x1.5405b2p-8, square)
      .then(0x1.ce2cf8p-4, square)
      .then(0x1.06eba8p-3, square)
    let odd = Self(repeating: -0x1.a3f7p-11)
      .then(-0x1.b7f90ep-6, square)
      .then(-0x1.81273ep-2, square)
    return even.fused(odd, z)
  }

  /// Degree 10, relative error of the whole function within 2^-28.1.
  @inlinable @inline(__always)
  static func millsTail(_ t: Self) -> Self {
    let square = t * t
    let fourthPower = square * square
    let first = Self(repeating: 0x1.667cc8p-13)
      .then(0x1.eec818p-5, fourthPower)
      .then(-0x1.b41138p-27, fourthPower)
    let second = Self(repeating: -0x1.d1afeap-13)
      .then(-0x1.ee54f4p-8, fourthPower)
      .then(-0x1.9899c8p-26, fourthPower)
    let third = Self(repeating: -0x1.848bdcp-15)
      .then(-0x1.c99c7cp-9, fourthPower)
      .then(-0x1.593c0cp-28, fourthPower)
    let fourth = Self(repeating: 0x1.ad271p-10)
      .then(-0x1.7dff04p-3, fourthPower)
    return first.fused(second, t).fused(third.fused(fourth, t), square)
  }
}
