// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// Losses in the unit that scaled targets had before scaling.
extension Loss {
  /// Returns the factor by which this loss on the scaled targets of a data set must be multiplied to compare it with the
  /// loss of the same network on the unscaled ones: the square of the unit for mse, and the unit for mae.
  ///
  /// If the targets are not scaled, the factor is 1. Returns nil if there is no such factor, because the targets have
  /// different units, because the loss is not proportional to a power of the unit, as for huber, or because the targets
  /// are classes. `Network.lossInOriginalUnit` also computes the loss in the first two cases.
  public func unitFactor(of data: DataSet) -> Double? {
    guard data.targetScaling != nil else { return 1 }
    let factors = unitFactors(of: data)
    guard let factors, let first = factors.first, factors.allSatisfy({ $0 == first }) else { return nil }
    return first
  }

  /// Returns the factor for each target: the loss on the unscaled targets is the mean over the targets of the loss of
  /// each scaled target times its factor. Returns nil if the loss is not proportional to a power of the unit, or if the
  /// targets are classes.
  public func unitFactors(of data: DataSet) -> [Double]? {
    guard let power = entry.unitPower, !data.isClassification else { return nil }
    return data.targetUnits.map { unit in (0..<power).reduce(1) { factor, _ in factor * abs(unit) } }
  }
}

extension Network {
  /// Returns the mean loss over a data set in the unit that its targets had before scaling, also if they have different
  /// units. Arguments of the loss, such as the delta of huber, are in that unit, too. Runs in prediction mode. The
  /// result is meaningless if a stop was requested.
  ///
  /// Throws an error if the data set does not fit the network or the loss, or if the loss needs probabilities, which have
  /// no unit.
  public func lossInOriginalUnit(_ data: DataSet, loss: Loss, pool: ThreadPool) throws(NetworkError) -> Double {
    guard data.targetScaling != nil else { return try evaluate(data, loss: loss, pool: pool).loss }
    try check(data)
    guard loss.entry.targets == .numbers else {
      throw NetworkError(
        "\(loss.name) has no original unit: its targets are probabilities", hint: "use a loss such as mse or mae")
    }
    let units = data.targetUnits
    let outputs = predict(data, pool: pool)
    var total = 0.0
    for start in stride(from: 0, to: outputs.count, by: evaluationBlock) where !StopToken.current.isRequested {
      let rows = min(evaluationBlock, outputs.count - start)
      let buffers = (0..<3).map { _ in Buffer<Double>(rows: rows, columns: units.count) }
      let matrices = buffers.map { Matrix($0.pointer, rows: rows, columns: units.count) }
      for row in 0..<rows {
        let targets = data.targets(ofSample: start + row)
        // The shift of a target cancels in its error, which is all that these losses depend on.
        for (column, unit) in units.enumerated() {
          matrices[0][row, column] = outputs[start + row][column] * unit
          matrices[1][row, column] = targets[column] * unit
        }
      }
      total +=
        Double(rows) * Double.kernel(loss).evaluate(matrices[0], matrices[1], matrices[2], loss.arguments, false)
      withExtendedLifetime(buffers) {}
    }
    return total / Double(data.samples)
  }
}
