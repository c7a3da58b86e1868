// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// Trains a network. Warm steps do not allocate memory.
///
/// A last batch of one sample is left out of each epoch if the network contains a batch normalisation, which cannot
/// normalise a single sample.
final class Trainer<E: Element> {
  let engine: Engine<E>
  let data: DataSet
  let options: TrainingOptions
  let loss: Loss
  let pool: ThreadPool
  let recorder: FlowRecorder<E>
  private let updater: ParameterUpdater<E>
  private let watch = FiniteWatch()
  private let stop = StopToken.current
  private let classThreshold: E
  private let dropoutSeed: UInt64
  private let batches: EpochBatches
  private let totalSteps: Int
  /// The number of steps before the checkpoint that the training resumes from.
  private let skipped: Int
  /// The number of batches so far, including those of skipped steps.
  private var position = 0
  private var record: RunRecord
  /// The number of the last completed step.
  private var done: Int
  private let census: UnitCensus<E>?
  /// The number of steps between censuses, or `Int.max` if there are none. In a small network, checking this first is
  /// noticeably cheaper than accessing `census` in every step.
  private let censusInterval: Int
  /// The steps that keep state; see `Step.updateState`.
  private let stateful: [Int]
  /// The plan of the last step.
  private var plan: Plan<E>?

  /// Prepares a training run that begins at the first step, or at a checkpoint of one with the same network, data and
  /// batches.
  init(
    _ engine: Engine<E>, _ data: DataSet, _ options: TrainingOptions, _ loss: Loss, _ pool: ThreadPool,
    from checkpoint: Checkpoint<E>? = nil
  ) {
    if let checkpoint { engine.memory.copy(from: checkpoint.numbers) }
    skipped = checkpoint?.steps ?? 0
    done = skipped
    self.engine = engine
    self.data = data
    self.options = options
    self.loss = loss
    self.pool = pool
    classThreshold = engine.classThreshold(loss)
    recorder = FlowRecorder(engine, options)
    var stream = RandomStream(seed: options.seed, purpose: .dropout, index: options.number)
    dropoutSeed = stream.bits()
    batches = EpochBatches(
      samples: data.samples, size: options.batch, needsTwoSamples: engine.graph.measuresSamples)
    updater = ParameterUpdater(
      engine, options.optimizer, options.rates(batches), frozenLayers: options.frozenLayers)
    if let checkpoint {
      updater.first.copy(from: checkpoint.first)
      updater.second.copy(from: checkpoint.second)
    }
    let total = options.length.steps(of: batches)
    totalSteps = total
    // Reserve memory for at most about a million entries. A longer record grows.
    let layers = max(engine.depth, 1)
    let recorded = options.recordEvery.map { min(total / $0, (1 << 20) / layers) + 1 } ?? 0
    record = RunRecord(
      steps: RecordTable(capacity: min(total, 1 << 20), pool: pool),
      flow: FlowRecords(engine.recordedLayers, options.thresholds, steps: recorded, pool: pool),
      units: RecordTable(width: layers, capacity: 1), budget: options.recordBudget)
    census = options.unitsEvery.map { _ in UnitCensus(engine, data, pool) }
    censusInterval = options.unitsEvery ?? .max
    stateful = engine.graph.nodes.indices.untilStopped.filter { !engine.graph.nodes[$0].state.isEmpty }
  }

  /// Runs all steps.
  func train(_ observer: any TrainingObserver) -> RunRecord {
    var order = (0..<Int32(data.samples)).map { $0 }
    var epoch = 0
    if !stop.isRequested, let census, skipped == 0 {
      let units = census.examine(step: 0, epoch: 0)
      if !stop.isRequested { append(units, observer) }
    }
    if stop.isRequested { record.state = .interrupted }
    while done < totalSteps, record.state == .finished {
      epoch += 1
      if options.shuffle {
        var stream = RandomStream(
          seed: options.seed, purpose: .shuffle, index: options.number << 32 | UInt64(epoch))
        order = stream.permutation(data.samples)
      }
      order.withUnsafeBufferPointer { runEpoch(epoch, $0, observer) }
    }
    return record
  }

  /// Reserves memory in the record. If the system refuses it, the training ends as if it were interrupted, with the
  /// record so far, and the process is requested to stop.
  private func makeRoom(_ reserve: () throws(MemoryRefusal) -> Void) -> Bool {
    do throws(MemoryRefusal) {
      try reserve()
      return true
    } catch {
      reportRefusal(error)
      record.state = .interrupted
      return false
    }
  }

  private func append(_ units: [UnitRecord], _ observer: any TrainingObserver) {
    // Results that were computed after a request to stop are meaningless.
    guard !stop.isRequested, makeRoom({ () throws(MemoryRefusal) in try record.units.reserve() }) else { return }
    record.units.begin()
    for unit in units { record.units.append(unit) }
    observer.counted(units)
  }

