// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic
import FlowLanguage
import FlowNet
import FlowRuntime

/// The function that repeats failed training runs.
enum ReplayBuiltins {
  static let builtins: [Builtin] = [
    Builtin(
      "replay",
      "Repeats a failed training run with one change at a time, as mild as possible: from the last good step on with a "
        + "clipped gradient or a smaller rate, or from the start with other initial weights or a normalisation.",
      in: .training,
      [
        Parameter("run", .run, "run that diverged"),
        Parameter("steps", .count, default: "100", "number of steps that a replay must continue beyond the fault"),
      ],
      gives: "a table with one row per remedy; those that carry on come first, ordered by loss",
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
          steps: call.whole("steps"), observer: HostObserver(call.session.host, nil), pool: call.pool
        ) { progress.report($0, of: $1, "remedy") }
      }
      try call.checkInterrupt()
      let writer = CallWriter(call.evaluator)
      let table = replayColumns.table(
        rows.map { replay in
          let change = writer.change(
            from: run.plan, to: replay.plan, network: "net", data: "data", precision: call.standardPrecision)
          return (replay, change)
        })
      return .table(table)
    }
  ]
}

/// The columns of `replay`. See `Replay`.
private let replayColumns: [ColumnEntry<(replay: Replay, change: String)>] = [
  .text("remedy", "what was changed; nothing is the original training", importance: 3) { $0.replay.remedy },
  .integer("from_step", "first step that was repeated", importance: 1) { $0.replay.fromStep },
  .integer("last_step", "last step that was reached", importance: 2) { $0.replay.lastStep },
  .text("state", "how the replay ended: finished, interrupted or diverged", importance: 2) { $0.replay.state.rawValue },
  .number("first_loss", "loss of the first repeated step, before its update", importance: 1) { $0.replay.firstLoss },
  .number("loss", "mean loss over the last tenth of the steps", importance: 2) { $0.replay.loss },
  ColumnEntry(
    "carries_on", .boolean, "whether the replay finished, with a loss at most a tenth above first_loss", importance: 3
  ) {
    .boolean($0.replay.continues)
  },
  .prose("change", "code that makes the change", importance: 1) { $0.change },
]
