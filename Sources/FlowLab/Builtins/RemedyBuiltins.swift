// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic
import FlowData
import FlowLanguage
import FlowMath
import FlowNet
import FlowRuntime
import FlowTables

/// The functions that try remedies.
enum RemedyBuiltins {
  static let builtins: [Builtin] = [
    Builtin(
      "remedies",
      "Tries every remedy that applies, alone and in useful combinations, with the same seeds, data order and budget, and "
        + "ranks them. The unchanged network, and remedies that change only settings, start from the current weights; "
        + "only remedies that build another network draw new ones. Those that diagnose prescribes are tried first.",
      in: .training,
      [
        .network, Parameter("data", .data, "data set to train on"), .seeds(standard: 3),
        Parameter("epochs", .count, default: "5", "number of passes over the data in each trial"), .automaticLoss,
        .optimizer, .schedule, .batch, validation("a fifth of the data"), ranking,
      ],
      gives: tableOfRemedies, columns: remedyColumns.glosses(),
      example: "remedies(chain(6, sigmoid, width: 2, outputs: 1), xor(32), seeds: 1, epochs: 1) |> columns",
      seeAlso: ["diagnose", "blame", "pretrain", "train"], keepsPartialResult: true
    ) { call throws(Diagnostic) in
      // The examination may calibrate initial weights that depend on data. That is left to the training, so use a copy.
      let subject = call.network("net")
      let network = subject.copy()
      let data = call.data("data")
      // A remedy is trained with the options of this call, and with the defaults of train and pretrain otherwise.
      var options = try call.defaults(of: "train").trainingOptions
      options.loss = call.optionalChoice("loss")
      options.optimizer = call.choice("optimizer")
      options.schedule = call.schedules
      options.epochs = call.whole("epochs")
      options.batch = call.whole("batch")
      let limits = try call.defaults(of: "diagnose")
      let diagnoses = try call.engine(at: "data") { () throws(NetworkError) in
        try network.check(data, rows: options.batch)
        return try network.diagnose(
          data, loss: options.loss ?? .automatic(for: data, outputs: network.outputs), checksData: true,
          limit: limits.whole("limit"), thresholds: limits.diagnosisThresholds, pool: call.pool)
      }
      let plan = TrainingPlan(
        from: subject, options, addedPretraining: try call.defaults(of: "pretrain").pretrainingOptions)
      return try compare(
        plan, TrialData(data, validation: try validation(call, network, data, options)), diagnoses,
        TrialSource(
          network: call.sourceName("net"), reset: call.assignment(of: "net"),
          data: call.sourceText("data"),
          validation: call.isNone("validation") ? nil : call.sourceText("validation")), call)
    },
    Builtin(
      "remedies",
      "Tries every remedy that applies to a training run, in the same way: from the weights before its first step, with "
        + "its data, loss, optimizer, epochs, batch size and other settings.",
      in: .training,
      [
        Parameter("run", .run, "run to improve"), .seeds(standard: 3),
        Parameter(
          "epochs", .optional(.count), default: "none", "number of passes over the data; none uses those of the run"),
        validation("the validation data of the run, or a fifth of its data"), ranking,
      ],
      gives: tableOfRemedies, columns: remedyColumns.glosses(),
      example: "run = train(mlp([2, 4, 1], tanh), xor(32), optimizer: sgd(1e-6), epochs: 2);\n"
        + "remedies(run, seeds: 1) |> columns",
      seeAlso: ["diagnose", "replay", "train"], keepsPartialResult: true
    ) { call throws(Diagnostic) in
      let run = try call.runWithData("run")
      var options = run.options
      if let epochs = call.optionalWhole("epochs") { (options.epochs, options.steps) = (epochs, nil) }
      let limits = try call.defaults(of: "diagnose", for: "run")
      let diagnoses = try call.engine(at: "run") { () throws(NetworkError) in
        try run.diagnose(limit: limits.whole("limit"), thresholds: limits.runThresholds, pool: call.pool).diagnoses
      }
      let start = run.networkBefore()
      let plan = TrainingPlan(
        from: start, options, addedPretraining: try call.defaults(of: "pretrain").pretrainingOptions)
      let given = try validation(call, start, run.data, options)
      let name = call.sourceName("run")
      let text: String? =
        call.isNone("validation")
        ? options.validation.map { _ in "\(name).validation" } : call.sourceText("validation")
      return try compare(
        plan, TrialData(run.data, validation: given ?? options.validation), diagnoses,
        call.trialSource(ofRun: "run", validation: text), call)
    },
  ]
}

