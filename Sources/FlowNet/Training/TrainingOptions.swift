// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// How to train.
public struct TrainingOptions: Sendable {
  /// Nil chooses by the targets.
  public var loss: Loss?
  public var optimizer: Optimizer
  public var epochs: Int
  /// The number of steps instead of the number of epochs.
  public var steps: Int?
  public var batch: Int
  public var shuffle: Bool
  public var clip: Clip?
  public var penalty: Penalty?
  /// Every how many steps the flow of all layers is recorded; nil records none.
  public var recordEvery: Int?
  public var validation: DataSet?
  public var thresholds: FlowThresholds
  /// The program's seed, and the number of this training in it.
  public var seed: UInt64
  public var number: UInt64

  public init(
    loss: Loss? = nil, optimizer: Optimizer = .named("sgd")!, epochs: Int = 10, steps: Int? = nil, batch: Int = 32,
    shuffle: Bool = true, clip: Clip? = nil, penalty: Penalty? = nil, recordEvery: Int? = 1,
    validation: DataSet? = nil, thresholds: FlowThresholds = FlowThresholds(), seed: UInt64 = 0, number: UInt64 = 0
  ) {
    self.loss = loss
    self.optimizer = optimizer
    self.epochs = epochs
    self.steps = steps
    self.batch = batch
    self.shuffle = shuffle
    self.clip = clip
    self.penalty = penalty
    self.recordEvery = recordEvery
    self.validation = validation
    self.thresholds = thresholds
    self.seed = seed
    self.number = number
  }
}

/// Who watches a training.
public protocol TrainingObserver {
  /// True ends the training before the next step.
  var wantsToStop: Bool { get }
  /// Called after every step.
  func finished(_ step: StepRecord, of total: Int, epochs: Int)
  /// A clock, in seconds.
  func now() -> Double
}
