// SPDX-License-Identifier: GPL-3.0-or-later

/// How a training ended.
public enum RunState: String, Sendable {
  case finished, interrupted, diverged
}

/// One step of training.
public struct StepRecord: Sendable {
  /// Counted from 1.
  public let step: Int
  public let epoch: Int
  /// The mean loss of the batch before the step, without the penalty.
  public let loss: Double
  /// The norm of the whole gradient, penalty included, before and after clipping.
  public let gradNorm: Double
  public let clippedNorm: Double
  public let clipped: Bool
}

/// One epoch of training.
public struct EpochRecord: Sendable {
  public let epoch: Int
  /// The mean over the samples of the epoch, each taken before its step.
  public let loss: Double
  /// Nil where the targets are no classes.
  public let accuracy: Double?
  public let validationLoss: Double?
  public let validationAccuracy: Double?
  public let seconds: Double
}

/// One dense layer in one recorded step.
public struct FlowRecord: Sendable {
  public let step: Int
  public let epoch: Int
  public let layer: Int
  /// ‖W‖ after the step; gradients before clipping.
  public let weightNorm: Double
  public let gradNorm: Double
  public let biasGradNorm: Double
  /// Nil in the last layer.
  public let factor: Double?
  /// ‖ΔW‖/‖W‖ of the update really made, by the weights before it.
  public let updateRatio: Double
  /// ‖W − W₀‖/‖W₀‖.
  public let drift: Double
  public let saturated: Double?
  public let dead: Double
  public let state: FlowState
  public let deltaRMS: Double
  public let log10Total: Double
}

/// The first number of a training that was not finite.
public struct Fault: Sendable {
  public enum Quantity: String, Sendable {
    case preActivation = "pre-activation"
    case activation, loss, gradient, weight
  }

  public let step: Int
  /// Nil for the loss.
  public let layer: Int?
  public let quantity: Quantity
  /// Infinite or NaN.
  public let value: Double
  /// One sentence on where it came from.
  public let cause: String
}

/// What a training leaves behind. The record up to a fault or an interrupt is kept.
public final class Run: Sendable {
  public let steps: [StepRecord]
  public let epochs: [EpochRecord]
  public let flow: [FlowRecord]
  public let fault: Fault?
  public let state: RunState
  /// The network that was trained.
  public let network: Network
  /// The epochs that were asked for.
  public let plannedEpochs: Int
  public let loss: Loss

  init(_ record: RunRecord, network: Network, plannedEpochs: Int, loss: Loss) {
    steps = record.steps
    epochs = record.epochs
    flow = record.flow
    fault = record.fault
    state = record.state
    self.network = network
    self.plannedEpochs = plannedEpochs
    self.loss = loss
  }
}

/// What a training writes while it goes on.
struct RunRecord {
  var steps: [StepRecord] = []
  var epochs: [EpochRecord] = []
  var flow: [FlowRecord] = []
  var fault: Fault?
  var state = RunState.finished
}
