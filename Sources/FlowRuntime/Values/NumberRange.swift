// SPDX-License-Identifier: GPL-3.0-or-later

/// The numbers from `lower` to `upper`, both included, in steps of `step`; made one at a time.
package struct NumberRange: RandomAccessCollection, Hashable, Sendable {
  /// The first number, if there is one.
  package let lower: Double
  /// The bound that no number goes beyond.
  package let upper: Double
  /// The distance of neighbours; negative to count down.
  package let step: Double
  /// How many numbers there are.
  package let count: Int

  /// Whether the numbers may be made all at once. Longer ranges can be counted, indexed and looped over.
  var fitsList: Bool { count <= ValueLimits.elements }

  /// More numbers than this are refused: such a range is a slip.
  static let mostNumbers = 1e9

  /// A range from its ends, which must be finite, and its step, which must not be zero.
  package init(_ lower: Double, _ upper: Double, step: Double = 1) throws(Complaint) {
    guard lower.isFinite, upper.isFinite, step.isFinite else {
      throw Complaint("out-of-range", "a range needs finite numbers")
    }
    guard step != 0 else { throw Complaint("out-of-range", "the step of a range must not be 0") }
    // A billionth of a step keeps the end of 0..1 step 0.1, whatever the rounding.
    let steps = ((upper - lower) / step + 1e-9).rounded(.down)
    guard steps < Self.mostNumbers else {
      throw Complaint("out-of-range", "this range has more than a thousand million numbers")
    }
    self.lower = lower
    self.upper = upper
    self.step = step
    count = steps < 0 ? 0 : Int(steps) + 1
  }

  /// Always 0.
  package var startIndex: Int { 0 }
  /// The number of numbers.
  package var endIndex: Int { count }
  /// The number at an offset from 0.
  package subscript(position: Int) -> Double { lower + Double(position) * step }
}
