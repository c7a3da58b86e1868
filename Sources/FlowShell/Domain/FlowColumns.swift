// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet

/// The columns of `flow(net)`; `LayerFlow` says what they mean.
let flowColumns: [ColumnEntry<LayerFlow>] = [
  .integer("layer", importance: 3) { $0.layer }.ofArchitecture,
  .text("activation", importance: 1) { $0.activation.sourceText }.ofArchitecture,
  .integer("inputs") { $0.inputs }.ofArchitecture,
  .integer("outputs") { $0.outputs }.ofArchitecture,
  .number("weight_norm") { $0.weightNorm },
  .number("grad_norm", importance: 2) { $0.gradNorm },
  .number("bias_grad_norm") { $0.biasGradNorm },
  .number("delta_rms", importance: 1, picture: .decades) { $0.deltaRMS },
  .number("factor", importance: 2) { $0.factor },
  .number("weight_gain", importance: 2) { $0.weightGain },
  .number("slope_gain", importance: 2) { $0.slopeGain },
  .number("log10_total", importance: 2, picture: .decadesOfLog10) { $0.log10Total },
  .number("theory", importance: 1) { $0.theory }.ofArchitecture,
  .number("slope_mean") { $0.slopeMean },
  .number("act_mean") { $0.actMean },
  .number("act_std") { $0.actStd },
  .number("saturated", .share) { $0.saturated },
  .number("dead", .share) { $0.dead },
  ColumnEntry("state", .state, importance: 3) { .text($0.state.rawValue) },
  .number("theory_low", importance: -1) { $0.theoryLow }.ofArchitecture,
  .number("theory_high", importance: -1) { $0.theoryHigh }.ofArchitecture,
  ColumnEntry("theory_fit", .state) { $0.theoryFit.map { .text($0.rawValue) } ?? .missing },
]

/// The columns of `run.flow`; `FlowRecord` says what they mean.
let recordColumns: [ColumnEntry<FlowRecord>] = [
  .integer("step", importance: 3) { $0.step },
  .integer("epoch") { $0.epoch },
  .integer("layer", importance: 3) { $0.layer },
  .number("weight_norm") { $0.weightNorm },
  .number("grad_norm", importance: 2) { $0.gradNorm },
  .number("bias_grad_norm") { $0.biasGradNorm },
  .number("factor", importance: 1) { $0.factor },
  .number("update_ratio", importance: 1) { $0.updateRatio },
  .number("drift", importance: 2) { $0.drift },
  .number("saturated", .share) { $0.saturated },
  .number("dead", .share) { $0.dead },
  ColumnEntry("state", .state, importance: 3) { .text($0.state.rawValue) },
  .number("delta_rms", picture: .decades) { $0.deltaRMS },
  .number("log10_total", importance: 1, picture: .decadesOfLog10) { $0.log10Total },
]

/// The columns of `run.steps`.
let stepColumns: [ColumnEntry<StepRecord>] = [
  .integer("step", importance: 2) { $0.step },
  .integer("epoch") { $0.epoch },
  .number("loss", importance: 2) { $0.loss },
  .number("grad_norm", importance: 1) { $0.gradNorm },
  .number("clipped_norm") { $0.clippedNorm },
  ColumnEntry("clipped", .boolean) { .boolean($0.clipped) },
]

/// The columns of `run.epochs`.
let epochColumns: [ColumnEntry<EpochRecord>] = [
  .integer("epoch", importance: 2) { $0.epoch },
  .number("loss", importance: 2) { $0.loss },
  .number("accuracy", .share, importance: 2) { $0.accuracy },
  .number("validation_loss") { $0.validationLoss },
  .number("validation_accuracy", .share, importance: 1) { $0.validationAccuracy },
  .number("seconds") { $0.seconds },
]

/// The columns of `run.units`; `UnitRecord` says what they mean.
let unitColumns: [ColumnEntry<UnitRecord>] = [
  .integer("step", importance: 2) { $0.step },
  .integer("epoch") { $0.epoch },
  .integer("layer", importance: 2) { $0.layer },
  .integer("units", importance: 1) { $0.units },
  .integer("dead", importance: 2) { $0.dead },
  .integer("died", importance: 2) { $0.died },
  .integer("revived", importance: 2) { $0.revived },
  .number("saturated", .share, importance: 1) { $0.saturated },
]

/// The columns of `run.fault`, for the fault and the last good step before it.
let faultColumns: [ColumnEntry<(fault: Fault, lastGoodStep: Int?)>] = [
  .integer("step", importance: 2) { $0.fault.step },
  .integer("layer", importance: 2) { $0.fault.layer },
  .text("quantity", importance: 2) { $0.fault.quantity.rawValue },
  .number("value", importance: 2) { $0.fault.value },
  .text("cause") { $0.fault.cause },
  .integer("good_step") { $0.lastGoodStep },
]

/// The columns of `run.growth`; `GrowthStep` says what they mean.
let growthColumns: [ColumnEntry<GrowthStep>] = [
  .integer("step", importance: 2) { $0.step },
  .number("loss", importance: 2) { $0.loss },
  .number("grad_norm", importance: 2) { $0.gradNorm },
  .number("growth", importance: 1) { $0.growth },
  .integer("layer", importance: 1) { $0.layer },
  .number("weight_norm", importance: 1) { $0.weightNorm },
  .number("update_ratio", importance: 1) { $0.updateRatio },
]
