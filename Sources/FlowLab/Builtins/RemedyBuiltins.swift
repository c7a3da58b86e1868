// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic
import FlowLanguage
import FlowMath
import FlowNet
import FlowRuntime
import FlowTables

/// The functions that compare a network with changed ones: remedies and counterfactuals.
enum RemedyBuiltins {
  static let builtins: [Builtin] = [
    Builtin(
      "remedies",
      "Tries every remedy that applies, alone and in useful pairs, with the same seeds, data order and budget, and "
        + "ranks them. The networks are redrawn: seed k draws the same numbers as seed(k) followed by the calls that "
        + "build and train the network. Pre-training draws after these, so that the order of the data is the same.",
      in: .training,
      [
        .network, Parameter("data", .data, "data set to train on"), .seeds(standard: 3),
        Parameter("epochs", .count, default: "5", "number of passes over the data in each trial"), .automaticLoss,
        .optimizer, .batch,
        Parameter(
          "validation", .optional(.data), default: "none",
          "data set to measure loss and accuracy on; none uses the training data"),
        Parameter(
          "by", .word(["auto"] + RemedyComparison.Criterion.allCases.map(\.rawValue)), default: "auto",
          "what to rank by; auto is accuracy for classes and loss otherwise, factor prefers factors near 1"),
      ],
      gives: "a table with one row per remedy, the best first: medians over the seeds, the smallest and largest values "
        + "(_low, _high), and the code that applies the remedy",
      columns: remedyColumns.glosses(),
      example: "remedies(chain(6, sigmoid, width: 2, outputs: 1), xor(32), seeds: 1, epochs: 1) |> columns",
      seeAlso: ["blame", "diagnose", "pretrain", "train"], keepsPartialResult: true
    ) { call throws(Diagnostic) in
      let network = call.network("net")
      let data = call.data("data")
      // A remedy is trained with the options of this call, and with the defaults of train and pretrain otherwise.
      var options = try call.defaults(of: "train").trainingOptions
      options.loss = call.optionalChoice("loss")
      options.optimizer = call.choice("optimizer")
      options.epochs = call.whole("epochs")
      options.batch = call.whole("batch")
      let plan = TrainingPlan(
        network.architecture.blueprint, options,
        addedPretraining: try call.defaults(of: "pretrain").pretrainingOptions)
      let validation = call.optionalData("validation")
      if let validation {
        try call.engine(at: "validation") { () throws(NetworkError) in
          try network.check(validation)
          try network.check(call.loss("loss", for: call.data("data"), network), on: validation)
        }
      }
      let comparison = RemedyComparison(plan, seeds: try trialSeeds(call))
      let host = call.session.host
      let progress = Progress(call.session)
      let total = comparison.count
      let outcomes = try call.engine(at: "data") { () throws(NetworkError) in
        defer { progress.end() }
        return try comparison.run(
          data, validation: validation,
          by: .init(rawValue: call.string("by")) ?? (data.isClassification ? .accuracy : .loss),
          observer: HostObserver(host, nil),
          pool: call.pool
        ) { progress.report($0, of: total, "trial", detail: $1 + "  ") }
      }
      let finished = outcomes.reduce(0) { $0 + $1.trials.count }
      if host.stopReason() != nil {
        host.note("interrupted after \(finished) of \(counted(total, "trial")); the table contains their results")
      }
      return .table(
        StopToken.shielded {
          let writer = CallWriter(call.evaluator)
          let rows = outcomes.enumerated().map { place, outcome in
            RemedyRow(
              rank: place + 1, outcome: outcome,
              change: writer.change(
                from: plan, to: outcome.plan, network: call.sourceName("net"), data: call.sourceText("data"),
                precision: call.standardPrecision))
          }
          return remedyColumns.table(rows)
        })
    },
    Builtin(
      "blame",
      "Replaces one ingredient of the network at a time and shows how the per-layer factor of the gradient changes, "
        + "before any training.",
      in: .flow, [.network, .probeData, .automaticLoss, .limit, .seeds(standard: 3)],
      gives:
        "a table with the network itself, with its current weights, then one row per replacement, redrawn with every "
        + "seed, the one with the smallest total change of the gradient first",
      columns: blameColumns.glosses(), example: "blame(chain(8, sigmoid, width: 16)) |> select(ingredient, to, factor)",
      seeAlso: ["remedies", "diagnose", "flow"]
    ) { call throws(Diagnostic) in
      let network = call.network("net")
      let data = try call.data("data", for: network)
      let seeds = try trialSeeds(call)
      let progress = Progress(call.session)
      let rows = try call.engine(at: "data") { () throws(NetworkError) in
        defer { progress.end() }
        return try network.counterfactuals(
          data, loss: call.optionalChoice("loss"), limit: call.whole("limit"), seeds: seeds, pool: call.pool
        ) { progress.report($0, of: $1, "network") }
      }
      try call.checkInterrupt()
      guard let unchanged = rows.first else { return .table(blameColumns.table([])) }
      let writer = CallWriter(call.evaluator)
      let table = blameColumns.table(
        rows.map { row in
          BlameRow(
            own: row, unchanged: unchanged, change: writer.source(row.blueprint, precision: call.standardPrecision))
        })
      return .table(table)
    },
  ]
}

