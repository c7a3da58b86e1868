// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// One training of one network.
struct Trainer<E: Element> {
  let engine: Engine<E>
  let data: DataSet
  let options: TrainingOptions
  let loss: Loss
  let pool: ThreadPool
  private let update: UpdateLoop<E>
  private let first: Buffer<E>
  private let second: Buffer<E>
  private let initialNorms: [Double]
  private let batch: Int
  private let totalSteps: Int

  init(_ engine: Engine<E>, _ data: DataSet, _ options: TrainingOptions, _ loss: Loss, _ pool: ThreadPool) {
    self.engine = engine
    self.data = data
    self.options = options
    self.loss = loss
    self.pool = pool
    update = E.loop(options.optimizer)
    first = Buffer(count: engine.memory.values.count)
    second = Buffer(count: engine.memory.values.count)
    initialNorms = engine.probes.map {
      Reduction.norm($0.dense.weight.initial.pointer, $0.dense.weight.count)
    }
    batch = min(options.batch, data.samples)
    totalSteps = options.steps ?? options.epochs * ((data.samples + batch - 1) / batch)
    engine.reserve(rows: batch)
  }

  /// Runs all steps.
  func train(_ observer: some TrainingObserver) -> RunRecord {
    var record = RunRecord()
    reserve(&record)
    var order = (0..<Int32(data.samples)).map { $0 }
    var epoch = 0
    while record.steps.count < totalSteps, record.state == .finished {
      epoch += 1
      if options.shuffle {
        var stream = RandomStream(
          seed: options.seed, purpose: .shuffle, index: options.number << 32 | UInt64(epoch))
        order = stream.permutation(data.samples)
      }
      runEpoch(epoch, order, &record, observer)
    }
    return record
  }

  private func runEpoch(_ epoch: Int, _ order: [Int32], _ record: inout RunRecord, _ observer: some TrainingObserver) {
    let began = observer.now()
    var lossSum = 0.0
    var right = 0
    var seen = 0
    order.withUnsafeBufferPointer { order in
      for start in stride(from: 0, to: order.count, by: batch) where record.steps.count < totalSteps {
        if observer.wantsToStop {
          record.state = .interrupted
          return
        }
        let rows = UnsafeBufferPointer(rebasing: order[start..<min(start + batch, order.count)])
        let hits = step(epoch, rows, &record)
        if record.fault != nil {
          record.state = .diverged
          return
        }
        lossSum += record.steps[record.steps.count - 1].loss * Double(rows.count)
        right += hits
        seen += rows.count
        observer.finished(record.steps[record.steps.count - 1], of: totalSteps, epochs: options.epochs)
      }
    }
    guard seen > 0, record.state == .finished else { return }
    let validation = options.validation.map { engine.evaluate($0, loss, pool) }
    engine.reserve(rows: batch)
    record.epochs.append(
      EpochRecord(
        epoch: epoch, loss: lossSum / Double(seen),
        accuracy: data.isClassification ? Double(right) / Double(seen) : nil, validationLoss: validation?.loss,
        validationAccuracy: validation?.accuracy ?? nil, seconds: observer.now() - began))
  }

  /// One step; gives the number of samples that were classified right before it.
  @specialized(where E == Float)
  @specialized(where E == Double)
  private func step(_ epoch: Int, _ rows: UnsafeBufferPointer<Int32>, _ record: inout RunRecord) -> Int {
    let number = record.steps.count + 1
    engine.load(data, rows)
    let pass = Pass(
      isTraining: true, updatesStatistics: true, seed: options.seed,
      step: options.number << 32 | UInt64(number), pool: pool)
    let output = engine.forward(rows.count, pass)
    let (value, gradient) = engine.loss(output, loss)
    let finder = FaultFinder(engine: engine, step: number)
    if let fault = finder.forward(value) {
      record.fault = fault
      record.steps.append(
        StepRecord(step: number, epoch: epoch, loss: value, gradNorm: .nan, clippedNorm: .nan, clipped: false))
      return 0
    }
    let hits = data.isClassification ? engine.hits(output, loss) : 0
    engine.backward(gradient, pass)
    options.penalty?.addGradient(engine.parameters)
    let norm = Reduction.norm(engine.memory.gradients.pointer, engine.memory.gradients.count)
    if !norm.isFinite {
      record.fault = finder.backward()
      record.steps.append(
        StepRecord(step: number, epoch: epoch, loss: value, gradNorm: norm, clippedNorm: norm, clipped: false))
      return hits
    }
    let isRecorded = options.recordEvery.map { (number - 1) % $0 == 0 } ?? false
    let before = isRecorded ? LayerGradients.measure(engine, rows.count) : []
    let clip = options.clip?.apply(engine.memory.gradients, norm: norm) ?? (norm: norm, acted: false)
    let sums = updateParameters(number)
    record.steps.append(
      StepRecord(
        step: number, epoch: epoch, loss: value, gradNorm: norm, clippedNorm: clip.norm, clipped: clip.acted))
    if isRecorded { append(before, sums, number, epoch, &record) }
    record.fault = finder.update(sums)
    return hits
  }

  /// Applies the optimizer to every parameter; gives what it measured of each.
  @specialized(where E == Float)
  @specialized(where E == Double)
  private func updateParameters(_ step: Int) -> [UpdateSums] {
    let numbers = options.optimizer.numbers(step: step)
    return engine.parameters.map { parameter in
      update(
        UpdateMemory(
          values: parameter.values.pointer, gradients: UnsafePointer(parameter.gradients.pointer),
          initial: UnsafePointer(parameter.initial.pointer), first: first.pointer + parameter.offset,
          second: second.pointer + parameter.offset), parameter.count, numbers)
    }
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  private func append(
    _ before: [LayerGradients], _ sums: [UpdateSums], _ step: Int, _ epoch: Int, _ record: inout RunRecord
  ) {
    guard let last = before.last else { return }
    for (index, layer) in before.enumerated() {
      let own = sums[layer.weightIndex]
      let log10Total = logarithm10(layer.deltaRMS) - logarithm10(last.deltaRMS)
      let weightNorm = own.weights.squareRoot()
      let evidence = FlowEvidence(
        isFinite: layer.deltaRMS.isFinite && weightNorm.isFinite, underflows: layer.underflows,
        log10Total: log10Total, saturated: layer.saturated, dead: layer.dead)
      record.flow.append(
        FlowRecord(
          step: step, epoch: epoch, layer: index + 1, weightNorm: weightNorm, gradNorm: layer.gradNorm,
          biasGradNorm: layer.biasGradNorm,
          factor: index + 1 < before.count ? layer.deltaRMS / before[index + 1].deltaRMS : nil,
          updateRatio: own.change.squareRoot() / layer.weightNorm,
          drift: own.drift.squareRoot() / initialNorms[index], saturated: layer.saturated, dead: layer.dead,
          state: evidence.verdict(options.thresholds), deltaRMS: layer.deltaRMS, log10Total: log10Total))
    }
  }

  /// Makes room once, so that a warm step allocates nothing for the record.
  private func reserve(_ record: inout RunRecord) {
    record.steps.reserveCapacity(min(totalSteps, 1 << 20))
    guard let every = options.recordEvery else { return }
    record.flow.reserveCapacity(min(totalSteps / every + 1, (1 << 20) / engine.probes.count + 1) * engine.probes.count)
  }
}
