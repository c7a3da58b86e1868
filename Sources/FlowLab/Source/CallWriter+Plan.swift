// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic
import FlowNet
import FlowRuntime

extension CallWriter {
  func arguments(_ options: PretrainingOptions) -> [Argument] {
    [
      Argument("epochs", .whole(options.epochs)), Argument("rate", .number(options.rate)),
      Argument("noise", .number(options.noise)),
      Argument("decoder", .string(options.decoder.rawValue), source: options.decoder.rawValue),
      Argument("batch", .whole(options.batch)),
    ]
  }

  /// Returns the arguments of `train` that affect the steps.
  func arguments(_ options: TrainingOptions) -> [Argument] {
    let length =
      options.steps.map { [Argument("steps", .whole($0))] }
      ?? [Argument("epochs", .whole(options.epochs)), Argument("steps", .none)]
    return length + [
      loss(options), Argument("optimizer", short: options.optimizer), Argument("schedule", options.schedule),
      Argument("batch", .whole(options.batch)),
      Argument("shuffle", .boolean(options.shuffle)),
      options.clip.map { Argument("clip", short: $0) } ?? Argument("clip", .none),
      options.penalty.map { Argument("penalty", short: $0) } ?? Argument("penalty", .none),
      Argument(
        "freeze", options.frozenLayers.isEmpty ? .none : .list(of: options.frozenLayers.sorted().map(Value.whole))),
    ]
  }
}

extension CallWriter {
  /// Returns the argument for the loss of a training run.
  func loss(_ options: TrainingOptions) -> Argument {
    options.loss.map { Argument("loss", short: $0) } ?? Argument("loss", .string("auto"), source: "auto")
  }
}

extension CallWriter.Argument {
  /// Creates an argument that is a choice, a list of several, or none.
  fileprivate init(_ name: String, _ choices: [some CatalogueChoice]) {
    let sources = choices.map(\.shortSourceText)
    self.init(
      name, choices.isEmpty ? .none : .list(of: choices.map(\.value)),
      source: sources.isEmpty ? "none" : sources.count == 1 ? sources[0] : "[\(sources.joined(separator: ", "))]")
  }

  /// Creates an argument that is written without the defaults at the end.
  fileprivate init(_ name: String, short choice: some CatalogueChoice) {
    self.init(name, choice.value, source: choice.shortSourceText)
  }
}
