// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// One training of one network. A warm step allocates nothing.
final class Trainer<E: Element> {
  let engine: Engine<E>
  let data: DataSet
  let options: TrainingOptions
  let loss: Loss
  let pool: ThreadPool
  let recorder: FlowRecorder<E>
  private let updater: ParameterUpdater<E>
  private let watch = FiniteWatch()
  private let dropoutSeed: UInt64
  private let batch: Int
  private let totalSteps: Int
  /// The steps that were done when the training began.
  private let skipped: Int
  /// Batches met so far, those of skipped steps too.
  private var position = 0
  private var record: RunRecord
  private let census: UnitCensus<E>?
  /// Every how many steps it looks; none where there is none. Asking for the census itself costs a small network's step
  /// more than this.
  private let censusInterval: Int
  private let tie: WeightTie?

  /// A training from its first step on, or from a checkpoint of one with the same network, data and batches.
  init(
    _ engine: Engine<E>, _ data: DataSet, _ options: TrainingOptions, _ loss: Loss, _ pool: ThreadPool,
    from checkpoint: Checkpoint<E>? = nil
  ) {
    if let checkpoint { engine.memory.values.take(checkpoint.values) }
    skipped = checkpoint?.steps ?? 0
    self.engine = engine
    self.data = data
    self.options = options
    self.loss = loss
    self.pool = pool
    recorder = FlowRecorder(engine, options)
    updater = ParameterUpdater(engine, options.optimizer)
    if let checkpoint {
      updater.first.take(checkpoint.first)
      updater.second.take(checkpoint.second)
    }
    var stream = RandomStream(seed: options.seed, purpose: .dropout, index: options.number)
    dropoutSeed = stream.bits()
    batch = min(options.batch, data.samples)
    let (steps, isTooLarge) = options.epochs.multipliedReportingOverflow(by: (data.samples + batch - 1) / batch)
    let total = options.steps ?? (isTooLarge ? .max : steps)
    totalSteps = total
    // Room for a million numbers; a longer record grows.
    let layers = max(engine.probes.count, 1)
    let recorded = options.recordEvery.map { min(total / $0, (1 << 20) / layers) + 1 } ?? 0
    record = RunRecord(
      steps: RecordList(capacity: min(total, 1 << 20), pool: pool),
      flow: FlowRecords(
        engine.probes.map { probe in
          let initial = probe.dense.weight.initial
          return FlowRecords.Layer(
            units: probe.dense.outputs, initialNorm: Reduction.norm(initial.pointer, initial.count))
        }, options.thresholds, steps: recorded, pool: pool))
    census = options.unitsEvery.map { _ in UnitCensus(engine, data, pool) }
    censusInterval = options.unitsEvery ?? .max
    tie = options.tie
    engine.reserve(rows: batch)
  }

  /// Runs all steps.
  func train(_ observer: any TrainingObserver) -> RunRecord {
    var order = (0..<Int32(data.samples)).map { $0 }
    var epoch = 0
    if let census, skipped == 0 { record.units = census.look(step: 0, epoch: 0) }
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

  /// The number of the last step.
  private var done: Int { skipped + record.steps.count }

  /// Where the training stands.
  func checkpoint() -> Checkpoint<E> {
    Checkpoint(
      steps: done, values: Buffer(copying: engine.memory.values), first: Buffer(copying: updater.first),
      second: Buffer(copying: updater.second))
  }

  private func runEpoch(_ epoch: Int, _ order: UnsafeBufferPointer<Int32>, _ observer: any TrainingObserver) {
    let began = observer.now()
    var lossSum = 0.0
    var right = 0
    var seen = 0
    for start in stride(from: 0, to: order.count, by: batch) where done < totalSteps {
      position += 1
      if position <= skipped { continue }
      if observer.wantsToStop {
        record.state = .interrupted
        return
      }
      let rows = UnsafeBufferPointer(rebasing: order[start..<min(start + batch, order.count)])
      let hits = step(epoch, rows)
      let done = record.steps[record.steps.count - 1]
      observer.finished(done, of: totalSteps, epochs: options.epochs) { record.flow.lastStep }
      if record.fault != nil {
        record.state = .diverged
        return
      }
      if censusInterval != .max, done.step % censusInterval == 0, let census {
        record.units += census.look(step: done.step, epoch: epoch)
      }
      lossSum += done.loss * Double(rows.count)
      right += hits
      seen += rows.count
    }
    guard seen > 0 else { return }
    let validation = options.validation.map { engine.evaluate($0, loss, pool) }
    let done = EpochRecord(
      epoch: epoch, loss: lossSum / Double(seen),
      accuracy: data.isClassification ? Double(right) / Double(seen) : nil, validationLoss: validation?.loss,
      validationAccuracy: validation?.accuracy ?? nil, seconds: observer.now() - began)
    record.epochs.append(done)
    observer.finished(done)
  }

  /// One step; gives the number of samples that were classified right before it.
  private func step(_ epoch: Int, _ rows: UnsafeBufferPointer<Int32>) -> Int {
    let number = done + 1
    engine.load(data, rows, pool)
    watch.reset()
    let pass = Pass(
      isTraining: true, updatesStatistics: true, overwrites: true, seed: dropoutSeed, step: UInt64(number), pool: pool,
      watch: watch)
    let output = engine.forward(rows.count, pass)
    let (value, gradient) = engine.loss(output, loss)
    let finder = FaultFinder(engine: engine, step: number)
    if let fault = finder.forward(value, samples: rows.count, pass) {
      record.fault = fault
      append(number, epoch, value, gradNorm: .nan, (norm: .nan, acted: false))
      return 0
    }
    let hits = data.isClassification ? engine.hits(output, loss) : 0
    engine.backward(gradient, pass)
    tie?.shareGradient(engine.probes)
    options.penalty?.addGradient(engine.parameters)
    let norm = engine.pieces.measure(engine.memory.gradients, pool)
    if !norm.isFinite {
      record.fault = finder.backward()
      append(number, epoch, value, gradNorm: norm, (norm: norm, acted: false))
      return hits
    }
    let isRecorded = recorder.isDue(number)
    if isRecorded { recorder.measure(gradient, rows.count, pool) }
    let clip = options.clip?.apply(engine.memory.gradients, norm: norm) ?? (norm: norm, acted: false)
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

  private func append(
    _ step: Int, _ epoch: Int, _ loss: Double, gradNorm: Double, _ clip: (norm: Double, acted: Bool)
  ) {
    record.steps.append(
      StepRecord(
        step: step, epoch: epoch, loss: loss, gradNorm: gradNorm, clippedNorm: clip.norm, clipped: clip.acted))
  }
}
