// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The recorded flow of a training run: one record per recorded step and dense layer, in that order.
///
/// Training stores only what it measures, 56 bytes per layer and step. Derived values are computed on access.
public struct FlowRecords: RandomAccessCollection, Sendable {
  /// The properties of a layer that do not change.
  struct Layer: Sendable {
    let units: Int
    /// ‖W₀‖.
    let initialNorm: Double
    let hasBias: Bool
  }

  /// The stored measurements of a layer in a step.
  struct Entry: Sendable, BitwiseCopyable {
    var weightNorm: Double
    var gradNorm: Double
    /// NaN for a layer without biases.
    var biasGradNorm: Double
    /// ‖δ‖ of the mean loss.
    var deltaNorm: Double
    var updateRatio: Double
    /// ‖W − W₀‖.
    var distance: Double
    var saturatedPairs: SaturatedPairs
    var deadUnits: DeadUnits
  }

  /// The number of saturated (sample, unit) pairs, or `nil` if the activation does not saturate.
  struct SaturatedPairs: Sendable, BitwiseCopyable {
    private let number: UInt32

    init(_ count: Int?) { number = count.map { UInt32(clamping: $0) } ?? .max }

    var count: Int? { number == .max ? nil : Int(number) }
  }

  /// The number of units without a gradient, and whether the gradient underflowed.
  struct DeadUnits: Sendable, BitwiseCopyable {
    private let bits: UInt32

    init(_ count: Int, underflows: Bool) { bits = UInt32(truncatingIfNeeded: count) << 1 | (underflows ? 1 : 0) }

    var count: Int { Int(bits >> 1) }
    var underflows: Bool { bits & 1 == 1 }
  }

  /// The stored properties of a step.
  struct Step: Sendable, BitwiseCopyable {
    let number: Int
    let epoch: Int
    let samples: Int32
    /// False if the gradient of the loss itself was 0.
    let hasLossGradient: Bool
  }

  /// An update whose ratio ‖ΔW‖/‖W‖ exceeds those of all updates recorded before it.
  package struct LargestUpdate: Sendable {
    package let step: Int
    /// The dense layer, counted from 1.
    package let layer: Int
    /// ‖ΔW‖/‖W‖, finite.
    package let ratio: Double

    package init(step: Int, layer: Int, ratio: Double) {
      (self.step, self.layer, self.ratio) = (step, layer, ratio)
    }
  }

  private let layers: [Layer]
  private let thresholds: FlowThresholds
  /// The largest updates in the order of the steps. They are kept when the record is thinned out. The last one is the
  /// largest of all.
  package private(set) var largestUpdates: [LargestUpdate] = []
  private var largestRatio = -Double.infinity
  private var steps: RecordTable<Step>
  private var entries: RecordTable<Entry>

  /// Creates an empty record with room for the given number of steps.
  init(_ layers: [Layer], _ thresholds: FlowThresholds, steps count: Int, pool: ThreadPool?) {
    self.layers = layers
    self.thresholds = thresholds
    steps = RecordTable(capacity: count)
    entries = RecordTable(width: layers.count, capacity: count, pool: pool)
  }

  /// The interval of the kept steps: of the recorded steps, the first, every `stride`-th and the last are kept.
  public var stride: Int { entries.stride }

  /// The size of all records in bytes, and that of one step.
  var bytes: Int { steps.bytes + entries.bytes }
  var bytesPerStep: Int { steps.bytesPerEntry + entries.bytesPerEntry }

  /// Reserves memory for the next step. Throws if the system refuses it.
  func reserve() throws(MemoryRefusal) {
    try steps.reserve()
    try entries.reserve()
  }

  /// The number of further steps that fit into the reserved memory.
  var room: Int { Swift.min(steps.room, entries.room) }

  /// Begins a step. An entry for each layer must follow.
  mutating func begin(_ step: Step) {
    steps.begin()
    steps.append(step)
    entries.begin()
  }

