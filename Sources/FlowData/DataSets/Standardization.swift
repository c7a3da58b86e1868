// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A shift and a scale per input. The standardized value is (stored − mean) · scale.
public struct Standardization: Sendable, Equatable {
  /// The mean of each input.
  public let means: [Double]
  /// The reciprocal of the standard deviation of each input; 0 for a constant input.
  public let scales: [Double]

  /// Writes one row of `width` values, computed in 64 bits and rounded once to the element type.
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
  /// Returns the set with every input shifted and scaled to mean 0 and standard deviation 1 over the set (where the sum
  /// of squares is divided by the number of samples). A constant input becomes 0, and an input that an earlier
  /// standardization has made 0 remains 0. Targets are unchanged.
  ///
  /// No values are copied: the statistics are stored, and applied when values are read. They replace those of an
  /// earlier standardization.
  public func standardized() -> DataSet {
    withStandardization(statistics())
  }

  /// Returns the set shifted and scaled by the statistics of another set, as a test set must be by those of its
  /// training set. Uses the standardization of the other set, or computes its statistics if it has none. Throws
  /// `unlikeInputs` if the sets differ in their number of inputs.
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

  /// Computes the mean and the scale of each stored input in three passes, so that a large mean does not make a small
  /// deviation inaccurate.
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
    // Compute in units of a power of two near the largest magnitude, so that sums and squares neither overflow nor
    // underflow.
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
