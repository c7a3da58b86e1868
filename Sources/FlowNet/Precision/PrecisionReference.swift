// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// The reference that formats are compared with: the same pass in f64. Its gradients have separate exponents, so they
/// are exact even outside the range of f64.
struct PrecisionReference {
  private let measure: GradientMeasure
  /// A Boolean value that indicates whether the gradient of the loss is nonzero.
  var hasLossGradient: Bool { measure.hasLossGradient }
  /// log10 of the largest |∂L/∂z| of every layer; −∞ if the layer has no gradient.
  private let peaks: [Double]

  /// Runs a pass over some rows of the data. Returns `nil` if a stop is requested.
  init?(_ engine: Engine<Double>, _ data: DataSet, _ rows: [Int32], _ loss: Loss, _ pool: ThreadPool) {
    guard let measure = engine.gains(data, rows, loss, pool, marksAlive: true)?.measure else { return nil }
    self.measure = measure
    peaks = measure.layers.map { $0.peak.log10 ?? -.infinity }
  }

  /// Returns for each sample and unit of a layer whether ∂L/∂z is nonzero.
  func alive(_ index: Int) -> [Bool] { measure.layers[index].alive }

  /// Returns the fraction of units that receive no gradient from any sample, in any format.
  func dead(_ index: Int) -> Double { measure.layers[index].dead }

  /// Returns the number of layers below the last one at which the format is predicted to lose the gradient.
  ///
  /// The prediction is the straight line in logarithms through the largest |∂L/∂z| of the last layer and of the first
  /// layer that has any gradient. The gradient is lost where the line reaches half of the smallest number, which is
  /// rounded to 0, or the largest number. Returns `nil` if the line reaches neither.
  func cliff(_ format: NumberFormat, lossExponent: Int) -> Int? {
    guard let last = peaks.last, last.isFinite, let lowest = peaks.firstIndex(where: \.isFinite) else { return nil }
    let start = last + Double(lossExponent) * Real.log10Of2
    let bottom = Real.log10(format.smallest) - Real.log10Of2
    let top = Real.log10(format.largest)
    if start <= bottom || start >= top { return 0 }
    let slope = (last - peaks[lowest]) / Double(max(peaks.count - 1 - lowest, 1))
    // A logarithm is off by a few roundings, a step by much more.
    let steps = ((start - (slope > 0 ? bottom : top)) / slope - 1e-9).rounded(.up)
    return (0..<1e9).contains(steps) ? Int(steps) : nil
  }
}
