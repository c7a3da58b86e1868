// SPDX-License-Identifier: GPL-3.0-or-later

/// By which power of two the loss is to be multiplied, so that its gradients fit a format; Micikevicius and others 2018,
/// Mixed precision training.
enum LossScale {
  /// What a format does to the gradients at one scale.
  struct Outcome {
    let underflows: Bool
    let overflows: Bool
    var isFine: Bool { !underflows && !overflows }
  }

  /// The exponent nearest to `start` that cures what is wrong there, by bisection: the larger the scale, the less becomes
  /// 0 and the more overflows. Nil where nothing is wrong, where nothing in `range` helps, or when an outcome is nil.
  static func remedy(from start: Int, in range: ClosedRange<Int>, _ outcome: (Int) -> Outcome?) -> Int? {
    guard let now = outcome(start), now.underflows != now.overflows else { return nil }
    let end = now.underflows ? max(range.upperBound, start) : min(range.lowerBound, start)
    var (sick, cured) = (start, end)
    guard let last = outcome(end), now.underflows ? !last.underflows : !last.overflows else { return nil }
    while abs(cured - sick) > 1 {
      let middle = (cured + sick) / 2
      guard let own = outcome(middle) else { return nil }
      if now.underflows ? own.underflows : own.overflows { sick = middle } else { cured = middle }
    }
    return outcome(cured)?.isFine == true ? cured : nil
  }
}
