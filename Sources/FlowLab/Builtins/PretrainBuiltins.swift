// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowNet
import FlowRuntime

/// Pre-training.
enum PretrainBuiltins {
  static let builtins: [Builtin] = [
    Builtin(
      "pretrain",
      "Trains the hidden layers one after the other as autoencoders, without looking at targets; train then goes on "
        + "from there.",
      in: .training,
      [
        .network, Parameter("data", .data, "the samples"),
        Parameter("epochs", .count, default: "5", "how often each layer sees all samples"),
        Parameter(
          "rate", .number(Bounds(0...1e6, open: true)), default: "0.1",
          "the learning rate; a layer that does not get better with it takes a quarter, and so on"),
        Parameter("noise", .number(Bounds(0...0.9)), default: "0", "the share of a layer's inputs that is set to 0"),
        Parameter(
          "decoder", .word(PretrainingOptions.Decoder.allCases.map(\.rawValue)), default: "tied",
          "whether the decoder has the encoder's weights, transposed, or its own"),
        .batch,
      ], gives: "a table with a row per layer and epoch; loss is the mean squared error of what the decoder gives",
      columns: pretrainingColumns.glosses(),
      example: "net = mlp([2, 4, 4, 1], tanh)\npretrain(net, xor(64), epochs: 2) |> select(layer, epoch, rate)",
      seeAlso: ["train"], keepsPartialResult: true
    ) { call throws(Diagnostic) in
      let network = call.network("net")
      let (seed, stream) = call.draw()
      let options = PretrainingOptions(
        epochs: call.whole("epochs"), rate: call.number("rate"), noise: call.number("noise"),
        decoder: .init(rawValue: call.string("decoder")) ?? .tied,
        batch: call.whole("batch"), seed: seed, number: stream)
      let host = call.session.host
      let progress = Progress(call.session)
      let hidden = network.depth - 1
      let result = try call.engine(at: "data") { () throws(NetworkError) in
        defer { progress.end() }
        return try network.pretrain(call.data("data"), options, pool: call.pool) { layer in
          HostObserver(host, progress, part: (layer - 1, hidden, "layer \(layer)/\(hidden)  "))
        }
      }
      if let layer = result.stoppedAt {
        host.note(
          result.state == .diverged
            ? "diverged in layer \(layer), which keeps its weights from before, and so do those after it"
            : "interrupted in layer \(layer) of \(hidden); the layers after it are as they were")
      }
      return .table(StopToken.shielded { pretrainingColumns.table(result.epochs) })
    }
  ]
}

/// The columns of `pretrain`.
private let pretrainingColumns: [ColumnEntry<Pretraining.Epoch>] = [
  .integer("layer", ColumnMeaning.layer) { $0.layer },
  .integer("epoch", ColumnMeaning.epoch) { $0.epoch },
  .number("loss", "the mean squared error of what the decoder gives") { $0.loss },
  .number("rate", "the learning rate that was used") { $0.rate },
]
