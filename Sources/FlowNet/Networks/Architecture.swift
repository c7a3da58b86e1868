// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// What a network is made of, without numbers: inputs, layers in order, precision.
public struct Architecture: Sendable {
  /// Units that go in.
  public let inputs: Int
  /// Units that come out.
  public let outputs: Int
  /// The layers in order.
  public let layers: [any Layer]
  /// How it was described.
  public private(set) var blueprint: Blueprint
  /// The number of weights, biases, scales and shifts.
  public let parameterCount: Double
  /// The element type.
  public var precision: Precision { blueprint.options.precision }

  /// Checks that the layers fit together. It throws also when a stop is requested.
  public init(_ blueprint: Blueprint) throws(NetworkError) {
    let inputs = blueprint.inputs
    let layers = try blueprint.layers()
    guard inputs > 0 else { throw NetworkError("a network needs at least one input, not \(inputs)") }
    var width = inputs
    var count = 0
    var parameters = 0.0
    for (index, layer) in layers.enumerated().untilStopped {
      let inputs = width
      width = try layer.outputs(inputs: inputs)
      parameters += layer.parameters(inputs: inputs)
      if let own = Architecture.softmax(in: layer), !(own && index == layers.count - 1) {
        throw NetworkError(
          "softmax can only be the output of a network",
          hint: "use another activation inside, and softmax as the last one")
      }
      count += layer.rowCount
    }
    try NetworkError.checkStop()
    guard count > 0 else {
      throw NetworkError("a network needs at least one dense layer", hint: "for example dense(8, tanh)")
    }
    try NetworkLimits.check(layers: count, parameters: parameters)
    self.inputs = inputs
    self.layers = layers
    self.blueprint = blueprint
    parameterCount = parameters
    outputs = width
  }

  /// The same network in another precision.
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
