// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowNet
import FlowRuntime
import FlowTables

/// What is wrong, and why.
enum DiagnoseBuiltins {
  static let builtins: [Builtin] = [
    Builtin(
      "diagnose",
      "Names what is wrong with a network: symptom, layer, the numbers that say so, the guilty term and what to try. "
        + "Where all is well the table is empty.",
      in: .flow, [.network, .probeData, .automaticLoss, .limit] + thresholds(scaleOnly: true),
      gives: "a table with a row per symptom, the one nearest to the root first", columns: diagnosisColumns.glosses(),
      example: "diagnose(chain(12, sigmoid)) |> select(layer, symptom, cause)",
      seeAlso: ["flow", "blame", "remedies"]
    ) { call throws(Diagnostic) in
      let network = call.network("net")
      let data = try call.data("data", for: network)
      let rows = try call.engine(at: "data") { () throws(NetworkError) in
        try network.diagnose(
          data, loss: call.loss("loss", for: data, network), judgesData: call.isGiven("data"),
          limit: call.whole("limit"),
          thresholds: DiagnosisThresholds(flow: call.thresholds, scale: call.number("scale")), pool: call.pool,
          isStopped: call.isStopped)
      }
      return try table(rows, call)
    },
    Builtin(
      "diagnose",
      "Names what went wrong in a training, from its record and the network. Where all went well the table is empty.",
      in: .flow,
      [
        Parameter("run", .run, "what train gave"),
        Parameter(
          "data", .optional(.data), default: "none", "what to look at the network with; none is what it was trained on"),
        .limit,
      ] + thresholds(scaleOnly: false),
      gives: "a table with a row per symptom, the one nearest to the root first", columns: diagnosisColumns.glosses(),
      example: "run = train(mlp([2, 8, 1], tanh), xor(64), optimizer: sgd(1e-7));\n"
        + "diagnose(run) |> select(symptom, cause)",
      seeAlso: ["replay", "remedies"]
    ) { call throws(Diagnostic) in
      let run = call.object("run", as: RunObject.self).run
      let limits = DiagnosisThresholds(
        flow: call.thresholds, scale: call.number("scale"), jump: call.number("jump"),
        leap: call.number("leap"), stall: call.number("stall"),
        drift: call.number("drift"))
      let rows = try call.engine(at: "data") { () throws(NetworkError) in
        try run.diagnose(
          on: call.optionalData("data"), limit: call.whole("limit"), thresholds: limits, pool: call.pool,
          isStopped: call.isStopped)
      }
      let (recorded, taken) = (run.recordedSteps.count, run.stepCount)
      if recorded < taken {
        call.session.host.note(
          "the flow of \(recorded) of \(counted(taken, "step")) is recorded; what happened between them is not seen")
      }
      return try table(rows, call)
    },
  ]

  private static func table(_ rows: [Diagnosis], _ call: Call) throws(Diagnostic) -> Value {
    try call.checkInterrupt()
    if rows.isEmpty { call.session.host.note("nothing wrong was found") }
    return .table(diagnosisColumns.table(rows))
  }

  private static func thresholds(scaleOnly: Bool) -> [Parameter] {
    let above1 = ParameterType.number(Bounds(1 ... .infinity, open: true))
    let ofData = [
      Parameter(
        "scale", above1, default: "30", "how many times larger or smaller than 1 inputs count as badly scaled")
    ]
    let ofTraining = [
      Parameter("jump", above1, default: "3", "how many times the first loss counts as a jump"),
      Parameter(
        "leap", .number(Bounds(0 ... .infinity, open: true)), default: "0.3",
        "a step that changes a layer's weights by more than this share of their norm is too large"),
      Parameter("stall", .number(.share), default: "0.02", "a loss that falls by less than this share stalls"),
      Parameter("drift", .number(.share), default: "0.01", "weights that move by less than this share hardly move"),
    ]
    return [.threshold, .share] + ofData + (scaleOnly ? [] : ofTraining)
  }
}

/// The columns of `diagnose`.
private let diagnosisColumns: [ColumnEntry<Diagnosis>] = [
  .integer(
    "layer", "the dense layer, counted from 1 at the input; empty where it is no matter of one layer", importance: 3
  ) { $0.layer },
  .text("symptom", "what is wrong", importance: 3) { $0.symptom.rawValue },
  .prose("evidence", "the numbers that say so, named like the columns they come from", importance: 1) { diagnosis in
    diagnosis.evidence.map { "\($0.quantity) \(NumberStyle.significant($0.value))" }.joined(separator: ", ")
  },
  .prose("cause", "the guilty term, and why", importance: 2) { "\($0.cause.rawValue): \($0.explanation)" },
  .prose("remedy", "what to try, and why", importance: 2) { diagnosis in
    diagnosis.prescriptions.map { "\($0.remedy) (\($0.reason))" }.joined(separator: "; ")
  },
]
