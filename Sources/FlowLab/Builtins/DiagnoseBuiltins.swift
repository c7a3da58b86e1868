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
        + "Before it names a cause, it removes the cause, keeps everything else, and measures again. If it finds no "
        + "problem, the table is empty.",
      in: .flow, [.network, .probeData, .automaticLoss, .limit] + thresholds(scaleOnly: true),
      gives: "a table with one row per cause, in the order in which the causes act",
      columns: columns.glosses(),
      example: "diagnose(chain(12, sigmoid)) |> select(layer, symptom, cause)",
      seeAlso: ["flow", "blame", "remedies"]
    ) { call throws(Diagnostic) in
      let network = call.network("net")
      let data = try call.data("data", for: network)
      let rows = try call.engine(at: "data") { () throws(NetworkError) in
        try network.diagnose(
          data, loss: call.loss("loss", for: data, network), checksData: call.isGiven("data"),
          limit: call.whole("limit"),
          thresholds: call.diagnosisThresholds, pool: call.pool)
      }
      let plan = TrainingPlan(network.architecture.blueprint, try call.defaults(of: "train").trainingOptions)
      let source = TrialSource(
        network: call.sourceName("net"), reset: call.assignment(of: "net"),
        data: call.isGiven("data") ? call.sourceText("data") : "data")
      return try table(rows, plan, source, call)
    },
    Builtin(
      "diagnose",
      "Finds the problems of a training run. It examines the network before the first step, then the one after the last "
        + "step, and repeats some steps with other settings to find the one responsible. If there is no problem, the "
        + "table is empty; a note says if a run is too short to judge, or has learned little for a reason that was not "
        + "found.",
      in: .flow,
      [
        Parameter("run", .run, "run to examine"),
        Parameter(
          "data", .optional(.data), default: "none", "data to measure the network on; none uses the training data"),
        .limit,
      ] + thresholds(scaleOnly: false),
      gives: "a table with one row per cause, in the order in which the causes act",
      columns: columns.glosses(),
      example: "run = train(mlp([2, 8, 1], tanh), xor(64), optimizer: sgd(1e-7));\n"
        + "diagnose(run) |> select(symptom, cause)",
      seeAlso: ["replay", "remedies"]
    ) { call throws(Diagnostic) in
      let run = try call.runWithData("run")
      let verdict = try call.engine(at: "data") { () throws(NetworkError) in
        try run.diagnose(
          on: call.optionalData("data"), limit: call.whole("limit"), thresholds: call.runThresholds, pool: call.pool)
      }
      let (recorded, taken) = (run.recordedSteps.count, run.stepCount)
      if recorded < taken {
        call.session.host.note(
          "the flow was recorded in \(recorded) of \(counted(taken, "step")); problems in other steps may be missed")
      }
      return try table(
        verdict.diagnoses, run.plan, call.trialSource(ofRun: "run"), call, notes: verdict.remark?.notes)
    },
  ]

  /// - Parameters:
  ///   - plan: The network and its training, as they are.
  ///   - source: The source of the network and of the data.
  ///   - notes: The notes on a table without rows, if there is more to say.
  private static func table(
    _ rows: [Diagnosis], _ plan: TrainingPlan, _ source: TrialSource, _ call: Call, notes: [String]? = nil
  ) throws(Diagnostic) -> Value {
    try call.checkInterrupt()
    if rows.isEmpty {
      for note in notes ?? [noProblems] { call.session.host.note("\(note)") }
    }
    return .table(columns.table(self.rows(rows, plan, source, call)))
  }

  /// Returns the rows of the table, with the code of the first remedies.
  static func rows(
    _ rows: [Diagnosis], _ plan: TrainingPlan, _ source: TrialSource, _ call: Call
  ) -> [DiagnosisRow] {
    let writer = CallWriter(call.evaluator)
    // Whoever applies all changes one after the other must not lose the first.
    var joint = JointPrescriptions(
      resetsNetwork: source.reset != nil, resetsData: source.data != source.dataVariable)
    return rows.map { row in
      let changes = row.prescriptions.first.map { joint.adding($0) } ?? []
      let text =
        changes.isEmpty ? "" : writer.source(changes, from: plan, source, precision: call.standardPrecision)
      return DiagnosisRow(own: row, change: text)
    }
  }

  /// The note on a network or a run without problems.
  static let noProblems = "no problems found"

  /// The thresholds of a recording, which has no data.
  static let runThresholds = thresholds(scaleOnly: false).filter { $0.name != "scale" }

  private static func thresholds(scaleOnly: Bool) -> [Parameter] {
    let ofData = [
      Parameter(
        "scale", above1, default: "30",
        "inputs are badly scaled if their RMS differs from 1 by more than this factor, or if their mean exceeds their "
          + "standard deviation by it")
    ]
    return [.threshold, .share] + ofData + (scaleOnly ? [] : ofTraining)
  }

  /// The thresholds of the course of a training run.
  static let ofTraining = [
    Parameter("jump", above1, default: "3", "the loss jumps if it exceeds the first loss by more than this factor"),
    Parameter(
      "leap", .number(Bounds(0 ... .infinity, open: true)), default: "0.3",
      "a step is too large if it changes a layer's weights by more than this fraction of their norm"),
    Parameter("stall", .number(.share), default: "0.02", "the loss stalls if it falls by less than this fraction"),
    Parameter(
      "drift", .number(.share), default: "0.01",
      "the rate is too small if the loss stalls and no layer's weights change by more than this fraction of their "
        + "norm"),
  ]

  private static let above1 = ParameterType.number(Bounds(1 ... .infinity, open: true))
}

