// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// The state of the units of one dense layer, measured over the whole data set during training.
public struct UnitRecord: Sendable, BitwiseCopyable {
  /// The number of completed steps; 0 is the state before training.
  public let step: Int
  /// The epoch of that step, counted from 1; 0 before training.
  public let epoch: Int
  /// The layer, counted from 1 at the input.
  public let layer: Int
  /// The number of units in the layer.
  public let units: Int
  /// The number of units whose slope φ'(z) is 0 for every sample. They do not learn. A slope that underflowed to 0 does
  /// not count.
  public let dead: Int
  /// The number of units that have died since the previous record.
  public let died: Int
  /// The number of dead units that have come back to life since the previous record.
  public let revived: Int
  /// The fraction of (sample, unit) pairs whose |φ'(z)| is below 1 % of its largest value; `nil` if φ is not bounded.
  public let saturated: Double?

  package init(
    step: Int, epoch: Int, layer: Int, units: Int, dead: Int, died: Int, revived: Int, saturated: Double?
  ) {
    self.step = step
    self.epoch = epoch
    self.layer = layer
    self.units = units
    self.dead = dead
    self.died = died
    self.revived = revived
    self.saturated = saturated
  }
}

/// Examines every unit over every sample at intervals during training.
///
/// The census runs forward passes in training mode, block by block, and does not change the network.
final class UnitCensus<E: Element> {
  private let engine: Engine<E>
  private let data: DataSet
  private let pool: ThreadPool
  /// The units that were dead in the previous census, for each layer whose units have their own slopes.
  private var dead: [[Bool]?]
  private var isFirst = true

  init(_ engine: Engine<E>, _ data: DataSet, _ pool: ThreadPool) {
    self.engine = engine
    self.data = data
    self.pool = pool
    dead = engine.rows.map { $0.hasSlopes ? [Bool](repeating: false, count: $0.outputs) : nil }
  }

  /// Examines all units and returns one record per layer.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func examine(step: Int, epoch: Int) -> [UnitRecord] {
    var closed = dead.map { $0.map { [Bool](repeating: true, count: $0.count) } }
    var saturated = [Int](repeating: 0, count: dead.count)
    let pass = Pass.measuring(pool)
    var seen = 0
    while seen < data.samples, !pass.stop.isRequested {
      var end = min(seen + evaluationBlock, data.samples)
      // If a single sample at the end cannot be normalised alone, it joins the block before it.
      if end + 1 == data.samples, engine.graph.measuresSamples { end += 1 }
      let plan = engine.plan(.forward(end - seen))
      plan.load(data, from: seen, pool)
      seen = end
      plan.forward(pass)
      if pass.stop.isRequested { break }
      for (index, tap) in plan.taps.enumerated() {
        saturated[index] += tap.activation?.saturation?.pairs ?? 0
        guard closed[index] != nil else { continue }
        let slopes = plan.scratch(plan.mode.samples, tap.affine.outputs)
        tap.activation?.writeSlopes(into: slopes)
        for row in 0..<slopes.rows {
          for unit in 0..<slopes.columns where !tap.activation!.isFlat(row, unit, slope: slopes[row, unit]) {
            closed[index]![unit] = false
          }
        }
      }
    }
    defer {
      dead = closed
      isFirst = false
    }
    return engine.rows.enumerated().map { index, row in
      let (now, before) = (closed[index] ?? [], dead[index] ?? [])
      func count(_ holds: (Bool, Bool) -> Bool) -> Int { zip(now, before).count { holds($0, $1) } }
      return UnitRecord(
        step: step, epoch: epoch, layer: row.layer, units: row.outputs, dead: count { now, _ in now },
        died: isFirst ? 0 : count { $0 && !$1 }, revived: isFirst ? 0 : count { !$0 && $1 },
        saturated: row.ownActivation?.steepest.map { _ in
          Double(saturated[index]) / Double(data.samples * row.outputs)
        })
    }
  }
}

extension RowParameters {
  /// Whether the slope of each unit depends on that unit alone, which is not the case for softmax.
  fileprivate var hasSlopes: Bool { ownActivation.map { !$0.isSoftmax } ?? false }
}
