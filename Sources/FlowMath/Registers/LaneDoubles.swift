// SPDX-License-Identifier: GPL-3.0-or-later
import CRegister

extension FloatRegister {
  /// The lanes in f64.
  @inlinable @inline(__always)
  public var doubles: (first: DoubleRegister, second: DoubleRegister?) {
    (DoubleRegister(gf_low_doubles(lanes)), DoubleRegister(gf_high_doubles(lanes)))
  }

  /// The sum of all lanes in f64: first lanes four apart are added, then lanes two apart, then the last two.
  @inlinable @inline(__always)
  public var sum: Double { gf_sum(gf_add(gf_low_doubles(lanes), gf_high_doubles(lanes))) }
}

extension DoubleRegister {
  @inlinable @inline(__always)
  public var doubles: (first: DoubleRegister, second: DoubleRegister?) { (self, nil) }

  /// The sum of all lanes: first lanes two apart are added, then the last two.
  @inlinable @inline(__always)
  public var sum: Double { gf_sum(lanes) }
}
