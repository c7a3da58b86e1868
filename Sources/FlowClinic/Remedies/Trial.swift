// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet

/// The result of a plan with one seed.
public struct Trial: Sendable {
  public let seed: UInt64
  /// The gradient flow before the first training step, after pre-training, if any.
  public let start: StartFlow
  /// The loss after training, in prediction mode, in the unit of the targets before the remedy; infinite if the
  /// training diverged.
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
  /// A seed k yields the same numbers as a program that runs `seed(k)`, builds the network if its parameters are drawn,
  /// pre-trains it if the plan requires it, and trains it.
  ///
  /// - Parameter measure: The loss that is reported, whatever the plan trains with.
  func trial(
    _ data: TrialData, seed: UInt64, measure: Loss, _ observer: any TrainingObserver, _ pool: ThreadPool
  ) throws(NetworkError) -> Trial? {
    let network = try network(seed: seed)
    // Random objects of a program are numbered in the order in which they are drawn.
    var numbers = UInt64(draws)
    func nextNumber() -> UInt64 {
      defer { numbers += 1 }
      return numbers
    }
    let began = observer.now()
    if var pretraining {
      pretraining.seed = seed
      pretraining.number = nextNumber()
      let result = try network.pretrain(data.training, pretraining, pool: pool) { _ in observer }
      if result.state == .interrupted { return nil }
    }
    let trained = observer.now()
    let loss = training.loss ?? .automatic(for: data.training, outputs: network.outputs)
    let flow = try network.startFlow(data.training, loss: loss, limit: Self.flowSamples, pool: pool)
    guard let flow, !observer.wantsToStop else { return nil }
    let measured = observer.now()
    var training = training.withoutRecords
    training.seed = seed
    training.number = nextNumber()
    let run = try network.train(data.training, training, observer: observer, pool: pool)
    if run.state == .interrupted { return nil }
    let seconds = observer.now() - measured + trained - began
    let (value, accuracy) = try network.result(data.measured, measure, inOriginalUnit: scalesTargets, pool)
    if StopToken.current.isRequested { return nil }
    let diverged = run.state == .diverged || !value.isFinite
    return Trial(
      seed: seed, start: flow, loss: diverged ? .infinity : value, accuracy: accuracy.map { diverged ? 0 : $0 },
      seconds: seconds, diverged: diverged)
  }
}

extension Network {
  /// Returns the loss and, for classes, the accuracy on a data set.
  fileprivate func result(
    _ data: DataSet, _ loss: Loss, inOriginalUnit: Bool, _ pool: ThreadPool
  ) throws(NetworkError) -> (loss: Double, accuracy: Double?) {
    let result = try evaluate(data, loss: loss, pool: pool)
    guard inOriginalUnit else { return (result.loss, result.accuracy) }
    return (try lossInOriginalUnit(data, loss: loss, pool: pool), result.accuracy)
  }
}
