// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

public struct TrainingOptions: Sendable {
  /// The loss to minimise. If it is `nil`, the targets determine it.
  public var loss: Loss?
  public var optimizer: Optimizer
  /// The schedules of the learning rate, whose factors are multiplied. If there are none, the rate is constant.
  public var schedule: [RateSchedule]
  /// The number of passes over all samples. Setting it resets `plannedLength`.
  public var epochs: Int { didSet { plannedLength = nil } }
  /// The number of steps. If it is not `nil`, it is used instead of `epochs`.
  public var steps: Int?
  /// The length over which schedules without a length extend, if the training takes only a part of the planned steps, as
  /// in a replay. If it is `nil`, this is the length of the training.
  public var plannedLength: TrainingLength?
  /// The number of samples per step.
  public var batch: Int
  /// Whether the samples are shuffled before every epoch.
  public var shuffle: Bool
  /// The limit on the gradient, if any.
  public var clip: Clip?
  /// The penalty on the weights, if any.
  public var penalty: Penalty?
  /// The dense layers whose parameters are frozen, counted from 1 at the input. The parameters of a normalisation
  /// belong to the dense layer before it. The running statistics of batch normalisation are not parameters.
  public var frozenLayers: Set<Int> = []
  /// The interval, in steps, at which the flow of all layers is recorded. If it is `nil`, the flow is not recorded.
  public var recordEvery: Int?
  /// The maximum size of the record in bytes. A record that exceeds it is thinned out.
  public var recordBudget: Int
  /// The interval, in steps, at which all units are examined over the whole data set. If it is `nil`, they are not
  /// examined.
  public var unitsEvery: Int?
  /// The data set to evaluate after every epoch, if any.
  public var validation: DataSet?
  /// The thresholds that determine the state of a layer.
  public var thresholds: FlowThresholds
  /// The program's seed.
  public var seed: UInt64
  /// The number of this training run in the program, which distinguishes its random numbers from those of the others.
  public var number: UInt64

  public init(
    loss: Loss? = nil, optimizer: Optimizer, schedule: [RateSchedule] = [], epochs: Int, steps: Int? = nil,
    batch: Int, shuffle: Bool, clip: Clip? = nil, penalty: Penalty? = nil, recordEvery: Int?, recordBudget: Int,
    unitsEvery: Int? = nil,
    validation: DataSet? = nil, thresholds: FlowThresholds, seed: UInt64 = 0, number: UInt64 = 0
  ) {
    self.loss = loss
    self.optimizer = optimizer
    self.schedule = schedule
    self.epochs = epochs
    self.steps = steps
    self.batch = batch
    self.shuffle = shuffle
    self.clip = clip
    self.penalty = penalty
    self.recordEvery = recordEvery
    self.recordBudget = recordBudget
    self.unitsEvery = unitsEvery
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
