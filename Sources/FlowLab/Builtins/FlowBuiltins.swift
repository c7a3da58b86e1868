// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowLanguage
import FlowNet
import FlowRuntime
import FlowTables
import FlowTheory

/// The functions that measure and check the gradient of a network.
enum FlowBuiltins {
  static let builtins: [Builtin] = [
    Builtin(
      "flow", "Runs one forward and one backward pass and shows how the gradient changes at every layer.", in: .flow,
      [
        .network, .probeData, .loss,
        .limit, .threshold, .share, .eval,
        Parameter(
          "seeds", .seeds, default: "1",
          "number of networks to draw and measure, with the architecture of net and seeds counted from 1, or a list of "
            + "seeds; 1 measures net itself"),
      ],
      gives:
        "a table with one row per dense layer. If the terminal is wide enough, a bar shows delta_rms on a log scale "
        + "covering ten decades. For several seeds, numbers are medians, state is the most frequent one and "
        + "state_share its share, and x_low and x_high are the 5 % and 95 % quantiles of each measured column x",
      columns: flowColumns.glosses(),
      example: "flow(chain(4, sigmoid)) |> select(layer, weight_gain, slope_gain, factor, log10_total, state)",
      seeAlso: ["explain", "train", "theory"]
    ) { call throws(Diagnostic) in
      let network = call.network("net")
      let data = try call.data("data", for: network)
      call.noteFusion(of: network, call.loss("loss", for: data, network))
      if call.optionalWhole("seeds") != 1 { return .table(try flowBands(call, network, data)) }
      let rows = try call.engine(at: "data") { () throws(NetworkError) in
        try network.flow(
          data, loss: call.loss("loss", for: data, network), limit: call.whole("limit"),
          thresholds: call.thresholds, isTraining: !call.boolean("eval"), pool: call.pool)
      }
      try call.checkInterrupt()
      return .table(flowColumns.table(rows))
    },
    Builtin(
      "flow", "Shows the flow recorded in one step of a training run.", in: .flow,
      [
        Parameter("run", .run, "run returned by train"),
        Parameter("step", .optional(.count), default: "none", "number of the step; none is the last recorded one"),
      ], gives: "a table with one row per dense layer", columns: recordColumns.glosses(),
      example:
        "run = train(mlp([2, 4, 1], tanh), xor(16), epochs: 2);\nflow(run, step: 1) |> select(layer, grad_norm, drift)",
      seeAlso: ["train"]
    ) { call throws(Diagnostic) in
      let run = call.object("run", as: RunObject.self)
      let step = call.optionalWhole("step")
      return .table(
        try call.attempt(at: step == nil ? nil : "step") { () throws(Complaint) in try run.flow(step: step) })
    },
    Builtin(
      "explain", "Shows the chain rule for one parameter as a product, factor by factor.", in: .flow,
      [
        .network, Parameter("layer", .count, default: "1", "layer of the parameter, counted from 1"),
        Parameter(
          "parameter", .word(["weight", "bias"]), default: "bias",
          "which parameter of the layer; the default is weight in a layer without biases"),
        Parameter("sample", .count, default: "1", "number of the sample whose loss is differentiated"), .probeData,
        .loss,
      ],
      gives:
        "a table with one row per factor, in the order of the backward pass: single weights and slopes in a chain of "
        + "one-neuron layers, otherwise the gains of the flow table for this sample. The last row is the result of "
        + "backpropagation",
      columns: termColumns.glosses(), example: "explain(chain(3, sigmoid)) |> select(symbol, log10)", seeAlso: ["flow"]
    ) { call throws(Diagnostic) in
      let network = call.network("net")
      let data = try call.data("data", for: network)
      let explanation = try call.engine { () throws(NetworkError) in
        try network.explain(
          data, layer: call.whole("layer"), explainedParameter(of: network, call),
          sample: call.whole("sample"), loss: call.loss("loss", for: data, network), pool: call.pool)
      }
      call.session.host.note("\(explanation.formula)")
      call.session.host.note(
        "product and backpropagation differ by \(NumberStyle.significant(explanation.relativeError)) (relative)")
      let last = Explanation.Term(
        name: "backpropagation", symbol: explanation.target, value: explanation.gradient,
        product: explanation.terms.last?.product, log10: explanation.gradientLog10)
      return .table(termColumns.table(explanation.terms + [last]))
    },
    Builtin(
      "compare", "Combines the flow of several networks or runs in one table.", in: .flow,
      [
        Parameter(
          "subjects", .union([.network, .run, .recording]), rest: true,
          "networks, runs or recordings, or a list or record of them"),
        .probeData, .loss,
        .limit, .threshold, .share,
      ], gives: "a table with one row per subject and dense layer; for a run, the flow of its last recorded step",
      example: "a = chain(3, sigmoid)\nb = chain(3, tanh)\ncompare(a, b) |> select(subject, layer, factor)",
      seeAlso: ["flow"]
    ) { call throws(Diagnostic) in
      guard !call.rest.isEmpty else {
        throw call.error("missing-argument", "compare needs at least one network or run")
      }
      let names = call.subjectNames
      var tables: [Table] = []
      for (index, value) in call.rest.enumerated() {
        guard case .object(let object) = value else { continue }
        let table: Table
        if let run = object as? RunObject {
          table = try call.attempt { () throws(Complaint) in try run.flow(step: nil) }
        } else if let recording = object as? RecordingObject {
          table = try call.attempt { () throws(Complaint) in try recording.flow(step: nil) }
        } else if let network = (object as? NetworkObject)?.network {
          let data = try call.data("data", for: network)
          table = flowColumns.table(
            try call.engine { () throws(NetworkError) in
              try network.flow(
                data, loss: call.loss("loss", for: data, network), limit: call.whole("limit"),
                thresholds: call.thresholds, isTraining: true, pool: call.pool)
            })
          try call.checkInterrupt()
        } else {
          continue
        }
        let subject = Column("subject", repeating: .text(names[index]), count: table.rowCount)
        tables.append(Table(columns: [subject] + table.columns))
      }
      return .table(Table.concatenating(tables))
    },
    Builtin(
      "gradcheck", "Compares the gradient of every parameter with finite differences, in f64.", in: .flow,
      [
        .network, .probeData, .automaticLoss,
        Parameter("limit", .count, default: "64", "maximum number of elements of each parameter to compare"),
        .eval,
      ], gives: "a table with one row per parameter",
      columns: errorColumns.glosses(),
      example: "max(gradcheck(mlp([2, 4, 1], tanh), xor(8)).max_error) < 1e-8", seeAlso: ["flow", "explain"]
    ) { call throws(Diagnostic) in
      let network = call.network("net")
      let data = try call.data("data", for: network)
      let errors = try call.engine(at: "data") { () throws(NetworkError) in
        try network.gradientErrors(
          data, loss: call.loss("loss", for: data, network), limit: call.whole("limit"),
          isTraining: !call.boolean("eval"), pool: call.pool)
      }
      try call.checkInterrupt()
      return .table(errorColumns.table(errors))
    },
  ]
}

