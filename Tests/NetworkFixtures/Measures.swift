// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc

/// Returns the processor time that this thread spends in `body`, in seconds. Other work on the machine does not count.
package func computingTime(_ body: () throws -> Void) rethrows -> Double {
  func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
  let start = now()
  try body()
  return now() - start
}

/// Returns whether the fastest of up to forty rounds takes less time than the bound. Noise only adds time, so the
/// fastest round approaches the true cost. A cost that is really too high fails in any number of rounds.
package func fastest(below bound: () -> Double, _ seconds: () throws -> Double) rethrows -> Bool {
  var fastest = Double.infinity
  for _ in 0..<40 {
    fastest = min(fastest, try seconds())
    if fastest < bound() { return true }
  }
  return false
}

/// Returns |a − b|/|b|, or 0 if both are 0.
package func relativeError(_ a: Double, _ b: Double) -> Double { a == b ? 0 : abs(a - b) / abs(b) }

package func median(_ numbers: [Double]) -> Double {
  let sorted = numbers.sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/// Returns √Σx².
package func norm(_ numbers: [Double]) -> Double { numbers.reduce(0) { $0 + $1 * $1 }.squareRoot() }
