// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet

extension Diagnosis {
  /// Checks inputs and numeric targets for sizes or offsets that layers are not designed for.
  ///
  /// Initializers assume inputs of mean 0 and variance 1 (LeCun and others 1998, Efficient BackProp, 4.3).
  static func scale(_ data: DataSet, rows: Range<Int>, _ thresholds: DiagnosisThresholds) -> Diagnosis? {
    let inputs = ColumnMoments(rows, width: data.inputWidth, data.inputs(ofSample:))
    if let finding = inputs.trouble("input", thresholds.scale) {
      return Diagnosis(
        .scale, layer: 1, .data, "the inputs are \(finding.what)", finding.evidence, isOfLargeData: finding.isLarge)
    }
    guard !data.isClassification else { return nil }
    let targets = ColumnMoments(rows, width: data.outputWidth, data.targets(ofSample:))
    guard targets.rms > thresholds.scale else { return nil }
    return Diagnosis(
      .scale, .data, "the targets are far larger than the outputs of an untrained network",
      [Finding("target_rms", targets.rms)], isOfLargeData: true)
  }
}

/// The size and the offset of the columns of a matrix.
private struct ColumnMoments {
  /// The RMS over all numbers.
  let rms: Double
  /// The means of the columns that are not constant.
  private let means: [Double]
  private let deviations: [Double]

  /// Measures the columns, until a stop is requested.
  init(_ rows: Range<Int>, width: Int, _ numbers: (_ row: Int) -> [Double]) {
    var sums = [Double](repeating: 0, count: width)
    for row in rows.untilStopped { for (column, number) in numbers(row).enumerated() { sums[column] += number } }
    let means = sums.map { $0 / Double(rows.count) }
    var squares = [Double](repeating: 0, count: width)
    var total = 0.0
    for row in rows.untilStopped {
      for (column, number) in numbers(row).enumerated() {
        total += number * number
        squares[column] += (number - means[column]) * (number - means[column])
      }
    }
    rms = (total / Double(rows.count * width)).squareRoot()
    let deviations = squares.map { ($0 / Double(rows.count)).squareRoot() }
    let varying = (0..<width).filter { deviations[$0] > 0 }
    self.means = varying.map { means[$0] }
    self.deviations = varying.map { deviations[$0] }
  }

  /// A reason why columns are hard to learn from.
  struct Trouble {
    /// Completes "the inputs are".
    let what: String
    let evidence: [Diagnosis.Finding]
    var isLarge = false
  }

  func trouble(_ name: String, _ threshold: Double) -> Trouble? {
    let size = [Diagnosis.Finding("\(name)_rms", rms)]
    if !(rms <= threshold) { return Trouble(what: "far larger than 1", evidence: size, isLarge: true) }
    if rms > 0, rms * threshold < 1 { return Trouble(what: "far smaller than 1", evidence: size) }
    let middle = median(deviations)
    if let widest = deviations.max(), let middle, widest > threshold * middle {
      return Trouble(
        what: "of very different sizes",
        evidence: [.init("largest_\(name)_std", widest), .init("median_\(name)_std", middle)])
    }
    let offsets = zip(means, deviations).map { abs($0) / $1 }
    if let offset = median(offsets), offset > threshold {
      return Trouble(
        what: "almost the same for all samples", evidence: [.init("\(name)_mean_over_std", offset)])
    }
    return nil
  }
}

/// Returns the median, or `nil` if there are no numbers.
func median(_ numbers: [Double]) -> Double? { Spread(numbers)?.median }
