// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowNet

/// A network that has not been initialized yet, and how to train it.
public struct TrainingPlan: Sendable {
  /// The architecture of the network.
  public var blueprint: Blueprint
  /// The training options. Each trial replaces the seed and the number.
  public var training: TrainingOptions
  /// The options for pre-training, or nil for a plan without it.
  public var pretraining: PretrainingOptions?
  /// The options for pre-training that a remedy may add, except for the number of epochs. If nil, none is added.
  let addedPretraining: PretrainingOptions?

  public init(_ blueprint: Blueprint, _ training: TrainingOptions, addedPretraining: PretrainingOptions? = nil) {
    self.blueprint = blueprint
    self.training = training
    self.addedPretraining = addedPretraining
  }
}

/// Two plans are equal if their trials are. Each trial sets the seed and decides what to record, so these do not count.
extension TrainingPlan: Equatable {
  public static func == (left: TrainingPlan, right: TrainingPlan) -> Bool {
    left.blueprint == right.blueprint && left.pretraining == right.pretraining
      && left.training.hasSameSteps(as: right.training)
  }
}

extension TrainingOptions {
  /// Returns whether training with both options takes the same steps if the seed is the same.
  package func hasSameSteps(as other: TrainingOptions) -> Bool {
    loss == other.loss && optimizer == other.optimizer && epochs == other.epochs && steps == other.steps
      && batch == other.batch && shuffle == other.shuffle && clip == other.clip && penalty == other.penalty
  }
}
