// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// A size or an offset of inputs or targets that layers are not designed for.
///
/// Initializers assume inputs of mean 0 and variance 1 (LeCun and others 1998, Efficient BackProp, 4.3).
struct ScaleTrouble {
  /// Completes "the inputs are".
  let what: String
  let evidence: [Diagnosis.Finding]

  /// Examines the inputs.
  static func inputs(_ data: DataSet, _ rows: Range<Int>, _ threshold: Double) -> ScaleTrouble? {
    ColumnMoments(rows, width: data.inputWidth, data.inputs(ofSample:)).trouble("input", threshold)
  }

  /// Examines numeric targets. Only large ones are a problem.
  static func targets(_ data: DataSet, _ rows: Range<Int>, _ threshold: Double) -> ScaleTrouble? {
    guard !data.isClassification else { return nil }
    let rms = ColumnMoments(rows, width: data.outputWidth, data.targets(ofSample:)).rms
    guard rms > threshold else { return nil }
    return ScaleTrouble(
      what: "far larger than the outputs of an untrained network", evidence: [.init("target_rms", rms)])
  }
}

/// The size and the offset of the columns of a matrix.
struct ColumnMoments {
  /// The RMS over all numbers.
  let rms: Double
  /// The means of the columns that are not constant.
  private let means: [Double]
  private let deviations: [Double]
  /// The largest magnitudes in the columns that are not constant.
  private let sizes: [Double]

  /// Measures the columns, until a stop is requested.
  init(_ rows: Range<Int>, width: Int, _ numbers: (_ row: Int) -> [Double]) {
    var sums = [Double](repeating: 0, count: width)
    for row in rows.untilStopped { for (column, number) in numbers(row).enumerated() { sums[column] += number } }
    let means = sums.map { $0 / Double(rows.count) }
    var squares = [Double](repeating: 0, count: width)
    var sizes = [Double](repeating: 0, count: width)
    var total = 0.0
    for row in rows.untilStopped {
      for (column, number) in numbers(row).enumerated() {
        total += number * number
        sizes[column] = max(sizes[column], abs(number))
        squares[column] += (number - means[column]) * (number - means[column])
      }
    }
    rms = (total / Double(rows.count * width)).squareRoot()
    let deviations = squares.map { ($0 / Double(rows.count)).squareRoot() }
    let varying = (0..<width).filter { deviations[$0] > 0 }
    self.means = varying.map { means[$0] }
    self.deviations = varying.map { deviations[$0] }
    self.sizes = varying.map { sizes[$0] }
  }

  /// Whether all columns that vary have about mean 0 and standard deviation 1.
  var areStandard: Bool {
    means.allSatisfy { abs($0) < Self.tolerance } && deviations.allSatisfy { abs($0 - 1) < Self.tolerance }
  }

  /// Standardizing data within this tolerance changes little.
  private static let tolerance = 0.2

  fileprivate func trouble(_ name: String, _ threshold: Double) -> ScaleTrouble? {
    let size = [Diagnosis.Finding("\(name)_rms", rms)]
    if !(rms <= threshold) { return ScaleTrouble(what: "far larger than 1", evidence: size) }
    if rms > 0, rms * threshold < 1 { return ScaleTrouble(what: "far smaller than 1", evidence: size) }
    let middle = median(deviations)
    if let widest = deviations.max(), let middle, widest > threshold * middle {
      return ScaleTrouble(
        what: "on very different scales",
        evidence: [.init("largest_\(name)_std", widest), .init("median_\(name)_std", middle)])
    }
    // A column that is 0 in most samples may have a small deviation, but some of its numbers are as large as others.
    let usual = median(sizes)
    if let smallest = sizes.min(), let usual, smallest * threshold * threshold < usual {
      return ScaleTrouble(
        what: "on very different scales",
        evidence: [.init("smallest_\(name)_size", smallest), .init("median_\(name)_size", usual)])
    }
    let offsets = zip(means, deviations).map { abs($0) / $1 }
    if let offset = median(offsets), offset > threshold {
      return ScaleTrouble(
        what: "almost the same for all samples", evidence: [.init("\(name)_mean_over_std", offset)])
    }
    return nil
  }
}

/// Returns the median, or `nil` if there are no numbers.
func median(_ numbers: [Double]) -> Double? { Spread(numbers)?.median }
