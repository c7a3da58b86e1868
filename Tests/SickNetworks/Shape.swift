// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet
import NetworkFixtures

/// The structure and the initial values of a network, with parts that a fault can replace.
struct Shape {
  /// The function of the language that creates the network.
  enum Form: String { case mlp, chain, sequence }

  enum Norm: String, CaseIterable {
    case none, batch, layer, group, rms

    var layer: (any Layer)? {
      switch self {
      case .none: nil
      case .batch: BatchNorm.default
      case .layer: LayerNorm()
      case .group: GroupNorm(2, epsilon: 1e-5)
      case .rms: RMSNorm(epsilon: 1e-5)
      }
    }
  }

  var form: Form
  let inputs: Int
  var hidden: [Int]
  let outputs: Int
  var activation: String
  var output = "identity"
  var norm = Norm.none
  /// The factor of the branches, if there are shortcuts.
  var skip: Double?
  var dropout = 0.0
  var weights: Initializer
  var precision = Precision.f64

  /// The number of rows of the flow table.
  var depth: Int { hidden.count + 1 }

  var blueprint: Blueprint {
    let bias = Fixture.initializer("zeros")
    let options = NetworkOptions(
      weights: weights, bias: bias, norm: NormChoice(rawValue: norm.rawValue) ?? .none, skip: skip,
      precision: precision)
    let phi = Fixture.activation(activation)
    switch form {
    case .mlp:
      return .mlp(
        sizes: [inputs] + hidden + [outputs], activation: phi, output: Fixture.activation(output), options: options)
    case .chain:
      return .chain(
        depth: depth, activation: phi, width: hidden[0], inputs: inputs, outputs: outputs, options: options)
    case .sequence:
      var layers: [any Layer] = []
      for (index, units) in hidden.enumerated() {
        var block: [any Layer] =
          norm.layer.map { [Dense(units, weights: weights, bias: bias), $0, ActivationLayer(phi)] }
          ?? [Dense(units, phi, weights: weights, bias: bias)]
        if let skip, index > 0, hidden[index - 1] == units {
          block = [Residual(block, weights: weights, bias: bias, scale: skip)]
        }
        layers += block
        if dropout > 0 { layers.append(Dropout(dropout)) }
      }
      layers.append(Dense(outputs, Fixture.activation(output), weights: weights, bias: bias))
      return .sequence(
        inputs: inputs, layers: layers,
        options: NetworkOptions(
          weights: weights, bias: bias, norm: .none, skip: nil, precision: precision))
    }
  }

  /// The shape in a few words.
  var description: String {
    let parts: [String?] = [
      "\(form)", "\([inputs] + hidden + [outputs])", activation, output == "identity" ? nil : "output \(output)",
      norm == .none ? nil : "norm \(norm)", skip.map { "skip \($0)" }, dropout > 0 ? "dropout \(dropout)" : nil,
      "init \(weights.name)\(weights.arguments.isEmpty ? "" : "\(weights.arguments)")",
      precision == .f64 ? nil : "\(precision)",
    ]
    return parts.compactMap(\.self).joined(separator: " ")
  }
}
