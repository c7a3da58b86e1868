// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet
import FlowRuntime

/// The columns of `flow(net)`; `LayerFlow` says what they mean.
let flowColumns: [ColumnEntry<LayerFlow>] = [
  .integer("layer", ColumnMeaning.layer, importance: 3) { $0.layer }.ofArchitecture,
  .text("activation", ColumnMeaning.activation, importance: 1) { $0.activation.sourceText }.ofArchitecture,
  .integer("inputs", "units that go in") { $0.inputs }.ofArchitecture,
  .integer("outputs", "units that come out") { $0.outputs }.ofArchitecture,
  .number("weight_norm", ColumnMeaning.weightNorm) { $0.weightNorm },
  .number("grad_norm", ColumnMeaning.gradNorm, importance: 2) { $0.gradNorm },
  .number("bias_grad_norm", ColumnMeaning.biasGradNorm) { $0.biasGradNorm },
  .number("delta_rms", ColumnMeaning.deltaRMS, importance: 1) { $0.deltaRMS }.pictured(.decades),
  .number(
    "factor",
    "delta_rms over that of the next layer, which is the product of the columns ending in _gain; empty in the last row "
      + "and where the next layer has no gradient",
    importance: 2
  ) { $0.factor },
  .number(
    "weight_gain",
    "how much the next layer's weights multiply the gradient by; empty in the last row and where no gradient comes to "
      + "them or through them",
    importance: 2
  ) { $0.weightGain },
  .number(
    "slope_gain",
    "how much the slopes of the activation multiply it by; empty in the last row and where no gradient comes to them",
    importance: 2
  ) { $0.slopeGain },
  .number("log10_total", ColumnMeaning.log10Total, importance: 2) { $0.log10Total.unlessNaN }.pictured(.decadesOfLog10),
  .number(
    "theory",
    "the factor that mean-field theory predicts for this layer on these data at initialization; empty if there is none",
    importance: 1
  ) { $0.theory }.ofArchitecture,
  .number("slope_mean", "the mean slope of the activation") { $0.slopeMean },
  .number("act_mean", "the mean of the layer's outputs") { $0.actMean },
  .number("act_std", "the standard deviation of the layer's outputs") { $0.actStd },
  .number("saturated", .share, ColumnMeaning.saturated) { $0.saturated },
  .number("dead", .share, ColumnMeaning.dead) { $0.dead },
  ColumnEntry("state", .state, ColumnMeaning.state, importance: 3) { .text($0.state.rawValue) },
  .number(
    "theory_low", "from here to theory_high lie at least 99 % of the draws of a layer of this width", importance: -1
  ) { $0.theoryLow }.ofArchitecture,
  .number("theory_high", "the upper end of the same", importance: -1) { $0.theoryHigh }.ofArchitecture,
  ColumnEntry("theory_fit", .state, "where factor lies: inside, below or above that band") {
    $0.theoryFit.map { .text($0.rawValue) } ?? .missing
  },
  .number(
    "theory_limit", "the factor that theory predicts deep in a stack of such layers; empty if there is none",
    importance: -1
  ) { $0.theoryLimit }.ofArchitecture,
  .number(
    "shortcut_gain",
    "how much the gradient that goes past a branch multiplies that of the branch by; if none comes through the branch, "
      + "what goes past it over what came to it; empty without a shortcut",
    importance: -1
  ) { $0.shortcutGain },
  .number(
    "norm_gain", "how much normalisation multiplies the gradient by; empty without it", importance: -1
  ) { $0.normGain },
  .number(
    "dropout_gain", "how much the mask of dropout multiplies the gradient by; empty without it", importance: -1
  ) { $0.dropoutGain },
]

/// The columns of `run.flow`; `FlowRecord` says what they mean.
let recordColumns: [ColumnEntry<FlowRecord>] = [
  .integer("step", ColumnMeaning.step, importance: 3) { $0.step },
  .integer("epoch", ColumnMeaning.epoch) { $0.epoch },
  .integer("layer", ColumnMeaning.layer, importance: 3) { $0.layer },
  .number("weight_norm", "the norm of the weights after the step, ‖W‖ (Frobenius)") { $0.weightNorm },
  .number("grad_norm", "the norm of the gradient of the weights before clipping, ‖∂L/∂W‖", importance: 2) {
    $0.gradNorm
  },
  .number("bias_grad_norm", ColumnMeaning.biasGradNorm) { $0.biasGradNorm },
  .number("factor", ColumnMeaning.factor, importance: 1) { $0.factor },
  .number("update_ratio", ColumnMeaning.updateRatio, importance: 1) { $0.updateRatio },
  .number("drift", "how far the weights are from where they started, ‖W − W₀‖/‖W₀‖", importance: 2) { $0.drift },
  .number("saturated", .share, ColumnMeaning.saturated) { $0.saturated },
  .number("dead", .share, ColumnMeaning.dead) { $0.dead },
  ColumnEntry("state", .state, ColumnMeaning.state, importance: 3) { .text($0.state.rawValue) },
  .number("delta_rms", ColumnMeaning.deltaRMS) { $0.deltaRMS },
  .number("log10_total", ColumnMeaning.log10Total, importance: 1) { $0.log10Total.unlessNaN },
]

