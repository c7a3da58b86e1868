// SPDX-License-Identifier: GPL-3.0-or-later

extension Real {
  /// 1/√(2π), the density of the standard normal distribution at 0.
  @inlinable @inline(__always)
  public static var normalPeak: Double { 0.3989422804014326779399460599344 }

  /// The base-10 logarithm of 2.
  @inlinable @inline(__always)
  public static var log10Of2: Double { 0.30102999566398119521 }
}
