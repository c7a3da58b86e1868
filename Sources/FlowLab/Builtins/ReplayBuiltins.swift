// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowNet
import FlowRuntime

/// What to do after a training broke.
enum ReplayBuiltins {
  static let builtins: [Builtin] = [
    Builtin(
      "replay",
      "Does a training that broke again from its last good step, with the gradient clipped, with smaller rates, from other "
        + "initial weights and with a normalisation, each as mild as will do.",
      in: .training,
      [
        Parameter("run", .run, "a training that diverged"),
        Parameter("steps", .count, default: "100", "how many steps beyond the fault a replay has to reach"),
      ],
      gives: "a table with a row per remedy; those with which the training carries on come first, the smallest loss "
        + "before the others",
      columns: replayColumns.glosses(),
      example: "net = chain(3, identity, init: constant(2))\n"
        + "run = train(net, gaussian(8, 1, 1), optimizer: sgd(10));\n"
        + "replay(run, steps: 10) |> where(remedy == \"smaller rate\") |> select(remedy, carries_on)",
      seeAlso: ["train", "remedies", "diagnose"]
    ) { call throws(Diagnostic) in
      let run = call.object("run", as: RunObject.self).run
      let progress = Progress(call.session)
      let rows = try call.engine(at: "run") { () throws(NetworkError) in
        defer { progress.end() }
        return try run.replay(
          steps: call.whole("steps"), network: "net", data: "data", standard: call.standardPrecision,
          observer: HostObserver(call.session.host, nil), pool: call.pool
        ) { progress.report($0, of: $1, "remedy") }
      }
      try call.checkInterrupt()
      return .table(replayColumns.table(rows))
    }
  ]
}

/// The columns of `replay`; `Replay` says what they mean.
private let replayColumns: [ColumnEntry<Replay>] = [
  .text("remedy", "what was changed; nothing is the training as it was", importance: 3) { $0.remedy },
  .integer("from_step", "the first step that was done in the new way", importance: 1) { $0.fromStep },
  .integer("last_step", "the last step that was done", importance: 2) { $0.lastStep },
  .text("state", "how it ended: finished, interrupted or diverged", importance: 2) { $0.state.rawValue },
  .number("first_loss", "the loss of its first step, before anything was changed", importance: 1) { $0.firstLoss },
  .number("loss", "the mean loss over the last tenth of its steps", importance: 2) { $0.loss },
  ColumnEntry("carries_on", .boolean, "whether it got to its end, with a loss that did not grow", importance: 3) {
    .boolean($0.carriesOn)
  },
  .prose("change", "the code that makes the change", importance: 1) { $0.change },
]
