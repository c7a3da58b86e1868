// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic
import FlowNet
import FlowRuntime

extension Registry {
  /// The builtins and help pages of the language and of this target.
  package static let standard = Registry(
    allBuiltins,
    concepts: Concept.subject + [.ownData, .otherNetworks, .figures] + Concept.measures + Concept.language
      + Concept.objects(choices: Registry(allBuiltins).choices),
    fields: RunTable.all.map { GlossList("run.\($0.name)", $0.columns) } + [
      GlossList("run", RunObject.glosses), GlossList("recording", RecordingObject.glosses),
      GlossList("network", NetworkObject.glosses), GlossList("picture", NetworkPicture.glosses),
      GlossList("report", ReportObject.glosses),
      GlossList("layer", LayerObject.glosses), GlossList("data", DataObject.glosses),
    ],
    tour: .gradflow)

  /// One list for each file of builtins and for each catalogue.
  private static let allBuiltins = [
    NetworkBuiltins.builtins,
    PredictBuiltins.builtins,
    LayerBuiltins.builtins,
    Builtin.catalogue(Activation.self, in: .activations),
    Builtin.catalogue(Initializer.self, in: .initializers),
    Builtin.catalogue(Loss.self, in: .losses),
    Builtin.catalogue(Optimizer.self, in: .optimizers),
    Builtin.catalogue(RateSchedule.self, in: .training),
    Builtin.catalogue(Penalty.self, in: .training),
    Builtin.catalogue(Clip.self, in: .training),
    FlowBuiltins.builtins,
    PrecisionBuiltins.builtins,
    Builtin.catalogue(NumberFormat.self, in: .formats),
    Sweep.builtins,
    TrainingBuiltins.builtins,
    ArchiveBuiltins.builtins,
    PretrainBuiltins.builtins,
    RemedyBuiltins.builtins,
    BlameBuiltins.builtins,
    ReplayBuiltins.builtins,
    DiagnoseBuiltins.builtins,
    ReportBuiltins.builtins,
    RecordedBuiltins.builtins,
    DataBuiltins.builtins,
    DataSetBuiltins.builtins,
    TheoryBuiltins.builtins,
    Elementary.constants, Elementary.builtins,
    Statistics.builtins,
    Lists.builtins,
    Matrices.builtins,
    HigherOrder.builtins,
    Strings.builtins,
    Plots.ofTables,
    RunPlots.builtins,
    Plots.ofNumbers,
    TableVerbs.builtins,
    Summarize.builtins,
    Reshaping.builtins,
    ReadBuiltins.builtins,
    Output.builtins,
    SessionBuiltins.builtins,
  ]
}
