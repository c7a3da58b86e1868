// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// How to train.
public struct TrainingOptions: Sendable {
  /// Nil chooses by the targets.
  public var loss: Loss?
  /// How the weights follow the gradient.
  public var optimizer: Optimizer
  /// How often all samples are seen.
  public var epochs: Int
  /// The number of steps instead of the number of epochs.
  public var steps: Int?
  /// Samples per step.
  public var batch: Int
  /// Whether every epoch has an order of its own.
  public var shuffle: Bool
  /// The limit on the gradient, if any.
  public var clip: Clip?
  /// The penalty on the weights, if any.
  public var penalty: Penalty?
  /// Every how many steps the flow of all layers is recorded; nil records none.
  public var recordEvery: Int?
  /// The bytes that the record may take; beyond that it is thinned out.
  public var recordBudget = TrainingOptions.defaultRecordBudget
  /// Every how many steps all units are looked at over the whole data set; nil looks never.
  public var unitsEvery: Int?
  /// What to test on after every epoch, if anything.
  public var validation: DataSet?
  /// Where verdicts begin.
  public var thresholds: FlowThresholds
  /// The program's seed.
  public var seed: UInt64
  /// The number of this training in the program.
  public var number: UInt64
  /// Two layers that share their weights, if any do.
  var tie: WeightTie?

  /// 1 GiB.
  public static let defaultRecordBudget = 1 << 30

  /// The options of `train`, with its defaults.
  public init(
    loss: Loss? = nil, optimizer: Optimizer = .sgd, epochs: Int = 10, steps: Int? = nil, batch: Int = 32,
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

  /// The same options, without recording the flow and without validation.
  package var withoutRecords: TrainingOptions {
    var options = self
    options.recordEvery = nil
    options.unitsEvery = nil
    options.validation = nil
    return options
  }
}