extension Double {
  /// Nil for NaN, which stands for a number that does not exist.
  fileprivate var unlessNaN: Double? { isNaN ? nil : self }
}

/// The columns of `run.steps`.
let stepColumns: [ColumnEntry<StepRecord>] = [
  .integer("step", ColumnMeaning.step, importance: 2) { $0.step },
  .integer("epoch", ColumnMeaning.epoch) { $0.epoch },
  .number("loss", "the mean loss of the batch before the step, without the penalty", importance: 2) { $0.loss },
  .number("grad_norm", "the norm of the whole gradient, penalty included, before clipping", importance: 1) {
    $0.gradNorm
  },
  .number("clipped_norm", "the same after clipping") { $0.clippedNorm },
  ColumnEntry("clipped", .boolean, "whether clipping changed it") { .boolean($0.clipped) },
]

/// The columns of `run.epochs`.
let epochColumns: [ColumnEntry<EpochRecord>] = [
  .integer("epoch", ColumnMeaning.epoch, importance: 2) { $0.epoch },
  .number("loss", "the mean loss of all samples, each before its step", importance: 2) { $0.loss },
  .number(
    "accuracy", .share, "share of samples whose class is right; empty where the targets are no classes", importance: 2
  ) { $0.accuracy },
  .number("validation_loss", "the loss on the validation data after the epoch") { $0.validationLoss },
  .number("validation_accuracy", .share, "the accuracy on the validation data after the epoch", importance: 1) {
    $0.validationAccuracy
  },
  .number("seconds", "how long the epoch took") { $0.seconds },
]

/// The columns of `run.units`; `UnitRecord` says what they mean.
let unitColumns: [ColumnEntry<UnitRecord>] = [
  .integer("step", ColumnMeaning.step, importance: 2) { $0.step },
  .integer("epoch", ColumnMeaning.epoch) { $0.epoch },
  .integer("layer", ColumnMeaning.layer, importance: 2) { $0.layer },
  .integer("units", "the number of units of the layer", importance: 1) { $0.units },
  .integer("dead", "how many of them get no gradient from any sample of the data set", importance: 2) { $0.dead },
  .integer("died", "how many are dead that were not when they were last counted", importance: 2) { $0.died },
  .integer("revived", "how many are not dead that were when they were last counted", importance: 2) { $0.revived },
  .number("saturated", .share, ColumnMeaning.saturated, importance: 1) { $0.saturated },
]

/// The columns of `run.fault`, for the fault and the last good step before it.
let faultColumns: [ColumnEntry<(fault: Fault, lastGoodStep: Int?)>] = [
  .integer("step", "the step in which it came, counted from 1", importance: 2) { $0.fault.step },
  .integer("layer", "the dense layer, counted from 1 at the input; empty for the loss and the input", importance: 2) {
    $0.fault.layer
  },
  .text("quantity", "the first quantity that was not finite, in the order of computation", importance: 2) {
    $0.fault.quantity.rawValue
  },
  .number("value", "what it became: inf, -inf or nan", importance: 2) { $0.fault.value },
  .text("cause", "the largest numbers that went into it") { $0.fault.cause },
  .integer("good_step", "the last step before it whose gradient still had its usual size") { $0.lastGoodStep },
]

/// The columns of `run.growth`; `GrowthStep` says what they mean.
let growthColumns: [ColumnEntry<GrowthStep>] = [
  .integer("step", ColumnMeaning.step, importance: 2) { $0.step },
  .number("loss", "the mean loss of the batch before the step", importance: 2) { $0.loss },
  .number("grad_norm", "the norm of the whole gradient before clipping", importance: 2) { $0.gradNorm },
  .number("growth", "that norm over the one of the step before", importance: 1) { $0.growth },
  .integer("layer", "the dense layer whose weights changed most for their size", importance: 1) { $0.layer },
  .number("weight_norm", "the norm of that layer's weights after the step", importance: 1) { $0.weightNorm },
  .number("update_ratio", "the size of that layer's update for that of its weights", importance: 1) { $0.updateRatio },
]
