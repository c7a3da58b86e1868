// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

extension Network {
  /// Trains every hidden dense layer in turn, starting at the input, to preserve the information in its input.
  ///
  /// Each layer, with its normalisation and activation, becomes the encoder of an autoencoder with one linear decoder
  /// layer. The autoencoder learns to reproduce the outputs of the layers below; then the decoder is discarded. Targets
  /// are not used. This is greedy layer-wise pre-training (Bengio and others 2007); with noise, see Vincent and others
  /// 2008.
  ///
  /// If training makes a layer worse, it starts again with a quarter of the learning rate. The rate that a layer
  /// tolerates depends on its width and on the scale of its inputs, which the layers below determine. On an interrupt,
  /// the current layer keeps what it has learned so far, and pre-training ends.
  ///
  /// - Parameter observer: Returns the observer for the training of a layer.
  public func pretrain(
    _ data: DataSet, _ options: PretrainingOptions, pool: ThreadPool, observer: (_ layer: Int) -> any TrainingObserver
  ) throws(NetworkError) -> Pretraining {
    try check(inputsOf: data)
    try checkTrainingPass(samples: min(options.batch, data.samples))
    guard depth > 1 else {
      throw NetworkError(
        "this network has no hidden layer to pre-train", hint: "pre-training does not train the last layer")
    }
    calibrate(data, pool)
    var stream = RandomStream(seed: options.seed, purpose: .pretrain, index: options.number)
    var result = Pretraining()
    for layer in 1..<depth where result.state == .finished {
      let seed = stream.bits()
      guard let inputs = try inputs(of: layer, data, pool) else {
        result.state = .interrupted
        result.stoppedAt = layer
        break
      }
      var rate = options.rate
      while true {
        let (encoder, run): (Autoencoder, Run)
        do throws(NetworkError) {
          encoder = try Autoencoder(of: layer, in: self, inputs, options, seed: seed, pool)
          try NetworkError.checkStop()
          run = try encoder.train(inputs, rate: rate, options, observer(layer))
        } catch {
          // Layers that are already trained stay trained.
          guard StopToken.current.isRequested else { throw error }
          result.state = .interrupted
          result.stoppedAt = layer
          break
        }
        if encoder.hasGotWorse(run) && rate > options.rate * Self.smallestShareOfRate {
          rate /= 4
          continue
        }
        result.epochs += run.epochs.map {
          Pretraining.Epoch(layer: layer, epoch: $0.epoch, loss: $0.loss, rate: rate)
        }
        result.state = run.state
        if run.state != .finished { result.stoppedAt = layer }
        // The shield keeps what was learned even if a stop was requested.
        if run.state != .diverged { StopToken.shielded { encoder.handOver(to: self) } }
        break
      }
    }
    return result
  }

  /// Below this fraction of the rate, the rate is not the cause of the failure.
  private static var smallestShareOfRate: Double { 1e-6 }

  /// Returns the inputs of a dense layer for all samples in prediction mode, or `nil` if a stop was requested.
  private func inputs(of layer: Int, _ data: DataSet, _ pool: ThreadPool) throws(NetworkError) -> DataSet? {
    let width = self.layer(layer).inputs
    guard data.samples * width <= NetworkLimits.passNumbers else {
      throw NetworkError(
        "the inputs of layer \(layer) for \(data.samples) samples are more than \(NetworkLimits.passNumbers) numbers",
        hint: "pre-train on fewer samples")
    }
    try NetworkLimits.requireMemory(2 * Double(data.samples * width) * Double(Precision.f64.bytes))
    func read(_ engine: some CompiledNetwork) -> [Double] { engine.typed.inputs(of: layer, data, pool) }
    let numbers = read(engine)
    if StopToken.current.isRequested { return nil }
    return DataSet(name: data.name, inputs: numbers, inputWidth: width, targets: numbers, outputWidth: width)
  }
}

extension Engine {
  /// See `Network.inputs`.
  @specialized(where E == Float)
  @specialized(where E == Double)
  fileprivate func inputs(of layer: Int, _ data: DataSet, _ pool: ThreadPool) -> [Double] {
    var numbers: [Double] = []
    numbers.reserveCapacity(data.samples * row(layer).inputs)
    let pass = Pass.predicting(pool)
    for start in stride(from: 0, to: data.samples, by: evaluationBlock) where !pass.stop.isRequested {
      let plan = plan(.forward(min(evaluationBlock, data.samples - start), isTraining: false))
      plan.loadInputs(data, from: start)
      plan.forward(pass)
      if pass.stop.isRequested { break }
      let own = plan.taps[layer - 1].affine.input
      for row in 0..<own.rows {
        for column in 0..<own.columns { numbers.append(Double(own[row, column])) }
      }
    }
    return numbers
  }
}