/// Returns the seeds of a comparison. Throws if there are none, or more than `RemedyComparison.mostSeeds`.
private func trialSeeds(_ call: Call) throws(Diagnostic) -> [UInt64] {
  let seeds = try call.seeds("seeds")
  guard !seeds.isEmpty else {
    throw call.error("out-of-range", "\(call.builtin.name) needs at least one seed", at: "seeds")
  }
  guard seeds.count <= RemedyComparison.mostSeeds else {
    throw call.error(
      "too-large", "\(call.builtin.name) takes at most \(RemedyComparison.mostSeeds) seeds", at: "seeds")
  }
  return seeds
}

/// A row of `remedies`.
private struct RemedyRow {
  /// 1 is best.
  let rank: Int
  let outcome: RemedyOutcome
  /// The code that applies the remedy.
  let change: String
}

/// The columns of `remedies`.
private let remedyColumns: [ColumnEntry<RemedyRow>] = [
  .integer("rank", "place in the ranking; 1 is best", importance: 3) { $0.rank },
  .text("remedy", "remedy that was applied; unchanged applies none", importance: 3) {
    $0.outcome.remedy
  },
  .number("factor", "per-layer factor of the gradient before training, median over the seeds", importance: 2) {
    $0.outcome.factor?.median
  },
  .number("factor_low", "smallest value over the seeds") { $0.outcome.factor?.low },
  .number("factor_high", "largest value over the seeds") { $0.outcome.factor?.high },
  .number("loss", "loss after training, median over the seeds; inf if training diverged", importance: 2) {
    $0.outcome.loss?.median
  },
  .number("accuracy", .share, "accuracy after training, median over the seeds", importance: 2) {
    $0.outcome.accuracy?.median
  },
  .number("seconds", "training time in seconds, median over the seeds", importance: 1) { $0.outcome.seconds?.median },
  .prose("change", "code that applies the remedy", importance: 1) { $0.change },
  .number("loss_low", "smallest value over the seeds", importance: 1) { $0.outcome.loss?.low },
  .number("loss_high", "largest value over the seeds", importance: 1) { $0.outcome.loss?.high },
  .number("accuracy_low", .share, "smallest value over the seeds") { $0.outcome.accuracy?.low },
  .number("accuracy_high", .share, "largest value over the seeds") { $0.outcome.accuracy?.high },
  .integer("seeds", "number of seeds whose training was completed") { $0.outcome.trials.count },
  .integer("diverged", "number of seeds whose training diverged") { $0.outcome.diverged },
]

/// A row of `blame`.
private struct BlameRow {
  let own: Counterfactual
  /// The network itself.
  let unchanged: Counterfactual
  /// The code that builds the network.
  let change: String
}

/// The columns of `blame`.
private let blameColumns: [ColumnEntry<BlameRow>] = [
  .text(
    "ingredient", "what was replaced; none is the network itself, draw the same with redrawn weights",
    importance: 3
  ) { $0.own.ingredient.rawValue },
  .text("from", "original value", importance: 2) { $0.own.from?.sourceText ?? "" },
  .text("to", "new value", importance: 3) { $0.own.to?.name ?? "" },
  .number("factor", "per-layer factor of the gradient, median over the seeds", importance: 2) {
    $0.own.factor?.median
  },
  .number("factor_low", "smallest value over the seeds") { $0.own.factor?.low },
  .number("factor_high", "largest value over the seeds") { $0.own.factor?.high },
  .number("weight_gain", "contribution of the weights to factor", importance: 1) {
    $0.own.weightGain?.median
  },
  .number("slope_gain", "contribution of the slopes of the activation to factor", importance: 1) {
    $0.own.slopeGain?.median
  },
  .number("log10_total", "log10 of the first layer's delta_rms divided by the last layer's", importance: 2) {
    $0.own.log10Total?.median
  },
  .number(
    "explained", .share, "share of log10_total that the replacement removes; below 0 if it adds to it",
    importance: 2
  ) { $0.own.explained(of: $0.unchanged) },
  .prose("change", "code that builds the network") { $0.change },
  .number("shortcut_gain", "contribution of the shortcuts to factor; empty without them") {
    $0.own.shortcutGain?.median
  },
  .number("norm_gain", "contribution of the normalisations to factor; empty without them") { $0.own.normGain?.median },
  .number("dropout_gain", "contribution of dropout to factor; empty without it") { $0.own.dropoutGain?.median },
]

extension Counterfactual.Value {
  /// Source code with all arguments, or a phrase for parameters.
  fileprivate var sourceText: String {
    switch self {
    case .activation(let activation): activation.sourceText
    case .initializer(let initializer): initializer.sourceText
    case .current, .redrawn, .norm, .skip, .depth: name
    }
  }

  /// Source code without arguments if all of them are defaults, or a phrase for parameters.
  fileprivate var name: String {
    switch self {
    case .current: "as it is"
    case .redrawn: "drawn anew"
    case .activation(let activation): activation.nameOrSourceText
    case .initializer(let initializer): initializer.nameOrSourceText
    case .norm(let norm): norm.rawValue
    case .skip(let skip): "\(skip)"
    case .depth(let depth): "\(depth)"
    }
  }
}