extension Call {
  /// The thresholds of `diagnose` for networks.
  var diagnosisThresholds: DiagnosisThresholds {
    DiagnosisThresholds(
      flow: thresholds, scale: builtin.parameters.contains { $0.name == "scale" } ? number("scale") : 0)
  }

  /// The thresholds of `diagnose` for training runs.
  var runThresholds: RunThresholds {
    RunThresholds(
      network: diagnosisThresholds, jump: number("jump"), leap: number("leap"), stall: number("stall"),
      drift: number("drift"))
  }
}

extension RunVerdict.Remark {
  private static let checked = "the data, the initial weights, the gradients and extreme settings were checked"

  /// The notes on a training run without a diagnosis.
  var notes: [String] {
    func text(_ loss: Double) -> String { NumberStyle.significant(loss) }
    return switch self {
    case .atFloor(let floor):
      [
        DiagnoseBuiltins.noProblems,
        "the loss cannot fall below \(text(floor)): the targets are soft, and this is their entropy",
      ]
    case .tooShort(let steps):
      [
        "too short to tell: after \(counted(steps, "step")), the loss says nothing about the settings; train longer"
      ]
    case .unexplained(let loss, let baseline):
      [
        "no cause found for the loss of \(text(loss)), which is not clearly below \(text(baseline)), that of the best "
          + "constant prediction; \(Self.checked)",
        "the network may be too small for these data, or their targets may not depend on the inputs",
      ]
    case .unexplainedConstant(let loss, let before):
      [
        "no cause found for the loss of \(text(loss)), which is not clearly below \(text(before)), that before the "
          + "training; \(Self.checked)"
      ]
    }
  }
}

/// A row of `diagnose`.
struct DiagnosisRow {
  let own: Diagnosis
  /// The code that applies the first remedy.
  let change: String
}

extension Diagnosis {
  /// The effect of the repair in words.
  var helpedBy: String {
    let change = setting.map { "\($0.name) \(value($0.before, of: $0.name)) → \(value($0.after, of: $0.name)): " } ?? ""
    guard let repair else { return change.isEmpty ? "not tested" : change }
    return "\(change)\(repair.quantity) \(text(repair.before)) → \(text(repair.after))"
  }

  private func text(_ number: Double) -> String { NumberStyle.significant(number) }

  private func value(_ number: Double, of setting: String) -> String {
    setting == "shuffle" ? "\(number != 0)" : number.isInfinite ? "none" : text(number)
  }
}

extension Diagnosis {
  /// The values that support the diagnosis, in words.
  var evidenceText: String {
    evidence.map { finding in
      let place = finding.layer.flatMap { $0 == layer ? nil : " in layer \($0)" } ?? ""
      return "\(finding.quantity) \(NumberStyle.significant(finding.value))\(place)"
    }.joined(separator: ", ")
  }

  /// The term that is responsible, and why.
  var causeText: String { "\(cause.rawValue): \(explanation)" }
}

extension DiagnoseBuiltins {
  /// The columns of `diagnose`.
  static let columns: [ColumnEntry<DiagnosisRow>] = [
    .integer(
      "layer", "dense layer, counted from 1 at the input; empty if the problem does not concern one layer",
      importance: 3
    ) { $0.own.layer },
    .text("symptom", "kind of problem", importance: 3) { $0.own.symptom.rawValue },
    .prose("evidence", "values that support the diagnosis, named like the columns they come from", importance: 1) {
      $0.own.evidenceText
    },
    .prose("cause", "the term that is responsible, and why", importance: 2) { $0.own.causeText },
    .prose("remedy", "what to try, and why", importance: 2) { row in
      row.own.prescriptions.map { "\($0.remedy) (\($0.reason))" }.joined(separator: "; ")
    },
    .prose(
      "change",
      "code that applies the first remedy together with those of the rows above, and trains again if there was a training",
      importance: 1
    ) {
      $0.change
    },
    .prose(
      "helped_by", "effect of removing the cause, after those of the rows above, on the symptom or the loss",
      importance: 1
    ) { row in
      row.own.helpedBy
    },
  ]
}
