// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// Creates a run from records that were stored outside of the program.
///
/// The records are not trusted. They must be appended in ascending order, and the flow of a step layer by layer.
package struct RunBuilder {
  /// The numbers of the network at one moment, as the content of a safetensors file.
  package struct Numbers {
    package var before: [UInt8]
    package var after: [UInt8]
    /// The initial values, from which drift is measured, or nil if they are those before the first step.
    package var initial: [UInt8]?

    package init(before: [UInt8], after: [UInt8], initial: [UInt8]?) {
      (self.before, self.after, self.initial) = (before, after, initial)
    }
  }

  /// The measurements of a layer in a recorded step.
  package struct LayerFlow {
    package var weightNorm = 0.0
    package var gradNorm = 0.0
    /// NaN for a layer without biases.
    package var biasGradNorm = 0.0
    package var deltaNorm = 0.0
    package var updateRatio = 0.0
    package var distance = 0.0
    package var saturatedPairs: Int?
    package var deadUnits = 0
    package var underflows = false

    package init() {}
  }

  private let network: Network
  private let start: any NetworkNumbers
  private let end: any NetworkNumbers
  private let options: TrainingOptions
  private var record: RunRecord
  private var lastStep = 0
  private var lastEpoch = 0
  private var lastFlow = (step: 0, layer: 0)
  private var lastCensus = (step: -1, layer: 0)
  private let depth: Int

  /// Loads the numbers into the network, whose architecture they must have. `assigned` contains the kinds of parameters
  /// whose initial values do not come from an initializer.
  package init(
    _ network: Network, _ numbers: Numbers, assigned: Set<ParameterKind>, options: TrainingOptions
  ) throws(NetworkError) {
    self.network = network
    self.options = options
    depth = network.depth
    try network.load(network.layers(inFile: numbers.before))
    start = network.numbers
    try network.load(network.layers(inFile: numbers.after))
    end = network.numbers
    try network.load(network.layers(inFile: numbers.initial ?? numbers.before))
    network.set(end)
    network.assigned = assigned
    record = RunRecord(
      steps: RecordTable(capacity: 16), flow: network.emptyFlow(options.thresholds),
      units: RecordTable(width: max(depth, 1), capacity: 1), budget: .max)
  }

  package mutating func append(_ step: StepRecord) throws(NetworkError) {
    guard step.step > lastStep, Self.counts ~= step.step, Self.counts ~= step.epoch else { throw Self.disorder }
    lastStep = step.step
    let steps = record.steps
    try reserving { () throws(MemoryRefusal) in try steps.reserve() }
    record.steps.begin()
    record.steps.append(step)
  }

  package mutating func append(_ epoch: EpochRecord) throws(NetworkError) {
    guard epoch.epoch > lastEpoch, Self.counts ~= epoch.epoch else { throw Self.disorder }
    lastEpoch = epoch.epoch
    let epochs = record.epochs
    try reserving { () throws(MemoryRefusal) in try epochs.reserve() }
    record.epochs.begin()
    record.epochs.append(epoch)
  }

  /// Appends the flow of a layer in a step. The properties of the step are those of its first layer.
  package mutating func append(
    _ flow: LayerFlow, layer: Int, step: Int, epoch: Int, samples: Int, hasLossGradient: Bool
  ) throws(NetworkError) {
    let isFirst = layer == 1 && (lastFlow.layer == depth || lastFlow.layer == 0) && step > lastFlow.step
    let isNext = lastFlow.layer > 0 && step == lastFlow.step && layer == lastFlow.layer + 1
    guard isFirst || isNext, layer <= depth, Self.counts ~= step, Self.counts ~= epoch,
      let samples = Int32(exactly: samples), samples > 0, 0...Int(Int32.max) ~= flow.deadUnits
    else { throw Self.disorder }
    lastFlow = (step, layer)
    if isFirst {
      let records = record.flow
      try reserving { () throws(MemoryRefusal) in try records.reserve() }
      record.flow.begin(
        FlowRecords.Step(number: step, epoch: epoch, samples: samples, hasLossGradient: hasLossGradient))
    }
    record.flow.note(updateRatio: flow.updateRatio, ofLayer: layer, step: step)
    record.flow.append(
      FlowRecords.Entry(
        weightNorm: flow.weightNorm, gradNorm: flow.gradNorm, biasGradNorm: flow.biasGradNorm,
        deltaNorm: flow.deltaNorm, updateRatio: flow.updateRatio, distance: flow.distance,
        saturatedPairs: .init(flow.saturatedPairs), deadUnits: .init(flow.deadUnits, underflows: flow.underflows)))
  }

  package mutating func append(_ units: UnitRecord) throws(NetworkError) {
    let isFirst =
      units.layer == 1 && (lastCensus.layer == depth || lastCensus.layer == 0)
      && units.step > lastCensus.step
    let isNext = lastCensus.layer > 0 && units.step == lastCensus.step && units.layer == lastCensus.layer + 1
    guard isFirst || isNext, units.layer <= depth, units.step < Self.counts.upperBound,
      0..<Self.counts.upperBound ~= units.epoch, units.units > 0,
      [units.units, units.dead, units.died, units.revived].allSatisfy({ 0...Int(Int32.max) ~= $0 })
    else { throw Self.disorder }
    lastCensus = (units.step, units.layer)
    if isFirst {
      let records = record.units
      try reserving { () throws(MemoryRefusal) in try records.reserve() }
      record.units.begin()
    }
    record.units.append(units)
  }

  /// Returns the run.
  ///
  /// - Parameters:
  ///   - largestUpdates: The largest updates, if the record was thinned.
  package mutating func finish(
    state: RunState, fault: Fault?, strides: RecordStrides, largestUpdates: [FlowRecords.LargestUpdate], loss: Loss,
    data: DataSet
  ) throws(NetworkError) -> Run {
    let isWhole =
      (lastFlow.layer == depth || lastFlow.layer == 0) && (lastCensus.layer == depth || lastCensus.layer == 0)
    // The fault may be in a step that was not completed.
    let limit = lastStep + 1
    guard isWhole, lastFlow.step <= limit, lastCensus.step <= limit,
      fault.map({ isStep($0.step, limit) && $0.layer.map(isLayer) ?? true }) ?? true,
      [strides.steps, strides.epochs, strides.flow, strides.units].allSatisfy({ $0 > 0 }),
      largestUpdates.allSatisfy({ isStep($0.step, limit) && isLayer($0.layer) && $0.ratio.isFinite })
    else { throw Self.disorder }
    record.steps.declareThinned(stride: strides.steps)
    record.epochs.declareThinned(stride: strides.epochs)
    record.units.declareThinned(stride: strides.units)
    if strides.flow > 1 { record.flow.declareThinned(stride: strides.flow, largestUpdates: largestUpdates) }
    record.state = state
    record.fault = fault
    return Run(record, network: network, data: data, options: options, loss: loss, start: start, end: end)
  }

  private func isStep(_ step: Int, _ limit: Int) -> Bool { step > 0 && step <= limit }

  private func isLayer(_ layer: Int) -> Bool { layer > 0 && layer <= depth }

  /// The numbers that a step or an epoch may have. Larger ones are not exact as numbers of the language, and calculations
  /// with them could overflow.
  private static let counts = 1...(1 << 53)
  private static let disorder = NetworkError(
    "the rows of the run are incomplete, out of order, or contain impossible numbers")

  private func reserving(_ reserve: () throws(MemoryRefusal) -> Void) throws(NetworkError) {
    do throws(MemoryRefusal) { try reserve() } catch { throw NetworkError(error) }
  }
}

