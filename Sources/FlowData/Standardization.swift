// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A shift and a scale per input: the value given out is (stored − mean) · scale.
public struct Standardization: Sendable, Equatable {
  /// The mean of every input.
  public let means: [Double]
  /// One over the standard deviation of every input; 0 for an input that never changes.
  public let scales: [Double]

  /// Writes one row of `width` values, computed in 64 bits and rounded once to the element.
  @inlinable @inline(__always)
  func apply<E: BinaryFloatingPoint>(
    width: Int, into out: UnsafeMutablePointer<E>, _ stored: (_ column: Int) -> Double
  ) {
    means.withUnsafeBufferPointer { means in
      scales.withUnsafeBufferPointer { scales in
        for column in 0..<width { out[column] = E((stored(column) - means[column]) * scales[column]) }
      }
    }
  }
}

extension DataSet {
  /// The same samples with every input shifted and scaled to mean 0 and standard deviation 1 over the set (divided by
  /// the number of samples); an input that never changes becomes 0. Targets stay as they are.
  ///
  /// Nothing is copied: the statistics are kept and applied when values are read. They replace those in force before.
  public func standardized() -> DataSet {
    withStandardization(statistics())
  }

  /// The same samples shifted and scaled by the statistics of another set, as a test set must be by those of its
  /// training set: by the ones in force there, or the ones computed from it where none are.
  public func standardized(like other: DataSet) throws(DataError) -> DataSet {
    guard other.inputWidth == inputWidth else {
      throw .unlikeInputs(name: name, inputs: inputWidth, other: other.name, otherInputs: other.inputWidth)
    }
    return withStandardization(other.standardization ?? other.statistics())
  }

  private func withStandardization(_ standardization: Standardization) -> DataSet {
    DataSet(
      name: name, values: values, inputNames: inputNames, targets: targets, standardization: standardization)
  }

  /// Mean and scale of every input as stored, in three passes, so that a large mean does not spoil a small deviation.
  private func statistics() -> Standardization {
    let width = inputWidth
    let stored = DataSet(name: name, values: values, inputNames: inputNames, targets: targets)
    var row = [Double](repeating: 0, count: width)
    var low = [Double](repeating: .infinity, count: width)
    var high = [Double](repeating: -.infinity, count: width)
    var means = [Double](repeating: 0, count: width)
    for sample in (0..<Int32(samples)).untilStopped {
      stored.gatherInputs(sample..<sample + 1, into: &row)
      for column in 0..<width {
        low[column] = min(low[column], row[column])
        high[column] = max(high[column], row[column])
      }
    }
    // Sums and squares in units of a power of two near the largest magnitude: they can neither overflow nor vanish.
    let tops = (0..<width).map { max(abs(low[$0]), abs(high[$0])).binade }
    for sample in (0..<Int32(samples)).untilStopped {
      stored.gatherInputs(sample..<sample + 1, into: &row)
      for column in 0..<width where tops[column] > 0 { means[column] += row[column] / tops[column] }
    }
    for column in 0..<width { means[column] *= tops[column] / Double(samples) }
    var squares = [Double](repeating: 0, count: width)
    for sample in (0..<Int32(samples)).untilStopped {
      stored.gatherInputs(sample..<sample + 1, into: &row)
      for column in 0..<width {
        let deviation = tops[column] > 0 ? (row[column] - means[column]) / tops[column] : 0
        squares[column] += deviation * deviation
      }
    }
    let scales = (0..<width).map { column in
      low[column] == high[column] || standardization?.scales[column] == 0
        ? 0 : 1 / ((squares[column] / Double(samples)).squareRoot() * tops[column])
    }
    return Standardization(means: means, scales: scales)
  }
}