  /// Returns the current state of the training.
  func checkpoint() -> Checkpoint<E> {
    Checkpoint(
      steps: done, numbers: NetworkSnapshot(engine.memory), first: Buffer(copying: updater.first),
      second: Buffer(copying: updater.second))
  }

  private func runEpoch(_ epoch: Int, _ order: UnsafeBufferPointer<Int32>, _ observer: any TrainingObserver) {
    let began = observer.now()
    var lossSum = 0.0
    var right = 0
    var seen = 0
    for batch in 0..<batches.count where done < totalSteps {
      position += 1
      if position <= skipped { continue }
      let rows = UnsafeBufferPointer(rebasing: order[batches.places(batch)])
      guard !observer.wantsToStop, makeRoom({ () throws(MemoryRefusal) in try record.reserveStep() }),
        let hits = step(epoch, rows)
      else {
        record.state = .interrupted
        return
      }
      let done = record.steps.rows[record.steps.rows.count - 1]
      observer.finished(done, of: totalSteps, epochs: options.epochs) { record.flow.lastStep }
      if record.fault != nil {
        record.state = .diverged
        return
      }
      if censusInterval != .max, done.step % censusInterval == 0, let census {
        append(census.examine(step: done.step, epoch: epoch), observer)
      }
      record.fit()
      lossSum += done.loss * Double(rows.count)
      right += hits
      seen += rows.count
    }
    guard seen > 0 else { return }
    let validation = options.validation.map { engine.evaluate($0, loss, pool) }
    if stop.isRequested, validation != nil {
      record.state = .interrupted
      return
    }
    let done = EpochRecord(
      epoch: epoch, loss: lossSum / Double(seen),
      accuracy: data.isClassification ? Double(right) / Double(seen) : nil, validationLoss: validation?.loss,
      validationAccuracy: validation?.accuracy ?? nil, seconds: observer.now() - began)
    if makeRoom({ () throws(MemoryRefusal) in try record.epochs.reserve() }) {
      record.epochs.begin()
      record.epochs.append(done)
    }
    observer.finished(done)
  }

  /// Takes one step and returns the number of samples that were classified correctly before it. Returns `nil` if a stop
  /// was requested during the step; the network is then unchanged, and nothing is recorded.
  private func step(_ epoch: Int, _ rows: UnsafeBufferPointer<Int32>) -> Int? {
    let number = done + 1
    let plan = plan(rows.count)
    plan.load(data, rows, pool)
    watch.reset()
    let pass = Pass(seed: dropoutSeed, step: UInt64(number), pool: pool, stop: stop, watch: watch)
    let output = plan.forward(pass)
    let value = plan.loss(loss)
    let finder = FaultFinder(engine: engine, step: number)
    let fault = finder.forward(value, plan, pass)
    if stop.isRequested { return nil }
    if let fault {
      record.fault = fault
      append(number, epoch, value, gradNorm: .nan, (norm: .nan, acted: false))
      return 0
    }
    let hits = data.isClassification ? plan.hits(output, classThreshold) : 0
    plan.backward(pass)
    options.penalty?.addGradient(engine.parameters)
    let norm = engine.pieces.measure(engine.memory.gradients, pool)
    if !norm.isFinite {
      let fault = finder.backward(plan)
      if stop.isRequested { return nil }
      updateState(plan)
      record.fault = fault
      append(number, epoch, value, gradNorm: norm, (norm: norm, acted: false))
      return hits
    }
    let isRecorded = recorder.isDue(number)
    if isRecorded { recorder.measure(plan, loss, pass) }
    let trained = updater.dropFrozenGradients() ?? norm
    let clip = options.clip?.apply(engine.memory.gradients, norm: trained) ?? (norm: trained, acted: false)
    if stop.isRequested { return nil }
    updateState(plan)
    updater.update(step: number, pool, units: recorder.units)
    append(number, epoch, value, gradNorm: norm, clip)
    if isRecorded {
      recorder.append(updater.sums, number, epoch, &record)
    } else {
      recorder.skip(updater.sums)
    }
    record.fault = finder.update(updater.sums)
    return hits
  }

  /// Returns the plan of a step.
  private func plan(_ samples: Int) -> Plan<E> {
    let mode = PlanMode.training(samples, overwrites: !recorder.needsPreActivations)
    if let plan, plan.mode.samples == samples, plan.mode.overwrites == mode.overwrites, engine.isCurrent(plan) {
      return plan
    }
    let own = engine.plan(mode, loss)
    plan = own
    return own
  }

  private func updateState(_ plan: Plan<E>) {
    for node in stateful { plan.steps[node]?.updateState() }
  }

  private func append(
    _ step: Int, _ epoch: Int, _ loss: Double, gradNorm: Double, _ clip: (norm: Double, acted: Bool)
  ) {
    done = step
    record.steps.begin()
    record.steps.append(
      StepRecord(
        step: step, epoch: epoch, loss: loss, gradNorm: gradNorm, clippedNorm: clip.norm, clipped: clip.acted))
  }
}
