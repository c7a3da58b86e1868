// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The structure of a network without the values of its parameters: inputs, layers and precision.
public struct Architecture: Sendable {
  public let inputs: Int
  public let outputs: Int
  public let layers: [any Layer]
  /// The description that the architecture was created from.
  public private(set) var blueprint: Blueprint
  /// The structure of the network's computation.
  package let graph: Graph
  /// The number of weights, biases, scales and shifts.
  public let parameterCount: Double
  public var precision: Precision { blueprint.options.precision }

  /// Creates the architecture that a blueprint describes. Throws if the layers do not fit together, if the network
  /// would be too large, or if a stop is requested.
  public init(_ blueprint: Blueprint) throws(NetworkError) {
    let inputs = blueprint.inputs
    let layers = try blueprint.layers()
    guard inputs > 0 else { throw NetworkError("a network needs at least one input, not \(inputs)") }
    var builder = GraphBuilder(input: Shape(units: inputs))
    let output = try builder.append(layers, builder.input)
    for (index, layer) in layers.enumerated().untilStopped {
      if let own = Architecture.softmax(in: layer), !(own && index == layers.count - 1) {
        throw NetworkError(
          "softmax can only be the output of a network",
          hint: "use another activation inside, and softmax as the last one")
      }
    }
    try NetworkError.checkStop()
    guard !builder.rows.isEmpty else {
      throw NetworkError("a network needs at least one dense layer", hint: "for example dense(8, tanh)")
    }
    parameterCount = builder.parameterCount
    try NetworkLimits.check(layers: builder.rows.count, parameters: parameterCount)
    self.inputs = inputs
    self.layers = layers
    self.blueprint = blueprint
    graph = Graph(builder)
    outputs = output.shape.units
  }

  /// Returns the same architecture in another precision.
  public func with(precision: Precision) -> Architecture {
    var other = self
    other.blueprint.options.precision = precision
    return other
  }

  /// Returns true if the layer's own activation is softmax, false if only that of a layer inside it is, and otherwise
  /// nil.
  private static func softmax(in layer: any Layer) -> Bool? {
    if let own = layer.ownActivation, own.isSoftmax { return true }
    return layer.children.contains { softmax(in: $0) != nil } ? false : nil
  }
}
