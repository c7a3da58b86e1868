// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc

/// Returns the time in seconds since a fixed moment. It never decreases.
@Sendable public func monotonicSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
