// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import FlowRuntime

extension CallWriter {
  /// Returns the source that builds a network.
  ///
  /// - Parameter precision: The precision of networks for which none is given, or nil for the default of the builtins.
  func source(_ blueprint: Blueprint, precision: Precision? = nil) -> String {
    let options = arguments(blueprint.options, precision: precision)
    switch blueprint {
    case .chain(let depth, let activation, let width, let inputs, let outputs, _):
      return call(
        "chain",
        [
          Argument("depth", .whole(depth)), Argument("activation", activation), Argument("width", .whole(width)),
          Argument("inputs", .whole(inputs)), Argument("outputs", .whole(outputs)),
          Argument("init", blueprint.options.weights),
        ] + options)
    case .mlp(let sizes, let activation, let output, _):
      let weights = blueprint.options.weights
      let isAutomatic = weights == Blueprint.automaticInitializer(for: activation)
      return call(
        "mlp",
        [
          Argument("sizes", .list(List(sizes.map(Double.init)))), Argument("activation", activation),
          Argument("output", output), isAutomatic ? Argument("init", .none) : Argument("init", weights),
        ] + options)
    case .sequence(let inputs, let layers, _):
      return call(
        "sequence", [Argument("inputs", .whole(inputs)), Argument("init", blueprint.options.weights)] + options,
        rest: layers.untilStopped.map(source))
    }
  }

  /// Returns the arguments that `chain`, `mlp` and `sequence` share, except for the initial weights.
  private func arguments(_ options: NetworkOptions, precision: Precision?) -> [Argument] {
    let setting = precision.map { Value.string($0.rawValue) }
    let norm = options.norm.rawValue
    return [
      options.bias.map { Argument("bias", $0, setting: options.weights.startsBiases ? options.weights : nil) }
        ?? Argument("bias", .boolean(false)),
      options.norm == .none ? Argument("norm", .none) : Argument("norm", .string(norm), source: norm),
      Argument("skip", options.skip.map { $0 == 1 ? .boolean(true) : .number($0) } ?? .boolean(false)),
      Argument(
        "precision", .string(options.precision.rawValue), source: options.precision.rawValue, setting: setting),
    ]
  }

  /// Returns the source that makes a layer.
  private func source(_ layer: any Layer) -> String {
    if layer.sequenceRole.isActivation, let activation = layer.ownActivation { return activation.sourceText }
    let arguments = layer.arguments.map { argument in
      switch argument.value {
      case .number(let number): Argument(argument.name, .number(number))
      case .activation(let activation): Argument(argument.name, activation)
      case .initializer(let initializer): Argument(argument.name, initializer)
      case .boolean(let truth): Argument(argument.name, .boolean(truth))
      }
    }
    return call(layer.kind, arguments, rest: layer.children.map(source))
  }
}

extension CallWriter.Argument {
  /// Creates an argument that is written with all numbers.
  fileprivate init<Product: CatalogueChoice>(_ name: String, _ choice: Product, setting: Product? = nil) {
    self.init(name, choice.value, source: choice.sourceText, setting: setting?.value)
  }
}
