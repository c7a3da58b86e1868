// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowNet
import FlowRuntime
import FlowTables

/// The function that shows the effect of number formats on the gradient.
enum PrecisionBuiltins {
  static let builtins: [Builtin] = [
    Builtin(
      "precision",
      "Replays the forward and backward pass with every result rounded to each of the formats, and shows what is lost.",
      in: .flow,
      [
        .network, .probeData,
        Parameter("formats", .choices(.format), default: "[f16, bf16, f32, f64]", "one or more formats"), .loss,
        Parameter(
          "loss_scale", .number(Bounds(0 ... .infinity, open: true)), default: "1",
          "power of two by which the loss is multiplied for the backward pass"),
        Parameter(
          "limit", .count, default: "1024",
          "maximum number of samples to measure on; the loss is their mean, as for a batch of that size"),
        .threshold,
        Parameter(
          "share", .number(.share), default: "0.5",
          "a layer is dead, saturated or in underflow if more than this fraction of it is"),
      ],
      gives:
        "a table with one row per format and dense layer",
      columns: precisionColumns.glosses(),
      example: "net = chain(20, identity, init: constant(1/4))\n"
        + "precision(net, gaussian(1, 1, 1), loss: mae) |> where(layer == 1) |> select(format, zero, state, cliff)",
      seeAlso: ["flow", "f16", "bf16", "format"]
    ) { call throws(Diagnostic) in
      let network = call.network("net")
      let data = try call.data("data", for: network)
      let formats = call.choices("formats", as: NumberFormat.self)
      guard !formats.isEmpty else {
        throw call.error("missing-argument", "precision needs at least one format", at: "formats")
      }
      let scale = call.number("loss_scale")
      guard scale.isFinite, scale.significand == 1 else {
        let near = Double(sign: .plus, exponent: scale.isFinite ? scale.exponent : 16, significand: 1)
        throw call.error(
          "out-of-range", "loss_scale must be a power of two, but this is \(literal(scale))", at: "loss_scale",
          notes: ["a power of two changes no digit of a gradient; \(literal(near)) is one"])
      }
      let rows = try call.engine(at: "data") { () throws(NetworkError) in
        try network.precisionFlow(
          data, formats: formats, loss: call.loss("loss", for: data, network), lossExponent: Int(scale.exponent),
          limit: call.whole("limit"), thresholds: call.thresholds, pool: call.pool)
      }
      try call.checkInterrupt()
      return .table(precisionColumns.table(rows))
    }
  ]
}

/// The columns of `precision(net)`. See `PrecisionFlow`.
private let precisionColumns: [ColumnEntry<PrecisionFlow>] = [
  .integer("layer", ColumnMeaning.layer, importance: 3) { $0.layer },
  .text("format", "number format", importance: 3) { $0.format.sourceText },
  .number("delta_rms", ColumnMeaning.deltaRMS, importance: 2) { $0.deltaRMS },
  .number("zero", .share, "fraction of nonzero gradients that the format rounds to 0", importance: 2) { $0.zero },
  .number("nonfinite", .share, "fraction of all gradients that are inf or nan", importance: 2) { $0.nonfinite },
  ColumnEntry("state", .state, ColumnMeaning.state, importance: 3) { .text($0.state.rawValue) },
  .number("grad_norm", "norm of the gradient of the weights, ‖∂L/∂W‖") { $0.gradNorm },
  .integer(
    "cliff", "number of layers below the last one at which the gradient is lost; empty if it reaches the input",
    importance: 1
  ) {
    $0.cliff
  },
  .integer(
    "cliff_theory", "predicted cliff of a network of any depth; empty if the gradient keeps its size", importance: 1
  ) { $0.cliffTheory },
  .number(
    "loss_scale",
    "power of two by which to multiply the loss so that no state is underflow or nan; empty if none is needed or helps",
    importance: 1
  ) { $0.lossScale },
]