/// Returns the table of `flow` for several seeds.
private func flowBands(_ call: Call, _ network: Network, _ data: DataSet) throws(Diagnostic) -> Table {
  let seeds = try call.seeds("seeds").map { NetworkSeed($0) }
  guard !seeds.isEmpty else { throw call.error("out-of-range", "flow needs at least one seed", at: "seeds") }
  let rows = Double(seeds.count) * Double(network.depth)
  guard rows <= Double(mostFlowRows) else {
    throw call.error(
      "too-large", "\(counted(seeds.count, "seed")) of \(counted(network.depth, "layer")) are too many to keep",
      at: "seeds", notes: ["the number of seeds times the number of layers must be at most \(mostFlowRows)"])
  }
  let progress = Progress(call.session)
  defer { progress.end() }
  let flows = try call.engine(at: "data") { () throws(NetworkError) in
    try network.flows(
      of: seeds, data, loss: call.loss("loss", for: data, network), limit: call.whole("limit"),
      thresholds: call.thresholds, isTraining: !call.boolean("eval"), pool: call.pool,
      progress: { progress.report($0, of: seeds.count, "network") })
  }
  try call.checkInterrupt()
  return FlowBands.table(flows)
}

/// The maximum number of rows of all networks together that `flow` keeps, about 300 MB.
private let mostFlowRows = 1_000_000

/// The columns of `explain`.
private let termColumns: [ColumnEntry<Explanation.Term>] = [
  .text("term", "kind of factor") { $0.name },
  .text("symbol", "symbol of the factor") { $0.symbol },
  .number(
    "value",
    "value of the factor; empty after a gradient of 0, and inside a branch that passes no gradient, where the "
      + "shortcut's value covers the whole block"
  ) { $0.value },
  .number("product", "product of the factors so far; empty inside a branch that passes no gradient") { $0.product },
  .number("log10", "log10 of the product's magnitude, correct even if the product underflows; empty if unknown") {
    $0.log10
  },
]

/// The columns of `gradcheck`.
private let errorColumns: [ColumnEntry<GradientError>] = [
  .integer("layer", "dense layer, counted from 1 at the input; empty for other parameters") { $0.layer },
  .text("parameter", "weight, bias, scale or shift") { $0.parameter.rawValue },
  .number(
    "max_error",
    "largest difference, relative to the largest element of the gradient; empty if rounding hides the gradient"
  ) { $0.maxError },
]

/// Returns the parameter that `explain` differentiates with respect to.
private func explainedParameter(of network: Network, _ call: Call) -> ParameterKind {
  let layer = call.whole("layer")
  if !call.isGiven("parameter"), (1...network.depth).contains(layer), !network.layer(layer).parameters.contains(.bias) {
    return .weight
  }
  return ParameterKind(rawValue: call.string("parameter")) ?? .bias
}
