// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet

/// The options that most tests use. The engine has no defaults of its own: those of the language are in its registry.
extension Fixture {
  package static let thresholds = FlowThresholds(ratio: 100, share: 0.5)
}

extension TrainingOptions {
  package init(
    loss: Loss? = nil, optimizer: Optimizer = .sgd, schedule: [RateSchedule] = [], epochs: Int = 10,
    steps: Int? = nil, batch: Int = 32, shuffle: Bool = true, clip: Clip? = nil, penalty: Penalty? = nil,
    recordEvery: Int? = 1,
    validation: DataSet? = nil, thresholds: FlowThresholds = Fixture.thresholds, seed: UInt64 = 0, number: UInt64 = 0
  ) {
    self.init(
      loss: loss, optimizer: optimizer, schedule: schedule, epochs: epochs, steps: steps, batch: batch,
      shuffle: shuffle, clip: clip, penalty: penalty, recordEvery: recordEvery, recordBudget: 1 << 30,
      validation: validation,
      thresholds: thresholds, seed: seed, number: number)
  }
}

extension PretrainingOptions {
  package init(
    epochs: Int = 5, rate: Double = 0.1, noise: Double = 0, decoder: Decoder = .tied, batch: Int = 32,
    seed: UInt64 = 0
  ) {
    self.init(epochs: epochs, rate: rate, noise: noise, decoder: decoder, batch: batch, seed: seed, number: 0)
  }
}

extension BatchNorm {
  package init() { self = .default }
  package init(momentum: Double) { self.init(momentum: momentum, epsilon: BatchNorm.default.epsilon) }
}

extension Residual {
  package init(_ layers: [any Layer], weights: Initializer, bias: Initializer) {
    self.init(layers, weights: weights, bias: bias, scale: 1)
  }
}

extension Network {
  package func flow(
    _ data: DataSet, loss: Loss, limit: Int = 1024, isTraining: Bool = true, pool: ThreadPool
  ) throws(NetworkError) -> [LayerFlow] {
    try flow(
      data, loss: loss, limit: limit, thresholds: Fixture.thresholds, isTraining: isTraining, predictions: nil,
      pool: pool)
  }

  package func flows(
    of seeds: [NetworkSeed], _ data: DataSet, loss: Loss, limit: Int = 1024, pool: ThreadPool,
    progress: (Int) -> Void = { _ in }
  ) throws(NetworkError) -> [[LayerFlow]] {
    try flows(
      of: seeds, data, loss: loss, limit: limit, thresholds: Fixture.thresholds, isTraining: true, predictions: nil,
      pool: pool, progress: progress)
  }

  package func windows(_ data: DataSet, pool: ThreadPool) throws(NetworkError) -> [LayerWindow] {
    try windows(data, limit: 1024, pool: pool)
  }

  package func gradientErrors(
    _ data: DataSet, loss: Loss, isTraining: Bool = true, pool: ThreadPool
  ) throws(NetworkError) -> [GradientError] {
    try gradientErrors(data, loss: loss, limit: 64, isTraining: isTraining, pool: pool)
  }

  package func precisionFlow(
    _ data: DataSet, formats: [NumberFormat], loss: Loss, lossExponent: Int = 0, limit: Int = 1024,
    pool: ThreadPool
  ) throws(NetworkError) -> [PrecisionFlow] {
    try precisionFlow(
      data, formats: formats, loss: loss, lossExponent: lossExponent, limit: limit, thresholds: Fixture.thresholds,
      pool: pool)
  }

  /// Finds the layers of a file and copies their values.
  @discardableResult
  package func load(file bytes: [UInt8], order: [String]? = nil) throws(NetworkError) -> LoadedLayers {
    try load(layers(inFile: bytes), order: order)
  }

  /// A file with an empty source, for tests that only read the values.
  package var file: [UInt8] { file(source: "") }
}
