// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowNet
import FlowRuntime

/// The function that pre-trains networks.
enum PretrainBuiltins {
  static let builtins: [Builtin] = [
    Builtin(
      "pretrain",
      "Trains the hidden layers one after the other as autoencoders, without using the targets; train then continues "
        + "from there.",
      in: .training,
      [
        .network, Parameter("data", .data, "samples"),
        Parameter("epochs", .count, default: "5", "number of passes over the samples for each layer"),
        Parameter(
          "rate", .number(Bounds(0...1e6, open: true)), default: "0.1",
          "learning rate; a layer that does not improve starts again with a quarter of it, repeatedly if necessary"),
        Parameter("noise", .number(Bounds(0...0.9)), default: "0", "fraction of a layer's inputs that is set to 0"),
        Parameter(
          "decoder", .word(PretrainingOptions.Decoder.allCases.map(\.rawValue)), default: "tied",
          "whether the decoder uses the transposed weights of the encoder or its own"),
        .batch,
      ], gives: "a table with one row per layer and epoch",
      columns: pretrainingColumns.glosses(),
      example: "net = mlp([2, 4, 4, 1], tanh)\npretrain(net, xor(64), epochs: 2) |> select(layer, epoch, rate)",
      seeAlso: ["train"], keepsPartialResult: true
    ) { call throws(Diagnostic) in
      let network = call.network("net")
      var options = call.pretrainingOptions
      (options.seed, options.number) = call.draw()
      let host = call.session.host
      let progress = Progress(call.session)
      let hidden = network.depth - 1
      let result = try call.engine(at: "data") { () throws(NetworkError) in
        defer { progress.end() }
        return try network.pretrain(call.data("data"), options, pool: call.pool) { layer in
          HostObserver(host, progress, part: (layer - 1, hidden, "layer \(layer)/\(hidden)  "))
        }
      }
      call.session.noteObjectChange()
      if let layer = result.stoppedAt {
        host.note(
          result.state == .diverged
            ? "diverged in layer \(layer); this layer and those after it keep their previous weights"
            : "interrupted in layer \(layer) of \(hidden); the layers after it are unchanged")
      }
      return .table(StopToken.shielded { pretrainingColumns.table(result.epochs) })
    }
  ]
}

private let pretrainingColumns: [ColumnEntry<Pretraining.Epoch>] = [
  .integer("layer", ColumnMeaning.layer) { $0.layer },
  .integer("epoch", ColumnMeaning.epoch) { $0.epoch },
  .number("loss", "mean squared error of the decoder's output against the layer's input") { $0.loss },
  .number("rate", "learning rate that was used") { $0.rate },
]
