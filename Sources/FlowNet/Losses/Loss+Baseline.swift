// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

extension Loss {
  /// Returns the smallest mean loss that constant outputs reach on the first `samples` samples of a data set, or 0 if the
  /// targets are constant. A network whose loss is not below this has learned nothing from its inputs.
  ///
  /// The losses of the catalogue are convex in each output, and those of different outputs are independent, except for
  /// cross entropy. The best constants that have no closed form are searched for on at most 1024 samples. The mean loss
  /// is that of all samples.
  package func baseline(_ data: DataSet, samples: Int, outputs: Int) -> Double {
    guard let best = bestConstants(data, samples: samples, outputs: outputs) else { return .nan }
    let zeros = [Double](repeating: 0, count: outputs)
    var (baseline, atZero) = (0.0, 0.0)
    for part in Self.parts(of: samples).untilStopped {
      Self.withTargets(data, part, outputs: outputs) { target in
        let share = Double(part.count) / Double(samples)
        baseline += share * mean(target) { _ in best }
        atZero += share * mean(target) { _ in zeros }
      }
    }
    if StopToken.current.isRequested { return .nan }
    return baseline > Self.rounding * atZero ? baseline : 0
  }

  /// Constant targets leave at most this fraction of the loss of outputs of 0.
  private static let rounding = 1e-17
  /// The largest number of samples on which a constant without a closed form is searched for.
  private static let mostSearched = 1024
  /// The number of samples whose targets are in memory at a time.
  private static let partSize = 4096

  /// Divides samples into parts that fit into memory.
  private static func parts(of samples: Int) -> [Range<Int32>] {
    stride(from: 0, to: samples, by: partSize).map { Int32($0)..<Int32(min($0 + partSize, samples)) }
  }

  /// Calls `body` with the targets of some samples, one row per sample.
  private static func withTargets<Result>(
    _ data: DataSet, _ rows: some Collection<Int32>, outputs: Int, _ body: (Matrix<Double>) -> Result
  ) -> Result {
    let memory = Buffer<Double>(rows: rows.count, columns: outputs)
    let target = Matrix(memory.pointer, rows: rows.count, columns: outputs)
    data.gatherTargets(rows, outputs: outputs, into: target.pointer, stride: target.stride)
    return withExtendedLifetime(memory) { body(target) }
  }

  /// Returns the best constant outputs; nil if a stop was requested.
  private func bestConstants(_ data: DataSet, samples: Int, outputs: Int) -> [Double]? {
    var best: [Double] = []
    if let closedForm = entry.bestConstant {
      var sums = [Double](repeating: 0, count: outputs)
      for part in Self.parts(of: samples).untilStopped {
        Self.withTargets(data, part, outputs: outputs) { target in
          for row in 0..<part.count { for column in 0..<outputs { sums[column] += target[row, column] } }
        }
      }
      best = sums.map { closedForm($0 / Double(samples)) }
    } else {
      let stride = max(1, (samples + Self.mostSearched - 1) / Self.mostSearched)
      let rows = Swift.stride(from: 0, to: Int32(samples), by: stride).map(\.self)
      best = Self.withTargets(data, rows, outputs: outputs) { target in
        (0..<outputs).untilStopped.map { column in bestConstant(rows.indices.map { target[$0, column] }) }
      }
    }
    return StopToken.current.isRequested ? nil : best
  }

  /// Returns the mean loss that no network can fall below, which is above 0 if targets of cross entropies are
  /// probabilities between 0 and 1: it is their own entropy. Returns 0 for any other loss.
  package func floor(_ data: DataSet, samples: Int, outputs: Int) -> Double {
    guard !data.isClassification, let activation = fusesWith else { return 0 }
    let smallest = Double.leastNormalMagnitude
    return Self.withTargets(data, 0..<Int32(samples), outputs: outputs) { target in
      mean(target) { row in
        (0..<outputs).map { column in
          let t = target[row, column]
          let odds =
            activation.isSoftmax ? Real.log(max(t, smallest)) : Real.log(max(t, smallest) / max(1 - t, smallest))
          return min(max(odds, -700), 700)
        }
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
