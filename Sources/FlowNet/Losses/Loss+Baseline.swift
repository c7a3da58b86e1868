// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

extension Loss {
  /// Returns the smallest mean loss that constant outputs reach on the first `samples` samples of a data set. A network
  /// whose loss is not below this has learned nothing from its inputs.
  ///
  /// The losses of the catalogue are convex in each output, and those of different outputs are independent, except for
  /// cross entropy. The best constants that have no closed form are searched for.
  package func baseline(_ data: DataSet, samples: Int, outputs: Int) -> Double {
    let targets = Buffer<Double>(rows: samples, columns: outputs)
    let target = Matrix(targets.pointer, rows: samples, columns: outputs)
    data.gatherTargets(0..<Int32(samples), outputs: outputs, into: target.pointer, stride: target.stride)
    let columns = (0..<outputs).untilStopped.map { column in (0..<samples).map { target[$0, column] } }
    guard columns.count == outputs else { return .nan }
    let best = columns.map { column in
      entry.bestConstant?(column.reduce(0, +) / Double(samples)) ?? bestConstant(column)
    }
    return mean(target) { _ in best }
  }

  /// Returns the mean loss that no network can fall below, which is above 0 if targets of cross entropies are
  /// probabilities between 0 and 1: it is their own entropy. Returns 0 for any other loss.
  package func floor(_ data: DataSet, samples: Int, outputs: Int) -> Double {
    guard !data.isClassification, let activation = fusesWith else { return 0 }
    let targets = Buffer<Double>(rows: samples, columns: outputs)
    let target = Matrix(targets.pointer, rows: samples, columns: outputs)
    data.gatherTargets(0..<Int32(samples), outputs: outputs, into: target.pointer, stride: target.stride)
    let smallest = Double.leastNormalMagnitude
    return mean(target) { row in
      (0..<outputs).map { column in
        let t = target[row, column]
        let odds = activation.isSoftmax ? Real.log(max(t, smallest)) : Real.log(max(t, smallest) / max(1 - t, smallest))
        return min(max(odds, -700), 700)
      }
    }
  }

  /// Returns the mean loss of the given outputs, one list per sample.
  private func mean(_ target: Matrix<Double>, _ outputs: (_ row: Int) -> [Double]) -> Double {
    let memory = Buffer<Double>(rows: target.rows, columns: target.columns)
    let slopes = Buffer<Double>(rows: target.rows, columns: target.columns)
    let output = Matrix(memory.pointer, rows: target.rows, columns: target.columns)
    for row in (0..<target.rows).untilStopped {
      for (column, number) in outputs(row).enumerated() { output[row, column] = number }
    }
    let gradient = Matrix(slopes.pointer, rows: target.rows, columns: target.columns)
    return Double.kernel(self).evaluate(output, target, gradient, arguments, false)
  }

  /// Returns the constant output with the smallest loss for one column of targets, by golden-section search.
  private func bestConstant(_ targets: [Double]) -> Double {
    let memory = Buffer<Double>(rows: targets.count, columns: 1)
    let target = Matrix(memory.pointer, rows: targets.count, columns: 1)
    for (row, number) in targets.enumerated() { target[row, 0] = number }
    var (low, high) = (targets.min() ?? 0, targets.max() ?? 0)
    let golden = (5.0.squareRoot() - 1) / 2
    for _ in 0..<80 where high - low > 1e-12 * max(abs(low), abs(high)) && !StopToken.current.isRequested {
      let (left, right) = (high - golden * (high - low), low + golden * (high - low))
      if mean(target, { _ in [left] }) <= mean(target, { _ in [right] }) { high = right } else { low = left }
    }
    return (low + high) / 2
  }
}
