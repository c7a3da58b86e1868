// SPDX-License-Identifier: GPL-3.0-or-later

/// The numbers from `lower` to `upper`, both included, in steps of `step`. They are computed and not stored.
package struct NumberRange: RandomAccessCollection, Hashable, Sendable {
  /// The first number, unless the range is empty.
  package let lower: Double
  /// The bound on the last number.
  package let upper: Double
  /// The difference between neighbours, which is negative if the range counts down.
  package let step: Double
  package let count: Int

  /// Whether a list can hold the numbers. Longer ranges can only be counted, indexed and looped over.
  var fitsList: Bool { count <= ValueLimits.elements }

  /// The maximum length of a range. A longer one is most likely a mistake.
  private static let mostNumbers = 1e9

  /// Throws if an end is not finite, if the step is zero, or if the range is too long.
  package init(_ lower: Double, _ upper: Double, step: Double = 1) throws(Complaint) {
    guard lower.isFinite, upper.isFinite, step.isFinite else {
      throw Complaint("out-of-range", "a range needs finite numbers")
    }
    guard step != 0 else { throw Complaint("out-of-range", "the step of a range must not be 0") }
    // The tolerance of a billionth of a step keeps the end of 0..1 step 0.1 despite rounding.
    let steps = ((upper - lower) / step + 1e-9).rounded(.down)
    guard steps < Self.mostNumbers else {
      throw Complaint("out-of-range", "this range has more than a billion numbers")
    }
    self.lower = lower
    self.upper = upper
    self.step = step
    count = steps < 0 ? 0 : Int(steps) + 1
  }

  package var startIndex: Int { 0 }
  package var endIndex: Int { count }
  package subscript(offset: Int) -> Double { lower + Double(offset) * step }
}