private let tableOfRemedies =
  "a table with one row per remedy, ranked, those that helped first. It includes unchanged, and baseline for the best "
  + "constant outputs. The columns are the loss and accuracy of the median seed, the smallest and largest values "
  + "(_low, _high), whether the remedy helped, and the code that repeats the trial of that seed"

private let ranking = Parameter(
  "by", .word(["auto"] + RankingCriterion.allCases.map(\.rawValue)), default: "auto",
  "what to rank by; auto is accuracy for classes and loss otherwise, factor prefers factors near 1")

private func validation(_ standard: String) -> Parameter {
  Parameter(
    "validation", .optional(.data), default: "none",
    "data set to measure loss and accuracy on; none uses \(standard), which is then not trained on")
}

/// Returns the validation data of a call, if it is given. Throws if it does not fit.
private func validation(
  _ call: Call, _ network: Network, _ data: DataSet, _ options: TrainingOptions
) throws(Diagnostic) -> DataSet? {
  guard let validation = call.optionalData("validation") else { return nil }
  try call.engine(at: "validation") { () throws(NetworkError) in
    try network.check(validation)
    try network.check(options.loss ?? .automatic(for: data, outputs: network.outputs), on: validation)
  }
  return validation
}

/// Runs a comparison and returns its table.
private func compare(
  _ plan: TrainingPlan, _ data: TrialData, _ diagnoses: [Diagnosis], _ source: TrialSource, _ call: Call
) throws(Diagnostic) -> Value {
  let seeds = try call.trialSeeds()
  let host = call.session.host
  let comparison = RemedyComparison(plan, data, prescriptions: diagnoses.flatMap(\.prescriptions), seeds: seeds)
  let criterion =
    RankingCriterion(rawValue: call.string("by")) ?? (data.measured.isClassification ? .accuracy : .loss)
  let progress = Progress(call.session)
  let total = comparison.count
  let outcomes = try call.engine(at: call.isNone("validation") ? call.builtin.parameters[0].name : "validation") {
    () throws(NetworkError) in
    defer { progress.end() }
    return try comparison.run(by: criterion, observer: HostObserver(host, nil), pool: call.pool) {
      progress.report($0, of: total, "trial", detail: $1 + "  ")
    }
  }
  return .table(
    StopToken.shielded {
      if host.stopReason() == nil {
        for note in data.notes(outcomes) + notesOnNames(call) { host.note("\(note)") }
      } else {
        let finished = outcomes.reduce(0) { $0 + $1.trials.count }
        host.note("interrupted after \(finished) of \(counted(total, "trial")); the table contains their results")
      }
      let writer = CallWriter(call.evaluator)
      let rows = outcomes.enumerated().map { place, outcome in
        var change = ""
        if let own = outcome.plan, own != plan, let trial = outcome.typical {
          change = writer.trial(
            trial, of: own, from: plan, source, measurement: data.measurement, precision: call.standardPrecision)
        }
        return RemedyRow(
          rank: place + 1, outcome: outcome, baseline: outcomes.first { $0.plan == nil }?.loss.median, change: change)
      }
      return remedyColumns.table(rows)
    })
}

