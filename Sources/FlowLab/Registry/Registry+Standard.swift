// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet

extension Registry {
  /// All builtins of the program: one list per file of `Builtins`.
  public static let standard = Registry([
    NetworkBuiltins.builtins,
    LayerBuiltins.builtins,
    Builtin.catalogue(Activation.catalogue, family: .activation, in: .activations),
    Builtin.catalogue(Initializer.catalogue, family: .initializer, in: .initializers),
    Builtin.catalogue(Loss.catalogue, family: .loss, in: .losses),
    Builtin.catalogue(Optimizer.catalogue, family: .optimizer, in: .optimizers),
    Builtin.catalogue(Penalty.catalogue, family: .penalty, in: .training),
    Builtin.catalogue(Clip.catalogue, family: .clip, in: .training),
    FlowBuiltins.builtins,
    PrecisionBuiltins.builtins,
    Builtin.catalogue(NumberFormat.catalogue, family: .format, in: .formats),
    Sweep.builtins,
    TrainingBuiltins.builtins,
    PretrainBuiltins.builtins,
    RemedyBuiltins.builtins,
    ReplayBuiltins.builtins,
    DiagnoseBuiltins.builtins,
    DataBuiltins.builtins,
    TheoryBuiltins.builtins,
    Elementary.builtins,
    Statistics.builtins,
    Lists.builtins,
    HigherOrder.builtins,
    Strings.builtins,
    Plots.builtins,
    TableVerbs.builtins,
    Summarize.builtins,
    Output.builtins,
    SessionBuiltins.builtins,
  ])
}
