// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowNet
import FlowRuntime
import FlowTables

/// What number formats leave of the gradient.
enum PrecisionBuiltins {
  static let builtins: [Builtin] = [
    Builtin(
      "precision",
      "Replays forward and backward with every result rounded to each of some number formats, and shows what is left.",
      in: .flow,
      [
        .network, .probeData,
        Parameter("formats", .choices(.format), default: "[f16, bf16, f32, f64]", "one format or several"), .loss,
        Parameter(
          "loss_scale", .number(Bounds(0 ... .infinity, open: true)), default: "1",
          "a power of two that the loss is multiplied by on the way back"),
        Parameter(
          "limit", .count, default: "1024",
          "the most samples to measure on; the loss is their mean, as that of a batch of so many"),
        .threshold,
        Parameter(
          "share", .number(.share), default: "0.5",
          "more than this share of it makes a layer dead or saturated, or its gradient lost by underflow"),
      ],
      gives:
        "a table with a row per format and dense layer: zero is the share of the gradients other than 0 that became 0, "
        + "nonfinite that of all gradients that became inf or nan, cliff is how many layers below the last one none is "
        + "left, cliff_theory where that was predicted, loss_scale the power of two that would save them",
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
          limit: call.whole("limit"), thresholds: call.thresholds, pool: call.pool, isStopped: call.isStopped)
      }
      try call.checkInterrupt()
      return .table(precisionColumns.table(rows))
    }
  ]
}

/// The columns of `precision(net)`; `PrecisionFlow` says what they mean.
private let precisionColumns: [ColumnEntry<PrecisionFlow>] = [
  .integer("layer", ColumnMeaning.layer, importance: 3) { $0.layer },
  .text("format", "the format of every number in this row", importance: 3) { $0.format.sourceText },
  .number("delta_rms", ColumnMeaning.deltaRMS, importance: 2) { $0.deltaRMS },
  .number("zero", .share, "share of the gradients other than 0 that the format has made 0", importance: 2) { $0.zero },
  .number("nonfinite", .share, "share of all gradients that became inf or nan", importance: 2) { $0.nonfinite },
  ColumnEntry("state", .state, ColumnMeaning.state, importance: 3) { .text($0.state.rawValue) },
  .number("grad_norm", "the norm of the gradient of the weights, ‖∂L/∂W‖") { $0.gradNorm },
  .integer("cliff", "how many layers below the last one no gradient is left; empty where it arrives", importance: 1) {
    $0.cliff
  },
  .integer(
    "cliff_theory", "the same as predicted for any depth; empty where the gradient keeps its size", importance: 1
  ) { $0.cliffTheory },
  .number(
    "loss_scale",
    "the power of two to multiply the loss by, so that every gradient arrives; empty where none is needed or none helps",
    importance: 1
  ) { $0.lossScale },
]
