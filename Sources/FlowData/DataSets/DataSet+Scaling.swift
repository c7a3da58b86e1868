// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Scaled inputs and targets.
///
/// The scaling of inputs is stored and applied when they are read, because they may be stored as bytes. Targets are
/// stored scaled, so that every part of the engine sees the numbers that the network is trained on. The set remembers
/// their scaling, from which predictions and losses in the original unit are computed.
extension DataSet {
  /// Returns the set with every input, and if `targets` is true every target, shifted and scaled to mean 0 and standard
  /// deviation 1 over the set (where the sum of squares is divided by the number of samples). Throws `classTargets` if
  /// targets are to be standardized but are classes.
  ///
  /// A constant input becomes 0, and an input that an earlier standardization has made 0 remains 0. A constant target
  /// becomes 0, too, but keeps its unit, so that predictions can be converted back.
  public func standardized(targets: Bool) throws(DataError) -> DataSet {
    try standardized().scaled(targets: targets ? .standard : nil)
  }

  /// Returns the set with standardized inputs. Targets are unchanged.
  ///
  /// No values are copied: the statistics are stored, and applied when values are read. They replace those of an
  /// earlier scaling.
  public func standardized() -> DataSet {
    withInputScaling(inputStatistics())
  }

  /// Returns the set shifted and scaled by the statistics of another set, as a test set must be by those of its
  /// training set. Uses the scaling of the other set, or computes its statistics if it has none. If `targets` is true,
  /// this also applies to the targets. Throws an error if the sets differ in their number of inputs or scaled targets.
  public func standardized(like other: DataSet, targets: Bool = false) throws(DataError) -> DataSet {
    guard other.inputWidth == inputWidth else {
      throw .unlikeInputs(name: name, inputs: inputWidth, other: other.name, otherInputs: other.inputWidth)
    }
    let standardized = withInputScaling(other.inputScaling ?? other.inputStatistics())
    guard targets else { return standardized }
    if let scaling = other.targetScaling { return try standardized.withTargetScaling(scaling) }
    return try standardized.withTargetScaling(other.targetStatistics())
  }

  /// Returns the set with inputs and targets scaled as they are in another set. Those that are not scaled there are in
  /// their original unit. Throws an error if the sets differ in their number of inputs or scaled targets.
  public func scaled(like other: DataSet) throws(DataError) -> DataSet {
    let data = try scalingInputs(like: other)
    if let scaling = other.targetScaling { return try data.withTargetScaling(scaling) }
    guard let targetScaling else { return data }
    let none = [Double](repeating: 0, count: targetScaling.factors.count)
    let restored = try data.withTargetScaling(Scaling(shifts: none, factors: none.map { _ in 1 }))
    return DataSet(
      name: name, values: values, inputNames: inputNames, targets: restored.targets, inputScaling: data.inputScaling)
  }

  /// Returns the set with its inputs scaled as they are in another set, or not scaled if they are not scaled there.
  /// Throws an error if the sets differ in their number of inputs.
  public func scalingInputs(like other: DataSet) throws(DataError) -> DataSet {
    guard other.inputWidth == inputWidth else {
      throw .unlikeInputs(name: name, inputs: inputWidth, other: other.name, otherInputs: other.inputWidth)
    }
    return withInputScaling(other.inputScaling)
  }

  /// Returns the set with scaled inputs, scaled targets, or both; nil leaves them as they are. A scaling by factors is
  /// applied after an earlier scaling, and the set remembers both.
  ///
  /// Throws an error if the number of factors does not match, if one of them is 0 or not finite, or if the targets to
  /// scale are classes.
  public func scaled(inputs: ScalingRule? = nil, targets: ScalingRule? = nil) throws(DataError) -> DataSet {
    var data = self
    switch inputs {
    case nil: break
    case .standard: data = data.standardized()
    case .factors(let factors):
      let scaling = try scaling(factors, width: inputWidth, of: "inputs")
      data = data.withInputScaling(inputScaling?.followed(by: scaling) ?? scaling)
    }
    switch targets {
    case nil: return data
    case .standard: return try data.withTargetScaling(targetStatistics())
    case .factors(let factors):
      if isClassification { throw .classTargets(name: name) }
      let scaling = try scaling(factors, width: outputWidth, of: "targets")
      return try data.withTargetScaling(targetScaling?.followed(by: scaling) ?? scaling)
    }
  }

  /// Returns a target of a sample in the unit that it had before any scaling. Samples and targets count from 0. The
  /// targets must be numbers.
  public func originalTargets(ofSample sample: Int) -> [Double] {
    restoringTargets(targets(ofSample: sample))
  }

  /// Returns the numbers for the targets of a sample, such as a prediction, in the unit that the targets had before any
  /// scaling.
  public func restoringTargets(_ numbers: [Double]) -> [Double] {
    guard let targetScaling, targetScaling.factors.count == numbers.count else { return numbers }
    return numbers.enumerated().map { targetScaling.restored($1, column: $0) }
  }

