// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

public enum RunState: String, Sendable {
  case finished, interrupted, diverged
}

/// The result of a training run. If the run was interrupted or diverged, it contains the records up to that point.
public final class Run: Sendable {
  /// The kept records of the steps, in ascending order: the first, the last, and every `strides.steps`-th.
  public let steps: RecordList<StepRecord>
  /// The kept records of the epochs, in ascending order.
  public let epochs: RecordList<EpochRecord>
  /// The flow of every dense layer in the recorded steps that are kept.
  public let flow: FlowRecords
  /// The kept records of the unit census, one per dense layer and census.
  public let units: RecordList<UnitRecord>
  /// How far the tables were thinned out to stay within the record's budget.
  public let strides: RecordStrides
  /// The first value that was not finite, or `nil` if the training did not diverge.
  public let fault: Fault?
  public let state: RunState
  /// The trained network.
  public let network: Network
  public let data: DataSet
  public let options: TrainingOptions
  /// The loss that was minimised, even if the options left the choice to the program.
  public let loss: Loss
  /// The numbers of the network before the first step.
  let start: any NetworkNumbers
  /// The numbers of the network after the last step.
  let end: any NetworkNumbers

  init(
    _ record: RunRecord, network: Network, data: DataSet, options: TrainingOptions, loss: Loss,
    start: any NetworkNumbers, end: any NetworkNumbers
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
  /// The number of completed steps, including those not kept in the record.
  public var stepCount: Int { steps.last?.step ?? 0 }
  /// The number of finished epochs, including those not kept in the record. An epoch that was cut short by the number
  /// of steps counts.
  public var epochCount: Int { epochs.last?.epoch ?? 0 }
  /// The steps whose flow is in the record, in ascending order. Steps are missing if only every n-th was recorded or if
  /// the record was thinned out.
  public var recordedSteps: some RandomAccessCollection<Int> { flow.stepNumbers }
}
