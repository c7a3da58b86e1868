// SPDX-License-Identifier: GPL-3.0-or-later

/// Finds the power of two by which to multiply the loss so that its gradients fit a format. Source: Micikevicius and
/// others, Mixed precision training, 2018.
enum LossScale {
  /// The effect of a format on the gradients at one scale.
  struct Outcome {
    let underflows: Bool
    let overflows: Bool
    var isFine: Bool { !underflows && !overflows }
  }

  /// Returns the exponent nearest to `start` that avoids the underflow or overflow found there, by binary search: a
  /// larger scale makes fewer gradients 0 and more overflow. Returns `nil` if nothing needs fixing, if no exponent in
  /// `range` helps, or if an outcome is `nil`.
  static func remedy(from start: Int, in range: ClosedRange<Int>, _ outcome: (Int) -> Outcome?) -> Int? {
    guard let now = outcome(start), now.underflows != now.overflows else { return nil }
    let end = now.underflows ? max(range.upperBound, start) : min(range.lowerBound, start)
    var (failing, working) = (start, end)
    guard let last = outcome(end), now.underflows ? !last.underflows : !last.overflows else { return nil }
    while abs(working - failing) > 1 {
      let middle = (working + failing) / 2
      guard let own = outcome(middle) else { return nil }
      if now.underflows ? own.underflows : own.overflows { failing = middle } else { working = middle }
    }
    return outcome(working)?.isFine == true ? working : nil
  }
}
