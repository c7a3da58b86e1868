// SPDX-License-Identifier: GPL-3.0-or-later

/// Numbers of the normal distribution, by inversion: one word makes one number, so they too can be read by position.
extension RandomStream {
  /// The standard normal number at a position.
  @inlinable
  public func normal(at position: UInt64) -> Double {
    inverseNormalCDF(Self.openUniform(bits(at: position)))
  }

  /// The next number of the normal distribution with mean 0 and standard deviation 1, within ±8.21.
  @inlinable
  public mutating func normal() -> Double {
    inverseNormalCDF(Self.openUniform(bits()))
  }

  /// An odd multiple of 2⁻⁵³: uniform in (0, 1) without its ends, and as likely to be u as 1 − u.
  @inlinable
  static func openUniform(_ word: UInt64) -> Double {
    (Double(word >> 12) + 0.5) * 0x1p-52
  }
}
