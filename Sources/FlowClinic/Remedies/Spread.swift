// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet

/// The median, minimum and maximum of some numbers.
public struct Spread: Sendable {
  /// The number in the middle, or the mean of the two in the middle.
  public let median: Double
  /// The smallest number.
  public let low: Double
  /// The largest number.
  public let high: Double

  /// Creates the spread of one number.
  init(_ number: Double) { self.init(median: number, low: number, high: number) }

  init(median: Double, low: Double, high: Double) { (self.median, self.low, self.high) = (median, low, high) }

  /// Creates a spread of at least one number, or `nil` if there are none. NaN counts as the largest.
  init?(_ numbers: [Double]) {
    guard !numbers.isEmpty else { return nil }
    let sorted = numbers.sorted { $0 < $1 || ($1.isNaN && !$0.isNaN) }
    let middle = sorted.count / 2
    median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    low = sorted[0]
    high = sorted[sorted.count - 1]
  }
}
