// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet

extension SettingSuspect {
  /// Returns the order of the data if it is kept and the targets are sorted.
  static func order(_ run: Run, _ course: RunCourse) -> SettingSuspect? {
    guard !run.options.shuffle, !course.wentVeryWell, let share = sortedShare(run.data, batch: run.options.batch),
      share > sorted
    else {
      return nil
    }
    return SettingSuspect(
      cause: .data, explanation: "the samples are sorted by their targets and not shuffled, so no batch is typical",
      evidence: [.init("between_batches", share)],
      remedy: ("shuffle: true", "every batch then contains all kinds of targets"), quantity: "shuffle", before: 0,
      isExtreme: true, isSlow: true, steps: Replays.longest, exchanges: [(1, { $0.shuffle = true }, nil)])
  }

  /// Data are sorted if the differences between batches account for more than this share of the variance of the
  /// targets. In a random order, this share is about 1 divided by the size of a batch.
  private static let sorted = 0.3

  /// Smaller batches differ in any order, so several of them are considered together.
  private static let fewestSamples = 16

  /// Returns the share of the variance of the targets that is due to differences between batches; nil if all targets
  /// are equal, or if a stop was requested.
  private static func sortedShare(_ data: DataSet, batch: Int) -> Double? {
    let size = max(batch, fewestSamples)
    var total = ColumnSums(data.outputWidth)
    var between = 0.0
    for first in stride(from: 0, to: data.samples, by: size) {
      var own = ColumnSums(data.outputWidth)
      for row in (first..<min(first + size, data.samples)).untilStopped { own.add(data.targets(ofSample: row)) }
      if StopToken.current.isRequested { return nil }
      between += own.squaredMean * Double(own.count)
      total.add(own)
    }
    let mean = total.squaredMean
    let variance = total.squares / Double(total.count) - mean
    guard variance > mean * 1e-12 else { return nil }
    return (between / Double(total.count) - mean) / variance
  }
}

/// The sums of the columns of some rows, and the sum of the squares of all their numbers.
private struct ColumnSums {
  private var sums: [Double]
  private(set) var squares = 0.0
  private(set) var count = 0

  init(_ width: Int) { sums = [Double](repeating: 0, count: width) }

  mutating func add(_ row: [Double]) {
    for (column, number) in row.enumerated() {
      sums[column] += number
      squares += number * number
    }
    count += 1
  }

  mutating func add(_ other: ColumnSums) {
    for (column, sum) in other.sums.enumerated() { sums[column] += sum }
    squares += other.squares
    count += other.count
  }

  /// The squared length of the mean row.
  var squaredMean: Double { sums.reduce(0) { $0 + $1 * $1 } / Double(count * count) }
}
