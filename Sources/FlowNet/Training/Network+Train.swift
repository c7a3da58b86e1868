// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

extension Network {
  /// Trains the network in place and returns the record of the training.
  ///
  /// Training stops at the first value that is not finite. The network then keeps the weights from before that step,
  /// unless the update itself made them non-finite.
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
      throw NetworkError("the units can be examined every 1, 2, 3... steps, not every \(every)")
    }
    if options.unitsEvery != nil { try check(data) }
    // The parameters before and after, the state of the optimizer, and the order of the samples.
    let numbers = architecture.parameterCount * Double(2 + options.optimizer.memories)
    try NetworkLimits.requireMemory(numbers * Double(precision.bytes) + 8 * Double(data.samples))
    calibrate(data, pool)
    observer.begins()
    func train(_ engine: some CompiledNetwork) throws(NetworkError) -> Run {
      try engine.typed.train(self, data, options, loss, observer, pool)
    }
    return try train(engine)
  }
}

extension Engine {
  /// See `Network.train`, which has checked the arguments.
  @specialized(where E == Float)
  @specialized(where E == Double)
  fileprivate func train(
    _ network: Network, _ data: DataSet, _ options: TrainingOptions, _ loss: Loss, _ observer: any TrainingObserver,
    _ pool: ThreadPool
  ) throws(NetworkError) -> Run {
    let start = NetworkSnapshot(copyingUntilStopped: memory)
    // Allocate the final copy before training: after an interrupt the user waits only for copying the numbers, not for
    // the allocation, and the allocation can no longer fail.
    let end = NetworkSnapshot(copyingUntilStopped: memory)
    try NetworkError.checkStop()
    let record = Trainer(self, data, options, loss, pool).train(observer)
    if record.steps.entries > 0 { end.copy(from: memory, pool) }
    // A replay of some of the steps keeps the schedules of the whole training run.
    var options = options
    options.plannedLength = options.plannedLength ?? options.length
    return Run(
      record, network: network, data: data, options: options, loss: loss, start: start, end: end)
  }
}
