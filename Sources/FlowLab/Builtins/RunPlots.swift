// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowNet
import FlowRuntime

/// The function that plots training runs.
enum RunPlots {
  static let builtins: [Builtin] = [
    Builtin(
      "plot",
      "Plots the loss of training runs over their steps, with the validation loss at the end of each epoch, or another "
        + "quantity of their steps or layers.",
      in: .plots,
      [Parameter("runs", .run, rest: true, "runs returned by train, or a list or record of them")]
        + CoursePlot.parameters(quantities, standard: "the loss"),
      gives: "a plot", example: "train(mlp([2, 8, 1], tanh), xor(64), epochs: 20) |> plot(width: 40, height: 10)",
      seeAlso: ["train", "flow", "compare"]
    ) { call throws(Diagnostic) in
      let y = call.string("y")
      return try CoursePlot(call).plot(y == "auto" ? "loss" : y)
    }
  ]

  private static let quantities =
    stepColumns.map(\.heading).filter { $0.role == .number }.map(\.name)
    + recordColumns.map(\.heading).filter { [.number, .share].contains($0.role) }.map(\.name)
}
