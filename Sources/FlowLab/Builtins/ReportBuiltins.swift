// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic
import FlowLanguage
import FlowNet
import FlowRuntime

/// The functions that summarize a network or a training run in one document.
enum ReportBuiltins {
  static let builtins: [Builtin] = [
    Builtin(
      "report",
      "Collects what is known about the gradient of a network: the problems that diagnose finds, what to change, the "
        + "layers and their flow. save(report(net), \"report.html\") writes it as a page with plots.",
      in: .flow, [.network, .probeData, .automaticLoss, .limit, title],
      gives: result, example: "report(chain(6, sigmoid))", seeAlso: ["diagnose", "flow", "save"]
    ) { call throws(Diagnostic) in
      let report = try ReportBuilder(call).report(on: call.network("net"))
      try call.checkInterrupt()
      return .object(ReportObject(report))
    },
    Builtin(
      "report",
      "Collects what is known about a training run: its course, the problems that diagnose finds, what to change, and "
        + "the flow before and after training. save(report(run), \"report.html\") writes it as a page with plots.",
      in: .flow,
      [
        Parameter("run", .run, "run returned by train"),
        Parameter(
          "data", .optional(.data), default: "none", "data to measure on; none uses the training data"),
        .limit, title,
      ],
      gives: result,
      example: "run = train(mlp([2, 8, 1], tanh), xor(64), epochs: 5);\nreport(run)",
      seeAlso: ["diagnose", "plot", "save"]
    ) { call throws(Diagnostic) in
      let report = try ReportBuilder(call).report(on: call.object("run", as: RunObject.self))
      try call.checkInterrupt()
      return .object(ReportObject(report))
    },
  ]

  private static let title = Parameter(
    "title", .optional(.string), default: "none", "title of the report; none names the network or the run")

  private static let result =
    "a report, which is shown as a short text when printed, and as a page when saved as .html; .problems and .flow are "
    + "its tables"
}
