// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Parts and orders of a set. Statistics of a standardized set stay in force in its parts.
extension DataSet {
  /// The samples in the given rows, counted from 0, in that order; rows may repeat. After a request to stop it is the
  /// set itself.
  public func subset(_ rows: some Collection<Int32>) -> DataSet {
    let picked: DataTargets =
      switch targets {
      case .classes(let labels, let names): .classes(labels: labels.picking(rows, width: 1), names: names)
      case .values(let numbers, let names): .values(numbers.picking(rows, width: names.count), names: names)
      }
    let values = values.picking(rows, width: inputWidth)
    if StopToken.current.isRequested { return self }
    return DataSet(
      name: name, values: values, inputNames: inputNames, targets: picked, standardization: standardization)
  }

  /// The first `count` samples, or all of them where there are fewer.
  public func take(_ count: Int) throws(DataError) -> DataSet {
    guard count > 0 else { throw .noSamples(name: name, asked: count) }
    return count < samples ? subset(0..<Int32(count)) : self
  }

  /// The samples in an order that the stream draws.
  public func shuffled(_ stream: RandomStream) -> DataSet {
    var stream = stream
    return subset(stream.permutation(samples))
  }

  /// The set parted at random: a share of the samples for training, the rest for testing.
  ///
  /// Every sample is drawn alike, so the classes keep their shares only on average (this is no stratified division).
  /// The same stream parts sets of equal size alike.
  public func split(_ fraction: Double, _ stream: RandomStream) throws(DataError) -> (train: DataSet, test: DataSet) {
    let count = fraction.isFinite ? (fraction * Double(samples)).rounded() : -1
    guard fraction > 0, fraction < 1, count >= 1, count < Double(samples) else {
      throw .emptyPart(name: name, fraction: fraction, samples: samples)
    }
    var stream = stream
    let order = stream.permutation(samples)
    return (subset(order[..<Int(count)]), subset(order[Int(count)...]))
  }
}
