// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// The units of one dense layer after some steps of training, over the whole data set.
public struct UnitRecord: Sendable, BitwiseCopyable {
  /// The steps that are done; 0 is the start.
  public let step: Int
  /// The epoch of that step, counted from 1; 0 at the start.
  public let epoch: Int
  /// The layer, counted from 1 at the input.
  public let layer: Int
  /// How many units it has.
  public let units: Int
  /// Units whose slope φ'(z) is 0 for every sample: they learn nothing. A slope that is too small for the element type is
  /// not 0.
  public let dead: Int
  /// Units that have died since the record before.
  public let died: Int
  /// Units that have come back since the record before.
  public let revived: Int
  /// Share of (sample, unit) pairs whose |φ'(z)| is below 1 % of its largest value; nil where φ is not bounded.
  public let saturated: Double?
}

/// Looks now and then at every unit over every sample of a training.
///
/// It passes in training mode, block by block, and changes nothing.
final class UnitCensus<E: Element> {
  private let engine: Engine<E>
  private let data: DataSet
  private let pool: ThreadPool
  /// For each layer with an activation, which units were dead when it looked last.
  private var dead: [[Bool]?]
  private var isFirst = true

  init(_ engine: Engine<E>, _ data: DataSet, _ pool: ThreadPool) {
    self.engine = engine
    self.data = data
    self.pool = pool
    dead = engine.probes.map { $0.hasSlopes ? [Bool](repeating: false, count: $0.dense.outputs) : nil }
  }

  /// One record per layer.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func look(step: Int, epoch: Int) -> [UnitRecord] {
    engine.reserve(rows: min(evaluationBlock + 1, data.samples))
    var closed = dead.map { $0.map { [Bool](repeating: true, count: $0.count) } }
    var saturated = [Int](repeating: 0, count: dead.count)
    let pass = Pass.measuring(pool)
    var seen = 0
    while seen < data.samples, !pass.stop.isRequested {
      var end = min(seen + evaluationBlock, data.samples)
      // A single sample at the end joins the block before it where it cannot be normalised alone.
      if end + 1 == data.samples, engine.needsTwoSamples { end += 1 }
      let rows = (seen..<end).map(Int32.init)
      seen = end
      engine.load(data, rows, pool)
      _ = engine.forward(rows.count, pass)
      if pass.stop.isRequested { break }
      for (index, probe) in engine.probes.enumerated() {
        saturated[index] += probe.activation?.saturation?.pairs ?? 0
        guard closed[index] != nil else { continue }
        let slopes = engine.scratch(rows.count, probe.dense.outputs)
        probe.activation?.writeSlopes(into: slopes)
        for row in 0..<slopes.rows {
          for unit in 0..<slopes.columns where !probe.activation!.isFlat(row, unit, slope: slopes[row, unit]) {
            closed[index]![unit] = false
          }
        }
      }
    }
    defer {
      dead = closed
      isFirst = false
    }
    return engine.probes.indices.map { index in
      let probe = engine.probes[index]
      let (now, before) = (closed[index] ?? [], dead[index] ?? [])
      func count(_ holds: (Bool, Bool) -> Bool) -> Int { zip(now, before).count { holds($0, $1) } }
      return UnitRecord(
        step: step, epoch: epoch, layer: probe.layer, units: probe.dense.outputs, dead: count { now, _ in now },
        died: isFirst ? 0 : count { $0 && !$1 }, revived: isFirst ? 0 : count { !$0 && $1 },
        saturated: probe.activation?.saturation.map { _ in
          Double(saturated[index]) / Double(data.samples * probe.dense.outputs)
        })
    }
  }
}

extension LayerProbe {
  /// Whether its units have slopes of their own, which softmax mixes.
  fileprivate var hasSlopes: Bool { activation.map { !$0.activation.isSoftmax } ?? false }
}
