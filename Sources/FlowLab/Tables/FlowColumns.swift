// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet
import FlowRuntime

/// The columns of `flow(net)`. See `LayerFlow`.
let flowColumns: [ColumnEntry<LayerFlow>] = [
  .integer("layer", ColumnMeaning.layer, importance: 3) { $0.layer }.ofArchitecture,
  .text("activation", ColumnMeaning.activation, importance: 1) { $0.activation.sourceText }.ofArchitecture,
  .integer("inputs", "number of inputs") { $0.inputs }.ofArchitecture,
  .integer("outputs", "number of outputs") { $0.outputs }.ofArchitecture,
  .number("weight_norm", ColumnMeaning.weightNorm) { $0.weightNorm },
  .number("grad_norm", ColumnMeaning.gradNorm, importance: 2) { $0.gradNorm },
  .number("bias_grad_norm", ColumnMeaning.biasGradNorm) { $0.biasGradNorm },
  .number("delta_rms", ColumnMeaning.deltaRMS, importance: 1) { $0.deltaRMS }.pictured(.decades),
  .number(
    "factor",
    "delta_rms divided by that of the next layer, which is the product of the columns ending in _gain; empty in the "
      + "last row and if the next layer has no gradient",
    importance: 2
  ) { $0.factor },
  .number(
    "weight_gain",
    "contribution of the next layer's weights to factor; empty in the last row and if no gradient reaches or passes "
      + "them",
    importance: 2
  ) { $0.weightGain },
  .number(
    "slope_gain",
    "contribution of the slopes of the activation to factor; empty in the last row and if no gradient reaches them",
    importance: 2
  ) { $0.slopeGain },
  .number("log10_total", ColumnMeaning.log10Total, importance: 2) { $0.log10Total.unlessNaN }.pictured(.decadesOfLog10),
  .number(
    "theory",
    "factor that mean-field theory predicts for this layer and these data at initialization; empty if there is none",
    importance: 1
  ) { $0.theory }.ofArchitecture,
  .number("slope_mean", "mean slope of the activation") { $0.slopeMean },
  .number("act_mean", "mean of the layer's outputs") { $0.actMean },
  .number("act_std", "standard deviation of the layer's outputs") { $0.actStd },
  .number("saturated", .share, ColumnMeaning.saturated) { $0.saturated },
  .number("dead", .share, ColumnMeaning.dead) { $0.dead },
  ColumnEntry("state", .state, ColumnMeaning.state, importance: 3) { .text($0.state.rawValue) },
  .number(
    "theory_low",
    "lower end of the range that contains factor for at least 99 % of the draws of such a layer",
    importance: -1
  ) { $0.theoryLow }.ofArchitecture,
  .number("theory_high", "upper end of that range", importance: -1) { $0.theoryHigh }.ofArchitecture,
  ColumnEntry("theory_fit", .state, "whether factor is inside, below or above that range") {
    $0.theoryFit.map { .text($0.rawValue) } ?? .missing
  },
  .number(
    "theory_limit", "factor that theory predicts deep in a stack of such layers; empty if there is none",
    importance: -1
  ) { $0.theoryLimit }.ofArchitecture,
  .number(
    "shortcut_gain",
    "contribution of the shortcut to factor: size of the gradient with the shortcut relative to that through the "
      + "branch alone, or to that entering the block if the branch passes none; empty without a shortcut",
    importance: -1
  ) { $0.shortcutGain },
  .number(
    "norm_gain", "contribution of the normalisation to factor; empty without one", importance: -1
  ) { $0.normGain },
  .number(
    "dropout_gain", "contribution of the dropout mask to factor; empty without dropout", importance: -1
  ) { $0.dropoutGain },
]

/// The columns of `run.flow`. See `FlowRecord`.
let recordColumns: [ColumnEntry<FlowRecord>] = [
  .integer("step", ColumnMeaning.step, importance: 3) { $0.step },
  .integer("epoch", ColumnMeaning.epoch) { $0.epoch },
  .integer("layer", ColumnMeaning.layer, importance: 3) { $0.layer },
  .number("weight_norm", "norm of the weights after the step, ‖W‖ (Frobenius)") { $0.weightNorm },
  .number(
    "grad_norm", "norm of the gradient of the weights, ‖∂L/∂W‖, including the penalty, before clipping", importance: 2
  ) { $0.gradNorm },
  .number("bias_grad_norm", ColumnMeaning.biasGradNorm) { $0.biasGradNorm },
  .number("factor", ColumnMeaning.factor, importance: 1) { $0.factor },
  .number("update_ratio", ColumnMeaning.updateRatio, importance: 1) { $0.updateRatio },
  .number("drift", "distance of the weights from their initial values, ‖W − W₀‖/‖W₀‖", importance: 2) { $0.drift },
  .number("saturated", .share, ColumnMeaning.saturated) { $0.saturated },
  .number("dead", .share, ColumnMeaning.dead) { $0.dead },
  ColumnEntry("state", .state, ColumnMeaning.state, importance: 3) { .text($0.state.rawValue) },
  .number("delta_rms", ColumnMeaning.deltaRMS) { $0.deltaRMS },
  .number("log10_total", ColumnMeaning.log10Total, importance: 1) { $0.log10Total.unlessNaN },
]

