// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// How a training ended.
public enum RunState: String, Sendable {
  case finished, interrupted, diverged
}

/// The result of a training. The record up to a fault or an interrupt is kept.
public final class Run: Sendable {
  /// The records of the steps that are kept, in ascending order: the first, the last, and every `strides.steps`-th.
  public let steps: RecordList<StepRecord>
  /// The records of the epochs that are kept, in ascending order.
  public let epochs: RecordList<EpochRecord>
  /// The flow of every dense layer in the recorded steps that are kept.
  public let flow: FlowRecords
  /// The units of every dense layer in the looks at them that are kept.
  public let units: RecordList<UnitRecord>
  /// How far the tables were thinned out to stay within the record's budget.
  public let strides: RecordStrides
  /// The first number that was not finite, if the training diverged.
  public let fault: Fault?
  /// How it ended.
  public let state: RunState
  /// The network that was trained.
  public let network: Network
  /// The training data.
  public let data: DataSet
  /// The options of the training.
  public let options: TrainingOptions
  /// The loss that was minimised, the default one resolved.
  public let loss: Loss
  /// The parameters before the first step.
  let start: any ParameterValues
  /// The parameters after the last step.
  let end: any ParameterValues

  init(
    _ record: RunRecord, network: Network, data: DataSet, options: TrainingOptions, loss: Loss,
    start: any ParameterValues, end: any ParameterValues
  ) {
    steps = record.steps.rows
    epochs = record.epochs.rows
    flow = record.flow
    units = record.units.rows
    strides = record.strides
    fault = record.fault
    state = record.state
    self.network = network
    self.data = data
    self.options = options
    self.loss = loss
    self.start = start
    self.end = end
  }
}

extension Run {
  /// The number of steps that were taken, kept in the record or not.
  public var stepCount: Int { steps.last?.step ?? 0 }
  /// The number of epochs that were finished, kept in the record or not. An epoch cut short by the number of steps
  /// counts.
  public var epochCount: Int { epochs.last?.epoch ?? 0 }
  /// The steps whose flow is in the record, in ascending order: not all of them where only every n-th was recorded, or
  /// where the record had to be thinned out.
  public var recordedSteps: some RandomAccessCollection<Int> { flow.stepNumbers }
}
