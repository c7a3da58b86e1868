// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// A network that trains one dense layer of another network as an encoder, followed by a linear decoder.
struct Autoencoder {
  private let layer: Int
  private let network: Network
  private let seed: UInt64
  /// The samples of the first evaluation block, and the result of a pass over them before training.
  private let sample: DataSet
  private let first: PassResult
  private let pool: ThreadPool

  /// Creates an autoencoder from a copy of the parameters of dense layer `layer`, counted from 1.
  init(
    of layer: Int, in network: Network, _ data: DataSet, _ options: PretrainingOptions, seed: UInt64, _ pool: ThreadPool
  ) throws(NetworkError) {
    self.layer = layer
    self.seed = seed
    let info = network.layer(layer)
    let noise: [any Layer] = options.noise > 0 ? [Dropout(options.noise, scales: false)] : []
    let encoder = Dense(info.outputs, weights: .zeros, bias: info.parameters.contains(.bias) ? .zeros : nil)
    let norm = network.architecture.graph.rows[layer - 1].norm.map { [$0.layer] } ?? []
    let code = norm + [ActivationLayer(info.activation)]
    let layers: [any Layer] =
      switch options.decoder {
      case .tied: [TiedAutoencoder(encoder: encoder, code: code)]
      case .free: [encoder] + code + [Dense(info.inputs, weights: .xavierUniform, bias: .zeros)]
      }
    self.network = Network(
      try .sequence(
        inputs: info.inputs, noise + layers,
        NetworkOptions(weights: .zeros, bias: .zeros, norm: .none, skip: nil, precision: network.precision)),
      seed: NetworkSeed(seed))
    self.network.copyLayer(layer, of: network, to: 1)
    self.pool = pool
    sample = data.subset(0..<Int32(min(data.samples, evaluationBlock)))
    first = try self.network.pass(sample, loss: .meanSquaredError, pool: pool)
  }

  /// Trains the autoencoder to reproduce `data`, whose targets must equal its inputs.
  func train(
    _ data: DataSet, rate: Double, _ options: PretrainingOptions, _ observer: any TrainingObserver
  ) throws(NetworkError) -> Run {
    // The rate refers to half the sum of squares, which is the mean of squares times half the number of inputs.
    let training = TrainingOptions(
      loss: .meanSquaredError, optimizer: .sgd(rate: rate * Double(network.inputs) / 2, momentum: 0),
      epochs: options.epochs, batch: options.batch, shuffle: true, recordEvery: nil, recordBudget: 1 << 30,
      thresholds: FlowThresholds(ratio: .infinity, share: 1), seed: seed)
    return try network.train(data, training, observer: observer, pool: pool)
  }

  /// Returns a Boolean value that indicates whether the training diverged, increased the loss, or closed most units.
  /// Closed units count because the decoder's bias can compensate for them, while the layers above would learn from
  /// constant inputs. An increase of up to 2 % is ignored as noise.
  func hasGotWorse(_ run: Run) -> Bool {
    guard run.state == .finished, let last = try? network.pass(sample, loss: .meanSquaredError, pool: pool) else {
      return run.state == .diverged
    }
    let hasDied = last.closedShare > 0.5 && first.closedShare <= 0.5
    return hasDied || !(last.loss <= 1.02 * first.loss)
  }

  /// Copies the trained encoder back into the layer of `network`.
  func handOver(to network: Network) { network.copyLayer(1, of: self.network, to: layer) }
}

extension Network {
  /// Copies the parameters and the state of another network's layer to a layer of the same shape. Drift is measured
  /// from the copied values.
  fileprivate func copyLayer(_ theirs: Int, of other: Network, to own: Int) {
    for kind in layer(own).parameters {
      if let numbers = other.numbers(layer: theirs, kind) { assign(layer: own, kind, numbers) }
    }
    // The cast cannot fail: an autoencoder has the precision of its network.
    func copyState<Compiled: CompiledNetwork>(to engine: Compiled) {
      let others = other.compiled(Compiled.E.self)
      for (mine, theirs) in zip(engine.typed.normState(ofRow: own), others.normState(ofRow: theirs)) {
        mine.numbers = theirs.numbers
      }
    }
    copyState(to: engine)
  }
}

extension Engine {
  /// Returns the state of the normalisation of a row of the flow table, counted from 1.
  fileprivate func normState(ofRow row: Int) -> ArraySlice<StateArray<E>> {
    graph.rows[row - 1].norm.map { state[graph.nodes[$0.node].state] } ?? []
  }
}

extension PassResult {
  /// The fraction of the first layer's units that receive no gradient from any sample.
  fileprivate var closedShare: Double {
    guard let units = deltas.first?.first?.count else { return 0 }
    let closed = (0..<units).count { unit in deltas[0].allSatisfy { $0[unit] == 0 } }
    return Double(closed) / Double(units)
  }
}
