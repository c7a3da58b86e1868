// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic
import FlowLanguage
import FlowMath
import FlowNet
import FlowRuntime

/// The functions that repeat training runs.
enum ReplayBuiltins {
  static let builtins: [Builtin] = [
    Builtin(
      "replay",
      "Repeats a failed training run to the end with one change at a time, as mild as possible, and the same random "
        + "numbers: with a clipped gradient, a smaller rate, other initial weights or a normalisation.",
      in: .training,
      [
        Parameter("run", .run, "run that diverged"),
        Parameter(
          "epochs", .optional(.count), default: "none", "number of passes over the data; none uses those of the run"),
      ],
      gives: "a table with one row per remedy: first those with which the network learns, ordered by loss",
      columns: replayColumns.glosses(),
      example: "net = chain(3, identity, init: constant(2))\n"
        + "run = train(net, gaussian(8, 1, 1), optimizer: sgd(10));\n"
        + "replay(run) |> where(remedy == \"smaller rate\") |> select(remedy, state)",
      seeAlso: ["train", "remedies", "diagnose", "seed"], keepsPartialResult: true
    ) { call throws(Diagnostic) in
      let run = try call.runWithData("run")
      let progress = Progress(call.session)
      let table = try call.engine(at: "run") { () throws(NetworkError) in
        defer { progress.end() }
        return try run.replay(
          epochs: call.optionalWhole("epochs"), observer: HostObserver(call.session.host, nil), pool: call.pool
        ) { progress.report($0, of: $1, "remedy") }
      }
      if call.session.host.stopReason() != nil {
        call.session.host.note(
          "interrupted after \(table.replays.count) of \(table.attempts) remedies; the table contains their results")
      } else if !table.replays.contains(where: \.learns) {
        call.session.host.note("the network learns with none of these changes; remedies(run) tries more")
      }
      let writer = CallWriter(call.evaluator)
      let (name, source) = (call.sourceName("run"), call.trialSource(ofRun: "run"))
      return .table(
        StopToken.shielded {
          replayColumns.table(
            table.replays.map { replay in
              let change =
                replay.remedy == "nothing"
                ? "" : writer.replay(replay.plan, run: name, source, from: run.plan, precision: call.standardPrecision)
              return ReplayRow(own: replay, table: table, change: change)
            })
        })
    },
    Builtin(
      "seed",
      "Restores the state of the random numbers at the start of a training run, so that the run can be "
        + "repeated.",
      in: .session, [Parameter("run", .run, "run to repeat")], gives: "none",
      example: "net = mlp([2, 4, 1], tanh)\nrun = train(net, xor(16), epochs: 2);\n"
        + "seed(run); net = run.before; train(net, run.data, epochs: 2);\nnet[1].weight == run.after[1].weight",
      seeAlso: ["replay", "train"]
    ) { call throws(Diagnostic) in
      let options = call.object("run", as: RunObject.self).run.options
      call.evaluator.random = RandomState(seed: options.seed, drawn: options.number)
      call.session.provenance.seed = options.seed
      return .none
    },
  ]
}

private struct ReplayRow {
  let own: Replay
  let table: ReplayTable
  /// The code that repeats the training with the change.
  let change: String
}

/// The columns of `replay`. See `Replay`.
private let replayColumns: [ColumnEntry<ReplayRow>] = [
  .text("remedy", "what was changed; nothing is the original training", importance: 3) { $0.own.remedy },
  .integer("from_step", "first step that the change affects", importance: 1) { $0.own.fromStep },
  .integer("last_step", "last step that was reached", importance: 2) { $0.own.lastStep },
  .text("state", "how the replay ended: finished, interrupted or diverged", importance: 2) { $0.own.state.rawValue },
  .number("loss_before", "loss of the last good step of the run", importance: 1) { $0.table.lossBefore },
  .number("loss", "loss on the training data at the end, or of the last step if the replay diverged", importance: 2) {
    $0.own.loss
  },
  .number("accuracy", .share, "accuracy on the training data at the end", importance: 2) { $0.own.accuracy },
  .number("baseline", "loss of the best constant outputs", importance: 1) { $0.table.baseline },
  ColumnEntry(
    "learns", .boolean, "whether the replay finished with a loss clearly below baseline", importance: 3
  ) {
    .boolean($0.own.learns)
  },
  .prose("change", "code that repeats training with the change, run after this program", importance: 1) { $0.change },
]