extension Network {
  /// A snapshot of the current numbers.
  fileprivate var numbers: any NetworkNumbers {
    func numbers(_ engine: some CompiledNetwork) -> any NetworkNumbers { NetworkSnapshot(engine.typed.memory) }
    return numbers(engine)
  }

  /// Sets the numbers, but not the initial values.
  fileprivate func set(_ numbers: any NetworkNumbers) {
    func set<Numbers: NetworkNumbers>(_ numbers: Numbers) {
      compiled(Numbers.E.self).memory.copy(from: numbers.snapshot)
    }
    set(numbers)
  }

  fileprivate func emptyFlow(_ thresholds: FlowThresholds) -> FlowRecords {
    func layers(_ engine: some CompiledNetwork) -> [FlowRecords.Layer] { engine.typed.recordedLayers }
    return FlowRecords(layers(engine), thresholds, steps: 16, pool: nil)
  }

  /// Returns a copy whose parameters have their initial values, from which drift is measured.
  package func copyWithInitialValues() -> Network {
    let copy = copy()
    func reset(_ engine: some CompiledNetwork) {
      let memory = engine.typed.memory
      memory.values.copyUntilStopped(from: memory.initial)
    }
    reset(copy.engine)
    return copy
  }

  /// The kinds of parameters some of whose initial values do not come from an initializer.
  package var assignedKinds: Set<ParameterKind> { assigned }
}

extension Engine {
  /// The properties of the layers for the record of a training run.
  var recordedLayers: [FlowRecords.Layer] {
    rows.map { row in
      let initial = row.weight.initial
      return FlowRecords.Layer(
        units: row.outputs, initialNorm: Reduction.norm(initial.pointer, initial.count), hasBias: row.bias != nil)
    }
  }
}
