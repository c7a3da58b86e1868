// SPDX-License-Identifier: GPL-3.0-or-later

/// The recorded flow of a training: one record per recorded step and dense layer, in that order.
///
/// A layer's entry takes 64 bytes; what follows from other entries is computed when somebody asks.
public struct FlowRecords: RandomAccessCollection, Sendable {
  /// What is kept of a layer in a step.
  struct Entry: Sendable, BitwiseCopyable {
    var weightNorm: Double
    var gradNorm: Double
    var biasGradNorm: Double
    var deltaRMS: Double
    var updateRatio: Double
    var drift: Double
    /// Pairs of sample and unit; nil where the activation is not bounded.
    var saturatedPairs: SaturatedPairs
    var deadUnits: UInt32
    var state: FlowState
  }

  /// How many pairs of sample and unit are saturated, or that there is no such thing.
  struct SaturatedPairs: Sendable, BitwiseCopyable {
    private let number: UInt32

    init(_ count: Int?) { number = count.map { UInt32(clamping: $0) } ?? .max }

    var count: Int? { number == .max ? nil : Int(number) }
  }

  private struct Step: Sendable, BitwiseCopyable {
    let number: Int
    let epoch: Int
    let samples: Int
  }

  private let units: [Int]
  private let steps: RecordList<Step>
  private let entries: RecordList<Entry>

  /// No record yet, for a network whose dense layers have so many units, and room for so many steps at first.
  init(units: [Int], steps count: Int) {
    self.units = units
    steps = RecordList(capacity: count)
    entries = RecordList(capacity: count * units.count)
  }

  /// Begins a step; an entry for each layer follows.
  func begin(step: Int, epoch: Int, samples: Int) { steps.append(Step(number: step, epoch: epoch, samples: samples)) }

  func append(_ entry: Entry) { entries.append(entry) }

  /// The first place.
  public var startIndex: Int { 0 }
  /// The number of records.
  public var endIndex: Int { entries.count }

  /// The record at a place.
  public subscript(index: Int) -> FlowRecord {
    let (number, layer) = index.quotientAndRemainder(dividingBy: units.count)
    let entry = entries[index]
    let step = steps[number]
    let isLast = layer + 1 == units.count
    return FlowRecord(
      step: step.number, epoch: step.epoch, layer: layer + 1, weightNorm: entry.weightNorm, gradNorm: entry.gradNorm,
      biasGradNorm: entry.biasGradNorm, factor: isLast ? nil : entry.deltaRMS / entries[index + 1].deltaRMS,
      updateRatio: entry.updateRatio, drift: entry.drift,
      saturated: entry.saturatedPairs.count.map { Double($0) / Double(step.samples * units[layer]) },
      dead: Double(entry.deadUnits) / Double(units[layer]), state: entry.state, deltaRMS: entry.deltaRMS,
      lastDeltaRMS: entries[index + units.count - 1 - layer].deltaRMS)
  }
}