/// A note on arguments that are no variables, because the code in `change` evaluates them again.
private func notesOnNames(_ call: Call) -> [String] {
  let unnamed = ["run", "net", "data"].filter { name in
    call.builtin.parameters.contains { $0.name == name } && call.label(name).contains { $0 == "(" || $0 == "|" }
  }
  if unnamed.isEmpty { return [] }
  let isOne = unnamed.count == 1
  return [
    "the code in change evaluates the \(isOne ? "argument" : "arguments") \(unnamed.joined(separator: " and ")) again, "
      + "which may draw other numbers: assign \(isOne ? "it to a variable" : "them to variables") first"
  ]
}

extension TrialData {
  /// Notes on how the results were measured, and on whether anything helped.
  fileprivate func notes(_ outcomes: [RemedyOutcome]) -> [String] {
    let place =
      switch measurement {
      case .given: [String]()
      case .heldOut:
        ["loss and accuracy are measured on a fifth of the data, \(counted(measured.samples, "sample")), held out"]
      case .training: ["there are too few samples to hold some out; loss and accuracy are those of the training data"]
      }
    guard let unchanged = outcomes.first(where: { $0.remedy == "unchanged" }),
      let baseline = outcomes.first(where: { $0.plan == nil }), !outcomes.contains(where: \.helped)
    else { return place }
    let verdict =
      unchanged.loss.median < baseline.loss.median
      ? "no remedy helped; the unchanged network is already better than constant outputs"
      : "no remedy helped: nothing ends clearly better than constant outputs, whose loss is "
        + NumberStyle.significant(baseline.loss.median)
    return place + [verdict]
  }
}

/// A row of `remedies`.
private struct RemedyRow {
  /// 1 is best.
  let rank: Int
  let outcome: RemedyOutcome
  /// The loss of the best constant outputs.
  let baseline: Double?
  /// The code that repeats the typical trial with the remedy.
  let change: String
}

/// The columns of `remedies`.
private let remedyColumns: [ColumnEntry<RemedyRow>] = [
  .integer("rank", "position in the ranking; 1 is best", importance: 3) { $0.rank },
  .text(
    "remedy", "remedy that was applied; unchanged applies none, and baseline stands for the best constant outputs",
    importance: 3
  ) { $0.outcome.remedy },
  ColumnEntry(
    "helped", .boolean,
    "whether the result is better than that of unchanged by more than the spread of the seeds, and clearly better than "
      + "that of constant outputs", importance: 3
  ) { .boolean($0.outcome.helped) },
  .number("factor", "per-layer factor of the gradient before training, median over the seeds", importance: 2) {
    $0.outcome.factor?.median
  },
  .number("factor_low", "smallest value over the seeds") { $0.outcome.factor?.low },
  .number("factor_high", "largest value over the seeds") { $0.outcome.factor?.high },
  .number("loss", "loss after training, of the median seed; inf if training diverged", importance: 2) {
    $0.outcome.loss.median
  },
  .number("accuracy", .share, "accuracy after training, of the median seed", importance: 2) {
    $0.outcome.accuracy?.median
  },
  .number("seconds", "training time in seconds, median over the seeds", importance: 1) { $0.outcome.seconds?.median },
  .prose("change", "code that repeats the trial of the median seed, run after this program", importance: 1) {
    $0.change
  },
  .number("baseline", "loss of the best constant outputs") { $0.baseline },
  ColumnEntry("prescribed", .boolean, "whether diagnose prescribes the remedy") { .boolean($0.outcome.isPrescribed) },
  .number("loss_low", "smallest value over the seeds", importance: 1) { $0.outcome.loss.low },
  .number("loss_high", "largest value over the seeds", importance: 1) { $0.outcome.loss.high },
  .number("accuracy_low", .share, "smallest value over the seeds") { $0.outcome.accuracy?.low },
  .number("accuracy_high", .share, "largest value over the seeds") { $0.outcome.accuracy?.high },
  .integer("seeds", "number of seeds whose training was completed") {
    $0.outcome.plan == nil ? nil : $0.outcome.trials.count
  },
  .integer("diverged", "number of seeds whose training diverged") {
    $0.outcome.plan == nil ? nil : $0.outcome.diverged
  },
]
