// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowNet
import FlowRuntime
import FlowTables

/// What would be, if something were otherwise: remedies and counterfactuals.
enum RemedyBuiltins {
  static let builtins: [Builtin] = [
    Builtin(
      "remedies",
      "Tries every remedy that applies, and useful pairs, under the same seeds, data order and budget, and ranks them. "
        + "The networks are drawn anew: seed k draws what seed(k) followed by the network and train draws; pre-training "
        + "draws after that, so that all see the same order of the data.",
      in: .training,
      [
        .network, Parameter("data", .data, "samples and targets"), .seeds(standard: 3),
        Parameter("epochs", .count, default: "5", "how often all samples are seen in each trial"), .automaticLoss,
        .optimizer, .batch,
        Parameter("validation", .optional(.data), default: "none", "data to measure loss and accuracy on"),
        Parameter(
          "by", .word(["auto"] + RemedyComparison.Criterion.allCases.map(\.rawValue)), default: "auto",
          "what to rank by; auto is accuracy for classes and loss else, factor means how near 1 it is"),
      ],
      gives: "a table with a row per remedy, the best first: medians over the seeds, their smallest and largest values "
        + "(_low, _high), and the code that applies it; the loss of a training that diverged is inf",
      columns: remedyColumns.glosses(),
      example: "remedies(chain(6, sigmoid, width: 2, outputs: 1), xor(32), seeds: 1, epochs: 1) |> columns",
      seeAlso: ["blame", "diagnose", "pretrain", "train"], keepsPartialResult: true
    ) { call throws(Diagnostic) in
      let network = call.network("net")
      let data = call.data("data")
      let plan = TrainingPlan(
        network.architecture.blueprint,
        TrainingOptions(
          loss: call.optionalChoice("loss"), optimizer: call.choice("optimizer"), epochs: call.whole("epochs"),
          batch: call.whole("batch")))
      let validation = call.optionalData("validation")
      if let validation {
        try call.engine(at: "validation") { () throws(NetworkError) in
          try network.check(validation)
          try network.check(call.loss("loss", for: call.data("data"), network), on: validation)
        }
      }
      let comparison = RemedyComparison(
        plan, seeds: try trialSeeds(call), network: call.sourceName("net"), data: call.sourceText("data"),
        standard: call.standardPrecision)
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
        host.note("interrupted after \(finished) of \(counted(total, "trial")); the table has what they came to")
      }
      return .table(StopToken.shielded { remedyColumns.table(Array(outcomes.enumerated())) })
    },
    Builtin(
      "blame",
      "Exchanges one ingredient of the network at a time and shows how the per-layer factor of the gradient changes, "
        + "before any training.",
      in: .flow, [.network, .probeData, .automaticLoss, .limit, .seeds(standard: 3)],
      gives:
        "a table: the network itself, with the weights it has, then the others, each drawn anew with every seed, the most "
        + "telling first; 'explained' is the share of log10_total that goes away",
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
          data, loss: call.optionalChoice("loss"), limit: call.whole("limit"), seeds: seeds,
          standard: call.standardPrecision, pool: call.pool, isStopped: call.isStopped
        ) { progress.report($0, of: $1, "network") }
      }
      try call.checkInterrupt()
      guard let unchanged = rows.first else { return .table(blameColumns.table([])) }
      return .table(blameColumns.table(rows.map { ($0, unchanged) }))
    },
  ]
}

/// The seeds of a comparison: one at least, and no more than can be kept.
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

/// The columns of `remedies`, for a place in the ranking, counted from 0, and what stands there.
private let remedyColumns: [ColumnEntry<(offset: Int, element: RemedyOutcome)>] = [
  .integer("rank", "the place in the ranking, 1 is best", importance: 3) { $0.offset + 1 },
  .text("remedy", "what was changed; unchanged is the network as it is", importance: 3) { $0.element.remedy },
  .number("factor", "the factor per layer of the gradient at the start, median over the seeds", importance: 2) {
    $0.element.factor?.median
  },
  .number("factor_low", "the smallest of the seeds") { $0.element.factor?.low },
  .number("factor_high", "the largest of the seeds") { $0.element.factor?.high },
  .number("loss", "the loss in the end, median over the seeds; inf where the training diverged", importance: 2) {
    $0.element.loss?.median
  },
  .number("accuracy", .share, "the accuracy in the end, median over the seeds", importance: 2) {
    $0.element.accuracy?.median
  },
  .number("seconds", "how long the training took", importance: 1) { $0.element.seconds?.median },
  .prose("change", "the code that applies it", importance: 1) { $0.element.change },
  .number("loss_low", "the smallest of the seeds", importance: 1) { $0.element.loss?.low },
  .number("loss_high", "the largest of the seeds", importance: 1) { $0.element.loss?.high },
  .number("accuracy_low", .share, "the smallest of the seeds") { $0.element.accuracy?.low },
  .number("accuracy_high", .share, "the largest of the seeds") { $0.element.accuracy?.high },
  .integer("seeds", "how many seeds were finished") { $0.element.trials.count },
  .integer("diverged", "how many of them diverged") { $0.element.diverged },
]

/// The columns of `blame`, for a counterfactual and the unchanged network.
private let blameColumns: [ColumnEntry<(own: Counterfactual, unchanged: Counterfactual)>] = [
  .text(
    "ingredient", "what was exchanged; none is the network as it is, draw the same with weights drawn anew",
    importance: 3
  ) { $0.own.ingredient.rawValue },
  .text("from", "what it was", importance: 2) { $0.own.from },
  .text("to", "what stands there instead", importance: 3) { $0.own.to },
  .number("factor", "the factor per layer of the gradient, median over the seeds", importance: 2) {
    $0.own.factor?.median
  },
  .number("factor_low", "the smallest of the seeds") { $0.own.factor?.low },
  .number("factor_high", "the largest of the seeds") { $0.own.factor?.high },
  .number("weight_gain", "the part of the weights in the factor, per layer", importance: 1) {
    $0.own.weightGain?.median
  },
  .number("slope_gain", "the part of the slopes of the activation", importance: 1) { $0.own.slopeGain?.median },
  .number("log10_total", "log10 of the first layer's delta_rms over the last one's", importance: 2) {
    $0.own.log10Total?.median
  },
  .number(
    "explained", .share, "share of log10_total that goes away with the exchange; below 0 where it gets worse",
    importance: 2
  ) { $0.own.explained(of: $0.unchanged) },
  .prose("change", "the network as code") { $0.own.change },
  .number("shortcut_gain", "the part of the shortcuts; empty without shortcuts") { $0.own.shortcutGain?.median },
  .number("norm_gain", "the part of the normalization; empty without normalization") { $0.own.normGain?.median },
  .number("dropout_gain", "the part of dropout; empty without dropout") { $0.own.dropoutGain?.median },
]
