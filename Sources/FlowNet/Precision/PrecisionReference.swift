// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// What formats are measured against: the same pass in f64, whose gradients have an exponent of their own and so are there
/// also where f64 ends.
struct PrecisionReference {
  private let measure: GradientMeasure
  /// False where the loss itself has no slope.
  var hasLossGradient: Bool { measure.hasLossGradient }
  /// log10 of the largest |∂L/∂z| of every layer, −∞ where there is none.
  private let peaks: [Double]

  /// One pass over some rows of the data; nil when `isStopped` says so.
  init?(
    _ engine: Engine<Double>, _ data: DataSet, _ rows: [Int32], _ loss: Loss, _ pool: ThreadPool,
    unless isStopped: () -> Bool
  ) {
    guard let measure = engine.gains(data, rows, loss, pool, marksAlive: true, unless: isStopped) else { return nil }
    self.measure = measure
    peaks = measure.layers.map { $0.peak.log10 ?? -.infinity }
  }

  /// Whether ∂L/∂z of a layer is not 0: samples × units.
  func alive(_ index: Int) -> [Bool] { measure.layers[index].alive }

  /// Share of units that get no gradient from any sample, in any format.
  func dead(_ index: Int) -> Double { measure.layers[index].dead }

  /// How many layers below the last one a format is expected to have no gradient any more, by the straight line in
  /// logarithms through the largest |∂L/∂z| of the last layer and that of the first layer that has any: where it has come
  /// to half of the smallest number, which is rounded to 0, or to the largest. Nil where the line leads to neither.
  func cliff(_ format: NumberFormat, lossExponent: Int) -> Int? {
    guard let last = peaks.last, last.isFinite, let lowest = peaks.firstIndex(where: \.isFinite) else { return nil }
    let start = last + Double(lossExponent) * Real.log10Of2
    let bottom = Real.log10(format.smallest) - Real.log10Of2
    let top = Real.log10(format.largest)
    if start <= bottom || start >= top { return 0 }
    let slope = (last - peaks[lowest]) / Double(max(peaks.count - 1 - lowest, 1))
    // A logarithm is off by some roundings, a step by much more.
    let steps = ((start - (slope > 0 ? bottom : top)) / slope - 1e-9).rounded(.up)
    return (0..<1e9).contains(steps) ? Int(steps) : nil
  }
}
