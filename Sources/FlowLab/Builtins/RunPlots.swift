// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowRuntime
import FlowTables

/// The function that plots a training run.
enum RunPlots {
  static let builtins: [Builtin] = [
    Builtin(
      "plot", "Plots the loss of a training run over its steps, and the validation loss at the end of each epoch.",
      in: .plots, [Parameter("run", .run, "run returned by train"), Plots.yLog] + Plots.looks, gives: "a plot",
      example: "train(mlp([2, 8, 1], tanh), xor(64), epochs: 20) |> plot(width: 40, height: 10)",
      seeAlso: ["train", "flow"]
    ) { call throws(Diagnostic) in
      var plot = lossPlot(call.object("run", as: RunObject.self))
      plot.setLogarithmic(by: call)
      return .object(PlotObject(Plots.finished(plot, call)))
    }
  ]

  private static func lossPlot(_ object: RunObject) -> Plot {
    let run = object.run
    var all = [
      Plot.Series("loss", x: run.steps.untilStopped.map { Double($0.step) }, y: run.steps.untilStopped.map(\.loss))
    ]
    // If the record was thinned out, the last kept step of an epoch represents its end.
    let lastSteps = Dictionary(run.steps.lazy.map { ($0.epoch, Double($0.step)) }.untilStopped, uniquingKeysWith: max)
    if run.epochs.contains(where: { $0.validationLoss != nil }) {
      all.append(
        Plot.Series(
          "validation_loss", x: run.epochs.untilStopped.map { lastSteps[$0.epoch] },
          y: run.epochs.untilStopped.map(\.validationLoss)))
    }
    return Plot(x: Plot.Axis("step", isWhole: true), y: Plot.Axis("loss"), .series(all, .line))
  }
}
