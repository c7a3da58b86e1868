// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic
import FlowLanguage
import FlowMath
import FlowNet
import FlowRuntime
import FlowTables

/// The function that compares a network with networks that differ from it in one ingredient.
enum BlameBuiltins {
  static let builtins: [Builtin] = [
    Builtin(
      "blame",
      "Replaces one ingredient of the network at a time, adds one that is missing, or removes one that is there, and "
        + "shows how the per-layer factor of the gradient changes. All other parameters keep their current values: "
        + "only initializer draws new weights, draw redraws everything, and depth draws layers that do not fit. With "
        + "fresh: true, all changed networks are redrawn.",
      in: .flow,
      [
        .network, .probeData, .automaticLoss, .limit, .seeds(standard: 3),
        Parameter(
          "fresh", .boolean, default: "false",
          "whether to redraw all changed networks with every seed, instead of keeping their parameters"),
      ],
      gives:
        "a table with the network itself, then one row per replacement, in ascending order of the total change of the "
        + "gradient",
      columns: blameColumns.glosses(), example: "blame(chain(8, sigmoid, width: 16)) |> select(ingredient, to, factor)",
      seeAlso: ["remedies", "diagnose", "flow"]
    ) { call throws(Diagnostic) in
      let network = call.network("net")
      let data = try call.data("data", for: network)
      let seeds = try call.trialSeeds()
      let progress = Progress(call.session)
      let rows = try call.engine(at: "data") { () throws(NetworkError) in
        defer { progress.end() }
        return try network.counterfactuals(
          data, loss: call.optionalChoice("loss"), limit: call.whole("limit"), seeds: seeds,
          fresh: call.boolean("fresh"), pool: call.pool
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
    }
  ]
}

extension Call {
  /// Returns the seeds of a comparison. Throws if there are none, or more than `RemedyComparison.mostSeeds`.
  func trialSeeds() throws(Diagnostic) -> [UInt64] {
    let seeds = try seeds("seeds")
    guard !seeds.isEmpty else {
      throw error("out-of-range", "\(builtin.name) needs at least one seed", at: "seeds")
    }
    guard seeds.count <= RemedyComparison.mostSeeds else {
      throw error("too-large", "\(builtin.name) takes at most \(RemedyComparison.mostSeeds) seeds", at: "seeds")
    }
    return seeds
  }
}

private struct BlameRow {
  let own: Counterfactual
  /// The network itself.
  let unchanged: Counterfactual
  /// The code that builds the network.
  let change: String
}

private let blameColumns: [ColumnEntry<BlameRow>] = [
  .text(
    "ingredient",
    "what was replaced; none is the network itself, and draw is the same network with redrawn parameters",
    importance: 3
  ) { $0.own.ingredient.rawValue },
  .text("from", "what the network has; several values if its layers differ", importance: 2) {
    $0.own.from.map(\.sourceText).joined(separator: ", ")
  },
  .text("to", "what replaces it", importance: 3) { $0.own.to?.name ?? "" },
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
    "explained", .share,
    "fraction of the network's own log10_total that the replacement removes; negative if it adds to it", importance: 2
  ) { $0.own.explained(of: $0.unchanged) },
  .prose("change", "code that builds the changed network, with redrawn parameters") { $0.change },
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
    case .current, .redrawn, .norm, .skip, .dropout, .depth: name
    }
  }

  /// Source code without arguments if all of them are defaults, or a phrase for parameters.
  fileprivate var name: String {
    switch self {
    case .current: "as it is"
    case .redrawn: "redrawn"
    case .activation(let activation): activation.nameOrSourceText
    case .initializer(let initializer): initializer.nameOrSourceText
    case .norm(let norm): norm ?? "none"
    case .skip(nil): "false"
    case .skip(1): "true"
    case .skip(let scale?): literal(scale)
    case .dropout(let probability): literal(probability)
    case .depth(let depth): "\(depth)"
    }
  }
}
