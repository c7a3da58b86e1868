// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Subsets and permutations of a set. They keep its scaling.
extension DataSet {
  /// Returns the samples in the given rows, in that order. Rows count from 0 and may repeat. If a stop is requested,
  /// returns the set itself.
  public func subset(_ rows: some Collection<Int32>) -> DataSet {
    let picked: DataTargets =
      switch targets {
      case .classes(let labels, let names): .classes(labels: labels.picking(rows, width: 1), names: names)
      case .values(let numbers, let names): .values(numbers.picking(rows, width: names.count), names: names)
      }
    let values = values.picking(rows, width: inputWidth)
    if StopToken.current.isRequested { return self }
    return DataSet(
      name: name, values: values, inputNames: inputNames, targets: picked, inputScaling: inputScaling,
      targetScaling: targetScaling)
  }

  /// Returns the first `count` samples, or all of them if there are fewer. Throws `noSamples` if `count` is not
  /// positive.
  public func take(_ count: Int) throws(DataError) -> DataSet {
    guard count > 0 else { throw .noSamples(name: name, asked: count) }
    return count < samples ? subset(0..<Int32(count)) : self
  }

  /// Returns the samples in a random order drawn from a stream.
  public func shuffled(_ stream: RandomStream) -> DataSet {
    var stream = stream
    return subset(stream.permutation(samples))
  }

  /// Splits the set at random: a fraction of the samples for training and the rest for testing. Throws `emptyPart` if
  /// one of the parts would be empty.
  ///
  /// The split is not stratified: the classes keep their proportions only on average. The same stream splits sets of
  /// equal size in the same way.
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
