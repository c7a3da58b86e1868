// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

extension Network {
  /// Trains every hidden dense layer in turn, from the input on, to give what its own input can be found from again.
  ///
  /// Each layer, with its normalisation and activation, becomes the encoder of an autoencoder with one linear decoder
  /// layer, which learns to reproduce what the layers below give for the samples; the decoder is then thrown away. No
  /// targets are looked at. Greedy layer-wise pre-training: Bengio and others 2007; with noise: Vincent and others 2008.
  ///
  /// A layer that does not get better with the rate starts again with a quarter of it: what a layer can take depends on
  /// its width and on the size of its inputs, which the layers below have made. When it is interrupted it keeps what it
  /// has learned so far, and the pre-training ends.
  ///
  /// - Parameter observer: Who watches the training of a layer.
  public func pretrain(
    _ data: DataSet, _ options: PretrainingOptions, pool: ThreadPool, observer: (_ layer: Int) -> any TrainingObserver
  ) throws(NetworkError) -> Pretraining {
    try check(inputsOf: data)
    try checkTrainingPass(samples: min(options.batch, data.samples))
    guard depth > 1 else {
      throw NetworkError(
        "this network has no hidden layer to pre-train", hint: "pre-training leaves the last layer to training")
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
          // What was learned before counts.
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
        // What was learned is kept also when a stop was requested.
        if run.state != .diverged { StopToken.shielded { encoder.handOver(to: self) } }
        break
      }
    }
    return result
  }

  /// Below this share of the rate something else is wrong than the rate.
  private static var smallestShareOfRate: Double { 1e-6 }

  /// What reaches a dense layer, for all samples, in prediction mode; nil after a request to stop.
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
    numbers.reserveCapacity(data.samples * probes[layer - 1].dense.inputs)
    let pass = Pass.predicting(pool)
    for start in stride(from: 0, to: data.samples, by: evaluationBlock) where !pass.stop.isRequested {
      let rows = Int32(start)..<Int32(min(start + evaluationBlock, data.samples))
      loadInputs(data, rows)
      _ = forward(rows.count, pass)
      if pass.stop.isRequested { break }
      let own = probes[layer - 1].dense.input!
      for row in 0..<own.rows {
        for column in 0..<own.columns { numbers.append(Double(own[row, column])) }
      }
    }
    return numbers
  }
}
