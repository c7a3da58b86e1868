// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// A dense layer of a network as the encoder of a network of its own, with a linear decoder behind it.
struct Autoencoder {
  private let layer: Int
  private let network: Network
  private let tie: WeightTie?
  private let seed: UInt64
  /// Some samples, and how it does on them before training.
  private let sample: DataSet
  private let first: PassResult
  private let pool: ThreadPool

  /// The layer, with a copy of its numbers, counted from 1.
  init(
    of layer: Int, in network: Network, _ data: DataSet, _ options: PretrainingOptions, seed: UInt64, _ pool: ThreadPool
  ) throws(NetworkError) {
    self.layer = layer
    self.seed = seed
    let info = network.layer(layer)
    let noise: [any Layer] = options.noise > 0 ? [Dropout(options.noise, scales: false)] : []
    let encoder: [any Layer] = [Dense(info.outputs, weights: .zeros, bias: .zeros)]
    let norm = network.normalization(ofLayer: layer).map { [$0] } ?? []
    let decoder = Dense(info.inputs, weights: .xavierUniform, bias: .zeros)
    self.network = Network(
      try .sequence(
        inputs: info.inputs, noise + encoder + norm + [ActivationLayer(info.activation), decoder],
        NetworkOptions(weights: .zeros, precision: network.precision)),
      seed: NetworkSeed(seed))
    tie = options.decoder == .tied ? WeightTie(first: 1, second: 2) : nil
    self.network.takeLayer(1, from: network, layer)
    if let tie { self.network.share(tie) }
    self.pool = pool
    sample = data.subset(0..<Int32(min(data.samples, evaluationBlock)))
    first = try self.network.pass(sample, loss: .meanSquaredError, pool: pool)
  }

  /// Learns to reproduce the data, whose targets are its inputs.
  func train(
    _ data: DataSet, rate: Double, _ options: PretrainingOptions, _ observer: any TrainingObserver
  ) throws(NetworkError) -> Run {
    // Half the sum of squares is the mean of squares times half the number of inputs.
    let optimizer = Optimizer.sgd.with(rate: rate * Double(network.inputs) / 2)
    var training = TrainingOptions(
      loss: .meanSquaredError, optimizer: optimizer, epochs: options.epochs, batch: options.batch, recordEvery: nil,
      seed: seed)
    training.tie = tie
    return try network.train(data, training, observer: observer, pool: pool)
  }

  /// Whether the training broke, left a larger loss than there was before it, or closed most units: a decoder's bias
  /// makes up for dead units, and the layers above would learn from nothing. Some hundredths of the loss may be chance.
  func hasGotWorse(_ run: Run) -> Bool {
    guard run.state == .finished, let last = try? network.pass(sample, loss: .meanSquaredError, pool: pool) else {
      return run.state == .diverged
    }
    let hasDied = last.closedShare > 0.5 && first.closedShare <= 0.5
    return hasDied || !(last.loss <= 1.02 * first.loss)
  }

  /// Gives what the encoder has learned back to the layer.
  func handOver(to network: Network) { network.takeLayer(layer, from: self.network, 1) }
}

extension Network {
  /// Takes over the numbers of a layer of another network, which has the same shape; drift counts from there.
  fileprivate func takeLayer(_ own: Int, from other: Network, _ theirs: Int) {
    for kind in layer(own).parameters {
      if let numbers = other.numbers(layer: theirs, kind) { assign(layer: own, kind, numbers) }
    }
    // An autoencoder has the precision of its network.
    func copyStatistics<Compiled: CompiledNetwork>(to engine: Compiled) {
      engine.typed.probes[own - 1].takeStatistics(other.compiled(Compiled.E.self).probes[theirs - 1])
    }
    copyStatistics(to: engine)
  }

  /// The normalisation that belongs to a dense layer, if there is one.
  fileprivate func normalization(ofLayer layer: Int) -> (any Layer)? {
    func read(_ engine: some CompiledNetwork) -> (any Layer)? {
      engine.typed.probes[layer - 1].normalization?.description
    }
    return read(engine)
  }

  fileprivate func share(_ tie: WeightTie) {
    func shareWeights(_ engine: some CompiledNetwork) { tie.shareWeights(engine.typed.probes) }
    shareWeights(engine)
  }
}

extension LayerProbe {
  fileprivate func takeStatistics(_ other: LayerProbe) {
    guard let normalization, let others = other.normalization else { return }
    for (mine, theirs) in zip(normalization.statistics, others.statistics) { mine.take(theirs) }
  }
}

extension PassResult {
  /// The share of the first layer's units that get no gradient from any sample.
  fileprivate var closedShare: Double {
    guard let units = deltas.first?.first?.count else { return 0 }
    let closed = (0..<units).count { unit in deltas[0].allSatisfy { $0[unit] == 0 } }
    return Double(closed) / Double(units)
  }
}