extension Double {
  /// The number, or nil if it is NaN, which represents a missing value.
  fileprivate var unlessNaN: Double? { isNaN ? nil : self }
}

/// The columns of `run.steps`.
let stepColumns: [ColumnEntry<(step: StepRecord, rates: RateCourse)>] = [
  .integer("step", ColumnMeaning.step, importance: 2) { $0.step.step },
  .integer("epoch", ColumnMeaning.epoch) { $0.step.epoch },
  .number("loss", "mean loss of the batch before the step, without the penalty", importance: 2) { $0.step.loss },
  .number("grad_norm", "norm of the whole gradient, including the penalty, before clipping", importance: 1) {
    $0.step.gradNorm
  },
  .number("clipped_norm", "norm of the whole gradient after clipping") { $0.step.clippedNorm },
  ColumnEntry("clipped", .boolean, "whether clipping changed the gradient") { .boolean($0.step.clipped) },
  .number("learning_rate", "learning rate of the step, after the schedules") { $0.rates.rate(ofStep: $0.step.step) },
]

/// The columns of `run.epochs`.
let epochColumns: [ColumnEntry<EpochRecord>] = [
  .integer("epoch", ColumnMeaning.epoch, importance: 2) { $0.epoch },
  .number("loss", "mean loss over all samples, each measured before its step", importance: 2) { $0.loss },
  .number(
    "accuracy", .share, "fraction of samples that are classified correctly; empty unless the targets are classes",
    importance: 2
  ) { $0.accuracy },
  .number("validation_loss", "loss on the validation data after the epoch") { $0.validationLoss },
  .number("validation_accuracy", .share, "accuracy on the validation data after the epoch", importance: 1) {
    $0.validationAccuracy
  },
  .number("seconds", "duration of the epoch in seconds") { $0.seconds },
]

/// The columns of `run.units`. See `UnitRecord`.
let unitColumns: [ColumnEntry<UnitRecord>] = [
  .integer("step", "number of steps before the count; 0 is the start", importance: 2) { $0.step },
  .integer("epoch", "epoch of that step, counted from 1; 0 at the start") { $0.epoch },
  .integer("layer", ColumnMeaning.layer, importance: 2) { $0.layer },
  .integer("units", "number of units of the layer", importance: 1) { $0.units },
  .integer("dead", "number of units whose slope is 0 for every sample of the data set", importance: 2) { $0.dead },
  .integer("died", "number of units that have died since the previous count", importance: 2) { $0.died },
  .integer("revived", "number of units that have recovered since the previous count", importance: 2) { $0.revived },
  .number("saturated", .share, ColumnMeaning.saturated, importance: 1) { $0.saturated },
]

/// The columns of `run.fault`, for the fault and the last good step before it.
let faultColumns: [ColumnEntry<(fault: Fault, lastGoodStep: Int?)>] = [
  .integer("step", "step of the fault, counted from 1", importance: 2) { $0.fault.step },
  .integer("layer", "dense layer, counted from 1 at the input; empty if it belongs to no layer", importance: 2) {
    $0.fault.layer
  },
  .text("quantity", "first quantity that was not finite, in the order of computation", importance: 2) {
    $0.fault.quantity.rawValue
  },
  .number("value", "value of the quantity: inf, -inf or nan", importance: 2) { $0.fault.value },
  .text("cause", "largest values that the quantity was computed from") { $0.fault.cause },
  .integer("good_step", "last step before the fault with a gradient of the usual size") { $0.lastGoodStep },
]

/// The columns of `run.growth`. See `GrowthStep`.
let growthColumns: [ColumnEntry<GrowthStep>] = [
  .integer("step", ColumnMeaning.step, importance: 2) { $0.step },
  .number("loss", "mean loss of the batch before the step", importance: 2) { $0.loss },
  .number("grad_norm", "norm of the whole gradient before clipping", importance: 2) { $0.gradNorm },
  .number("growth", "grad_norm divided by that of the step before", importance: 1) { $0.growth },
  .integer("layer", "dense layer whose weights changed most, relative to their size", importance: 1) { $0.layer },
  .number("weight_norm", "norm of that layer's weights after the step", importance: 1) { $0.weightNorm },
  .number("update_ratio", "size of that layer's update relative to its weights", importance: 1) { $0.updateRatio },
]
