// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic
import FlowLanguage
import FlowNet
import FlowRuntime
import FlowTables

/// The functions that find problems of networks and training runs.
enum DiagnoseBuiltins {
  static let builtins: [Builtin] = [
    Builtin(
      "diagnose",
      "Finds the problems of a network: for each, the symptom, the layer, the evidence, the cause and what to try. "
        + "Returns an empty table if it finds none.",
      in: .flow, [.network, .probeData, .automaticLoss, .limit] + thresholds(scaleOnly: true),
      gives: "a table with one row per symptom, the one nearest to the root cause first",
      columns: diagnosisColumns.glosses(),
      example: "diagnose(chain(12, sigmoid)) |> select(layer, symptom, cause)",
      seeAlso: ["flow", "blame", "remedies"]
    ) { call throws(Diagnostic) in
      let network = call.network("net")
      let data = try call.data("data", for: network)
      let rows = try call.engine(at: "data") { () throws(NetworkError) in
        try network.diagnose(
          data, loss: call.loss("loss", for: data, network), checksData: call.isGiven("data"),
          limit: call.whole("limit"),
          thresholds: DiagnosisThresholds(flow: call.thresholds, scale: call.number("scale")), pool: call.pool)
      }
      return try table(rows, call)
    },
    Builtin(
      "diagnose",
      "Finds the problems of a training run from its record and the network. Returns an empty table if it finds none.",
      in: .flow,
      [
        Parameter("run", .run, "run to examine"),
        Parameter(
          "data", .optional(.data), default: "none", "data to measure the network on; none uses the training data"),
        .limit,
      ] + thresholds(scaleOnly: false),
      gives: "a table with one row per symptom, the one nearest to the root cause first",
      columns: diagnosisColumns.glosses(),
      example: "run = train(mlp([2, 8, 1], tanh), xor(64), optimizer: sgd(1e-7));\n"
        + "diagnose(run) |> select(symptom, cause)",
      seeAlso: ["replay", "remedies"]
    ) { call throws(Diagnostic) in
      let run = call.object("run", as: RunObject.self).run
      let limits = RunThresholds(
        network: DiagnosisThresholds(flow: call.thresholds, scale: call.number("scale")), jump: call.number("jump"),
        leap: call.number("leap"), stall: call.number("stall"), drift: call.number("drift"))
      let rows = try call.engine(at: "data") { () throws(NetworkError) in
        try run.diagnose(
          on: call.optionalData("data"), limit: call.whole("limit"), thresholds: limits, pool: call.pool)
      }
      let (recorded, taken) = (run.recordedSteps.count, run.stepCount)
      if recorded < taken {
        call.session.host.note(
          "the flow was recorded in \(recorded) of \(counted(taken, "step")); problems in other steps may be missed")
      }
      return try table(rows, call)
    },
  ]

  private static func table(_ rows: [Diagnosis], _ call: Call) throws(Diagnostic) -> Value {
    try call.checkInterrupt()
    if rows.isEmpty { call.session.host.note("no problems found") }
    return .table(diagnosisColumns.table(rows))
  }

  private static func thresholds(scaleOnly: Bool) -> [Parameter] {
    let above1 = ParameterType.number(Bounds(1 ... .infinity, open: true))
    let ofData = [
      Parameter(
        "scale", above1, default: "30",
        "inputs are badly scaled if their RMS is this many times above or below 1, or their mean this many times their "
          + "standard deviation")
    ]
    let ofTraining = [
      Parameter("jump", above1, default: "3", "the loss jumps if it is above this many times the first loss"),
      Parameter(
        "leap", .number(Bounds(0 ... .infinity, open: true)), default: "0.3",
        "a step is too large if it changes a layer's weights by more than this share of their norm"),
      Parameter("stall", .number(.share), default: "0.02", "the loss stalls if it falls by less than this share"),
      Parameter(
        "drift", .number(.share), default: "0.01",
        "the rate is too small if the loss stalls and no layer's weights change by more than this share of their norm"),
    ]
    return [.threshold, .share] + ofData + (scaleOnly ? [] : ofTraining)
  }
}

/// The columns of `diagnose`.
private let diagnosisColumns: [ColumnEntry<Diagnosis>] = [
  .integer(
    "layer", "dense layer, counted from 1 at the input; empty if the problem does not concern one layer", importance: 3
  ) { $0.layer },
  .text("symptom", "kind of problem", importance: 3) { $0.symptom.rawValue },
  .prose("evidence", "values that support the diagnosis, named like the columns they come from", importance: 1) {
    diagnosis in
    diagnosis.evidence.map { "\($0.quantity) \(NumberStyle.significant($0.value))" }.joined(separator: ", ")
  },
  .prose("cause", "the term that is responsible, and why", importance: 2) { "\($0.cause.rawValue): \($0.explanation)" },
  .prose("remedy", "what to try, and why", importance: 2) { diagnosis in
    diagnosis.prescriptions.map { "\($0.remedy) (\($0.reason))" }.joined(separator: "; ")
  },
]