  @inline(__always)
  func append(_ entry: Entry) { entries.append(entry) }

  /// Remembers an update if its ratio is larger than all before it.
  @inline(__always)
  mutating func note(updateRatio ratio: Double, ofLayer layer: Int, step: Int) {
    // The comparisons are false for NaN.
    if ratio > largestRatio, ratio < .infinity {
      largestRatio = ratio
      largestUpdates.append(LargestUpdate(step: step, layer: layer, ratio: ratio))
    }
  }

  /// Declares that the appended steps are what is left of a thinned record, of which these were the largest updates.
  mutating func declareThinned(stride: Int, largestUpdates: [LargestUpdate]) {
    steps.declareThinned(stride: stride)
    entries.declareThinned(stride: stride)
    self.largestUpdates = largestUpdates
    largestRatio = largestUpdates.last?.ratio ?? -.infinity
  }

  /// Drops every other recorded step except the first and the last. Returns false if nothing is left to drop.
  mutating func thin() -> Bool { steps.thin() && entries.thin() }

  public var startIndex: Int { 0 }
  public var endIndex: Int { entries.rows.count }

  /// The numbers of the kept steps, in ascending order.
  public var stepNumbers: some RandomAccessCollection<Int> { steps.rows.lazy.map(\.number) }

  /// Returns the records of a step, or an empty array if the step is not kept.
  public func records(ofStep number: Int) -> [FlowRecord] {
    let position = steps.rows.partitioningIndex { $0.number >= number }
    guard position < steps.rows.count, steps.rows[position].number == number else { return [] }
    return Array(self[position * layers.count..<(position + 1) * layers.count])
  }

  var lastStep: [FlowRecord] { Array(suffix(layers.count)) }

  /// Returns the record at the given position.
  public subscript(index: Int) -> FlowRecord {
    let (number, position) = index.quotientAndRemainder(dividingBy: layers.count)
    let entry = entries.rows[index]
    let step = steps.rows[number]
    let layer = layers[position]
    let isLast = position + 1 == layers.count
    func deltaRMS(_ position: Int) -> Double {
      let samples = Int(step.samples)
      return Double(samples) * entries.rows[number * layers.count + position].deltaNorm
        / Double(samples * layers[position].units).squareRoot()
    }
    let own = deltaRMS(position)
    let last = deltaRMS(layers.count - 1)
    // A shortcut may bypass the last layer.
    let reference = layers.indices.lazy.reversed().map(deltaRMS).first { $0 != 0 } ?? last
    let saturated = entry.saturatedPairs.count.map { Double($0) / Double(Int(step.samples) * layer.units) }
    let dead = Double(entry.deadUnits.count) / Double(layer.units)
    let evidence = FlowEvidence(
      isFinite: own.isFinite && entry.weightNorm.isFinite, hasLossGradient: step.hasLossGradient,
      underflows: entry.deadUnits.underflows, ratio: own / reference, saturated: saturated, dead: dead)
    return FlowRecord(
      step: step.number, epoch: step.epoch, layer: position + 1, weightNorm: entry.weightNorm,
      gradNorm: entry.gradNorm, biasGradNorm: layer.hasBias ? entry.biasGradNorm : nil,
      factor: isLast || deltaRMS(position + 1) == 0 ? nil : own / deltaRMS(position + 1),
      updateRatio: entry.updateRatio, drift: entry.distance / layer.initialNorm, saturated: saturated, dead: dead,
      state: evidence.verdict(thresholds), deltaRMS: own, lastDeltaRMS: last, underflows: entry.deadUnits.underflows,
      samples: Int(step.samples), hasLossGradient: step.hasLossGradient, deltaNorm: entry.deltaNorm,
      distance: entry.distance, saturatedPairs: entry.saturatedPairs.count, deadUnits: entry.deadUnits.count)
  }
}
