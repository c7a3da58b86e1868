// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet

/// The result of a plan with one seed.
public struct Trial: Sendable {
  /// The gradient flow before the first training step, after pre-training, if any.
  public let start: StartFlow
  /// The loss after training, in prediction mode; infinite if the training diverged.
  public let loss: Double
  /// The fraction of samples classified correctly; `nil` if the targets are not classes, 0 if the training diverged.
  public let accuracy: Double?
  /// The time of pre-training and training on one thread, in seconds.
  public let seconds: Double
  /// Whether a value was not finite.
  public let diverged: Bool
}

extension TrainingPlan {
  /// The largest number of samples on which a trial measures the flow.
  private static let flowSamples = 1024

  /// Initializes the network and trains it. Returns `nil` if the observer wants to stop.
  ///
  /// A seed k yields the same numbers as a program that runs `seed(k)`, builds the network and trains it.
  func trial(
    _ data: DataSet, validation: DataSet?, seed: UInt64, _ observer: any TrainingObserver, _ pool: ThreadPool
  ) throws(NetworkError) -> Trial? {
    let network = Network(try Architecture(blueprint), seed: NetworkSeed(seed, number: 0))
    let began = observer.now()
    if var pretraining {
      pretraining.seed = seed
      pretraining.number = 2
      let result = try network.pretrain(data, pretraining, pool: pool) { _ in observer }
      if result.state == .interrupted { return nil }
    }
    let trained = observer.now()
    let loss = training.loss ?? .automatic(for: data, outputs: network.outputs)
    let start = try network.startFlow(data, loss: loss, limit: Self.flowSamples, pool: pool)
    guard let start, !observer.wantsToStop else { return nil }
    let measured = observer.now()
    var training = training.withoutRecords
    training.seed = seed
    training.number = 1
    let run = try network.train(data, training, observer: observer, pool: pool)
    if run.state == .interrupted { return nil }
    let seconds = observer.now() - measured + trained - began
    let result = try network.evaluate(validation ?? data, loss: loss, pool: pool)
    let diverged = run.state == .diverged || !result.loss.isFinite
    return Trial(
      start: start, loss: diverged ? .infinity : result.loss,
      accuracy: result.accuracy.map { diverged ? 0 : $0 }, seconds: seconds, diverged: diverged)
  }
}
