// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// How a training ended.
public enum RunState: String, Sendable {
  case finished, interrupted, diverged
}

/// One step of training.
public struct StepRecord: Sendable, BitwiseCopyable {
  /// Counted from 1.
  public let step: Int
  /// The epoch, counted from 1.
  public let epoch: Int
  /// The mean loss of the batch before the step, without the penalty.
  public let loss: Double
  /// The norm of the whole gradient before clipping, penalty included.
  public let gradNorm: Double
  /// The norm after clipping.
  public let clippedNorm: Double
  /// Whether clipping changed anything.
  public let clipped: Bool
}

/// One epoch of training.
public struct EpochRecord: Sendable, BitwiseCopyable {
  /// The epoch, counted from 1.
  public let epoch: Int
  /// The mean over the samples of the epoch, each taken before its step.
  public let loss: Double
  /// Nil where the targets are no classes.
  public let accuracy: Double?
  /// The loss on the validation data, if there are any.
  public let validationLoss: Double?
  /// The accuracy on the validation data, if they have classes.
  public let validationAccuracy: Double?
  /// How long it took.
  public let seconds: Double
}

/// One dense layer in one recorded step.
public struct FlowRecord: Sendable {
  /// The step, counted from 1.
  public let step: Int
  /// The epoch, counted from 1.
  public let epoch: Int
  /// The layer, counted from 1 at the input.
  public let layer: Int
  /// ‖W‖ after the step.
  public let weightNorm: Double
  /// ‖∂L/∂W‖ before clipping.
  public let gradNorm: Double
  /// ‖∂L/∂b‖ before clipping.
  public let biasGradNorm: Double
  /// Nil in the last layer, and where the next one has no gradient.
  public let factor: Double?
  /// ‖ΔW‖/‖W‖ of the update really made, by the weights before it.
  public let updateRatio: Double
  /// ‖W − W₀‖/‖W₀‖.
  public let drift: Double
  /// Share of slopes below 1 % of the steepest; nil where the activation is not bounded.
  public let saturated: Double?
  /// Share of units that get no gradient from any sample.
  public let dead: Double
  /// The state of the layer in this step.
  public let state: FlowState
  /// rms(δ) as in `LayerFlow`.
  public let deltaRMS: Double
  /// rms(δ) of the last layer in the same step.
  public let lastDeltaRMS: Double
  /// Whether δ has become too small for the element type.
  let underflows: Bool
  /// Those of the step.
  let samples: Int

  /// log10 of `deltaRMS` relative to the last layer. NaN where there is none: where either of them is 0 only because it
  /// became too small, and where the last layer has no gradient. Computed lazily to keep it out of the training step.
  public var log10Total: Double {
    lastDeltaRMS == 0 || underflows ? .nan : Real.log10(deltaRMS) - Real.log10(lastDeltaRMS)
  }
}

/// The first number of a training that was not finite.
public struct Fault: Sendable {
  /// What was not finite.
  public enum Quantity: String, Sendable {
    case preActivation = "pre-activation"
    case activation, loss, gradient
    /// A weight, a bias, a scale or a shift.
    case weight
    /// A number of the data.
    case input
  }

  /// The step, counted from 1.
  public let step: Int
  /// Nil for the loss and the input.
  public let layer: Int?
  /// What was not finite.
  public let quantity: Quantity
  /// Infinite or NaN.
  public let value: Double
  /// Where it came from: the largest numbers that went into it.
  public let causes: [Cause]

  /// A quantity that went into the number that is not finite.
  public struct Cause: Sendable {
    /// What it is, such as `weight`.
    public let quantity: String
    /// The largest magnitude in it, or the first number of it that is not finite itself.
    public let value: Double
  }
}

/// What a training leaves behind. The record up to a fault or an interrupt is kept.
public final class Run: Sendable {
  /// One per step that is kept, in ascending order: the first, the last, and every `strides.steps`-th.
  public let steps: RecordList<StepRecord>
  /// One per epoch that is kept.
  public let epochs: RecordList<EpochRecord>
  /// One per recorded step that is kept and dense layer.
  public let flow: FlowRecords
  /// One per look at the units that is kept and dense layer.
  public let units: RecordList<UnitRecord>
  /// How far the tables had to be thinned out.
  public let strides: RecordStrides
  /// What ended it, if it diverged.
  public let fault: Fault?
  /// How it ended.
  public let state: RunState
  /// The network that was trained.
  public let network: Network
  /// What it was trained on.
  public let data: DataSet
  /// How it was trained.
  public let options: TrainingOptions
  /// What was minimised.
  public let loss: Loss
  /// The parameters before the first step and after the last one.
  let start: any ParameterValues
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
  /// The number of epochs that were finished, kept in the record or not.
  public var epochCount: Int { epochs.last?.epoch ?? 0 }
  /// The steps whose flow is in the record, in ascending order: not all of them where only every n-th was recorded, or
  /// where the record had to be thinned out.
  public var recordedSteps: some RandomAccessCollection<Int> { flow.stepNumbers }
}
