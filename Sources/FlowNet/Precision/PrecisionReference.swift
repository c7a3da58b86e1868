// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// What formats are measured against: the same pass in f64, whose gradients have an exponent of their own and so are there
/// also where f64 ends.
struct PrecisionReference {
  private let engine: Engine<Double>
  private let gains: [LayerGains]
  /// False where the loss itself has no slope.
  let hasLossGradient: Bool
  /// log10 of the largest |∂L/∂z| of every layer, −∞ where there is none.
  private let peaks: [Double]

  /// One pass over some rows of the data; nil when `isStopped` says so. The engine becomes the reference's own.
  init?(
    _ engine: Engine<Double>, _ data: DataSet, _ rows: [Int32], _ loss: Loss, _ pool: ThreadPool,
    unless isStopped: () -> Bool
  ) {
    gains = engine.gains(data, rows, loss, pool, unless: isStopped)
    if gains.isEmpty { return nil }
    self.engine = engine
    hasLossGradient =
      Reduction.norm(engine.lossGradient(rows.count).pointer, engine.lossGradient(rows.count).count) != 0
    peaks = zip(engine.probes, gains).map { probe, gains in
      let delta = probe.dense.delta!
      var top = 0.0
      for i in 0..<delta.count { top = max(top, abs(delta.pointer[i])) }
      return logarithm10(top, scaledBy: gains.delta.exponent)
    }
  }

  /// ∂L/∂z of a layer times some power of two: samples × units.
  func delta(_ index: Int) -> Matrix<Double> { engine.probes[index].dense.delta! }

  /// Share of units that get no gradient from any sample, in any format.
  func dead(_ index: Int) -> Double { engine.probes[index].deadShare() }

  /// How many layers below the last one a format is expected to have no gradient any more, by the straight line in
  /// logarithms through the largest |∂L/∂z| of the last layer and that of the first layer that has any: where it has come
  /// to half of the smallest number, which is rounded to 0, or to the largest. Nil where the line leads to neither.
  func cliff(_ format: NumberFormat, lossExponent: Int) -> Int? {
    guard let last = peaks.last, last.isFinite, let lowest = peaks.firstIndex(where: \.isFinite) else { return nil }
    let start = last + Double(lossExponent) * Self.bit
    let bottom = Real.log10(format.smallest) - Self.bit
    let top = Real.log10(format.largest)
    if start <= bottom || start >= top { return 0 }
    let slope = (last - peaks[lowest]) / Double(max(peaks.count - 1 - lowest, 1))
    // A logarithm is off by some roundings, a step by much more.
    let steps = ((start - (slope > 0 ? bottom : top)) / slope - 1e-9).rounded(.up)
    return (0..<1e9).contains(steps) ? Int(steps) : nil
  }

  /// log10 2.
  private static let bit = 0.30102999566398119521
}
