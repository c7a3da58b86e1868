// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

extension Network {
  /// Trains the network in place, and gives the record.
  ///
  /// Training stops at the first number that is not finite; the network then keeps the weights from before that step,
  /// unless the step itself made them so.
  public func train(
    _ data: DataSet, _ options: TrainingOptions, observer: any TrainingObserver, pool: ThreadPool
  ) throws(NetworkError) -> Run {
    try check(data, rows: options.batch)
    let loss = options.loss ?? .automatic(for: data, outputs: outputs)
    try check(loss, on: data)
    if let validation = options.validation {
      try check(validation)
      try check(loss, on: validation)
    }
    try checkTrainingPass(samples: min(options.batch, data.samples))
    guard options.batch > 0 else { throw NetworkError("the batch needs at least one sample, not \(options.batch)") }
    guard options.epochs > 0 else { throw NetworkError("training needs at least one epoch, not \(options.epochs)") }
    if let steps = options.steps, steps < 0 { throw NetworkError("training cannot take \(steps) steps") }
    if let every = options.recordEvery, every < 1 {
      throw NetworkError("the flow can be recorded every 1, 2, 3... steps, not every \(every)")
    }
    if let every = options.unitsEvery, every < 1 {
      throw NetworkError("the units can be looked at every 1, 2, 3... steps, not every \(every)")
    }
    if options.unitsEvery != nil { try check(data) }
    // The parameters before and after, what the optimizer remembers, and the order of the samples.
    let numbers = architecture.parameterCount * Double(2 + options.optimizer.memories)
    try NetworkLimits.requireMemory(numbers * Double(precision.bytes) + 8 * Double(data.samples))
    calibrate(data, pool)
    func train(_ engine: some CompiledNetwork) throws(NetworkError) -> Run {
      try engine.typed.train(self, data, options, loss, observer, pool)
    }
    return try train(engine)
  }

  /// The mean loss over a data set and, for classes, the share of samples that is classified right; in prediction mode.
  public func evaluate(_ data: DataSet, loss: Loss, pool: ThreadPool) throws(NetworkError) -> (
    loss: Double, accuracy: Double?
  ) {
    try check(data)
    try check(loss, on: data)
    func evaluate(_ engine: some CompiledNetwork) -> (loss: Double, accuracy: Double?) {
      engine.typed.evaluate(data, loss, pool)
    }
    return evaluate(engine)
  }
}

/// Samples that are evaluated at once.
public let evaluationBlock = 1024

extension Engine {
  /// See `Network.train`, which has checked the arguments.
  @specialized(where E == Float)
  @specialized(where E == Double)
  fileprivate func train(
    _ network: Network, _ data: DataSet, _ options: TrainingOptions, _ loss: Loss, _ observer: any TrainingObserver,
    _ pool: ThreadPool
  ) throws(NetworkError) -> Run {
    let start = Buffer(copyingUntilStopped: memory.values)
    // Who stops the training of a large network waits for the last copy of its parameters, but not until the system
    // has made the memory for it, nor can that be refused then.
    let end = Buffer(copyingUntilStopped: start)
    try NetworkError.checkStop()
    let record = Trainer(self, data, options, loss, pool).train(observer)
    if record.steps.entries > 0 { end.take(memory.values, pool) }
    return Run(
      record, network: network, data: data, options: options, loss: loss, start: ParameterSnapshot(buffer: start),
      end: ParameterSnapshot(buffer: end))
  }

  /// See `Network.evaluate`. Meaningless after a request to stop.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func evaluate(_ data: DataSet, _ loss: Loss, _ pool: ThreadPool) -> (loss: Double, accuracy: Double?) {
    let block = evaluationBlock
    reserve(rows: min(block, data.samples))
    var total = 0.0
    var right = 0
    let pass = Pass.predicting(pool)
    for start in stride(from: 0, to: data.samples, by: block) where !pass.stop.isRequested {
      let rows = (start..<min(start + block, data.samples)).map(Int32.init)
      load(data, rows, pool)
      let output = forward(rows.count, pass)
      total += self.loss(output, loss).value * Double(rows.count)
      if data.isClassification { right += hits(output, loss) }
    }
    let count = Double(data.samples)
    return (total / count, data.isClassification ? Double(right) / count : nil)
  }

  /// How many samples of the last pass have their largest output at their class.
  ///
  /// A single output stands for the second of two classes: as a probability if it comes from a sigmoid, else as a logit.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func hits(_ output: Matrix<E>, _ loss: Loss) -> Int {
    guard output.rows <= rows else { return 0 }
    let target = self.target(output.rows)
    if outputs == 1 {
      let isProbability = probes.last?.activation?.activation.name == "sigmoid"
      let middle: E = isProbability || loss.name != "bce" ? 0.5 : 0
      return (0..<output.rows).count { (output[$0, 0] > middle) == (target[$0, 0] > 0.5) }
    }
    return (0..<output.rows).count { row in
      var best = 0
      var wanted = 0
      for i in 1..<outputs {
        if output[row, i] > output[row, best] { best = i }
        if target[row, i] > target[row, wanted] { wanted = i }
      }
      return best == wanted
    }
  }
}
