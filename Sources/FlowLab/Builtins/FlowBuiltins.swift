// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowLanguage
import FlowNet
import FlowRuntime
import FlowTables

/// Measuring how the gradient travels.
enum FlowBuiltins {
  static let builtins: [Builtin] = [
    Builtin(
      "flow", "Runs one forward and one backward pass and shows how the gradient passes every layer.", in: .flow,
      [
        .network, .probeData, .loss,
        .limit, .threshold, .share,
        Parameter(
          "seeds", .seeds, default: "1",
          "how many networks of the same architecture to draw and measure instead, with seeds counted from 1, or a list "
            + "of seeds; 1 measures net itself"),
      ],
      gives:
        "a table with a row per dense layer; a terminal with room for it shows a bar of delta_rms too, full for the "
        + "largest and empty ten powers of ten below; of many seeds the medians, then for each measured column x the 5 % "
        + "and the 95 % quantile as x_low and x_high, and the share of networks in the most frequent state as "
        + "state_share",
      columns: flowColumns.glosses(),
      example: "flow(chain(4, sigmoid)) |> select(layer, weight_gain, slope_gain, factor, log10_total, state)",
      seeAlso: ["explain", "train", "theory"]
    ) { call throws(Diagnostic) in
      let network = call.network("net")
      let data = try call.data("data", for: network)
      if call.optionalWhole("seeds") != 1 { return .table(try flowBands(call, network, data)) }
      let rows = try call.engine(at: "data") { () throws(NetworkError) in
        try network.flow(
          data, loss: call.loss("loss", for: data, network), limit: call.whole("limit"),
          thresholds: call.thresholds, pool: call.pool, isStopped: call.isStopped)
      }
      try call.checkInterrupt()
      return .table(flowColumns.table(rows))
    },
    Builtin(
      "flow", "Shows the recorded flow of a training step.", in: .flow,
      [
        Parameter("run", .run, "what train gave"),
        Parameter("step", .optional(.count), default: "none", "which step; none is the last one recorded"),
      ], gives: "a table with a row per dense layer", columns: recordColumns.glosses(),
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
      "explain", "Writes the chain rule's product for one parameter, factor by factor.", in: .flow,
      [
        .network, Parameter("layer", .count, default: "1", "the parameter's layer"),
        Parameter("parameter", .word(["weight", "bias"]), default: "bias", "which parameter of the layer"),
        Parameter("sample", .count, default: "1", "whose loss"), .probeData, .loss,
      ],
      gives:
        "a table with a row per factor, in the order in which the gradient meets them: single weights and slopes in a "
        + "chain of one-neuron layers, else the gains of the flow table for this sample; the last row is what "
        + "backpropagation gives",
      columns: termColumns.glosses(), example: "explain(chain(3, sigmoid)) |> select(symbol, log10)", seeAlso: ["flow"]
    ) { call throws(Diagnostic) in
      let network = call.network("net")
      let data = try call.data("data", for: network)
      let explanation = try call.engine { () throws(NetworkError) in
        try network.explain(
          data, layer: call.whole("layer"), ParameterKind(rawValue: call.string("parameter")) ?? .bias,
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
      "compare", "Puts the flow of several networks or runs into one table.", in: .flow,
      [
        Parameter("subjects", .union([.network, .run]), rest: true, "networks or runs"), .probeData, .loss,
        .limit, .threshold, .share,
      ], gives: "a table with a row per layer and subject",
      example: "a = chain(3, sigmoid)\nb = chain(3, tanh)\ncompare(a, b) |> select(subject, layer, factor)",
      seeAlso: ["flow"]
    ) { call throws(Diagnostic) in
      guard !call.rest.isEmpty else {
        throw call.error("missing-argument", "compare needs networks or runs to put side by side")
      }
      let names = call.restNames
      var tables: [Table] = []
      for (index, value) in call.rest.enumerated() {
        guard case .object(let object) = value else { continue }
        let table: Table
        if let run = object as? RunObject {
          table = try call.attempt { () throws(Complaint) in try run.flow(step: nil) }
        } else if let network = (object as? NetworkObject)?.network {
          let data = try call.data("data", for: network)
          table = flowColumns.table(
            try call.engine { () throws(NetworkError) in
              try network.flow(
                data, loss: call.loss("loss", for: data, network), limit: call.whole("limit"),
                thresholds: call.thresholds, pool: call.pool, isStopped: call.isStopped)
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
        Parameter("limit", .count, default: "64", "the most elements of each parameter to try"),
      ], gives: "a table with a row per parameter; max_error is empty where rounding hides the gradient",
      columns: errorColumns.glosses(),
      example: "max(gradcheck(mlp([2, 4, 1], tanh), xor(8)).max_error) < 1e-8", seeAlso: ["flow", "explain"]
    ) { call throws(Diagnostic) in
      let network = call.network("net")
      let data = try call.data("data", for: network)
      let errors = try call.engine(at: "data") { () throws(NetworkError) in
        try network.gradientErrors(
          data, loss: call.loss("loss", for: data, network), limit: call.whole("limit"), pool: call.pool,
          isStopped: call.isStopped)
      }
      try call.checkInterrupt()
      return .table(errorColumns.table(errors))
    },
  ]
}

/// `flow` over many seeds.
private func flowBands(_ call: Call, _ network: Network, _ data: DataSet) throws(Diagnostic) -> Table {
  let seeds = try call.seeds("seeds").map { NetworkSeed($0) }
  guard !seeds.isEmpty else { throw call.error("out-of-range", "flow needs at least one seed", at: "seeds") }
  let rows = Double(seeds.count) * Double(network.depth)
  guard rows <= Double(mostFlowRows) else {
    throw call.error(
      "too-large", "\(counted(seeds.count, "seed")) of \(counted(network.depth, "layer")) are too many to keep",
      at: "seeds", notes: ["seeds times layers can be \(mostFlowRows) at most"])
  }
  let progress = Progress(call.session)
  defer { progress.end() }
  let flows = try call.engine(at: "data") { () throws(NetworkError) in
    try network.flows(
      of: seeds, data, loss: call.loss("loss", for: data, network), limit: call.whole("limit"),
      thresholds: call.thresholds, pool: call.pool,
      progress: { progress.report($0, of: seeds.count, "network") }, isStopped: call.isStopped)
  }
  try call.checkInterrupt()
  return FlowBands.table(flows)
}

/// Rows of all networks together that `flow` keeps: 300 MB.
private let mostFlowRows = 1_000_000

/// The columns of `explain`.
private let termColumns: [ColumnEntry<Explanation.Term>] = [
  .text("term", "what the factor is") { $0.name },
  .text("symbol", "the factor in symbols") { $0.symbol },
  .number(
    "value",
    "the factor; empty behind a gradient of 0, and in a closed branch, of which the shortcut around it has the whole"
  ) { $0.value },
  .number("product", "the product of it and those above; empty in a closed branch") { $0.product },
  .number("log10", "log10 of the product's size, right also where it underflows; empty where it is not known") {
    $0.log10
  },
]

/// The columns of `gradcheck`.
private let errorColumns: [ColumnEntry<GradientError>] = [
  .integer("layer", "the dense layer, counted from 1 at the input; empty for what is beside them") { $0.layer },
  .text("parameter", "weight, bias, scale or shift") { $0.parameter.rawValue },
  .number(
    "max_error",
    "the largest difference, relative to the largest element of the gradient; empty where rounding hides it"
  ) { $0.maxError },
]