  /// The size of 1 in each scaled target, measured in the unit that the target had before scaling: the standard
  /// deviation if the targets are standardized, and 1 if they are not scaled. Empty if the targets are classes.
  ///
  /// An error of e in a scaled target is an error of e times its unit in the original one.
  public var targetUnits: [Double] {
    guard case .values(_, let names) = targets else { return [] }
    return targetScaling.map { $0.factors.map { 1 / $0 } } ?? [Double](repeating: 1, count: names.count)
  }

  private func scaling(_ factors: [Double], width: Int, of part: String) throws(DataError) -> Scaling {
    guard factors.count == 1 || factors.count == width else {
      throw .wrongFactors(part: part, expected: width, found: factors.count)
    }
    if let factor = factors.first(where: { $0 == 0 || !$0.isFinite }) { throw .badFactor(part: part, factor: factor) }
    return Scaling(
      shifts: [Double](repeating: 0, count: width),
      factors: factors.count == width ? factors : [Double](repeating: factors[0], count: width))
  }

  private func withInputScaling(_ scaling: Scaling?) -> DataSet {
    DataSet(
      name: name, values: values, inputNames: inputNames, targets: targets, inputScaling: scaling,
      targetScaling: targetScaling)
  }

  /// Returns the set with targets that are scaled by `scaling` from their original unit.
  private func withTargetScaling(_ scaling: Scaling) throws(DataError) -> DataSet {
    guard case .values(let numbers, let names) = targets else { throw .classTargets(name: name) }
    guard scaling.factors.count == names.count else {
      throw .unlikeTargets(name: name, targets: names.count, other: scaling.factors.count)
    }
    let width = names.count
    let old = targetScaling
    let scaled = numbers.indices.untilStopped.map { index in
      let column = index % width
      let original = old?.restored(numbers[index], column: column) ?? numbers[index]
      return scaling.scaled(original, column: column)
    }
    if scaled.count < numbers.count { return self }
    return DataSet(
      name: name, values: values, inputNames: inputNames, targets: .values(scaled, names: names),
      inputScaling: inputScaling, targetScaling: scaling)
  }
}

/// Statistics of columns.
extension DataSet {
  private func inputStatistics() -> Scaling {
    let stored = DataSet(name: name, values: values, inputNames: inputNames, targets: targets)
    let moments = ColumnMoments(samples: samples, width: inputWidth) { sample, row in
      stored.gatherInputs(sample..<sample + 1, into: &row)
    }
    let factors = (0..<inputWidth).map { column in
      moments.isConstant(column) || inputScaling?.factors[column] == 0 ? 0 : 1 / moments.deviation(column)
    }
    return Scaling(shifts: moments.means, factors: factors, isStandard: true)
  }

  /// Returns the mean of each input before scaling.
  package func inputMeans() -> [Double] { inputStatistics().shifts }

  /// Returns the scaling that standardizes the targets in their original unit.
  private func targetStatistics() throws(DataError) -> Scaling {
    guard !isClassification else { throw .classTargets(name: name) }
    let width = outputWidth
    let moments = ColumnMoments(samples: samples, width: width) { sample, row in
      self.gatherTargets(sample..<sample + 1, outputs: width, into: &row)
      row = restoringTargets(row)
    }
    let factors = (0..<width).map { moments.isConstant($0) ? 1 : 1 / moments.deviation($0) }
    return Scaling(shifts: moments.means, factors: factors, isStandard: true)
  }
}

/// The mean and the standard deviation of each column, computed in three passes, so that a large mean does not make a
/// small deviation inaccurate.
private struct ColumnMoments {
  private(set) var means: [Double]
  private var low: [Double]
  private var high: [Double]
  private var squares: [Double]
  private let tops: [Double]
  private let samples: Double

  init(samples: Int, width: Int, _ read: (_ sample: Int32, _ row: inout [Double]) -> Void) {
    var row = [Double](repeating: 0, count: width)
    low = [Double](repeating: .infinity, count: width)
    high = [Double](repeating: -.infinity, count: width)
    means = [Double](repeating: 0, count: width)
    self.samples = Double(samples)
    for sample in (0..<Int32(samples)).untilStopped {
      read(sample, &row)
      for column in 0..<width {
        low[column] = min(low[column], row[column])
        high[column] = max(high[column], row[column])
      }
    }
    // Compute in units of a power of two near the largest magnitude, so that sums and squares neither overflow nor
    // underflow.
    let (low, high) = (low, high)
    tops = (0..<width).map { max(abs(low[$0]), abs(high[$0])).binade }
    for sample in (0..<Int32(samples)).untilStopped {
      read(sample, &row)
      for column in 0..<width where tops[column] > 0 { means[column] += row[column] / tops[column] }
    }
    for column in 0..<width { means[column] *= tops[column] / Double(samples) }
    squares = [Double](repeating: 0, count: width)
    for sample in (0..<Int32(samples)).untilStopped {
      read(sample, &row)
      for column in 0..<width {
        let deviation = tops[column] > 0 ? (row[column] - means[column]) / tops[column] : 0
        squares[column] += deviation * deviation
      }
    }
  }

  func isConstant(_ column: Int) -> Bool { low[column] == high[column] }

  /// Returns the standard deviation of a column.
  func deviation(_ column: Int) -> Double { (squares[column] / samples).squareRoot() * tops[column] }
}
